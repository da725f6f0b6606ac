"""A run's journal in the ledger: each group commit is one row, and it is durable when the insert returns.

The rows hold the lines that the file of a local journal would hold, so that one chain runs through all.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from runner.journal import last_digest, seal_all, unseal_all, unseal_entries

from .session import LedgerLost

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.journal import Content, Entry

    from .lease import Lease
    from .session import Session

# `for share` is not optional: without it this statement looks at an old state of the account, and what the
# holder before has under way is committed after its successor has looked.
_WRITE: Final = """
    insert into order_batch.chunk (journal, seq, fence, lines, previous, digest)
    select %(journal)s, %(seq)s, holding.fence, %(lines)s, %(previous)s, %(digest)s
    from (
        select fence from order_batch.account where id = %(account)s and fence = %(fence)s for share
    ) as holding
    returning seq
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
            raise LedgerLost("this run holds the account no longer, for it was unlocked", errno.ECANCELED)
        self._seq += 1
        self._last = digest


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
