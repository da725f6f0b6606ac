"""A command line that dies or is stopped at an instant around its statements to the ledger and its frames.

All of it is wrapped from outside, in that process only: the product knows nothing of it.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import psycopg

from runner.cli.exit_codes import run
from tests.crash.dying import STDERR, Countdown, watch_sends

if TYPE_CHECKING:
    import signal
    from collections.abc import Sequence

_TABLE = re.compile(r"(insert into|update|from) +order_batch\.(\w+)(?!.*insert into order_batch)", re.DOTALL)


def watch_statements(countdown: Countdown) -> None:
    """Put an instant before each statement to the ledger, and after its answer."""
    execute = psycopg.Connection.execute

    def execute_and_count(connection: Any, query: Any, *args: Any, **options: Any) -> Any:
        what = _words(query)
        countdown.instant(f"before {what}")
        answer = execute(connection, query, *args, **options)
        countdown.instant(f"after {what}")
        return answer

    psycopg.Connection.execute = execute_and_count  # type: ignore[method-assign, assignment]


def _words(query: Any) -> str:
    text = query.decode() if isinstance(query, bytes) else str(query)
    found = _TABLE.search(text)
    return " ".join(found.groups()) if found else " ".join(text.split()[:2])[:40]


def suffer(instant: int, how: signal.Signals, args: Sequence[str]) -> int:
    """Run a command line up to an instant, or to its end; then gives its exit code. 0: it only counts."""
    countdown = Countdown(instant, how)
    watch_statements(countdown)
    watch_sends(countdown)
    code = run(args)
    os.write(STDERR, f"{countdown.passed} instants\n".encode())
    return code
