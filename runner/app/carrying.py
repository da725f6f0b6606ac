"""One run of a plan, in steps: whose account it is, what it finds there, and then every message.

The steps are taken over an access to the account that others have opened, so that several runs can share it,
and one look at the market. Whoever takes them decides in which order, and what an error stops.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from msgspec import structs

from runner import TOOL
from runner.domain import Answer, Gap, Subject
from runner.errors import Remedy, Unreachable
from runner.execution import OPEN_GATE, ConnectFailed, Execution, HoldingGate, Timing
from runner.kraken import LIMITS, Reqids, Tier, cure_of
from runner.net.failures import AccessFailed
from runner.planning import Plan, claims_of, validation_plan
from runner.policy import CheckPhase, Denial
from runner.review import KeyUse, expectations, forecast, refuse_other_account
from runner.runtime.driver import Driver, Recorder
from runner.runtime.storage import WIRE_LOG, State, WireLog

from .access.waits import announce_wait
from .checks.api_keys import AccountKey, KeyLacks, check_key
from .checks.journal_claims import hold_claims
from .checks.owners import refuse_other_owner, with_known_owner
from .checks.policy_prices import POLICY_PRICES, fresh_prices
from .checks.preflight import (
    Circumstances,
    check_before_sending,
    has_unfinished_run,
    read_history,
    refuse_taken,
    review_unchecked,
)
from .checks.second_looks import look_again, say_looks
from .consent import Consent, must_ask
from .event_stream import WaitEvents
from .inputs.other_runs import with_orders_elsewhere
from .inputs.policies import denies_looks, guarding_for, problems_of, refuse_denied, rulings_on
from .stop import Stop
from .validate_only import NOTHING_IS_PLACED

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Any, TypeVar

    import trio

    from runner.domain import OrderKey, Policy
    from runner.execution import SendGate
    from runner.journal import Ledger
    from runner.kraken import OpenOrder
    from runner.net.clock import RunClock
    from runner.policy import Demand, Gate
    from runner.review import Review, SavedPlan
    from runner.runtime.driver import StopSource
    from runner.runtime.kraken.access import KrakenAccess
    from runner.runtime.kraken.market_data import Looked

    from .checks.policy_prices import SharedPrices
    from .checks.shared_look import SharedLook
    from .console import Console
    from .hosts import Host
    from .inputs.batches import Target
    from .inputs.policies import Guarding
    from .inputs.records import SeenOrders
    from .series import Predecessors

    T = TypeVar("T")

_OWNER: Final = "the exchange to say whose account and orders these are"


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


@dataclass(frozen=True, slots=True)
class Held:
    """The plan, its policy, the locked state with the journal, and the saved plan, if one is applied.

    ``demand`` are the approvals that its first message needs, None where none are needed.
    """

    plan: Plan
    ledger: Ledger
    state: State
    policy: Policy | None
    saved: SavedPlan | None
    target: Target
    demand: Demand | None = None


class Carrying:
    """One run of a plan: from the check of the account to the last outcome in the journal.

    ``ended``: its result is known, in the journal; ``sent``: it ended after its own messages, if any.
    ``review`` is that of what will be sent, None before.
    """

    def __init__(self, held: Held, options: ApplyOptions, out: Console, host: Host) -> None:
        self.held = held
        self.ended = False
        self.sent = False
        self.review: Review | None = None
        self._options = options
        self._out = out
        self._host = host
        self._plan = held.plan
        self._key: AccountKey | None = None
        self._guarding: Guarding | None = None
        self._gate: Gate | None = None
        self._denied: Mapping[OrderKey, Denial] = {}
        self._reqids = Reqids()
        self._clock: RunClock
        self._recorder = Recorder(
            held.state,
            keep=not options.validate_only,
            on_event=options.on_event,
            draws_of=lambda entries: () if self._gate is None else self._gate.draws_of(entries),
            demand=held.demand,
        )

    @property
    def plan(self) -> Plan:
        """The plan, with what is known of the account."""
        return self._plan

    @property
    def begun(self) -> bool:
        """True for a run that completes an interrupted one: what that has sent cannot be refused."""
        return has_unfinished_run(self.held.ledger)

    def ledger(self) -> Ledger:
        """Return the ledger of the journal and of this run. Does not read the disk, which may have failed."""
        return self._recorder.ledger()

    # --- before anything is sent ---

    def begin(self, clock: RunClock) -> None:
        """Take the clock of the run, inside of Trio."""
        self._clock = clock

    def without_connection(self) -> Plan | None:
        """Return the plan of a run that has nothing to ask the exchange; None if it has."""
        plan, options = self.held.plan, self._options
        quiet = not plan.changes and not claims_of(plan)
        if quiet:
            return with_known_owner(plan, self.held.ledger, self.held.target, options.environ)
        if options.validate_only and plan.changes and not any((wanted := validation_plan(plan)).orders()):
            return wanted
        return None

    async def identify(self, access: KrakenAccess) -> None:
        """Find out whose account it is, and hold the journal against it.

        The run ends if the exchange cannot be reached. Raises ``Refused``, ``Unreachable``.
        """
        plan = self.held.plan
        try:
            key, recorded = await self._announce(self._believed_key(access), _OWNER, access)
        except KeyLacks as failure:
            if not plan.changes:
                raise
            await self._give_up(plan, failure)
            return
        except AccessFailed as failure:
            await self._reach_nothing(failure)
            return
        self._key = key
        self._plan = structs.replace(plan, owner=key.owner, recorded=recorded)

    def bound(self, seen: SeenOrders) -> None:
        """Let the look through the records begin where that of the team has ended."""
        self._plan = seen.bound(self._plan)

    async def look_back(self, shared: SharedLook) -> None:
        """Look through the records for orders of the plan. Raises ``Refused``, ``Unreachable``."""
        if not self._options.unchecked:
            self._plan = await read_history(shared, self._plan, self._out.note)
        if self._options.validate_only:
            await refuse_taken(shared.access, self._plan)

    @property
    def needs_look(self) -> bool:
        """True if the market and the account have to be read before this is sent."""
        options = self._options
        return not options.unchecked or options.must_ask(self._plan) or denies_looks(self.held.policy)

    async def judge(
        self, looked: Looked | None, before: Predecessors, prices: SharedPrices, reporting: str
    ) -> None:
        """Review the plan as it would be sent after others, and open the gate of its policy.

        The run ends if something could not be checked. Raises ``Refused``, ``Unreachable``.
        """
        options, held, out, plan = self._options, self.held, self._out, self._plan
        try:
            review, new = self._checked(looked, before, reporting)
        except Unreachable as failure:
            await self._give_up(plan, failure)
            return
        review, denied = look_again(review, held.policy, out, begun=self.begun)
        if not options.must_ask(plan):
            say_looks(review, out)
        self._plan = plan = structs.replace(review.plan, expected=expectations(review))
        await self._open_gate(before, prices)
        if options.unchecked:
            out.expect(forecast(plan, options.tier))
        self._denied = {**new, **denied}
        self.review = replace(review, plan=plan)

    def _checked(
        self, looked: Looked | None, before: Predecessors, reporting: str
    ) -> tuple[Review, Mapping[OrderKey, Denial]]:
        assert self._key is not None, "the account is known by now"
        plan = self._plan
        circumstances = Circumstances(
            account=before.account, reporting=reporting, key=self._key.review, taken=before.taken(plan)
        )
        if self._options.unchecked or looked is None:
            return review_unchecked(plan, looked, circumstances), {}
        ledger, tier = self.held.ledger, self._options.tier
        return check_before_sending(plan, looked, ledger, self._out, circumstances=circumstances, tier=tier)

    async def _open_gate(self, before: Predecessors, prices: SharedPrices) -> None:
        """Open the gate for a run that no rule denies, as far as is known.

        Raises ``Refused``, ``Unreachable``. An interrupted run is completed all the same: then rules are
        applied when messages are sent.
        """
        guarding = guarding_for(self.held.policy, self._plan, self.held.target)
        if guarding is None:
            return
        loading = prices.load(guarding, needed=not self.begun)
        guarding = await self._announce(loading, POLICY_PRICES, prices.access)
        file = self._plan.file
        ahead = replace(guarding, sent=(*guarding.sent, *before.sent))
        rulings = rulings_on(self._plan, ahead.gate(CheckPhase.SEND))
        shown = (Answer.WARN, Answer.UNCHECKED)
        self._out.remarks(problems_of(rulings, file, *(Answer if self.begun else shown)))
        if not self.begun:
            refuse_denied(guarding.policy, rulings, file)
        self._guarding, self._gate = guarding, guarding.gate(CheckPhase.SEND)

    def read_journals_again(self) -> None:
        """Take into account what runs before this one have placed meanwhile: none of it is this one's.

        For the limits of a policy it counts.
        """
        self._plan = with_orders_elsewhere(self._plan, self.held.target, time.time())
        guarding = guarding_for(self.held.policy, self._plan, self.held.target)
        if guarding is not None and self._guarding is not None:
            self._guarding = replace(guarding, market=self._guarding.market)
            self._gate = self._guarding.gate(CheckPhase.SEND)

    # --- the run ---

    async def send(self, access: KrakenAccess, watching: trio.CancelScope) -> None:
        """Send what was judged, to the last outcome. From then on ``watching`` is not needed to stop it."""
        plan, gate, out = self._plan, self._gate, self._out
        if self._options.validate_only:
            out.note(NOTHING_IS_PLACED)
            plan = validation_plan(plan)
        held_gate = HoldingGate(gate or OPEN_GATE, self._denied)
        async with fresh_prices(gate, access, self._guarding, out.note):
            await self._drive(self._execution(plan, held_gate), access, watching)
        self.ended = self.sent = True

    async def end_at_once(self, plan: Plan) -> None:
        """Report the result of a run that has nothing to do."""
        await self._recorder.append(self._execution(plan).start(self._clock()).entries)
        self.ended = self.sent = True

    async def _announce(self, work: Awaitable[T], what: str, access: KrakenAccess) -> T:
        return await announce_wait(work, self._out.note, what, lambda: access.doing)

    async def _believed_key(self, access: KrakenAccess) -> tuple[AccountKey, tuple[OpenOrder, ...]]:
        """Return the account, once the key may do all of this and the journal agrees with the exchange."""
        held, out = self.held, self._out
        plan, ledger = held.plan, held.ledger
        use = KeyUse.VALIDATE if self._options.validate_only else KeyUse.APPLY
        key = await check_key(
            access,
            ledger,
            use if plan.changes else KeyUse.LOOK,
            policy=held.policy,
            remedy=Remedy.SKIP_CHECKS,
            unchecked=self._options.unchecked,
            say=out.note,
        )
        refuse_other_owner(ledger, key.owner, held.target, plan.run)
        if held.saved is not None:
            refuse_other_account(held.saved, key.owner, name=str(held.target.file))
        unheld, recorded = await hold_claims(access, plan, ledger, held.target, out.note)
        if unheld:
            out.note(f"Not checked: {Gap(Subject.CLAIMS, unheld)}.")
        return key, recorded

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
        self.ended = True

    async def _reach_nothing(self, failure: AccessFailed) -> None:
        """End as a run that cannot reach the exchange, which is a result if there was anything to send."""
        if not self.held.plan.changes:
            why = f"what the journal says cannot be held against the exchange: {failure.reason}"
            raise Unreachable(why, details=[f"Nothing was sent. {cure_of(failure.reason)}"])
        await self._give_up(self.held.plan, Unreachable(failure.reason))

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
            log = WireLog(self.held.state.path / WIRE_LOG, self._clock)
        except OSError:
            yield  # Nothing depends on it.
            return
        with log:
            before = access.connections
            access.observe = lambda direction, number, texts: log.add(direction, number - before, texts)
            try:
                yield
            finally:
                access.observe = None

    async def _drive(self, execution: Execution, access: KrakenAccess, watching: trio.CancelScope) -> None:
        progress = self._out.progress(self.held.plan.run.batch)
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
                watching.cancel()
                await driver.run(stops=self._stops())
            finally:
                self._recorder.add_last_words(driver.last_words)

    def _stops(self) -> Sequence[StopSource]:
        return (*self._host.stops(), self._options.stop)
