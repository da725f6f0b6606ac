"""Runs one after another over one access to an account: one look for all, one consent, one token.

Nothing is sent before each of them was looked at. What is refused then stops all that has not begun, unless
``keep_going``; what fails later stops those after it. A stop by a signal or a program ends the sequence.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

import trio

from runner.errors import ExitCode, Interrupted, OrderBatchError, input_error
from runner.execution import first_look
from runner.net.clock import RunClock
from runner.review import reporting_currency

from .access.signals import run_ungrouped
from .access.venues import look_at_venue, open_venue
from .access.waits import announce_wait
from .checks.policy_prices import SharedPrices
from .checks.preflight import read_exchange_data
from .checks.shared_look import SharedLook
from .consent import ask_for_consent, require_consent
from .inputs.batches import records_of
from .inputs.policies import exclude_other_senders
from .series import Predecessors
from .stop import unless_stopped

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from runner.planning import Plan
    from runner.runtime.kraken.access import KrakenAccess

    from .carrying import ApplyOptions, Carrying
    from .console import Console

_DEAD_MAN: Final = (
    "The dead man's switch is for the whole account: if this run does not go on for {} s, the exchange "
    "cancels every order, also those of other programs."
)
_LEFT_ARMED: Final = "An earlier run may have left the dead man's switch armed: this one disarms it."
_LOOKED_AT: Final = "the exchange's prices, balances and open orders"

LOOK_HOLDS_S: Final = 60.0
"""Maximum age of the look for a run that comes after others; then the rest is looked at again."""

_SIGNALS: Final = (ExitCode.TERMINATED, ExitCode.HUNG_UP, ExitCode.INTERRUPTED)


class Run:
    """A run in its place.

    ``at_once``: its plan, if it has nothing to ask the exchange. ``error`` is why it was not carried out, or
    not to its end; None if it was. ``stopped_by`` is the run because of which it has not begun.
    """

    def __init__(self, carrying: Carrying) -> None:
        self.carrying = carrying
        self.at_once: Plan | None = None
        self.error: OrderBatchError | None = None
        self.stopped_by: Run | None = None
        self.ready = False
        self.over = False

    @property
    def waits(self) -> bool:
        """True if nothing has ended or prevented it yet."""
        return self.error is None and not self.carrying.ended

    @property
    def sends(self) -> bool:
        """True if there is anything to send, and nothing has prevented it yet."""
        return self.waits and self.ready and self.carrying.held.plan.changes


class Runs:
    """A sequence of runs. ``on_end`` publishes the end of each, and returns its exit code.

    ``turn`` is the run that is being carried out, None before the first and after the last.
    """

    def __init__(
        self,
        runs: Sequence[Run],
        options: ApplyOptions,
        out: Console,
        *,
        on_end: Callable[[Run], ExitCode],
        keep_going: bool = False,
    ) -> None:
        self._runs = runs
        self._options = options
        self._out = out
        self._on_end = on_end
        self._keep_going = keep_going
        self._target = runs[0].carrying.held.target
        self._looked_at = 0.0
        self._outdated = False
        self._stopper: Run | None = None
        self._interrupted = False
        self.turn: Run | None = None

    async def main(self) -> None:
        """Carry all of them out. Raises what prevents all of them."""
        clock, options = RunClock(), self._options
        for run in self._runs:
            run.carrying.begin(clock)
            run.at_once = run.carrying.without_connection()
        asking = [run for run in self._runs if run.at_once is None]
        if not asking:
            await self._take_turns(None)
            return
        changing = [run.carrying.held.plan for run in asking if run.carrying.held.plan.changes]
        for plan in changing:
            require_consent(options.consent, plan, validate_only=options.validate_only)
        # Who sends nothing is not kept out by others who use a simulated exchange.
        way = partial(open_venue, tier=options.tier) if changing else look_at_venue
        target, say, nonces = self._target, self._out.note, records_of(self._target).nonces
        async with way(
            target.venue, target.state_dir, options.environ, clock, say=say, nonces=nonces
        ) as access:
            with ExitStack() as block:
                await self._until_stopped(partial(self._look_at_all, access, asking, block))
                await self._take_turns(access)

    async def _until_stopped(self, work: Callable[[trio.CancelScope], Awaitable[None]]) -> None:
        """Do some work; the first error of it is raised without its group."""
        await run_ungrouped(partial(unless_stopped, self._options.stop, work))

    # --- before anything is sent ---

    async def _look_at_all(
        self, access: KrakenAccess, asking: Sequence[Run], block: ExitStack, _: trio.CancelScope
    ) -> None:
        for run in asking:
            with self._blamed_on(run):
                await run.carrying.identify(access)
            run.ready = run.waits
            if run.carrying.ended and not self._keep_going:
                break  # nothing answers, and would not answer the others either
        sending = [run for run in asking if run.sends]
        if not sending:
            return
        with self._blamed_on(sending[0]):
            senders = [(run.carrying.held.policy, run.carrying.plan) for run in sending]
            block.enter_context(exclude_other_senders(senders, self._target))
        await self._read_seen(access, sending)
        shared = SharedLook(access, [run.carrying.plan for run in sending])
        for run in sending:
            if run.waits:
                with self._blamed_on(run):
                    await run.carrying.look_back(shared)
        await self._judge(access, [run for run in sending if run.waits])
        self._ask([run for run in sending if run.waits and not self._is_stopped(run)])

    async def _read_seen(self, access: KrakenAccess, runs: Sequence[Run]) -> None:
        """With a ledger, read the closed orders that the team has not read yet: the rest need no look."""
        seen = records_of(self._target).seen
        if seen is not None and any(first_look(run.carrying.plan) is not None for run in runs):
            await seen.read_new(access, self._options.tier, self._out.note)
            for run in runs:
                run.carrying.bound(seen)

    async def _judge(self, access: KrakenAccess, runs: Sequence[Run]) -> None:
        """Look at the market and the account once, and review each run as it would come after the others."""
        plans = [run.carrying.plan for run in runs]
        reporting = reporting_currency(plans)
        looked = None
        if any(run.carrying.needs_look for run in runs):
            reading = read_exchange_data(access, plans, reporting=reporting)
            looked = await announce_wait(reading, self._out.note, _LOOKED_AT, lambda: access.doing)
        self._looked_at = trio.current_time()
        before = Predecessors(None if looked is None else looked.account)
        prices = SharedPrices(access, plans)
        for run in runs:
            with self._blamed_on(run):
                await run.carrying.judge(looked, before, prices, reporting)
                if run.carrying.review is not None and run.waits:
                    before.add(run.carrying.review)

    def _ask(self, runs: Sequence[Run]) -> None:
        """Ask a person once, having shown all of them. Raises ``Refused`` if the answer is no."""
        options = self._options
        if runs and options.timing.dead_man_s:
            self._out.note(_DEAD_MAN.format(options.timing.dead_man_s))
        if not options.validate_only and any(run.carrying.held.plan.switch_left_s for run in runs):
            self._out.note(_LEFT_ARMED)
        reviews = [run.carrying.review for run in runs if run.carrying.review is not None]
        ask_for_consent(
            options.consent, reviews, options.environ, self._out, validate_only=options.validate_only
        )

    @contextmanager
    def _blamed_on(self, run: Run) -> Iterator[None]:
        """Keep an error of a run. Unless others keep going, what has not begun does not begin."""
        try:
            yield
        except OSError as error:
            run.error = input_error(error)
        except OrderBatchError as error:
            run.error = error
        if run.error is not None or (run.carrying.ended and not run.carrying.sent):
            self._fail(run)

    def _fail(self, run: Run, *, interrupted: bool = False) -> None:
        self._interrupted |= interrupted
        if self._stopper is None and (interrupted or not self._keep_going):
            self._stopper = run

    # --- the runs ---

    async def _take_turns(self, access: KrakenAccess | None) -> None:
        for number, run in enumerate(self._runs):
            begins = run.waits and not self._is_stopped(run)
            if run.waits and not begins:
                run.stopped_by = self._stopper
            elif begins:
                self.turn = run
                with self._blamed_on(run):
                    await self._until_stopped(partial(self._carry_out, run, access, number > 0))
            done = self._finish(run)
            # What had failed before the look is in no review; what fails now is in those of the others.
            self._outdated |= begins and not done
        self.turn = None

    def _is_stopped(self, run: Run) -> bool:
        """Return True for a run that does not begin any more.

        One that completes an interrupted run does, unless one before it has failed.
        """
        if self._stopper is None:
            return False
        completed_anyway = run.carrying.begun and run.ready and not self._stopper.over
        return self._interrupted or not completed_anyway

    async def _carry_out(
        self, run: Run, access: KrakenAccess | None, later: bool, watching: trio.CancelScope
    ) -> None:
        carrying = run.carrying
        if self._options.stop.requested:
            raise Interrupted("the program", ExitCode.INTERRUPTED)
        if run.at_once is not None or not carrying.held.plan.changes:
            await carrying.end_at_once(run.at_once or carrying.plan)
            return
        assert access is not None, "whoever sends anything has opened a way to the account"
        if later:
            await self._look_again(access, run)
            if not run.waits:
                return
            access.use_token_again()
            carrying.read_journals_again()
        await carrying.send(access, watching)

    async def _look_again(self, access: KrakenAccess, run: Run) -> None:
        """Look again at all that is left, where the look is old or a run before has failed."""
        if self._outdated or trio.current_time() - self._looked_at >= LOOK_HOLDS_S:
            self._outdated = False
            left = self._runs[self._runs.index(run) :]
            await self._judge(access, [each for each in left if each.sends])

    def _finish(self, run: Run) -> bool:
        """Publish the end of a run, and return True if it did everything; else it stops those after it."""
        code = self._on_end(run)
        if run.stopped_by is None and code is not ExitCode.DONE:
            self._fail(run, interrupted=code in _SIGNALS)
        run.over, self.turn = True, None
        return code is ExitCode.DONE
