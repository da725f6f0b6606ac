"""The results of a halt and of its end as JSON objects. The shape of both is ``schemas/halt.schema.json``."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from msgspec import to_builtins

from runner import TOOL
from runner.domain import rfc3339

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.app.inputs.batches import Target
    from runner.domain import HaltChange
    from runner.execution import OurOrders, Sweep
    from runner.kraken import OpenOrder

HALT_VERSION: Final = 1


def halt_result(
    target: Target,
    scope: str,
    sweep: Sweep,
    ours: OurOrders,
    *,
    change: HaltChange | None,
    before: HaltChange | None,
    place: str,
    doubts: Sequence[str],
    began: float,
    horizon: float,
) -> dict[str, Any]:
    """Return what a halt did. ``outcome`` is ``done`` if all of it is certain, else ``unresolved``."""
    reasons = [*doubts, *([sweep.reason] if sweep.reason else [])]
    certain = change is not None and sweep.shown_none and not reasons
    return {
        "halt_version": HALT_VERSION,
        "tool": TOOL,
        "venue": target.venue,
        "place": place,
        "halt": _entry(change),
        "before": _entry(before),
        "scope": scope,
        "outcome": "done" if certain else "unresolved",
        "reason": "; ".join(reasons),
        "started_at": rfc3339(began),
        "finished_at": rfc3339(time.time()),
        "horizon": rfc3339(horizon) if horizon else None,
        "none_open": sweep.shown_none,
        "passes": [to_builtins(each) for each in sweep.passes],
        "orders": [_order(sweep, order, ours) for order in sweep.met.values()],
        "open": [order.txid for order in sweep.left()],
    }


def resume_result(
    target: Target, *, place: str, ended: HaltChange | None, change: HaltChange | None
) -> dict[str, Any]:
    """Return what a resumption did: the halt that has ended, None for each where nothing was halted."""
    return {
        "halt_version": HALT_VERSION,
        "tool": TOOL,
        "venue": target.venue,
        "place": place,
        "halt": _entry(ended),
        "resumed": _entry(change),
    }


def _order(sweep: Sweep, order: OpenOrder, ours: OurOrders) -> dict[str, Any]:
    end = sweep.end_of(order.txid)
    shown, descr = end or order, order.descr
    return {
        "txid": order.txid,
        "order": None if descr is None else descr.order,
        "ordertype": None if descr is None else descr.ordertype,
        "protective": order.protective,
        "ours": ours.owns(order),
        "vol": None if shown.vol is None else str(shown.vol),
        "vol_exec": None if shown.vol_exec is None else str(shown.vol_exec),
        "status": None if end is None else end.status,
    }


def _entry(change: HaltChange | None) -> dict[str, Any] | None:
    if change is None:
        return None
    return {"by": change.by, "host": change.host, "reason": change.reason, "at": change.at}
