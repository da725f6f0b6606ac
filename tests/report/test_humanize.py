"""Numbers, spans and times for people."""

from __future__ import annotations

import pytest

from runner.report.humanize import count, moment, seconds


def test_numbers_with_their_nouns() -> None:
    """One, several, none."""
    assert [count(n, "order") for n in (0, 1, 2)] == ["no orders", "1 order", "2 orders"]
    assert count(2, "reply", "replies") == "2 replies"


@pytest.mark.parametrize(
    ("elapsed_s", "words"),
    [(0.04, "0.0 s"), (0.42, "0.4 s"), (59.94, "59.9 s"), (59.96, "1 min 00 s"), (125.2, "2 min 05 s")],
)
def test_spans_of_time(elapsed_s: float, words: str) -> None:
    """As exact as a reader needs."""
    assert seconds(elapsed_s) == words


def test_moments_lose_their_fraction() -> None:
    """The journal has microseconds; people have seconds."""
    assert moment("2026-11-22T10:00:00.123456Z") == "2026-11-22 10:00:00 UTC"
