"""``order-batch apply``: carry a batch out, once, and leave a manifest.

Nothing is sent before the file is valid, the state is held and the plan is accepted.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import trio

from runner import __version__
from runner.domain import Answer
from runner.driver import Driver
from runner.engine import Execution, Plan, Timing, forecast
from runner.errors import ExitCode, InvalidInput, Refused, Unresolved
from runner.guards import Moment
from runner.protocol import LIMITS, Reqids, Tier
from runner.records import manifest, to_content
from runner.report import exit_code_of
from runner.storage import JOURNAL, MANIFEST, State, hold, read_journal, write_json
from runner.transport.clock import RunClock

from .batches import Target, folder_of, ledger_of, load, plan_of, refuse_changed
from .plans import admitted, approved, refuse_no_file
from .policies import gate_for, keeper, policy_for, problems_of, refuse_denied, rulings_on
from .running import few_collections, run
from .venues import KRAKEN, live_credentials, live_endpoints, open_venue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from runner.domain import Policy
    from runner.engine import Keeper
    from runner.report import Output

TOOL = f"order-batch {__version__}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyOptions:
    """How to apply. ``ask`` puts a question to a person, None where there is no terminal."""

    yes: bool
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
    policy = policy_for(Path(batch.file), target.policy)
    if options.manifest is not None:
        refuse_no_file(options.manifest, "the manifest")
    if target.venue == KRAKEN:
        # Wrong credentials or addresses are found before anything else is begun.
        live_endpoints(options.environ)
        live_credentials(options.environ)
    if loaded.saved is not None:
        admitted(loaded.saved, target, options.environ, policy)
    folder = folder_of(target, batch)
    with hold(folder) as state:
        ledger = ledger_of(state.journal.contents)
        found = plan_of(target, batch, ledger, policy)
        refuse_changed(found)
        if loaded.saved is not None:
            found = approved(loaded.saved, found, ledger, target)
        if found.changes:
            _ask_policy(policy, found, target, out)
            out.expect(forecast(found, options.tier))
            _confirm(found, options, out)
        gate = gate_for(policy, found, target, moment=Moment.SEND)
        try:
            _carry_out(found, target, options, state, out, gate=keeper(gate))
        except Refused as error:
            raise _with_what_is_unknown(error, folder) from error
        result = manifest(ledger_of(read_journal(folder / JOURNAL)))
        told = _publish(result, state, options, out)
    code = exit_code_of(result)
    return code if told else code or ExitCode.INCOMPLETE


def _ask_policy(policy: Policy | None, found: Plan, target: Target, out: Output) -> None:
    """Nothing is sent of a batch of which a rule denies anything. The send path asks again."""
    gate = gate_for(policy, found, target, moment=Moment.SEND)
    rulings = rulings_on(found, gate)
    out.remarks(problems_of(rulings, found.file, Answer.WARN, Answer.UNCHECKED))
    refuse_denied(policy, rulings, found.file)


def _with_what_is_unknown(error: Refused, folder: Path) -> Refused | Unresolved:
    """Why a run broke off: more than a refusal when it leaves orders behind whose fate it did not learn."""
    ledger = ledger_of(read_journal(folder / JOURNAL))
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


def _confirm(found: Plan, options: ApplyOptions, out: Output) -> None:
    if found.venue != KRAKEN or options.yes:
        return
    if options.ask is None:
        raise InvalidInput(
            "real orders are sent only after a yes, and there is no terminal to ask at",
            details=["Nothing was sent. Give --yes where the plan was reviewed before, as in CI."],
        )
    if not out.confirm(found, options.ask):
        raise Refused("not confirmed; nothing was sent")


def _carry_out(
    found: Plan, target: Target, options: ApplyOptions, state: State, out: Output, *, gate: Keeper
) -> None:
    async def main() -> None:
        clock = RunClock()
        reqids = Reqids()
        execution = Execution(
            found, reqids, tool=TOOL, timing=options.timing, gate=gate, limits=LIMITS[options.tier]
        )
        if not found.changes:
            # That there was nothing to do is a result too; it needs no connection.
            await append([to_content(entry) for entry in execution.start(clock()).entries])
            return
        async with open_venue(
            target.venue, target.state_dir, options.environ, clock, tier=options.tier
        ) as access:
            with few_collections(), out.progress(found.run.batch) as observe:
                driver = Driver(execution, access, reqids=reqids, append=append, clock=clock, observe=observe)
                await driver.run(signals=(signal.SIGINT, signal.SIGTERM))

    async def append(contents: Sequence[Mapping[str, Any]]) -> None:
        try:
            await trio.to_thread.run_sync(state.journal.append, contents)
        except OSError as error:
            raise Refused(
                f"{state.path}: the journal cannot be written: {error.strerror}",
                details=["What it does not hold was not sent. Make room, then run the same command again."],
            ) from error

    run(main)
