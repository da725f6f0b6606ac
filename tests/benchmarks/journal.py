"""Keeping: what a durable record costs, one by one and in the groups in which a run writes them.

Beside it SQLite in its safest setting, one record to a transaction. Run alone:
``python -m tests.benchmarks.journal``.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from runner.runtime.storage.journal import Journal
from tests.benchmarks.rows import Row, beside, table

RECORDS = 1_024
GROUP = 256
"""Orders of one turn."""

RECORD: dict[str, Any] = {
    "entry": "order-placed",
    "at": "2026-01-01T00:00:00.000000Z",
    "group": "enter",
    "id": "buy-eth",
    "txid": "OUEMWD-CUO73-YYCBEK",
    "source": "reply",
    "descr": "buy 0.25000000 ETHEUR @ limit 150.00",
}


def measure(repeats: int) -> list[Row]:
    """Microseconds a record."""
    runs = [(_journal(GROUP), _journal(1), _sqlite()) for _ in range(repeats)]
    grouped, single, database = (list(figures) for figures in zip(*runs, strict=True))
    return [
        beside(f"journal, {GROUP} records a sync", "us a record", grouped, "one record a sync", single),
        beside(f"journal, {GROUP} records a sync", "us a record", grouped, "SQLite, one record", database),
    ]


def _journal(group: int) -> float:
    with _folder() as folder, Journal(folder / "journal.jsonl") as journal:
        begun = time.perf_counter()
        for _ in range(RECORDS // group):
            journal.append([RECORD] * group)
        return (time.perf_counter() - begun) / RECORDS * 1e6


def _sqlite() -> float:
    with _folder() as folder, closing(sqlite3.connect(folder / "journal.db")) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute(
            "CREATE TABLE entries (entry TEXT, at TEXT, grp TEXT, id TEXT, txid TEXT, rest TEXT)"
        )
        row = (*list(RECORD.values())[:5], RECORD["descr"])
        begun = time.perf_counter()
        for _ in range(RECORDS):
            with database:
                database.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)", row)
        return (time.perf_counter() - begun) / RECORDS * 1e6


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder on the disk that the caller is in, for ``/tmp`` may be memory."""
    with tempfile.TemporaryDirectory(prefix=".benchmark-", dir=Path.cwd()) as name:
        yield Path(name)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=5)
    print(table(measure(parser.parse_args().repeats)))


if __name__ == "__main__":
    main()
