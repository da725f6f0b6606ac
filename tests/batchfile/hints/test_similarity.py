"""The word that looks most like another."""

from __future__ import annotations

import pytest

from runner.batchfile.hints.similarity import did_you_mean, nearest


def test_the_nearest_is_near() -> None:
    """A different case is nothing; a far word is none."""
    assert nearest("ENTER", ["exit", "enter"]) == "enter"
    assert nearest("entre", ["exit", "enter"]) == "enter"
    assert nearest("nowhere", ["exit", "enter"]) == ""
    assert nearest("market-limit", ["limit", "take-profit-limit"], 0.75) == ""


def test_no_time_is_spent_on_long_words() -> None:
    """Long words are no typing errors."""
    assert nearest("x" * 65, ["x" * 65]) == ""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("buy-etc-777", "buy-eth-777"), ("by-eth-777", "buy-eth-777"), ("uy-eth-777", "buy-eth-777")],
)
def test_among_many_choices_neighbours_are_looked_at(typed: str, meant: str) -> None:
    """By the beginning or by the end, wherever the letter is that is wrong."""
    assert nearest(typed, [f"buy-eth-{number}" for number in range(1_000)]) == meant


def test_only_a_near_word_is_suggested() -> None:
    """A far one would mislead."""
    assert did_you_mean("entre", ["enter", "exit"]) == "did you mean `enter`?"
    assert did_you_mean("nowhere", ["enter", "exit"]) == ""
