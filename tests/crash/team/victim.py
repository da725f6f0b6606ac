"""A command line that dies or is stopped at an instant around its statements to the ledger and its frames.

All of it is wrapped from outside, in that process only: the product knows nothing of it.
"""

from __future__ import annotations

import os
import re
import signal
from typing import TYPE_CHECKING, Any

from runner.cli.exit_codes import run
from tests.crash.dying import STDERR, Countdown, watch_sends

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_TABLE = re.compile(r"(insert into|update|from) +order_batch\.(\w+)(?!.*insert into order_batch)", re.DOTALL)
_ENTRY = re.compile(r'"entry":"([a-z-]+)"')


def watch_statements(countdown: Countdown) -> None:
    """Put an instant before each statement to the ledger, and after its answer."""
    import psycopg  # noqa: PLC0415 - not everybody has it

    execute = psycopg.Connection.execute

    def execute_and_count(connection: Any, query: Any, *args: Any, **options: Any) -> Any:
        text = query.decode() if isinstance(query, bytes) else str(query)
        what = words_of(text, str(args[0] if args else ""))
        countdown.instant(f"before {what}")
        answer = execute(connection, query, *args, **options)
        countdown.instant(f"after {what}")
        return answer

    psycopg.Connection.execute = execute_and_count  # type: ignore[method-assign, assignment]


def words_of(statement: str, values: str = "") -> str:
    """Return what a statement is about, in a few words, with the entries of a row."""
    found = _TABLE.search(statement)
    words = " ".join(found.groups()) if found else " ".join(statement.split()[:2])[:40]
    entries = ", ".join(dict.fromkeys(_ENTRY.findall(values)))
    return f"{words}: {entries}" if entries else words


class Picky(Countdown):
    """Counts the instants alone that are about something."""

    def __init__(self, last: int, how: signal.Signals, about: str) -> None:
        super().__init__(last, how)
        self._about = about

    def instant(self, name: str, *, at_last: Callable[[], object] = lambda: None) -> None:
        """One more has come, if it is about that."""
        if self._about in name:
            super().instant(name, at_last=at_last)


def suffer(instant: int, how: signal.Signals, about: str, args: Sequence[str]) -> int:
    """Run a command line up to an instant about something, or to its end; then gives its exit code."""
    countdown = Picky(instant, how, about)
    watch_statements(countdown)
    watch_sends(countdown)
    code = run(args)
    os.write(STDERR, f"{countdown.passed} instants\n".encode())
    return code
