"""The codes of second looks."""

from __future__ import annotations

import json
from pathlib import Path

from runner.review.looks.second_look import CODE_WORDS, NEEDS_BALANCES, NEEDS_PRICES, Code

SCHEMA = Path(__file__).parents[3] / "schemas" / "policy.schema.json"


def test_every_code_has_its_words_and_may_be_in_a_policy() -> None:
    """A code that is added to one table is added to all."""
    assert set(CODE_WORDS) == set(Code)
    rule = json.loads(SCHEMA.read_text("utf-8"))["$defs"]["secondLookRule"]
    assert rule["properties"]["codes"]["items"]["enum"] == [code.value for code in Code]
    assert set(Code) >= NEEDS_PRICES | NEEDS_BALANCES
