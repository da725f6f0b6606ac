"""The display of a running apply."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from runner.execution import Progress
from runner.report.progress import live_progress
from runner.report.progress_text import counts


def progress(**changes: int | bool) -> Progress:
    """How far a run of 20 orders and 2 cancellations has come."""
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
        (
            progress(sent=20, placed=12, rejected=3, canceled=1, connected=False),
            "20 sent, 12 of 20 placed, 3 rejected, 1 of 2 canceled, connecting again",
        ),
    ],
)
def test_counts_in_words(now: Progress, words: str) -> None:
    """What was sent, what was answered, and whether there is a connection."""
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
