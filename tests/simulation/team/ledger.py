"""The ledger of a team as a model: what PostgreSQL promises to ``runner.runtime.team_ledger``, and no more.

Statements take time, and so do commits; a connection has two ends, which end apart. The lock may vanish at
any moment: it is for liveness. What safety rests on is in ``_write``: the fence is read inside of the insert,
under a lock on the account's row that inserts share and that excludes whoever raises the fence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from runner.journal import new_acts
from tests.simulation.team.schedule import TeamFault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.journal import Entry
    from runner.policy import Draw
    from tests.simulation.team.auditor import TeamAuditor
    from tests.simulation.timeline import Timeline

HALF_OPEN_MAX_S = 25.0
"""For so long the server believes in a connection whose other end is gone: keep-alives end it."""

DOWN_S = 5.0
"""How long a crashed server takes to be there again."""


class Lost:
    """In place of an answer: the connection is gone, and the outcome of the statement is unknown."""


@dataclass(frozen=True, slots=True)
class Take:
    """``pg_try_advisory_lock``: True if this session has the account now."""


@dataclass(frozen=True, slots=True)
class Raise:
    """Raise the fence; the answer is the new one."""


@dataclass(frozen=True, slots=True)
class Read:
    """All journals of the account: for each its lines and the number of its last row."""


@dataclass(frozen=True, slots=True)
class Write:
    """Add a row to a journal, on terms; ``plan`` is the saved plan that it begins.

    The answer is True; False for a run that holds the account no longer, ``Halted`` for intents on a halted
    account, ``OverLimit`` where a limit of a day would not hold, and ``PlanUsed`` for a plan that was used.
    In these cases nothing of it is durable.
    """

    journal: str
    seq: int
    fence: int
    lines: str
    writer: str
    entries: Sequence[Entry]
    draws: Sequence[Draw] = ()
    plan: str | None = None


@dataclass(frozen=True, slots=True)
class OverLimit:
    """The messages that a limit of a day denies."""

    reqids: frozenset[int]


class PlanUsed:
    """The saved plan was used."""


@dataclass(frozen=True, slots=True)
class LetGo:
    """Let go of the account."""


@dataclass(frozen=True, slots=True)
class Unlock:
    """End the session that holds the account; what it writes from now on is void."""


@dataclass(frozen=True, slots=True)
class Halt:
    """Halt the account, or resume it: of a halted one no new intent becomes durable."""

    halted: bool


@dataclass(frozen=True, slots=True)
class Halted:
    """The messages that a halt denies."""

    reqids: frozenset[int]


Request = Take | Raise | Read | Write | LetGo | Unlock | Halt
Then = Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Row:
    """A group commit."""

    seq: int
    fence: int
    lines: str


class Spent(NamedTuple):
    """The part of a limit that is used: by all before its last holder, and by that one since."""

    journal: str
    fence: int
    before: Decimal
    drawn: Decimal


@dataclass(eq=False, slots=True)
class Session:
    """A connection to the ledger: ``open`` at the runner's end, ``served`` at the server's.

    ``start`` is which start of the server it belongs to.
    """

    ledger: TeamLedger
    start: int
    open: bool = True
    served: bool = True

    def ask(self, request: Request, then: Then) -> None:
        """Send a statement; ``then`` gets its answer, or ``Lost``."""
        self.ledger.ask(self, request, then)

    def close(self) -> None:
        """Leave; what was sent before is executed all the same."""
        if self.open:
            self.open = False
            self.ledger.time.after(self.ledger.time.delay_s(), self.ledger.end, self)


@dataclass(eq=False)
class TeamLedger:
    """One account. ``auditor`` sees each row at the moment of its commit."""

    time: Timeline
    auditor: TeamAuditor
    fence: int = 0
    holder: Session | None = None
    halted: bool = False
    rows: defaultdict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self._spent: dict[str, Spent] = {}
        self._used: set[str] = set()
        self._inserting: list[Write] = []
        self._waiting: list[tuple[Callable[[], None], Then]] = []
        self._down_until = 0.0
        self._starts = 0

    # --- connections ---

    def connect(self) -> Session | None:
        """A new connection, None if there is no server."""
        if self.time.now < self._down_until or self.time.strikes(TeamFault.LEDGER_REFUSED):
            return None
        return Session(self, self._starts)

    def end(self, session: Session) -> None:
        """The server's end is gone, and its lock with it; an insert that it executes is not."""
        session.served = False
        if self.holder is session:
            self.holder = None

    def crash(self) -> None:
        """Stop as with ``immediate``: what was not committed is gone, and so are all connections."""
        if self.time.quiet:
            return
        self.time.count(TeamFault.CRASHED)
        self._starts += 1
        self.holder = None
        self._inserting.clear()
        for _, then in self._waiting:
            self.time.after(self.time.delay_s(), then, Lost)
        self._waiting.clear()
        self._down_until = self.time.now + DOWN_S

    # --- statements ---

    def ask(self, session: Session, request: Request, then: Then) -> None:
        """Carry a statement to the server, or lose it on the way."""
        time = self.time
        if time.strikes(TeamFault.STATEMENT_LOST):
            self._cut(session, then)
        elif time.strikes(TeamFault.STATEMENT_LATE):
            late_s = time.chance.uniform(0.5, HALF_OPEN_MAX_S)
            time.after(late_s, self._execute, session, request, _ignore)
            self._cut(session, then, after_s=late_s + 1.0)
        else:
            time.after(time.delay_s() / 4, self._execute, session, request, then)

    def _cut(self, session: Session, then: Then, after_s: float | None = None) -> None:
        """The runner learns the end; the server's goes at once, or when keep-alives have found out."""
        session.open = False
        self.time.after(self.time.delay_s(), then, Lost)
        gone_s = self.time.chance.choice((0.0, 1.0, HALF_OPEN_MAX_S)) if after_s is None else after_s
        self.time.after(gone_s, self.end, session)

    def _execute(self, session: Session, request: Request, then: Then) -> None:
        if session.start != self._starts or not session.served:
            session.served = session.open = False
            self.time.after(self.time.delay_s(), then, Lost)
            return
        if self.time.strikes(TeamFault.LOCK_LOST):
            self.holder = None
        match request:
            case Take():
                free = self.holder in (None, session)
                self.holder = session if free else self.holder
                self._answer(session, then, free)
            case Read():
                self._answer(session, then, self._read())
            case LetGo():
                self.holder = None if self.holder is session else self.holder
                self._answer(session, then, True)
            case Raise():
                self._alone(lambda: self._raise(session, then), then)
            case Unlock():
                self._alone(lambda: self._unlock(session, then), then)
            case Halt(halted):
                self._alone(lambda: self._halt(session, halted, then), then)
            case Write():
                self._write(session, request, then)

    def _answer(self, session: Session, then: Then, answer: Any) -> None:
        if self.time.strikes(TeamFault.ANSWER_LOST):
            self._cut(session, then)
        else:
            self.time.after(self.time.delay_s() / 4, then, answer)

    def _read(self) -> dict[str, tuple[str, int]]:
        return {
            journal: ("".join(row.lines for row in rows), rows[-1].seq)
            for journal, rows in self.rows.items()
            if rows
        }

    # --- the row of the account ---

    def _alone(self, act: Callable[[], None], then: Then) -> None:
        """Wait until no insert shares the account's row."""
        if self._shared():
            self._waiting.append((act, then))
        else:
            act()

    def _shared(self) -> bool:
        return bool(self._inserting)

    def _raise(self, session: Session, then: Then) -> None:
        self.fence += 1
        self._answer(session, then, self.fence)

    def _unlock(self, session: Session, then: Then) -> None:
        self.time.count(TeamFault.UNLOCKED)
        self.fence += 1
        if self.holder is not None:
            self.end(self.holder)
        self._answer(session, then, True)

    def _halt(self, session: Session, halted: bool, then: Then) -> None:
        self.halted = halted
        self._answer(session, then, True)

    def _write(self, session: Session, request: Write, then: Then) -> None:
        if not self._holds(request):
            self._answer(session, then, False)
            return
        if self.halted and (denied := new_acts(request.entries)):
            self._answer(session, then, Halted(denied))
            return
        self._inserting.append(request)
        slow = self.time.strikes(TeamFault.COMMIT_SLOW)
        takes_s = self.time.chance.choice((0.5, 3.0, 20.0)) if slow else 0.002
        self.time.after(takes_s, self._commit, session, request, then)

    def _holds(self, request: Write) -> bool:
        return request.fence == self.fence

    def _commit(self, session: Session, request: Write, then: Then) -> None:
        if session.start != self._starts:
            self.time.after(self.time.delay_s(), then, Lost)
            return
        self._inserting.remove(request)
        rows = self.rows[request.journal]
        taken = rows and rows[-1].seq >= request.seq  # the primary key
        if taken or self.time.strikes(TeamFault.ROLLED_BACK):
            self._cut(session, then)
        elif request.plan in self._used:
            self._answer(session, then, PlanUsed)
        elif denied := self._spend(request):
            self._answer(session, then, OverLimit(denied))
        else:
            self._used |= {request.plan} - {None}
            rows.append(Row(request.seq, request.fence, request.lines))
            self.auditor.committed(request, self.fence, halted=self.halted)
            self._answer(session, then, True)
        if not self._shared():
            waiting, self._waiting = self._waiting, []
            for act, _ in waiting:
                act()

    def _spend(self, request: Write) -> frozenset[int]:
        """Add what a row takes of limits, or return the messages that are too many."""
        sums: dict[str, Spent] = {}
        over: set[str] = set()
        for draw in request.draws:
            spent = sums.get(draw.sum) or self._spent.get(draw.sum)
            if spent is None or (spent.journal, spent.fence) != (request.journal, request.fence):
                spent = Spent(request.journal, request.fence, draw.before, Decimal(0))
            spent = sums[draw.sum] = spent._replace(drawn=spent.drawn + draw.amount)
            if self._exceeds(draw, spent.before + spent.drawn):
                over.add(draw.sum)
        if not over:
            self._spent |= sums
        return frozenset(draw.reqid for draw in request.draws if draw.sum in over)

    def _exceeds(self, draw: Draw, total: Decimal) -> bool:
        return draw.most is not None and total > draw.most


def _ignore(_: Any) -> None:
    """Ignore an answer that is not waited for any more."""
