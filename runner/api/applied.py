"""The run of a confirmed plan: the outcome of each order and cancellation, as typed values."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from runner.app.apply import apply as carry_out
from runner.app.carrying import ApplyOptions
from runner.app.consent import Consent
from runner.app.hosts import Host, TrioProgram
from runner.app.stop import Stop
from runner.domain import (
    RECORDS_LAG_S,
    BarrierOutcome,
    CancelOutcome,
    OrderKey,
    OrderOutcome,
    OrderState,
    Otherwise,
    Price,
    RunOutcome,
    parse_price,
)
from runner.errors import ExitCode, InvalidInput
from runner.execution import DEAD_MAN_S, Timing
from runner.kraken import Tier
from runner.planning import decimal_of

from .collector import Collector
from .job import Kraken, families
from .order_execution import OrderExecution, read_execution

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from runner.app.console import Console
    from runner.domain import Problem

    from .job import Job

__all__ = ["Applied", "AppliedBarrier", "AppliedCancel", "AppliedOrder", "Consent", "Stop", "apply"]

_IN_TRIO: Final = TrioProgram()


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedOrder:
    """An order of the batch after the run.

    ``already``: an earlier run placed it. ``volume`` and ``executed`` are in units of the base currency, or
    of the quote currency with the flag ``viqc``; ``executed`` is None if unknown. ``execution`` is what was
    paid, None if the exchange has shown nothing of it. An order that was never sent has no ``pair``,
    ``side``, ``ordertype``, ``price`` and ``volume``. ``error`` is why it was rejected or not sent; ``line``
    is that of the batch file, None if it is no longer there.
    """

    key: OrderKey
    outcome: OrderOutcome
    already: bool
    state: OrderState | None
    txid: str | None
    cl_ord_id: str | None
    userref: str | None
    pair: str | None
    side: str | None
    ordertype: str | None
    price: Price | None
    price2: Price | None
    volume: Decimal | None
    executed: Decimal | None
    execution: OrderExecution | None
    error: str | None
    line: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedCancel:
    """A cancellation of the batch after the run.

    Of ``txid``, ``order`` (``group/id``) and ``userref`` those are set that are in the file or were found by
    the run. ``executed`` is the volume that was executed before, None while it is unknown.
    """

    group: str
    outcome: CancelOutcome
    txid: str | None
    order: str | None
    userref: str | None
    executed: Decimal | None
    line: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedBarrier:
    """The wait of a group until each order of the ``needed`` one was filled.

    ``within_s`` is its longest time in seconds, and ``until`` (RFC 3339) its end, None if it has not begun.
    ``reason`` is what was not filled, empty otherwise; ``line`` is that of the batch file.
    """

    group: str
    needed: str
    within_s: int
    otherwise: Otherwise
    outcome: BarrierOutcome
    until: str | None
    reason: str
    line: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """The result of ``apply``; ``path`` is that of the manifest, empty if only validated or rehearsed.

    ``reason`` says why a run ended before its end. ``exit_code`` is 0 if all was done, 1 if something was
    rejected or skipped, 4 if a rule held something back, 5 if nothing could be sent, 6 if an outcome is
    unknown; the next call looks it up.
    """

    exit_code: ExitCode
    outcome: RunOutcome
    reason: str
    orders: tuple[AppliedOrder, ...]
    cancels: tuple[AppliedCancel, ...]
    barriers: tuple[AppliedBarrier, ...]
    elapsed_s: float
    path: str
    remarks: tuple[Problem, ...]
    notes: tuple[str, ...]
    text: str = field(repr=False)

    @property
    def manifest(self) -> dict[str, Any]:
        """A copy of the manifest, a JSON object of the schema ``manifest``."""
        copy: dict[str, Any] = json.loads(self.text)
        return copy


async def apply(
    job: Job,
    *,
    confirm: str | Consent,
    unchecked: bool = False,
    validate_only: bool = False,
    deadline_s: int = 10,
    settle_s: int = RECORDS_LAG_S,
    dead_man_s: int = 0,
    manifest: Path | None = None,
    tier: Tier = Tier.STARTER,
    on_event: Callable[[Mapping[str, Any]], object] | None = None,
    events: Path | None = None,
    console: Console | None = None,
    stop: Stop | None = None,
    started_at: float | None = None,
    host: Host = _IN_TRIO,
) -> Applied:
    """Carry out the plan whose digest is ``confirm``: no order is placed twice, and none is lost.

    ``confirm``: ``Planned.digest``, or a ``Consent`` that asks a person. ``unchecked``: skip the check
    against market and account. ``validate_only``: the exchange validates the orders and places none.
    ``deadline_s``: seconds (2 to 60) after which the exchange refuses a late order. ``settle_s``: seconds (0
    to 600) after the deadline in which an order without a reply is looked up. ``dead_man_s``: the exchange
    cancels every order of the account, also those of other programs, if this run does not go on for so many
    seconds (15 to 3600; 0: never). ``manifest``: where a copy of it is written. ``on_event`` gets each event
    of the schema ``events`` as a JSON object: each entry of the journal (``entry`` names its kind, ``at`` is
    RFC 3339) once it is on disk, and what the run waits for. It must return soon and raise nothing, since an
    exception ends the run as a kill would. ``events``: a file that gets them as lines. ``console`` gets
    messages, progress and results. ``started_at``: ``time.monotonic()`` at the beginning of ``elapsed_s``.

    ``stop``: its ``request()`` ends the run cleanly, as SIGTERM does for the command. No further order is
    sent, what is under way is awaited for some seconds, and the result is that of an interrupted run; the
    next call carries out the rest. If the run has not begun, ``Interrupted`` is raised. Canceling the call
    by a Trio scope instead ends the run as a kill would: nothing is lost, and nothing is returned.

    Raises ``Refused`` for another plan than the one confirmed, and if a check or a policy forbids it;
    ``InvalidBatch``, ``InvalidInput``, ``Unreachable``, ``Locked``; and ``Unresolved`` where an error such as
    these ends a run that has sent something. A run that ``stop`` has ended returns its result instead.
    """
    began = time.monotonic() if started_at is None else started_at
    options = options_of(
        job,
        confirm=confirm,
        unchecked=unchecked,
        validate_only=validate_only,
        deadline_s=deadline_s,
        settle_s=settle_s,
        dead_man_s=dead_man_s,
        manifest=manifest,
        tier=tier,
        on_event=on_event,
        events=events,
        stop=stop,
        elapsed_s=lambda: time.monotonic() - began,
    )
    out = Collector(console)
    with families():
        code = await carry_out(job.target(), options, out, host)
    return applied_of(out, code)


def options_of(
    job: Job,
    *,
    confirm: str | Consent,
    unchecked: bool,
    validate_only: bool,
    deadline_s: int,
    settle_s: int,
    dead_man_s: int,
    manifest: Path | None,
    tier: Tier,
    on_event: Callable[[Mapping[str, Any]], object] | None,
    events: Path | None,
    stop: Stop | None,
    elapsed_s: Callable[[], float],
) -> ApplyOptions:
    """Return the arguments of a run in the form that the recipe takes. Raises ``InvalidInput``."""
    _check_seconds("deadline_s", deadline_s, 2, 60)
    _check_seconds("settle_s", settle_s, 0, 600)
    if dead_man_s:
        _check_seconds("dead_man_s", dead_man_s, *DEAD_MAN_S)
        if validate_only:
            raise InvalidInput("a dead man's switch is for orders that are placed, and these are not")
    _require_account(job)
    return ApplyOptions(
        consent=confirm if isinstance(confirm, Consent) else Consent(digest=confirm),
        unchecked=unchecked,
        validate_only=validate_only,
        timing=Timing(deadline_s=Decimal(deadline_s), settle_s=settle_s, dead_man_s=dead_man_s),
        manifest=manifest,
        environ=job.variables(),
        elapsed_s=elapsed_s,
        tier=tier,
        on_event=on_event,
        events=events,
        stop=stop or Stop(),
    )


def _require_account(job: Job) -> None:
    """Raise ``InvalidInput`` for real orders without an account, unless variables may name one."""
    venue = job.venue
    if isinstance(venue, Kraken) and not job.environ and None in (venue.api_key, venue.api_secret):
        raise InvalidInput(
            "orders at Kraken need an account",
            details=["Write venue=Kraken(api_key=Secret(...), api_secret=Secret(...))."],
        )


def _check_seconds(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise InvalidInput(f"{name} is {value}: from {least} to {most} seconds are possible")


def applied_of(out: Collector, code: ExitCode) -> Applied:
    """Return what a run came to, as the recipe has shown it."""
    assert out.result is not None, "a run that ends has a manifest"
    manifest, path, elapsed_s = out.result
    groups = manifest["groups"]
    return Applied(
        exit_code=code,
        outcome=RunOutcome(manifest["outcome"]),
        reason=manifest["reason"],
        orders=tuple(_order(group["name"], row) for group in groups for row in group["orders"]),
        cancels=tuple(_cancel(group["name"], row) for group in groups for row in group["cancel"]["results"]),
        barriers=tuple(_barrier(group["name"], row) for group in groups for row in group.get("barriers", ())),
        elapsed_s=elapsed_s,
        path=path,
        remarks=tuple(out.found_remarks),
        notes=tuple(out.notes),
        text=json.dumps(manifest),
    )


def _order(group: str, row: Mapping[str, Any]) -> AppliedOrder:
    request = row["request"] or {}
    return AppliedOrder(
        key=OrderKey(row.get("group", group), row["id"]),
        outcome=OrderOutcome(row["outcome"]),
        already=row["already"],
        state=None if row["state"] is None else OrderState(row["state"]),
        txid=row["txid"],
        cl_ord_id=row["cl_ord_id"],
        userref=row["userref"],
        pair=request.get("pair"),
        side=request.get("type"),
        ordertype=request.get("ordertype"),
        price=_price(request.get("price")),
        price2=_price(request.get("price2")),
        volume=decimal_of(request.get("volume")),
        executed=decimal_of(row["vol_exec"]),
        execution=read_execution(row["execution"]),
        error=row["error"],
        line=row["line"],
    )


def _price(text: str | None) -> Price | None:
    return None if text is None else parse_price(text)


def _barrier(group: str, row: Mapping[str, Any]) -> AppliedBarrier:
    return AppliedBarrier(
        group=group,
        needed=row["group"],
        within_s=row["within"],
        otherwise=Otherwise(row["otherwise"]),
        outcome=BarrierOutcome(row["outcome"]),
        until=row["until"],
        reason=row["reason"],
        line=row["line"],
    )


def _cancel(group: str, row: Mapping[str, Any]) -> AppliedCancel:
    return AppliedCancel(
        group=row.get("group", group),
        outcome=CancelOutcome(row["outcome"]),
        txid=row["txid"],
        order=row.get("order"),
        userref=row.get("userref"),
        executed=decimal_of(row["vol_exec"]),
        line=row["line"],
    )
