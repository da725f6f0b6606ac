"""The runs that are sending orders at a venue, so that only one at a time uses a daily limit.

``<state-dir>/<venue>/.senders/`` holds a file for each run that sends, locked for as long as it does. A lock
dies with its process, and what a killed run has left there is removed by the next one.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from runner.domain import Owner
from runner.errors import Locked, Refused

from .state import senders_path
from .writing import make_folder, open_lock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_ENTRANCE: Final = "lock"
_SUFFIX: Final = ".json"


class Sender(Struct, frozen=True, kw_only=True):
    """A run that sends orders. ``since`` is RFC 3339 in UTC; ``owner`` None where the account is not known.

    ``alone``: a daily limit applies to it, so nothing else that counts in it may be sent at the same time.
    """

    pid: int
    batch: str
    run_key: str
    since: str
    alone: bool
    owner: Owner | None

    def __str__(self) -> str:
        name = f"{self.batch} with run key {self.run_key}" if self.run_key else self.batch
        limit = ", under a limit of a day" if self.alone else ""
        return f"Process {self.pid} has been applying {name} since {self.since}{limit}."

    def bars(self, other: Sender) -> bool:
        """Return whether one of two has to wait for the other: a limit of either may count both."""
        if not (self.alone or other.alone):
            return False
        return self.owner is None or other.owner is None or self.owner.may_share_limits(other.owner)


@contextmanager
def join_senders(root: Path, venue: str, sender: Sender) -> Iterator[None]:
    """Register as a sender at a venue during a block.

    Raises ``Locked`` if another sender excludes it, ``Refused`` if the registration is impossible.
    """
    folder = senders_path(root, venue)
    with ExitStack() as stack:
        try:
            make_folder(folder, durable=False)
            with _alone_inside(folder):
                _refuse_beside(_others(folder), sender, root / venue)
                stack.callback(_leave, folder, *_enter(folder, sender))
        except OSError as error:
            raise Refused(f"{folder}: no state can be kept here: {error.strerror}") from error
        yield


@contextmanager
def _alone_inside(folder: Path) -> Iterator[None]:
    """Let one process at a time check and register; no process waits inside."""
    entrance = open_lock(folder / _ENTRANCE, make=True)
    try:
        fcntl.flock(entrance, fcntl.LOCK_EX)
        yield
    finally:
        os.close(entrance)


def _refuse_beside(others: Iterable[Sender | None], sender: Sender, place: Path) -> None:
    barring = [other for other in others if other is None or sender.bars(other)]
    if barring:
        raise Locked(
            f"{place}: another run is sending orders, and a limit of a day counts them all; nothing was sent",
            details=[
                *(
                    "Which run that is cannot be read." if sender is None else str(sender)
                    for sender in barring
                ),
                "Wait until it is done.",
            ],
        )


def _others(folder: Path) -> Iterator[Sender | None]:
    """Yield the runs that send now, None for one that cannot be read. What dead ones have left is removed."""
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries if entry.name.endswith(_SUFFIX))
    for name in names:
        path = folder / name
        with suppress(FileNotFoundError):  # it has just left
            file = open_lock(path, make=False)
            with os.fdopen(file, "rb") as reader:
                if _is_locked(file):
                    yield _sender_in(reader.read())
                else:
                    path.unlink()


def _is_locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _sender_in(content: bytes) -> Sender | None:
    try:
        return msgspec.json.decode(content, type=Sender)
    except msgspec.DecodeError:
        return None


def _enter(folder: Path, sender: Sender) -> tuple[str, int]:
    """Take a place: the name of its file, and the file, which is locked until it is closed."""
    name = os.urandom(8).hex() + _SUFFIX
    file = open_lock(folder / name, make=True)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        with os.fdopen(os.dup(file), "wb") as writer:
            writer.write(msgspec.json.encode(sender))
    except BaseException:
        _leave(folder, name, file)
        raise
    return name, file


def _leave(folder: Path, name: str, file: int) -> None:
    with suppress(OSError):  # a file that cannot be removed is ignored by the next run
        (folder / name).unlink()
    os.close(file)
