"""The word that looks most like another."""

from __future__ import annotations

from runner.batchfile.nearness import nearest


def test_the_nearest_is_near() -> None:
    """A different case is nothing; a far word is none."""
    assert nearest("ENTER", ["exit", "enter"]) == "enter"
    assert nearest("entre", ["exit", "enter"]) == "enter"
    assert nearest("nowhere", ["exit", "enter"]) == ""
    assert nearest("market-limit", ["limit", "take-profit-limit"], 0.75) == ""


def test_no_time_is_spent_on_long_words_and_many_choices() -> None:
    """Of a thousand choices the first two hundred are looked at."""
    assert nearest("x" * 65, ["x" * 65]) == ""
    assert nearest("nama", [*(f"{number:09}" for number in range(1_000)), "name"]) == ""
