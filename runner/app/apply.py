"""``order-batch apply``: carry a batch out, once, and write a manifest.

Nothing is sent before the file is valid, the state is locked and the plan is accepted.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import trio
from msgspec import structs

from runner import TOOL
from runner.domain import Answer, Gap, Subject
from runner.errors import ExitCode, Refused, Remedy, Unreachable
from runner.execution import OPEN_GATE, ConnectFailed, Execution, HoldingGate, Timing
from runner.journal import manifest
from runner.kraken import LIMITS, Reqids, Tier, cure_of
from runner.net.clock import RunClock
from runner.net.failures import AccessFailed
from runner.planning import Plan, claims_of, validation_plan
from runner.policy import CheckPhase, Denial
from runner.review import KeyUse, expectations, forecast, refuse_other_account
from runner.runtime.driver import Driver, Recorder
from runner.runtime.storage import WIRE_LOG, State, WireLog, hold

from .access.credentials import live_credentials, live_endpoints
from .access.venues import KRAKEN, look_at_venue, open_venue
from .access.waits import announce_wait
from .checks.api_keys import AccountKey, KeyLacks, check_key
from .checks.journal_claims import hold_claims
from .checks.owners import OtherAccount, refuse_other_owner, with_known_owner
from .checks.policy_prices import POLICY_PRICES, fresh_prices, load_prices
from .checks.preflight import (
    check_before_sending,
    has_unfinished_run,
    read_history,
    refuse_taken,
    review_unchecked,
)
from .checks.second_looks import look_again, say_looks
from .consent import Consent, ask_for_consent, must_ask, refuse_other_plan, require_consent
from .event_stream import WaitEvents, event_stream
from .exit_codes import exit_code_of
from .inputs.batches import (
    Target,
    folder_of,
    ledger_of,
    load,
    plan_of,
    refuse_changed,
    refuse_own_orders,
    refuse_tracked,
)
from .inputs.other_runs import with_orders_elsewhere
from .inputs.policies import (
    Guarding,
    denies_looks,
    exclude_other_senders,
    guarding_for,
    policy_for,
    problems_of,
    refuse_denied,
    rulings_on,
)
from .inputs.provenance import provenance_of
from .inputs.saved_plans import check_admission, mark_approved, refuse_no_file
from .interrupted_run import has_sent, with_what_is_known
from .publishing import Publication
from .stop import Stop, unless_stopped
from .validate_only import NOTHING_IS_PLACED, refuse_in_doubt

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
    from typing import Any, TypeVar

    from runner.domain import OrderKey, Policy
    from runner.execution import SendGate
    from runner.journal import Ledger
    from runner.kraken import OpenOrder
    from runner.policy import Denial, Gate
    from runner.review import KeyReview, Review, SavedPlan
    from runner.runtime.driver import StopSource
    from runner.runtime.kraken.access import KrakenAccess

    from .console import Console
    from .hosts import Host

    T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyOptions:
    """The options of ``apply``. ``on_event`` gets each event, and ``events`` is a file for them.

    ``unchecked``: skip the pre-flight check. ``validate_only``: place nothing. ``stop`` ends the run early.
    """

    consent: Consent
    unchecked: bool = False
    validate_only: bool = False
    timing: Timing
    manifest: Path | None
    environ: Mapping[str, str] = field(repr=False)
    elapsed_s: Callable[[], float]
    tier: Tier = Tier.STARTER
    on_event: Callable[[Mapping[str, Any]], object] | None = None
    events: Path | None = None
    stop: Stop = field(default_factory=Stop)

    def must_ask(self, plan: Plan) -> bool:
        """Return True if a plan needs a confirmation."""
        return must_ask(self.consent, plan, validate_only=self.validate_only)


async def apply(target: Target, options: ApplyOptions, out: Console, host: Host) -> ExitCode:
    """Apply a batch file; the exit code says how the run ended."""
    loaded = load(target)
    batch = loaded.batch
    policy = policy_for(target, loaded.saved, out)
    for path, what in ((options.manifest, "the manifest"), (options.events, "the event log")):
        if path is not None:
            refuse_no_file(path, what, target, options.environ, loaded.saved)
    if target.venue == KRAKEN:
        # Wrong credentials or addresses are found before anything else is begun.
        live_endpoints(options.environ)
        live_credentials(options.environ)
    if loaded.saved is not None:
        check_admission(loaded.saved, target, options.environ, out, policy)
    folder = folder_of(target, batch)
    refuse_tracked(folder)
    with hold(folder) as state, event_stream(options.events, options.on_event, out.note) as on_event:
        options = replace(options, on_event=on_event)
        ledger = ledger_of(state.journal.contents)
        found = plan_of(target, batch, ledger, policy)
        found = structs.replace(found, provenance=provenance_of(loaded, target, options.environ))
        refuse_changed(found)
        refuse_own_orders(found, ledger)
        refuse_other_plan(options.consent, found, target, options.environ)
        if loaded.saved is not None:
            found = mark_approved(loaded.saved, found, ledger, target)
        if options.validate_only:
            refuse_in_doubt(found)
        found = with_orders_elsewhere(found, target, time.time())
        held = _Held(found, ledger, state, policy, loaded.saved)
        carrying = _Carrying(held, target, options, out, host)
        publication = Publication(
            state=state,
            copy=options.manifest,
            kept=not options.validate_only,
            elapsed_s=options.elapsed_s,
        )
        try:
            await host.run(carrying.main)
        except OtherAccount:
            raise
        except (Refused, Unreachable) as error:
            known = carrying.ledger()
            if has_sent(known, runs=len(ledger.runs)):
                publication.write(manifest(known), out)
            raise with_what_is_known(error, known, runs=len(ledger.runs)) from error
        result = manifest(carrying.ledger())
        written = publication.publish(result, out)
    code = exit_code_of(result)
    return code if written else code or ExitCode.INCOMPLETE


async def _open_gate(
    guarding: Guarding | None, access: KrakenAccess, out: Console, *, begun: bool
) -> Gate | None:
    """Return the gate for a run that no rule denies, as far as is known.

    Raises ``Refused``, ``Unreachable``. An interrupted run is completed all the same: then rules are applied
    when messages are sent.
    """
    if guarding is None:
        return None
    guarding = await load_prices(guarding, access, needed=not begun)
    file = guarding.plan.file
    rulings = rulings_on(guarding.plan, guarding.gate(CheckPhase.SEND))
    out.remarks(problems_of(rulings, file, *(Answer if begun else (Answer.WARN, Answer.UNCHECKED))))
    if not begun:
        refuse_denied(guarding.policy, rulings, file)
    return guarding.gate(CheckPhase.SEND)


@dataclass(frozen=True, slots=True)
class _Held:
    """The plan, its policy, the locked state with the journal, and the saved plan, if one is applied."""

    plan: Plan
    ledger: Ledger
    state: State
    policy: Policy | None
    saved: SavedPlan | None


async def _look(
    access: KrakenAccess, held: _Held, plan: Plan, options: ApplyOptions, out: Console, *, key: KeyReview
) -> tuple[Review, Mapping[OrderKey, Denial]]:
    """Review a plan before it is sent; also return what to hold back. Raises ``Refused``, ``Unreachable``."""
    if options.validate_only:
        await refuse_taken(access, plan)
    if options.unchecked:
        needed = options.must_ask(plan) or denies_looks(held.policy)
        return await review_unchecked(access if needed else None, plan), {}
    return await check_before_sending(access, plan, held.ledger, out, key=key, tier=options.tier)


_LOOKED_AT: Final = "the exchange's prices, balances and open orders"


class _Carrying:
    """One run of a plan: from the check of the account to the last outcome in the journal."""

    def __init__(self, held: _Held, target: Target, options: ApplyOptions, out: Console, host: Host) -> None:
        self._held = held
        self._target = target
        self._options = options
        self._out = out
        self._host = host
        self._reqids = Reqids()
        self._recorder = Recorder(held.state, keep=not options.validate_only, on_event=options.on_event)
        self._recorded: tuple[OpenOrder, ...] = ()

    def ledger(self) -> Ledger:
        """Return the ledger of the journal and of this run. Does not read the disk, which may have failed."""
        return self._recorder.ledger()

    async def main(self) -> None:
        """Carry the plan out. Raises the errors that prevent it or interrupt it."""
        await unless_stopped(self._options.stop, self._main)

    async def _main(self, watching: trio.CancelScope) -> None:
        self._watching = watching
        self._clock = RunClock()
        options, found = self._options, self._held.plan
        quiet = not found.changes and not claims_of(found)
        known = with_known_owner(found, self._held.ledger, self._target, options.environ) if quiet else None
        if known is not None:
            await self._end_at_once(known)  # it needs no connection
            return
        if options.validate_only and found.changes and not any((wanted := validation_plan(found)).orders()):
            await self._end_at_once(wanted)
            return
        if found.changes:
            require_consent(options.consent, found, validate_only=options.validate_only)
        target = self._target
        # Who sends nothing is not kept out by others who use a simulated exchange.
        way = partial(open_venue, tier=options.tier) if found.changes else look_at_venue
        async with way(
            target.venue, target.state_dir, options.environ, self._clock, say=self._out.note
        ) as access:
            try:
                awaited = "the exchange to say whose account and orders these are"
                key = await self._announce(self._believed_key(access), awaited, access)
            except KeyLacks as failure:
                if not found.changes:
                    raise
                await self._give_up(found, failure)
                return
            except AccessFailed as failure:
                await self._reach_nothing(failure)
                return
            whose = structs.replace(found, owner=key.owner, recorded=self._recorded)
            if not found.changes:
                await self._end_at_once(whose)
                return
            with exclude_other_senders(self._held.policy, whose, target):
                await self._send(whose, access, key.review)

    async def _announce(self, work: Awaitable[T], what: str, access: KrakenAccess) -> T:
        return await announce_wait(work, self._out.note, what, lambda: access.doing)

    async def _believed_key(self, access: KrakenAccess) -> AccountKey:
        """Return the account, once the key may do all of this and the journal agrees with the exchange."""
        found, ledger, out = self._held.plan, self._held.ledger, self._out
        use = KeyUse.VALIDATE if self._options.validate_only else KeyUse.APPLY
        key = await check_key(
            access,
            ledger,
            use if found.changes else KeyUse.LOOK,
            policy=self._held.policy,
            remedy=Remedy.SKIP_CHECKS,
            unchecked=self._options.unchecked,
            say=out.note,
        )
        refuse_other_owner(ledger, key.owner, self._target, found.run)
        if self._held.saved is not None:
            refuse_other_account(self._held.saved, key.owner, name=str(self._target.file))
        unheld, self._recorded = await hold_claims(access, found, ledger, self._target, out.note)
        if unheld:
            out.note(f"Not checked: {Gap(Subject.CLAIMS, unheld)}.")
        return key

    async def _send(self, plan: Plan, access: KrakenAccess, key: KeyReview) -> None:
        options, held, out = self._options, self._held, self._out
        if not options.unchecked:
            plan = await read_history(access, plan, self._out.note)
        look = _look(access, held, plan, options, out, key=key)
        try:
            review, new = await self._announce(look, _LOOKED_AT, access)
        except Unreachable as failure:
            await self._give_up(plan, failure)
            return
        begun = has_unfinished_run(held.ledger)
        review, denied = look_again(review, held.policy, out, begun=begun)
        if not options.must_ask(plan):
            say_looks(review, out)
        plan = structs.replace(review.plan, expected=expectations(review))
        guarding = guarding_for(held.policy, plan, self._target)
        opening = _open_gate(guarding, access, out, begun=begun)
        gate = await self._announce(opening, POLICY_PRICES, access)
        if options.unchecked:
            out.expect(forecast(plan, options.tier))
        ask_for_consent(options.consent, review, options.environ, out, validate_only=options.validate_only)
        if options.validate_only:
            out.note(NOTHING_IS_PLACED)
            plan = validation_plan(plan)
        held_gate = HoldingGate(gate or OPEN_GATE, {**new, **denied})
        async with fresh_prices(gate, access, guarding, out.note):
            await self._drive(self._execution(plan, held_gate), access)

    async def _end_at_once(self, plan: Plan) -> None:
        """Report the result of a run that has nothing to do."""
        await self._recorder.append(self._execution(plan).start(self._clock()).entries)

    async def _give_up(self, plan: Plan, failure: Unreachable) -> None:
        """Record a run that ends before it connects: that nothing was sent is a result too."""
        execution = self._execution(plan)
        await self._recorder.append(execution.start(self._clock()).entries)
        turn = execution.handle([ConnectFailed(str(failure), final=True)], self._clock())
        await self._recorder.append(turn.entries)
        assert execution.finished, "nothing is open in a run that has sent nothing"
        for text in failure.details:
            self._out.note(text)
        self._out.advise(failure.remedies)

    async def _reach_nothing(self, failure: AccessFailed) -> None:
        """End as a run that cannot reach the exchange, which is a result if there was anything to send."""
        if not self._held.plan.changes:
            why = f"what the journal says cannot be held against the exchange: {failure.reason}"
            raise Unreachable(why, details=[f"Nothing was sent. {cure_of(failure.reason)}"])
        await self._give_up(self._held.plan, Unreachable(failure.reason))

    def _execution(self, plan: Plan, gate: SendGate = OPEN_GATE) -> Execution:
        return Execution(
            plan,
            self._reqids,
            tool=TOOL,
            timing=self._options.timing,
            gate=gate,
            limits=LIMITS[self._options.tier],
        )

    @contextmanager
    def _logged(self, access: KrakenAccess) -> Iterator[None]:
        """Keep the messages of the run, unless it only validates."""
        if self._options.validate_only:
            yield
            return
        try:
            log = WireLog(self._held.state.path / WIRE_LOG, self._clock)
        except OSError:
            yield  # Nothing depends on it.
            return
        with log:
            access.observe = log.add
            yield

    async def _drive(self, execution: Execution, access: KrakenAccess) -> None:
        progress = self._out.progress(self._held.plan.run.batch)
        with self._host.while_sending(), self._logged(access), progress as observe:
            driver = Driver(
                execution,
                access,
                reqids=self._reqids,
                append=self._recorder.append,
                clock=self._clock,
                observe=WaitEvents(observe, self._options.on_event, self._clock),
                clock_needed=not self._options.unchecked,
            )
            try:
                self._watching.cancel()
                await driver.run(stops=self._stops())
            finally:
                self._recorder.add_last_words(driver.last_words)

    def _stops(self) -> Sequence[StopSource]:
        return (*self._host.stops(), self._options.stop)
