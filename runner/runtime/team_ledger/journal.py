"""A run's journal in the ledger: each group commit is one row, and it is durable when the insert returns.

The rows hold the lines that the file of a local journal would hold, so that one chain runs through all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from runner.journal import last_digest, seal_all, unseal_all

from .session import LedgerLost

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.journal import Content

    from .lease import Lease
    from .session import Session

# `for share` is not optional: without it this statement looks at an old state of the account, and what the
# holder before has under way is committed after its successor has looked.
_WRITE: Final = """
    insert into order_batch.chunk (journal, seq, fence, lines, previous, digest)
    select %(journal)s, %(seq)s, holding.fence, %(lines)s, %(previous)s, %(digest)s
    from (
        select fence from order_batch.account
        where id = %(account)s and fence = %(fence)s and halted_at is null for share
    ) as holding
    returning seq
"""
_JOURNAL: Final = """
    insert into order_batch.journal (account, batch, run_key) values (%s, %s, %s)
    on conflict (account, batch, run_key) do update set batch = excluded.batch returning id
"""


class LedgerJournal:
    """The journal of one batch and run key, held by a lease.

    ``contents`` are the objects that it held when it was opened. Raises ``LedgerLost``, and ``Refused`` when
    its lines are no chain.
    """

    def __init__(self, session: Session, lease: Lease, batch: str, run_key: str) -> None:
        self._session, self._lease = session, lease
        found = session.row(_JOURNAL, (lease.account, batch, run_key))
        assert found is not None
        self.id = int(found[0])
        text, self._seq = text_of(session, self.id)
        self.contents: list[dict[str, Any]] = unseal_all(text, name=f"{session.name}, {batch}")[0]
        self._last = last_digest(text)

    def append(self, contents: Iterable[Content]) -> None:
        """Write all as one row. On return it is durable. Raises as ``write`` does."""
        self.write(self.sealed(contents))

    def sealed(self, contents: Iterable[Content]) -> bytes:
        """Return contents as the lines that follow what the journal holds, to be written next."""
        return seal_all(contents, self._last)

    def write(self, data: bytes) -> None:
        """Write lines as ``sealed`` gives them. On return they are durable.

        Raises ``LedgerLost``; then none of them counts, and nothing that they announce may be sent. A commit
        whose answer is lost is such a case: the next run reads what the ledger holds.
        """
        if not data:
            return
        lines = data.decode("ascii")
        digest = last_digest(lines)
        written = self._session.row(
            _WRITE,
            {
                "journal": self.id,
                "seq": self._seq + 1,
                "account": self._lease.account,
                "fence": self._lease.fence,
                "lines": lines,
                "previous": self._last,
                "digest": digest,
            },
        )
        if written is None:
            raise LedgerLost(self._why_not())
        self._seq += 1
        self._last = digest

    def _why_not(self) -> str:
        found = self._session.row(
            "select halted_for, halted_by from order_batch.account where id = %s and halted_at is not null",
            (self._lease.account,),
        )
        if found is not None:
            return f"the account was halted by {found[1]}: {found[0]}"
        return "another run holds the account now, after this one was thought dead"


def text_of(session: Session, journal: int) -> tuple[str, int]:
    """Return the lines of a journal, and the number of its last row."""
    rows = session.rows(
        "select lines, seq from order_batch.chunk where journal = %s order by seq", (journal,)
    )
    return "".join(lines for lines, _ in rows), rows[-1][1] if rows else 0
