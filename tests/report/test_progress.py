"""The display of a running apply."""

from __future__ import annotations

import io
import re

import pytest
from msgspec.structs import replace
from rich.console import Console

from runner.execution import Progress
from runner.report.progress import BAR_WIDTH, live_progress
from runner.report.wording.progress import counts


def progress(**changes: int | bool) -> Progress:
    """Return how far a run of 20 orders and 2 cancellations has come."""
    fields = {"sent": 0, "placed": 0, "rejected": 0, "settled": 0, "canceled": 0, "connected": True}
    return Progress(orders=20, cancels=2, **(fields | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (progress(connected=False), "0 sent, 0 of 20 placed, 0 of 2 canceled, connecting"),
        (progress(sent=20, placed=12), "20 sent, 12 of 20 placed, 0 of 2 canceled"),
        (progress(sent=20, validated=12), "20 sent, 12 of 20 validated, 0 of 2 canceled"),
        (
            progress(sent=12, placed=12, remaining_s=100),
            "12 sent, 12 of 20 placed, 0 of 2 canceled, about 1 min 40 s left",
        ),
        (progress(sent=20, placed=20, canceled=3), "20 sent, 20 of 20 placed, 3 canceled"),
        (
            progress(sent=20, placed=12, rejected=3, canceled=1, connected=False),
            "20 sent, 12 of 20 placed, 3 rejected, 1 of 2 canceled, connecting again",
        ),
    ],
)
def test_counts_in_words(now: Progress, words: str) -> None:
    """Sent orders, answered ones, and the state of the connection."""
    assert counts(now) == words


def test_the_display_is_wiped_away_and_harmless(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last thing it does is to erase its line; a name is never read as markup or as codes."""
    monkeypatch.setenv("TERM", "xterm")
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=100, color_system=None)
    with live_progress(console, "[red]x\x1b[2J") as observe:
        observe(progress(sent=20, placed=20, settled=20, canceled=2))
    text = stream.getvalue()
    assert "[red]x\\x1b[2J" in text
    assert "20 of 20 placed" in text
    assert "\x1b[2J" not in text
    assert text.rstrip().endswith("\x1b[2K")


def test_canceled_orders_beyond_the_file_do_not_exceed_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unwinding cancels more than the file does."""
    monkeypatch.setenv("TERM", "xterm")
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=100, color_system=None)
    with live_progress(console, "x") as observe:
        observe(progress(sent=20, placed=20, settled=20, canceled=5))
    assert "25 of 25" in stream.getvalue()


@pytest.mark.parametrize("width", [80, 120])
def test_the_bar_keeps_its_width(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """With any name and number of orders: they are beside and below it."""
    monkeypatch.setenv("TERM", "xterm")
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=width, color_system=None)
    counted = {"sent": 12_000, "placed": 11_000, "rejected": 120, "settled": 11_120, "canceled": 30}
    now = Progress(orders=100_000, cancels=3_000, connected=False, remaining_s=7_540, **counted)
    with live_progress(console, "x" * 60) as observe:
        observe(replace(now, settled=100_000, canceled=3_000))
    drawn = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stream.getvalue())
    assert "━" * BAR_WIDTH in drawn
    assert "103,000 of 103,000" in drawn
    assert "12000 sent, 11000 of 100000 placed" in drawn
    assert max(len(line) for line in re.split(r"[\r\n]", drawn)) <= width
