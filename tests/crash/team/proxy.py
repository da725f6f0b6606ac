"""A network between a runner and PostgreSQL that is cut at one statement: before it, or before its answer.

It knows as much of the protocol as to find where a statement ends. Another process, for one connection.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import IO, TYPE_CHECKING

from tests.crash.processes import fork
from tests.crash.team.victim import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

READ_BYTES = 1 << 16
LATE_S = 1.0
_READY = b"Z\x00\x00\x00\x05"
_ENDS = b"QS"
"""Messages that end a statement: a simple query, and the sync of one with values."""


class Cut(StrEnum):
    """The place of the cut."""

    BEFORE = "before the statement"
    AFTER = "after the statement, before its answer"
    LATE = "before the statement, which arrives later"


@dataclass(frozen=True)
class Network:
    """A way to a server: its port, and what it says of the statement at which it was cut."""

    port: int
    news: IO[str]

    def struck(self) -> str:
        """Return where it was cut, empty if it was not. It is over then."""
        return self.news.read().strip()


@contextlib.contextmanager
def cut_at(statement: int, about: str, cut: Cut, port: int) -> Iterator[Network]:
    """Serve a way to the server on ``port`` for the length of a block.

    It is cut at so many statements that are ``about`` something.
    """
    reader, writer = os.pipe()
    with socket.socket() as listener, os.fdopen(reader, encoding="utf-8") as news:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        pid = fork(partial(_serve, listener, statement, about, cut, port, writer))
        os.close(writer)
        try:
            yield Network(int(listener.getsockname()[1]), news)
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _serve(listener: socket.socket, statement: int, about: str, cut: Cut, port: int, news: int) -> int:
    client = listener.accept()[0]
    listener.close()
    with client, socket.create_connection(("127.0.0.1", port)) as server:
        messages = Messages()
        while True:
            ready, _, _ = select.select([client, server], [], [])
            if server in ready:
                data = server.recv(READ_BYTES)
                if not data:
                    return 0
                client.sendall(data)
            if client in ready:
                data = client.recv(READ_BYTES)
                if not data:
                    return 0
                for text, ends in messages.take(data):
                    counts = ends and about in _words_of(text)
                    statement -= counts
                    if counts and statement == 0:
                        os.write(news, f"cut {cut}: {_words_of(text)}\n".encode())
                        _cut(client, server, text, cut)
                        return 0
                    server.sendall(text)


def _words_of(text: bytes) -> str:
    """Return what a statement is about; before its text are the kind of its message and its length."""
    statement = text[5:].lstrip(b"\x00").split(b"\x00")[0]
    return words_of(statement.decode("utf-8", "replace"), text.decode("latin-1"))


def _cut(client: socket.socket, server: socket.socket, text: bytes, cut: Cut) -> None:
    if cut is Cut.BEFORE:
        return
    if cut is Cut.LATE:
        client.close()
        select.select([server], [], [], LATE_S)
    server.sendall(text)
    answer = b""
    while _READY not in answer:
        data = server.recv(READ_BYTES)
        if not data:
            return
        answer += data


class Messages:
    """The messages of a client of PostgreSQL, cut where statements end."""

    def __init__(self) -> None:
        self._started = False
        self._unread = b""
        self._statement = b""

    def take(self, data: bytes) -> Iterator[tuple[bytes, bool]]:
        """Yield what is to be passed on, and whether it is a whole statement."""
        self._unread += data
        while (size := self._size()) and len(self._unread) >= size:
            message, self._unread = self._unread[:size], self._unread[size:]
            kind = message[:1] if self._started else b""
            self._started = True
            self._statement += message
            if not kind or kind in b"pX" or kind in _ENDS:
                text, self._statement = self._statement, b""
                yield text, bool(kind) and kind in _ENDS

    def _size(self) -> int:
        """Return how long the next message is, 0 if that is not known yet. The first one has no kind."""
        at = 1 if self._started else 0
        if len(self._unread) < at + 4:
            return 0
        return at + int.from_bytes(self._unread[at : at + 4])
