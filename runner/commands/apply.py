"""``order-batch apply``: carry a batch out, once, and leave a manifest.

Nothing is sent before the file is valid, the state is held and the plan is accepted.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import trio

from runner import __version__
from runner.domain import Answer
from runner.driver import Driver
from runner.engine import OPEN_GATE, ConnectFailed, Execution, Plan, Timing, forecast
from runner.errors import ExitCode, InvalidInput, Refused, Unreachable, Unresolved
from runner.guards import Moment
from runner.protocol import LIMITS, Reqids, Tier
from runner.records import fold, manifest, seal_all
from runner.report import exit_code_of
from runner.storage import JOURNAL, MANIFEST, State, hold, journal_entries, write_json
from runner.transport.clock import RunClock

from .batches import Target, folder_of, ledger_of, load, plan_of, refuse_changed
from .live_access import live_credentials, live_endpoints
from .looking import begun, check_before_sending, glance
from .plans import admitted, approved, refuse_no_file
from .policies import Guarding, guarding_for, policy_for, problems_of, refuse_denied, rulings_on
from .pricing import fresh_prices, priced
from .running import run, while_sending
from .venues import KRAKEN, account_at, open_venue

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from typing import Any

    from runner.domain import Policy
    from runner.guards import Gate
    from runner.records import Entry, Ledger
    from runner.report import Output
    from runner.review import Review
    from runner.transport.kraken import KrakenAccess

TOOL = f"order-batch {__version__}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyOptions:
    """How to apply. ``ask`` puts a question to a person, None where there is no terminal. ``unchecked``: the
    exchange alone says what is wrong with an order.
    """

    yes: bool
    unchecked: bool = False
    timing: Timing
    manifest: Path | None
    environ: Mapping[str, str]
    ask: Callable[[str], bool] | None
    elapsed_s: Callable[[], float]
    tier: Tier = Tier.STARTER


def apply(target: Target, options: ApplyOptions, out: Output) -> ExitCode:
    """Apply a batch file; the exit code says how the run ended."""
    loaded = load(target)
    batch = loaded.batch
    policy = policy_for(target, loaded.saved, out)
    if options.manifest is not None:
        refuse_no_file(options.manifest, "the manifest")
    if target.venue == KRAKEN:
        # Wrong credentials or addresses are found before anything else is begun.
        live_endpoints(options.environ)
        live_credentials(options.environ)
    if loaded.saved is not None:
        admitted(loaded.saved, target, options.environ, out, policy)
    folder = folder_of(target, batch)
    with hold(folder) as state:
        ledger = ledger_of(state.journal.contents)
        found = plan_of(target, batch, ledger, policy)
        refuse_changed(found)
        if loaded.saved is not None:
            found = approved(loaded.saved, found, ledger, target)
        try:
            _carry_out(_Held(found, ledger, state, policy), target, options, out)
        except Refused as error:
            raise _with_what_is_unknown(error, folder) from error
        result = manifest(fold(journal_entries(folder / JOURNAL)))
        told = _publish(result, state, options, out)
    code = exit_code_of(result)
    return code if told else code or ExitCode.INCOMPLETE


async def _asked(guarding: Guarding | None, access: KrakenAccess, out: Output, *, begun: bool) -> Gate | None:
    """The gate for a run, which no rule denies as far as can be known. Raises ``Refused``, ``Unreachable``.

    A run that was begun is brought to its end all the same: then the send path alone holds back what it must.
    """
    if guarding is None:
        return None
    guarding = await priced(guarding, access, needed=not begun)
    file = guarding.plan.file
    rulings = rulings_on(guarding.plan, guarding.gate(Moment.SEND))
    out.remarks(problems_of(rulings, file, *(Answer if begun else (Answer.WARN, Answer.UNCHECKED))))
    if not begun:
        refuse_denied(guarding.policy, rulings, file)
    return guarding.gate(Moment.SEND)


def _with_what_is_unknown(error: Refused, folder: Path) -> Refused | Unresolved:
    """Why a run broke off: more than a refusal when it leaves orders behind whose fate it did not learn."""
    ledger = fold(journal_entries(folder / JOURNAL))
    unknown = [str(key) for key, record in ledger.orders.items() if record.in_doubt]
    if not unknown:
        return error
    lost = f"The fate of {', '.join(unknown[:3])} is unknown; the next run begins by looking it up."
    return Unresolved(str(error), details=[*error.details, lost])


def _publish(result: Mapping[str, Any], state: State, options: ApplyOptions, out: Output) -> bool:
    """Write the manifest wherever it is wanted; a failure to do so hides nothing of what the run did."""
    steps: list[Callable[[], object]] = [partial(state.write_manifest, result)]
    if options.manifest is not None:
        steps.append(partial(write_json, options.manifest, result))
    path = str(state.path / MANIFEST)
    steps.append(partial(out.manifest, result, path=path, elapsed_s=options.elapsed_s()))
    failures = [error for step in steps if (error := _failure_of(step)) is not None]
    for error in failures:
        out.note(f"The run is over, but its manifest could not be written everywhere: {error}")
    return not failures


def _failure_of(step: Callable[[], object]) -> OSError | None:
    try:
        step()
    except OSError as error:
        return error
    return None


def _refuse_without_a_yes(found: Plan, options: ApplyOptions) -> None:
    """Nobody is asked anything for a run that nobody can say yes to."""
    if found.venue == KRAKEN and not options.yes and options.ask is None:
        raise InvalidInput(
            "real orders are sent only after a yes, and there is no terminal to ask at",
            details=["Nothing was sent. Give --yes where the plan was reviewed before, as in CI."],
        )


def _must_ask(found: Plan, options: ApplyOptions) -> bool:
    return found.venue == KRAKEN and not options.yes


def _confirm(review: Review, target: Target, options: ApplyOptions, out: Output) -> None:
    found = review.plan
    if not _must_ask(found, options) or options.ask is None:
        return
    where = urlsplit(live_endpoints(options.environ).ws_url).netloc
    key = account_at(target.venue, target.state_dir, options.environ)
    account = f"of the API key {key}" if key else ""
    if not out.confirm(found, options.ask, review, account=account, exchange=where):
        raise Refused("not confirmed; nothing was sent")


@dataclass(frozen=True, slots=True)
class _Held:
    """What is to be done, what was done before, the state that keeps both, and the policy that holds."""

    plan: Plan
    ledger: Ledger
    state: State
    policy: Policy | None


async def _look(access: KrakenAccess, held: _Held, options: ApplyOptions, out: Output) -> Review:
    """The review of a plan before it is sent. Raises ``Refused``, ``Unreachable``."""
    if options.unchecked:
        return await glance(access if _must_ask(held.plan, options) else None, held.plan)
    return await check_before_sending(access, held.plan, held.ledger, out, tier=options.tier)


async def _give_up(
    execution: Execution,
    failure: Unreachable,
    append: Callable[[Sequence[Entry]], Awaitable[None]],
    clock: Callable[[], float],
) -> None:
    """Write down a run that ends before it connects."""
    await append(execution.start(clock()).entries)
    turn = execution.handle([ConnectFailed(str(failure), final=True)], clock())
    await append(turn.entries)
    assert execution.finished, "nothing is open in a run that has sent nothing"


def _carry_out(held: _Held, target: Target, options: ApplyOptions, out: Output) -> None:
    found, state = held.plan, held.state

    async def main() -> None:
        clock = RunClock()
        reqids = Reqids()
        if not found.changes:
            # That there was nothing to do is a result too; it needs no connection.
            execution = Execution(found, reqids, tool=TOOL, timing=options.timing)
            await append(execution.start(clock()).entries)
            return
        _refuse_without_a_yes(found, options)
        async with open_venue(
            target.venue, target.state_dir, options.environ, clock, tier=options.tier, say=out.note
        ) as access:
            try:
                review = await _look(access, held, options, out)
            except Unreachable as failure:
                # That nothing was sent is a result too.
                await _give_up(Execution(found, reqids, tool=TOOL), failure, append, clock)
                for text in failure.details:
                    out.note(text)
                return
            seen = review.plan
            guarding = guarding_for(held.policy, seen, target)
            gate = await _asked(guarding, access, out, begun=begun(held.ledger))
            if options.unchecked:
                out.expect(forecast(seen, options.tier))
            _confirm(review, target, options, out)
            execution = Execution(
                seen,
                reqids,
                tool=TOOL,
                timing=options.timing,
                gate=gate or OPEN_GATE,
                limits=LIMITS[options.tier],
            )
            async with fresh_prices(gate, access, guarding):
                with while_sending(), out.progress(found.run.batch) as observe:
                    driver = Driver(
                        execution,
                        access,
                        reqids=reqids,
                        append=append,
                        clock=clock,
                        observe=observe,
                        clock_needed=not options.unchecked,
                    )
                    await driver.run(signals=(signal.SIGINT, signal.SIGTERM))

    async def append(entries: Sequence[Entry]) -> None:
        try:
            # Sealed here: what the thread does is then the kernel's, and leaves the interpreter to the run.
            await trio.to_thread.run_sync(state.journal.write, seal_all(entries))
        except OSError as error:
            raise Refused(
                f"{state.path}: the journal cannot be written: {error.strerror}",
                details=["What it does not hold was not sent. Make room, then run the same command again."],
            ) from error

    run(main)
