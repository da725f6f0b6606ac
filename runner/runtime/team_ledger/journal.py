"""A run's journal in the ledger: each group commit is one row, and it is durable when the insert returns.

In its transaction are the parts of its intents in limits of a day, the use of a saved plan and its approvals.
The rows hold the lines that the file of a local journal would hold, so that one chain runs through all.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from runner.errors import Refused, Remedy
from runner.journal import last_digest, seal_all, unseal_all, unseal_entries
from runner.runtime.storage.journal import NO_TERMS, AccountHalted, OverLimit, Terms

from .approvals import while_approved
from .halts import halt_of
from .lease import holder_text
from .session import LedgerLost

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from runner.journal import Content, Entry
    from runner.policy import Draw

    from .lease import Lease
    from .session import Session

# `for share` is not optional: without it this statement looks at an old state of the account, and what the
# holder before has under way is committed after its successor has looked. A statement is a transaction: what
# breaks a constraint makes nothing durable.
_WRITE: Final = """
    with holding as (
        select fence, holder from order_batch.account
        where id = %(account)s and fence = %(fence)s and not (halted and %(new)s) for share
    ), spent as (
        insert into order_batch.spend as spend (account, day, rule, journal, fence, before, drawn, most)
        select %(account)s, date '1970-01-01' + draw.day, draw.sum, %(journal)s, fence, before, amount, most
        from holding, unnest(
            %(days)s::integer[], %(sums)s::text[],
            %(befores)s::numeric[], %(amounts)s::numeric[], %(mosts)s::numeric[]
        ) as draw (day, sum, before, amount, most)
        on conflict (account, day, rule) do update set (before, drawn) = (
            select case when same then spend.before else excluded.before end,
                case when same then spend.drawn else 0 end + excluded.drawn
            from (select (spend.journal, spend.fence) = (excluded.journal, excluded.fence) as same) as row
        ), journal = excluded.journal, fence = excluded.fence, most = excluded.most
    ), used as (
        insert into order_batch.plan_use (account, plan, journal, holder)
        select %(account)s, %(plan)s, %(journal)s, holder from holding where %(plan)s::text is not null
    )
    insert into order_batch.chunk (journal, seq, fence, lines, previous, digest)
    select %(journal)s, %(seq)s, holding.fence, %(lines)s, %(previous)s, %(digest)s from holding
    returning seq
"""
_SUMS: Final = """
    select rule, before + drawn from order_batch.spend
    where account = %s and (journal, fence) = (%s, %s) and rule = any(%s)
"""
_USE: Final = """
    select holder, to_char(used_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    from order_batch.plan_use where account = %s and plan = %s
"""
_CREATE: Final = """
    insert into order_batch.journal (account, batch, run_key) values (%s, %s, %s)
    on conflict (account, batch, run_key) do nothing
"""
_FIND: Final = "select id from order_batch.journal where account = %s and batch = %s and run_key = %s"
_ALL: Final = """
    select journal.id, journal.batch, journal.run_key, coalesce(extract(epoch from max(chunk.written_at)), 0)
    from order_batch.journal left join order_batch.chunk on chunk.journal = journal.id
    where journal.account = %s group by journal.id order by journal.batch, journal.run_key
"""


class LedgerJournal:
    """The journal of one batch and run key, held by a lease.

    ``contents`` are the objects that it held when it was opened, and ``name`` is the ledger's for people.
    Raises ``LedgerLost``, and ``Refused`` when its lines are no chain.
    """

    def __init__(self, session: Session, lease: Lease, batch: str, run_key: str) -> None:
        self._session, self._lease = session, lease
        session.rows(_CREATE, (lease.account, batch, run_key))
        found = find_journal(session, lease.account, batch, run_key)
        assert found is not None, "it was made just now, and nothing removes one"
        self.id, self.name = found, f"the ledger {session.name}"
        text, self._seq = text_of(session, self.id)
        self.contents: list[dict[str, Any]] = unseal_all(text, name=f"{self.name}, {batch}")[0]
        self._last = last_digest(text)
        self._plans: set[str | None] = {content.get("plan") for content in self.contents}

    def append(self, contents: Iterable[Content]) -> None:
        """Write all as one row. On return it is durable. Raises as ``write`` does."""
        self.write(self.sealed(contents))

    def sealed(self, contents: Iterable[Content]) -> bytes:
        """Return contents as the lines that follow what the journal holds, to be written next."""
        return seal_all(contents, self._last)

    def write(self, data: bytes, terms: Terms = NO_TERMS) -> None:
        """Write lines as ``sealed`` gives them, on terms. On return they are durable.

        Raises ``LedgerLost``; then none of them counts, and nothing that they announce may be sent. A commit
        whose answer is lost is such a case: the next run reads what the ledger holds. Nor does any count
        where it raises ``OverLimit``, ``AccountHalted``, or ``Refused`` for a plan that was used or lacks
        approvals.
        """
        if not data:
            return
        lines = data.decode("ascii")
        digest = last_digest(lines)
        plan = terms.plan if terms.plan not in self._plans else None
        written = self._insert(lines, digest, replace(terms, plan=plan))
        if written is None:
            if halt := halt_of(self._session, self._lease.account, self._lease.fence):
                raise AccountHalted(terms.intents, str(halt))
            raise LedgerLost("this run holds the account no longer, for it was unlocked", errno.ECANCELED)
        self._seq += 1
        self._last = digest
        self._plans.add(plan)

    def _insert(self, lines: str, digest: str, terms: Terms) -> tuple[Any, ...] | None:
        plan, sums = terms.plan, _summed(terms.draws)
        values = {
            "journal": self.id,
            "seq": self._seq + 1,
            "account": self._lease.account,
            "fence": self._lease.fence,
            "lines": lines,
            "previous": self._last,
            "digest": digest,
            "plan": plan,
            "new": bool(terms.intents),
            "sums": [draw.sum for draw in sums],
            "days": [draw.day for draw in sums],
            "befores": [draw.before for draw in sums],
            "amounts": [draw.amount for draw in sums],
            "mosts": [draw.most for draw in sums],
        }
        try:
            with while_approved(self._session, terms.demand):
                return self._session.row(_WRITE, values)
        except LedgerLost as lost:
            if lost.constraint == "spend_within_limit":
                raise self._over_limit(terms.draws, sums) from None
            if lost.constraint == "plan_used_once" and plan is not None:
                raise self._used(plan) from None
            raise

    def _over_limit(self, draws: Sequence[Draw], sums: Sequence[Draw]) -> OverLimit:
        """Return which intents go over which limit: all, where the sums do not show it any more."""
        names = [draw.sum for draw in sums]
        place = (self._lease.account, self.id, self._lease.fence)
        used = dict(self._session.rows(_SUMS, (*place, names)))
        totals = [(draw, used.get(draw.sum, draw.before) + draw.amount) for draw in sums]
        over = {draw.sum: total for draw, total in totals if draw.most is not None and total > draw.most}
        denied = [draw for draw in draws if draw.most is not None and (draw.sum in over or not over)]
        reasons = dict.fromkeys(draw.denial(over.get(draw.sum)) for draw in denied)
        return OverLimit(frozenset(draw.reqid for draw in denied), "; ".join(reasons))

    def _used(self, plan: str) -> Refused:
        holder, at = self._session.row(_USE, (self._lease.account, plan)) or (None, "an unknown time")
        return Refused(
            f"the saved plan {plan[:12]} was used before, at {at}, by {holder_text(holder)}",
            details=["A plan is used once. Make a new one, and have that reviewed."],
            remedies=[Remedy.NEW_PLAN],
        )


def _summed(draws: Sequence[Draw]) -> list[Draw]:
    """Return one draw for each sum; what one of them may not exceed, all of them may not."""
    sums: dict[str, Draw] = {}
    for draw in draws:
        known = sums.get(draw.sum)
        sums[draw.sum] = (
            draw
            if known is None
            else replace(
                known,
                amount=known.amount + draw.amount,
                most=draw.most if known.most is None else known.most,
            )
        )
    return [sums[name] for name in sorted(sums)]


@dataclass(frozen=True, slots=True)
class KeptJournal:
    """A journal in the ledger; ``written_at`` is that of its last row in Unix seconds, 0 without one."""

    id: int
    batch: str
    run_key: str
    written_at: float


def journals_of(session: Session, account: int) -> list[KeptJournal]:
    """Return the journals of an account, in the order of their names. Raises ``LedgerLost``."""
    return [KeptJournal(id, batch, key, float(at)) for id, batch, key, at in session.rows(_ALL, (account,))]


def find_journal(session: Session, account: int, batch: str, run_key: str) -> int | None:
    """Return the number of a journal, None if there is none. Raises ``LedgerLost``."""
    found = session.row(_FIND, (account, batch, run_key))
    return None if found is None else int(found[0])


def entries_of(session: Session, journal: int, name: str) -> list[Entry]:
    """Return the entries of a journal that another run may be writing. Raises ``LedgerLost``, ``Refused``."""
    return unseal_entries(text_of(session, journal)[0], name=name)[0]


def text_of(session: Session, journal: int) -> tuple[str, int]:
    """Return the lines of a journal, and the number of its last row."""
    rows = session.rows(
        "select lines, seq from order_batch.chunk where journal = %s order by seq", (journal,)
    )
    return "".join(lines for lines, _ in rows), rows[-1][1] if rows else 0
