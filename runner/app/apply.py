"""``order-batch apply``: carry a batch out, once, and write a manifest.

Nothing is sent before the file is valid, the state is locked and the plan is accepted.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msgspec import structs

from runner.errors import ExitCode, OrderBatchError, Refused, Unreachable
from runner.journal import manifest

from .access.credentials import live_credentials, live_endpoints
from .access.venues import KRAKEN
from .carrying import ApplyOptions, Carrying, Held
from .checks.halts import refuse_halted
from .checks.owners import OtherAccount
from .checks.preflight import has_unfinished_run
from .consent import refuse_other_plan
from .event_stream import event_stream
from .exit_codes import exit_code_of
from .inputs.batches import (
    ledger_of,
    load,
    plan_of,
    records_of,
    refuse_changed,
    refuse_own_orders,
    run_of,
)
from .inputs.other_runs import with_orders_elsewhere
from .inputs.policies import policy_for
from .inputs.provenance import provenance_of
from .inputs.saved_plans import check_admission, mark_admitted, refuse_no_file
from .interrupted_run import has_sent, with_what_is_known
from .publishing import Publication
from .rehearsal.rehearsing import with_rehearsal
from .runs import Run, Runs
from .team.approvals import require_approvals
from .team.opening import take_account, with_ledger
from .validate_only import refuse_in_doubt

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from runner.domain import Policy
    from runner.runtime.storage import State

    from .console import Console
    from .hosts import Host
    from .inputs.batches import Loaded, Target


async def apply(target: Target, options: ApplyOptions, out: Console, host: Host) -> ExitCode:
    """Apply a batch file; the exit code says how the run ended."""
    async with with_rehearsal(target, options.environ, host, out, options.tier) as (own, serving):
        return await _apply(own, options, out, serving)


async def _apply(target: Target, options: ApplyOptions, out: Console, host: Host) -> ExitCode:
    prepared = prepare(target, load(target), options, out)
    refuse_bad_access(target, options)
    admit_saved(prepared, options)
    async with with_ledger(target, options.environ, host) as opened:
        prepared = replace(prepared, target=opened)
        refuse_halted([opened])
        await take_turn(prepared, options, host)
        with (
            hold_journal(prepared) as state,
            event_stream(options.events, options.on_event, out.note) as on_event,
        ):
            held = hold_plan(prepared, state, options)
            refuse_other_plan(options.consent, [held.plan], opened, options.environ)
            return await _carry_out(held, replace(options, on_event=on_event), out, host)


async def _carry_out(held: Held, options: ApplyOptions, out: Console, host: Host) -> ExitCode:
    run = Run(Carrying(accept_plan(held, options), options, out, host))
    try:
        await host.run(Runs([run], options, out, on_end=lambda _: ExitCode.DONE).main)
    except OrderBatchError as error:
        run.error = run.error or error
    return end_run(run, options, out)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that was read, with its policies; ``out`` shows its results."""

    target: Target
    loaded: Loaded
    policy: Policy | None
    out: Console


def prepare(target: Target, loaded: Loaded, options: ApplyOptions, out: Console) -> Prepared:
    """Read the policies of a file. Raises ``InvalidInput``, also for an output that cannot be written."""
    policy = policy_for(target, loaded.saved, out)
    for path, what in ((options.manifest, "the manifest"), (options.events, "the event log")):
        if path is not None:
            refuse_no_file(path, what, target, options.environ, loaded.saved)
    return Prepared(target, loaded, policy, out)


def refuse_bad_access(target: Target, options: ApplyOptions) -> None:
    """Raise ``InvalidInput`` for wrong credentials or addresses, before anything else is begun."""
    if target.venue == KRAKEN:
        live_endpoints(options.environ)
        live_credentials(options.environ)


def admit_saved(prepared: Prepared, options: ApplyOptions) -> None:
    """Raise ``Refused`` for a saved plan that may not be applied here and now."""
    saved = prepared.loaded.saved
    if saved is not None and prepared.target.rehearsal.wanted:
        raise Refused(
            f"{prepared.target.file}: a saved plan is for the account that it was made for, and no rehearsal",
            details=["Rehearse the batch file that it was made of."],
        )
    if saved is not None:
        check_admission(saved, prepared.target, options.environ, prepared.out, prepared.policy)


async def take_turn(prepared: Prepared, options: ApplyOptions, host: Host) -> None:
    """Take the account in a ledger; without one each journal has its own lock. Raises ``Locked``."""
    name, say = prepared.loaded.batch.name, prepared.out.note
    await take_account(prepared.target, name, options.environ, host, say=say)


def hold_journal(prepared: Prepared) -> AbstractContextManager[State]:
    """Hold the journal of a file during a block. Raises ``Locked``, ``Refused``."""
    target = prepared.target
    return records_of(target).hold(run_of(target, prepared.loaded.batch))


def hold_plan(prepared: Prepared, state: State, options: ApplyOptions) -> Held:
    """Return the plan of a file by its locked journal. Raises ``Refused``, ``InvalidBatch``."""
    target, loaded, policy = prepared.target, prepared.loaded, prepared.policy
    ledger = ledger_of(state.journal.contents)
    plan = plan_of(target, loaded.batch, ledger, policy)
    plan = structs.replace(plan, provenance=provenance_of(loaded, target, options.environ))
    refuse_changed(plan)
    refuse_own_orders(plan, ledger)
    return Held(plan, ledger, state, policy, loaded.saved, target)


def accept_plan(held: Held, options: ApplyOptions) -> Held:
    """Return what was held, with the plan as it may be carried out.

    Raises ``Refused`` for a saved plan that was used or no longer fits, for one that lacks approvals, and for
    orders in doubt that would only be validated.
    """
    plan = held.plan
    if held.saved is not None:
        plan = mark_admitted(held.saved, plan, held.ledger, held.target)
    demand = None
    if options.validate_only:
        refuse_in_doubt(plan)
    else:
        begun = has_unfinished_run(held.ledger)
        plan, demand = require_approvals(plan, held.saved, held.target, begun=begun)
    return replace(held, plan=with_orders_elsewhere(plan, held.target, time.time()), demand=demand)


def end_run(run: Run, options: ApplyOptions, out: Console) -> ExitCode:
    """Publish the result of a run, and return its exit code.

    Raises the error of a run without a result; of one that was interrupted it says what is at the exchange.
    """
    held, known = run.carrying.held, run.carrying.ledger()
    publication = Publication(
        state=held.state,
        copy=options.manifest,
        kept=not options.validate_only,
        elapsed_s=options.elapsed_s,
        rehearsal=held.target.rehearsal,
    )
    error, before = run.error, len(held.ledger.runs)
    if isinstance(error, Refused | Unreachable) and not isinstance(error, OtherAccount):
        if has_sent(known, runs=before):
            publication.write(manifest(known), out)
        raise with_what_is_known(error, known, runs=before) from error
    if error is not None:
        raise error
    result = manifest(known)
    written = publication.publish(result, out)
    code = exit_code_of(result)
    return code if written else code or ExitCode.INCOMPLETE
