"""The append-only file behind a run: what was appended is on the disk before anything else happens.

It knows lines and syncs, not what the lines mean.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

from runner.errors import Refused

from .files import read_ours
from .halts import passing
from .writing import open_journal, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from types import TracebackType

    from runner.journal import Content, Entry
    from runner.policy import Demand, Draw


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a write, which a journal for several machines holds against theirs.

    ``draws`` are the parts of its intents in limits of a day, ``plan`` is the saved plan that a run begins.
    ``demand`` are the approvals without which its intents may not become durable, None where none are needed.
    ``intents`` are the request ids of what a halted account does not let leave.
    """

    draws: Sequence[Draw] = ()
    plan: str | None = None
    demand: Demand | None = None
    intents: frozenset[int] = frozenset()


NO_TERMS: Final = Terms()


class IntentsRefused(Exception):
    """Some intents of a write may not become durable: nothing of it counts.

    ``reqids`` are those of the intents, and ``reason`` says why.
    """

    def __init__(self, reqids: frozenset[int], reason: str) -> None:
        super().__init__(reason)
        self.reqids = reqids
        self.reason = reason


class OverLimit(IntentsRefused):
    """A limit of a day would not hold."""


class AccountHalted(IntentsRefused):
    """The account is halted, or whether it is cannot be known."""


class RunJournal(Protocol):
    """A journal as a run writes it, wherever it is kept.

    ``contents`` are the objects that it held when it was opened. ``write`` makes lines durable as ``sealed``
    gives them; it raises ``OSError``, and then none of them counts. It raises ``AccountHalted`` as well, and
    one for several machines ``OverLimit``, and ``Refused`` for a plan that was used or lacks approvals.
    """

    name: str
    contents: list[dict[str, Any]]

    def sealed(self, contents: Iterable[Content]) -> bytes:
        """Return contents as the lines that follow what the journal holds."""
        ...

    def write(self, data: bytes, terms: Terms = NO_TERMS) -> None:
        """Make lines durable, on terms. Raises ``OSError``."""

    def append(self, contents: Iterable[Content]) -> None:
        """Make contents durable. Raises ``OSError``."""


class Journal:
    """A file of checksummed lines, open for appending. Use it in a ``with`` statement.

    ``durable`` False leaves out the sync, for a journal that need only outlive the process. ``halts`` is the
    folder of the halts that its intents are written under, None without intents.
    ``contents`` are the objects that the file held when it was opened. Raises ``Refused`` when it is damaged.
    """

    def __init__(self, path: Path, *, durable: bool = True, halts: Path | None = None) -> None:
        from runner.journal import last_digest, unseal_all  # noqa: PLC0415 - who only reads a batch file needs no records

        self._durable = durable
        self._halts = halts
        self._path = path
        self.name = str(path.parent)
        self._file = open_journal(path)
        try:
            text = _read(self._file)
            self.contents, self._size = unseal_all(text, name=str(path))
            self._last = last_digest(text)
            # A torn tail would run into the next line.
            os.ftruncate(self._file, self._size)
            if durable:
                sync_folder(path.parent)
        except BaseException:
            os.close(self._file)
            raise

    def append(self, contents: Iterable[Content]) -> None:
        """Write all at once and sync once. On return they are durable. Raises as ``write`` does."""
        self.write(self.sealed(contents))

    def sealed(self, contents: Iterable[Content]) -> bytes:
        """Return contents as the lines that follow what the journal holds, to be written next."""
        from runner.journal import seal_all  # noqa: PLC0415

        return seal_all(contents, self._last)

    def write(self, data: bytes, terms: Terms = NO_TERMS) -> None:
        """Write lines as ``sealed`` gives them, and sync once. On return they are durable.

        There are no others to hold ``terms`` against: whoever may share a limit or the plan waits.

        Raises ``OSError`` (a full disk, a failing sync, a file that was removed, moved or changed by another
        process); then none of them counts, and they are removed if the disk allows it. Nor does any where it
        raises ``AccountHalted``.
        """
        if self._halts is None or not terms.intents:
            self._write(data)
            return
        try:
            with passing(self._halts) as halt:
                if halt is not None:
                    raise AccountHalted(terms.intents, str(halt))
                self._write(data)
        except Refused as unknown:
            raise AccountHalted(terms.intents, str(unknown)) from unknown

    def _write(self, data: bytes) -> None:
        from runner.journal import last_digest  # noqa: PLC0415

        self._refuse_another()
        try:
            _write(self._file, data)
            if self._durable:
                os.fdatasync(self._file)
        except OSError:
            os.ftruncate(self._file, self._size)
            raise
        self._size += len(data)
        self._last = last_digest(data.decode("ascii")) if data else self._last

    def _refuse_another(self) -> None:
        """Raise ``OSError`` where the next run would not find what this one writes."""
        found, ours = self._path.stat(follow_symlinks=False), os.fstat(self._file)
        if (found.st_dev, found.st_ino, found.st_size) != (ours.st_dev, ours.st_ino, self._size):
            raise OSError(errno.ESTALE, "it was replaced or changed while this run held it")

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_journal(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a journal that another process may be writing; none without a file."""
    from runner.journal import unseal_all  # noqa: PLC0415

    return unseal_all(_text_of(path), name=str(path))[0]


def journal_entries(path: Path) -> list[Entry]:
    """As ``read_journal``, for a journal that holds what became of a batch."""
    from runner.journal import unseal_entries  # noqa: PLC0415

    return unseal_entries(_text_of(path), name=str(path))[0]


def _text_of(path: Path) -> str:
    try:
        return read_ours(path).decode("latin-1")
    except FileNotFoundError:
        return ""


def _read(file: int) -> str:
    # Lines are ASCII; with Latin-1 whatever a broken disk made of them still counts one per byte.
    with os.fdopen(os.dup(file), "rb") as reader:
        return reader.read().decode("latin-1")


def _write(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]
