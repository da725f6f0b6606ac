"""``order-batch halt``: no run may send anything new, and every open order is canceled until none is shown.

The halt comes first. What cannot be halted is canceled all the same, and the result says what is not certain.
"""

from __future__ import annotations

import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from runner.app.checks.halts import halted_place
from runner.app.consent import Consent
from runner.app.inputs.batches import records_of
from runner.app.inputs.provenance import who_runs
from runner.app.team.opening import surviving_nonces, with_ledger
from runner.domain import RECORDS_LAG_S, HaltChange, halt_in_force, rfc3339
from runner.errors import InvalidInput, Locked, OrderBatchError, Refused, Remedy, Unreachable
from runner.execution import AllButStops, Sweep
from runner.kraken import Reqids
from runner.runtime.storage import halts_path, make_folder, write_json

from .journaled import MOST_DEADLINE_S, read_journals
from .results import halt_result, resume_result

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.app.console import Console
    from runner.app.hosts import Host
    from runner.app.inputs.batches import Target
    from runner.app.inputs.records import Records
    from runner.execution import Scope
    from runner.kraken import ListedOrder

    from .journaled import Journaled

_KRAKEN: Final = "kraken"
_RESULT: Final = "result.json"
_PASSAGE_WAIT_S: Final = 10.0
_POLL_S: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class HaltOptions:
    """The options of a halt. ``ours``: cancel what this tool has placed; ``keep_stops``: all but stops.

    ``settle_s``: how far the exchange's records may lag behind.
    """

    reason: str
    consent: Consent
    environ: Mapping[str, str] = field(repr=False)
    ours: bool = False
    keep_stops: bool = False
    settle_s: float = RECORDS_LAG_S

    @property
    def scope_name(self) -> str:
        """The name of what is canceled, as results have it."""
        return "ours" if self.ours else "all-but-stops" if self.keep_stops else "all"


async def halt(target: Target, options: HaltOptions, out: Console, host: Host) -> dict[str, Any]:
    """Halt, cancel, and return the result, which says whether all of it is certain.

    Raises ``InvalidInput`` and ``Refused`` before anything is done.
    """
    if options.ours and options.keep_stops:
        raise InvalidInput("one of the two: only what this tool has placed, or all but stops")
    await _confirm(target, options, out, host)
    doubts: list[str] = []
    began = time.time()
    async with AsyncExitStack() as block:
        opened = await _open(target, options, host, doubts, block)
        records = records_of(opened)
        change, before = _halt(records, options, doubts)
        if change is not None:
            out.note(f"{'Halted once more' if before else 'Halted'}: no run sends anything new.")
        if change is not None and not await _wait_for_passage(records, host):
            doubts.append("a run hangs while it writes; what it was writing may leave until its deadline")
        found = read_journals(records)
        horizon = _horizon(found, options, sure=not (doubts or found.unread))
        if options.ours:
            doubts += [f"which orders are ours is not known: {text}" for text in found.unread]
        for text in doubts:
            out.note(f"WARNING: {text}.")
        reqids = Reqids()
        sweep = Sweep(reqids, horizon=horizon, only=_scope(found, options))
        if failure := await _sweep(sweep, reqids, opened, options, out=out, host=host):
            doubts.append(failure)
    result = halt_result(
        target,
        options.scope_name,
        sweep,
        found.ours,
        change=change,
        before=before,
        place=halted_place(target),
        doubts=doubts,
        began=began,
        horizon=horizon,
    )
    _keep(target, result, out)
    return result


async def resume(target: Target, reason: str, environ: Mapping[str, str], host: Host) -> dict[str, Any]:
    """Let runs send again, and return the halt that has ended, if there was one."""
    async with with_ledger(target, environ, host) as opened:
        records = records_of(opened)
        ended = halt_in_force(records.halts())
        change = None if ended is None else records.change_halt(_change(reason, environ, halted=False))
    return resume_result(target, place=halted_place(target), ended=ended, change=change)


# --- consent ---------------------------------------------------------------------------------


async def _confirm(target: Target, options: HaltOptions, out: Console, host: Host) -> None:
    """Ask a person where real orders would be canceled, having shown them. Raises ``Refused`` for a no."""
    if target.venue == _KRAKEN:
        from runner.app.access.credentials import live_credentials, live_endpoints  # noqa: PLC0415

        live_endpoints(options.environ)
        live_credentials(options.environ)
    if target.venue != _KRAKEN or options.consent.yes:
        return
    if options.consent.ask is None:
        raise InvalidInput(
            "to cancel real orders needs confirmation, and there is no terminal to ask at",
            details=["Nothing was done."],
            remedies=[Remedy.CONFIRM],
        )
    orders = await _open_orders(target, options, host)
    if not out.confirm_halt(options.scope_name, orders, options.consent.ask):
        raise Refused("not confirmed; nothing was halted and nothing canceled")


async def _open_orders(target: Target, options: HaltOptions, host: Host) -> Sequence[ListedOrder] | None:
    """Return what is open now, None if that cannot be read."""
    from runner.app.access.venues import open_venue  # noqa: PLC0415
    from runner.net.clock import RunClock  # noqa: PLC0415
    from runner.net.failures import AccessFailed  # noqa: PLC0415

    found: list[Sequence[ListedOrder]] = []

    async def main() -> None:
        way = open_venue(target.venue, target.state_dir, options.environ, RunClock(), nonces=nonces)
        async with way as access:
            found.append(await access.list_orders())

    async with AsyncExitStack() as block:
        nonces = surviving_nonces(await _open(target, options, host, [], block))
        try:
            await host.run(main)
        except AccessFailed:
            return None
    return found[0]


# --- the halt --------------------------------------------------------------------------------


async def _open(
    target: Target, options: HaltOptions, host: Host, doubts: list[str], block: AsyncExitStack
) -> Target:
    """Return the target with the journals of its ledger; with those here if it is away or refuses."""
    try:
        return await block.enter_async_context(with_ledger(target, options.environ, host))
    except (Unreachable, Refused) as error:
        doubts.append(f"nothing was halted, for {error}; runs with that ledger may go on")
        return replace(target, ledger=None)


def _halt(
    records: Records, options: HaltOptions, doubts: list[str]
) -> tuple[HaltChange | None, HaltChange | None]:
    """Halt; return the halt, None where that failed, and the one that held before."""
    if doubts:
        return None, None
    try:
        before = halt_in_force(records.halts())
        return records.change_halt(_change(options.reason, options.environ, halted=True)), before
    except (Unreachable, Refused, Locked) as error:
        doubts.append(f"nothing was halted: {error}")
        return None, None


def _change(reason: str, environ: Mapping[str, str], *, halted: bool) -> HaltChange:
    who = who_runs(environ)
    return HaltChange(
        halted=halted,
        by=who["user"] or "somebody",
        host=who["host"] or "a machine",
        reason=reason,
        at=f"{rfc3339(time.time())[:19]}Z",
    )


async def _wait_for_passage(records: Records, host: Host) -> bool:
    """Wait until no run is writing an intent; return False if one still is after a while."""
    import trio  # noqa: PLC0415

    passed = records.nothing_passes()

    async def main() -> None:
        nonlocal passed
        with trio.move_on_after(_PASSAGE_WAIT_S):
            while not passed:
                await trio.sleep(_POLL_S)
                passed = records.nothing_passes()

    if not passed:
        await host.run(main)
    return passed


def _horizon(found: Journaled, options: HaltOptions, *, sure: bool) -> float:
    """Return when an order that is under way can no longer be accepted nor be missing in the records.

    It is 0 where none is; what is not known may have the longest deadline.
    """
    until = max(found.until, 0.0 if sure else time.time() + MOST_DEADLINE_S)
    return until + options.settle_s if until else 0.0


def _scope(found: Journaled, options: HaltOptions) -> Scope | None:
    if options.ours:
        return found.ours
    return AllButStops() if options.keep_stops else None


# --- the exchange ----------------------------------------------------------------------------


async def _sweep(
    sweep: Sweep, reqids: Reqids, target: Target, options: HaltOptions, *, out: Console, host: Host
) -> str:
    """Cancel until nothing is shown; return why that could not be done, empty if it could be tried."""
    from runner.app.access.venues import open_venue  # noqa: PLC0415
    from runner.net.clock import RunClock  # noqa: PLC0415
    from runner.net.failures import AccessFailed  # noqa: PLC0415
    from runner.runtime.driver import Driver  # noqa: PLC0415

    async def append(_: object) -> None:
        """Keep nothing: a sweep that is cut off is begun again."""

    async def main() -> None:
        clock = RunClock()
        way = open_venue(
            target.venue,
            target.state_dir,
            options.environ,
            clock,
            say=out.note,
            nonces=surviving_nonces(target),
        )
        with out.progress("halt") as observe:
            async with way as access:
                driver = Driver(sweep, access, reqids=reqids, append=append, clock=clock, observe=observe)
                await driver.run(stops=host.stops())

    try:
        await host.run(main)
    except (OrderBatchError, AccessFailed) as error:
        return str(error)
    return ""


def _keep(target: Target, result: Mapping[str, Any], out: Console) -> None:
    folder = halts_path(target.state_dir, target.venue)
    try:
        make_folder(folder, durable=False)
        write_json(folder / _RESULT, result)
    except OSError as error:
        out.note(f"The result could not be written: {error}")
