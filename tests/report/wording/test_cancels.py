"""The end of an order that was to be canceled, and its executed part."""

from __future__ import annotations

import pytest

from runner.report.wording.cancels import how_much, is_partly_filled, meaning


def result(
    outcome: str, vol: str | None = None, vol_exec: str | None = None, reason: str | None = None
) -> dict[str, str | None]:
    """A result as the manifest has it."""
    return {"outcome": outcome, "vol": vol, "vol_exec": vol_exec, "reason": reason}


@pytest.mark.parametrize(
    ("ended", "words"),
    [
        (result("canceled"), ""),
        (result("canceled", "0.25", "0.00000000"), ""),
        (result("canceled", "0.25000000", "0.10000000"), "it was partly filled before: 0.1 of 0.25"),
        (result("closed"), "it was filled before it could be canceled"),
        (result("closed", "0.25", "0.25"), "it was filled before it could be canceled: 0.25"),
        (
            result("closed", "0.25", "0.2499", "Insignificant volume remaining"),
            "it was filled before it could be canceled: 0.2499 of 0.25 (Insignificant volume remaining)",
        ),
        (result("gone"), "not open, and the exchange's records do not know it"),
        (result("unresolved"), "whether the order is still open is unknown"),
        (result("skipped"), ""),
    ],
)
def test_each_outcome_says_what_it_means(ended: dict[str, str | None], words: str) -> None:
    """And nothing where the outcome says it all."""
    assert meaning(ended) == words


def test_only_what_was_canceled_after_a_part_was_executed_is_partly_filled() -> None:
    """Unknown is not zero, and is not said to be a part either."""
    assert is_partly_filled(result("canceled", "1", "0.1"))
    assert not is_partly_filled(result("canceled", "1", "0"))
    assert not is_partly_filled(result("canceled"))
    assert not is_partly_filled(result("closed", "1", "1"))
    assert (how_much(result("canceled")), how_much(result("canceled", None, "0.50"))) == ("", "0.5")
