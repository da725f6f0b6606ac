"""The batch file of a rebalance: the same bytes for the same targets and snapshot.

A comment on top says what it was made of and shows the table; then a group of sells and, once they are
filled, one of buys. Every order has its fee in the quote currency: the sums are computed so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.domain import decimal_text, rfc3339
from runner.harmless import neutral, without_commands

from .snapshot_codec import snapshot_digest
from .table import describe_holding, describe_managed, table_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.domain import Fill, TargetOrders

    from .compute import Rebalance
    from .orders import Trade

_IN_QUOTE: Final = "fciq"
_DAY: Final = len("2026-11-29")
_HOUR_S: Final = 3600
_MINUTE_S: Final = 60


def batch_name(rebalance: Rebalance) -> str:
    """Return the usual name of a rebalance's batch: that of the targets and the snapshot's day in UTC."""
    return f"{rebalance.targets.name}-{_day(rebalance)}"


def batch_text(rebalance: Rebalance, *, name: str, schema: str = "") -> str:
    """Return the batch file of a rebalance; empty if there is no order.

    ``name`` is the batch's and must be one that a batch may have. ``schema`` is the path of the batch schema
    as an editor finds it from the file, empty if it is not known.
    """
    sells, buys = rebalance.sells, rebalance.buys
    if not sells and not buys:
        return ""
    lines = [
        *([f"# yaml-language-server: $schema={neutral(schema)}"] if schema else []),
        *(f"# {neutral(line)}".rstrip() for line in _comment(rebalance)),
        "version: 1",
        f"name: {name}",
        f"created: {_day(rebalance)}",
        f"defaults: {_flow(_defaults(rebalance.targets.order))}",
        "groups:",
        *_group("sell", sells),
        *_group("buy", buys, needs=_barrier(rebalance.targets.fill) if sells else ""),
    ]
    return without_commands("\n".join(lines) + "\n")


def _comment(rebalance: Rebalance) -> Iterator[str]:
    targets, market = rebalance.targets, rebalance.snapshot.market
    yield f"Made by `order-batch rebalance` from the targets {targets.name}. Review it like any other batch."
    yield f"targets:   sha256 {targets.digest}"
    yield f"snapshot:  sha256 {snapshot_digest(rebalance.snapshot)}"
    yield f"           {rfc3339(market.at, digits=3)}, {market.source}"
    yield ""
    yield from table_lines(rebalance)
    yield ""
    yield describe_managed(rebalance)
    if rebalance.holding:
        yield "open orders that hold funds back:"
        yield from (f"  {describe_holding(order)}" for order in rebalance.holding)


def _defaults(order: TargetOrders) -> dict[str, str]:
    """Return what all orders share, in the words of ``addOrder``. An end of their lives makes them GTD."""
    flags = sorted({*order.oflags, _IN_QUOTE})
    defaults = {"ordertype": "limit", "oflags": f"[{', '.join(flags)}]"}
    if timeinforce := order.timeinforce or ("GTD" if order.expiretm else ""):
        defaults["timeinforce"] = timeinforce
    if order.expiretm:
        defaults["expiretm"] = f'"{order.expiretm}"'
    return defaults


def _group(side: str, trades: Sequence[Trade], needs: str = "") -> Iterator[str]:
    if not trades:
        return
    yield f"  - name: {side}"
    if needs:
        yield f"    needs: [{needs}]"
    yield "    orders:"
    yield from (f"      - {_order(trade)}" for trade in trades)


def _order(trade: Trade) -> str:
    fields = {"id": trade.id, "pair": trade.pair, "type": trade.type, "price": f"{trade.price:f}"}
    return _flow(fields | {"volume": decimal_text(trade.volume, 18)})


def _barrier(fill: Fill) -> str:
    fields = {
        "group": "sell",
        "until": "filled",
        "within": _span(fill.within),
        "otherwise": fill.otherwise.value,
    }
    return _flow(fields)


def _span(seconds: int) -> str:
    """Return a span as a batch file writes it, in the largest unit that divides it."""
    if seconds % _HOUR_S == 0:
        return f"{seconds // _HOUR_S}h"
    return f"{seconds // _MINUTE_S}m" if seconds % _MINUTE_S == 0 else f"{seconds}s"


def _flow(fields: dict[str, str]) -> str:
    return f"{{{', '.join(f'{key}: {text}' for key, text in fields.items())}}}"


def _day(rebalance: Rebalance) -> str:
    return rfc3339(rebalance.snapshot.market.at)[:_DAY]
