"""The ledger of the seeded simulation is a model of this one: the same steps, the same answers and rows."""

from __future__ import annotations

import errno
import time
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from runner.domain import MaxOrders, Per, Place, Rule
from runner.errors import Locked, Refused
from runner.policy import Draw
from runner.runtime.storage import Terms
from runner.runtime.storage.journal import OverLimit as TooMuch
from tests.simulation.team import ledger as model
from tests.simulation.team.schedule import calm_team, drawn_team
from tests.simulation.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.domain import Secret

session = pytest.importorskip("runner.runtime.team_ledger.session", reason="psycopg is not installed")
lease = pytest.importorskip("runner.runtime.team_ledger.lease")
journal = pytest.importorskip("runner.runtime.team_ledger.journal")

LIMIT = 1
RULE = Rule(name="day", check=MaxOrders(LIMIT, Per.DAY), message="Enough", place=Place(1, 1))
BATCHES = {"ann": "core", "bob": "core", "eve": "other"}
STEPS = 30
LIMIT_S = 30


def draws_after(before: int) -> list[Draw]:
    """One order of the day, after others."""
    fields: dict[str, Any] = {"bucket": "", "day": 20_000, "unit": "orders", "most": Decimal(LIMIT)}
    return [Draw(reqid=7, rule=RULE, before=Decimal(before), amount=Decimal(1), **fields)]


class Real:
    """Runners on PostgreSQL."""

    def __init__(self, url: Secret, name: str) -> None:
        self._url = url
        self._admin = session.Session(url)
        self._account = lease.find_account(self._admin, name, name, "api.example")
        self._sessions = {runner: session.Session(url) for runner in BATCHES}
        self._leases: dict[str, Any] = {}
        self._journals: dict[str, Any] = {}

    def take(self, runner: str) -> str:
        """Take the account, and read the journal."""
        holder = lease.Holder(user=runner, host="desk", pid=1, batch="core")
        try:
            held = lease.take_account(self._sessions[runner], self._account, holder)
            opened = journal.LedgerJournal(self._sessions[runner], held, BATCHES[runner], "")
        except Locked:
            return "locked"
        except OSError:
            return "lost"
        self._leases[runner], self._journals[runner] = held, opened
        return "held"

    def write(self, runner: str, terms: Terms) -> str:
        """Write a row."""
        try:
            row = self._journals[runner].sealed([{"entry": "x", "plan": terms.plan}])
            self._journals[runner].write(row, terms)
        except OSError as lost:
            return "void" if lost.errno == errno.ECANCELED else "lost"
        except TooMuch:
            return "over"
        except Refused:
            return "used"
        return "written"

    def let_go(self, runner: str) -> str:
        """Let go of the account."""
        lease.let_go(self._sessions[runner], self._leases[runner])
        return ""

    def die(self, runner: str) -> str:
        """End, and begin anew."""
        pid = self._sessions[runner]._connection.info.backend_pid
        self._sessions[runner].close()
        self._until(lambda: not self._admin.rows("select 1 from pg_stat_activity where pid = %s", (pid,)))
        self._sessions[runner] = session.Session(self._url)
        return ""

    def unlock(self, runner: str) -> str:
        """Have somebody else end whoever holds it."""
        lease.unlock(self._admin, self._account)
        self._until(lambda: not lease.is_held(self._admin, self._account))
        return ""

    def overtake(self, runner: str) -> str:
        """Raise the fence while somebody holds it, as a successor does for whom the lock is free."""
        self._admin.rows("update order_batch.account set fence = fence + 1 where id = %s", (self._account,))
        return ""

    def _until(self, done: Callable[[], bool]) -> None:
        limit = time.monotonic() + LIMIT_S
        while not done():
            assert time.monotonic() < limit, "the server does not notice the end of a session"

    def rows(self) -> list[tuple[str, int, int]]:
        """Return the rows of all journals: batch, number, fence."""
        return self._admin.rows(
            "select batch, seq, fence from order_batch.chunk join order_batch.journal on id = journal "
            "where account = %s order by batch, seq",
            (self._account,),
        )

    def close(self) -> None:
        """End all sessions."""
        for opened in (*self._sessions.values(), self._admin):
            opened.close()


class Modelled:
    """The same runners on the model, in which nothing fails. A line of a row is the plan that it begins."""

    def __init__(self) -> None:
        self._time = Timeline(calm_team(drawn_team(0)).exchange)
        self._time.quiet = True
        self._ledger = model.TeamLedger(self._time, self)  # type: ignore[arg-type]
        self._sessions = {runner: self._ledger.connect() for runner in BATCHES}
        self._fences: dict[str, int] = {}
        self._seqs: dict[str, int] = {}
        self._plans: dict[str, set[str]] = {}

    def committed(self, row: model.Write, fence: int, *, halted: bool) -> None:
        """A row is durable."""
        assert row.fence == fence

    def take(self, runner: str) -> str:
        """Take the account, and read the journal."""
        found = self._ask(runner, model.Take())
        if found is not True:
            return "lost" if found is model.Lost else "locked"
        self._fences[runner] = self._ask(runner, model.Raise())
        lines, self._seqs[runner] = self._ask(runner, model.Read()).get(BATCHES[runner], ("", 0))
        self._plans[runner] = set(lines.split())
        return "held"

    def write(self, runner: str, terms: Terms) -> str:
        """Write a row."""
        plan = None if terms.plan in self._plans[runner] else terms.plan
        row = model.Write(
            BATCHES[runner],
            self._seqs[runner] + 1,
            self._fences[runner],
            f"{terms.plan}\n",
            runner,
            (),
            terms.draws,
            plan,
        )
        match self._ask(runner, row):
            case True:
                self._seqs[runner] += 1
                self._plans[runner].add(str(terms.plan))
                return "written"
            case False:
                return "void"
            case model.OverLimit():
                return "over"
            case model.PlanUsed:
                return "used"
            case _:
                return "lost"

    def let_go(self, runner: str) -> str:
        """Let go of the account."""
        self._ask(runner, model.LetGo())
        return ""

    def die(self, runner: str) -> str:
        """End, and begin anew."""
        self._sessions[runner].close()
        self._pass_time()
        self._sessions[runner] = self._ledger.connect()
        return ""

    def unlock(self, runner: str) -> str:
        """Have somebody else end whoever holds it."""
        return self._by_another(model.Unlock())

    def overtake(self, runner: str) -> str:
        """Raise the fence while somebody holds it, as a successor does for whom the lock is free."""
        return self._by_another(model.Raise())

    def _by_another(self, request: model.Request) -> str:
        self._ledger.connect().ask(request, lambda _: None)
        self._pass_time()
        return ""

    def rows(self) -> list[tuple[str, int, int]]:
        """Return the rows of all journals: batch, number, fence."""
        return [
            (name, row.seq, row.fence) for name, rows in sorted(self._ledger.rows.items()) for row in rows
        ]

    def _ask(self, runner: str, request: model.Request) -> Any:
        answers: list[Any] = []
        self._sessions[runner].ask(request, answers.append)
        self._pass_time()
        return answers[0]

    def _pass_time(self) -> None:
        self._time.wait(60.0)


@pytest.mark.parametrize("stories", [range(6), pytest.param(range(6, 60), marks=pytest.mark.long)], ids=str)
def test_the_model_answers_as_postgresql_does(url: Secret, stories: range) -> None:
    """For any steps of three runners, of whom two have a batch in common."""
    for number in stories:
        compare(Random(number), Real(url, f"AA{number:02}"), Modelled())


def compare(chance: Random, real: Real, modelled: Modelled) -> None:
    """Do the same on both."""
    counted: dict[str, int] = {}  # by each that has taken the account, what was drawn of the limit by then
    ended: set[str] = set()
    drawn, story = 0, []
    for _ in range(STEPS):
        runner = chance.choice(list(BATCHES))
        step = chance.choice(("take", *("write",) * 9, "let_go", "die", "unlock", "overtake"))
        if (step == "take") == (runner in counted) and step in ("take", "write", "let_go"):
            step = "write" if runner in counted else "take"  # A run takes the account once.
        step = "die" if runner in ended else step
        terms = ()
        if step == "write":
            draws = draws_after(counted[runner]) if chance.random() < 0.5 else ()
            terms = (Terms(draws, chance.choice((None, "p", "q"))),)
        answers = getattr(real, step)(runner, *terms), getattr(modelled, step)(runner, *terms)
        story.append((runner, step, *answers))
        assert answers[0] == answers[1], f"{story}"
        drawn += answers[0] == "written" and bool(terms[0].draws)
        if answers[0] == "held":
            counted[runner] = drawn
        elif step in ("die", "let_go"):
            counted.pop(runner, None)
            ended.discard(runner)
        elif answers[0] in ("lost", "void"):
            ended.add(runner)
    assert real.rows() == modelled.rows(), f"{story}"
    real.close()
