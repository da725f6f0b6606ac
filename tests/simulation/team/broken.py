"""Ledgers and runners that are broken on purpose, each with one promise taken out, for the auditor to find.

They are what a team's ledger becomes where somebody leaves out the line that looks needless.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import structs

from runner.execution import Execution
from runner.planning import Admission
from runner.policy import Gate, sent_in
from tests.simulation.broken import AbsentAtOnce
from tests.simulation.team.desk import Desk
from tests.simulation.team.ledger import Lost, Raise, Read, Take, TeamLedger, Write
from tests.simulation.team.world import TeamWorld

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.domain import Policy
    from runner.execution import SendGate
    from runner.journal import Entry
    from runner.planning import Plan
    from runner.policy import Draw
    from tests.simulation.machine import Engine
    from tests.simulation.team.ledger import Request
    from tests.simulation.team.schedule import TeamSchedule


class NoFence(TeamLedger):
    """Takes every row, whoever holds the account by now."""

    def _holds(self, request: Write) -> bool:
        return True


class NotForShare(TeamLedger):
    """Reads the fence inside of the insert, without a lock: it sees the account as it was."""

    def _shared(self) -> bool:
        return False


class NoLimit(TeamLedger):
    """Takes what goes beyond a limit of a day."""

    def _exceeds(self, draw: Draw, total: Decimal) -> bool:
        return False


class TrustsLostCommits(Desk):
    """Takes a commit whose answer is lost for done, and sends what it may not have written."""

    def _take_answer(self, answer: Any) -> None:
        super()._take_answer(True if answer is Lost and self._writing else answer)


class ReadsBeforeItHolds(Desk):
    """Reads the journals, and only then takes the account: plans, limits and orders are those of before."""

    def _prepare(self, wait_until: float) -> Iterator[Request | float]:
        journals = yield Read()
        while not (yield Take()):
            if self.time.now >= wait_until:
                return
            yield 0.5
        self._fence = yield Raise()
        now = yield Read()
        self._begin_run(journals)
        self._seq = now.get(self.batch.name, ("", 0))[1]


class TakesPlansTwice(Desk):
    """Carries a saved plan out without a look at whether it was used."""

    def _admit(self, found: Plan) -> Plan:
        if self._saved is None:
            return found
        return structs.replace(found, admission=Admission(self._saved.id, self._saved.made_at))


class CountsOwnBatchAlone(Desk):
    """Holds its own batch alone against the limit of a day."""

    def _begin_run(self, journals: dict[str, tuple[str, int]]) -> None:
        super()._begin_run({name: kept for name, kept in journals.items() if name == self.batch.name})


class LeavesLimitsToTheLedger(Desk):
    """Lets every order pass, and has only the ledger hold it against the limit of a day."""

    def _open_gate(self, found: Plan, journals: Sequence[Sequence[Entry]]) -> SendGate:
        if self._policy is None:
            return super()._open_gate(found, journals)
        sent = [entry for entries in journals for entry in sent_in(entries)]
        return _Lax(self._policy, found.run, found.venue, sent=sent)


class _Lax(Gate):
    """Counts everything and denies nothing; the ledger gets the real limit."""

    def __init__(self, policy: Policy, *args: Any, **options: Any) -> None:
        (rule,) = policy.rules
        self._most = Decimal(rule.check.most)  # type: ignore[union-attr]
        lax = replace(rule, check=replace(rule.check, most=10**6))
        super().__init__(replace(policy, rules=(lax,)), *args, **options)

    def draws_of(self, entries: Iterable[Entry]) -> list[Draw]:
        return [replace(draw, most=self._most) for draw in super().draws_of(entries)]


class Broken(NamedTuple):
    """A fault in a world, and the kinds of violation that it is to be found out by.

    ``first`` is the seed to begin with: not long before one that shows it.
    """

    kinds: frozenset[str]
    first: int = 0
    ledger: type[TeamLedger] = TeamLedger
    desk: type[Desk] = Desk
    engine: Engine = Execution

    def world(self, schedule: TeamSchedule) -> TeamWorld:
        """A world with it."""
        return TeamWorld(schedule, self.ledger, self.desk, self.engine)


BROKEN = {
    "no fence": Broken(frozenset({"fence"}), 55, ledger=NoFence),
    "not for share": Broken(frozenset({"fence"}), ledger=NotForShare),
    "no wait for deadline and settle": Broken(frozenset({"doubt", "duplicate"}), engine=AbsentAtOnce),
    "lost commits taken for done": Broken(frozenset({"journal"}), desk=TrustsLostCommits),
    "read before held": Broken(frozenset({"duplicate", "limit"}), desk=ReadsBeforeItHolds),
    "plan used twice": Broken(frozenset({"plan"}), desk=TakesPlansTwice),
    "limit out of the transaction": Broken(
        frozenset({"limit"}), ledger=NoLimit, desk=LeavesLimitsToTheLedger
    ),
    "limit of one batch": Broken(frozenset({"limit"}), desk=CountsOwnBatchAlone),
}
