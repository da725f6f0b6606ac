"""The explanations of a result: each once, with the number of orders it is about."""

from __future__ import annotations

from typing import Any

from runner.report.lines import plain
from runner.report.wording.rejects import reject_lines, reject_objects


def result(*errors: tuple[str, str | None]) -> dict[str, Any]:
    """A result whose orders have these outcomes and errors."""
    return {"groups": [{"orders": [{"outcome": outcome, "error": error} for outcome, error in errors]}]}


FUNDS, POST = "EOrder:Insufficient funds", "Post only order"


def test_many_orders_have_one_explanation():
    """The most frequent first, with the remedy below."""
    explanations = reject_objects(result(("ended", POST), *[("rejected", FUNDS)] * 12))
    assert [(item["error"], item["orders"]) for item in explanations] == [
        (FUNDS, 12),
        ("EOrder:Post only order", 1),
    ]
    lines = [plain(line) for line in reject_lines(result(*[("rejected", FUNDS)] * 12), 200)]
    assert lines[0].startswith("EOrder:Insufficient funds (12 orders): the account has too little")
    assert lines[1].startswith("  Lower the volume")


def test_only_what_the_exchange_said_no_to_is_explained():
    """A text of ours, or one that is unknown, explains itself or nothing."""
    assert not reject_objects(result(("placed", None), ("refused", FUNDS), ("rejected", "EFunding:Odd")))
    assert not reject_lines(result(("placed", None)), 80)


def test_lines_are_folded():
    """To the width of the terminal."""
    assert all(len(plain(line)) <= 60 for line in reject_lines(result(("rejected", FUNDS)), 60))
