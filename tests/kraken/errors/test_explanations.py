"""The meaning of each error text of the exchange, and its remedy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.kraken import explain
from runner.kraken.errors.explanations import _ROWS
from runner.paper.state.orders import CancelReason
from tests.kraken.documented_errors import DOCUMENTED
from tests.support.for_each import for_each

OURS = {CancelReason.USER, CancelReason.REPLACED, CancelReason.EXPIRED, CancelReason.TIMER}
"""Ends on request; nothing has to be explained or cured."""
ALSO = (
    "EOrder:Cannot open position",
    "EOrder:Cannot open opposing position",
    "EOrder:Unknown position",
    "EOrder:Reduce only:No position exists",
    "EOrder:Reduce only:Position is closed",
    "EOrder:Reduce only:Non-PC",
    "EService:Busy",
)


@for_each([*(text for text, _ in DOCUMENTED), *ALSO])
def test_every_documented_text_is_explained(text):
    """The exchange may add text in parentheses, behind a colon, or around it."""
    found = explain(text)
    assert found is not None
    assert explain(f"[{text}]") == found
    assert explain(f"{text} (said more)") == found
    assert explain(f"order 7: {text}") == found


@for_each(_ROWS)
def test_each_row_explains_its_own_text(text, meaning, cure):
    """No other row takes its place; both are words for a person, without an end mark."""
    found = explain(text)
    assert found is not None
    assert (found.text, found.meaning, found.cure) == (text, meaning, cure)
    assert not meaning.endswith(".")
    assert not cure.endswith(".")
    assert meaning[0].islower()


@pytest.mark.parametrize("reason", [reason for reason in CancelReason if reason not in OURS])
def test_the_end_of_an_accepted_order_is_explained(reason):
    """The exchange gives its reason without a prefix."""
    known = explain(str(reason)) is not None
    assert known or reason in {CancelReason.POSITION_CLOSED, CancelReason.AMENDED}


@pytest.mark.parametrize(
    "text",
    ["EOrder:Insufficient funds for margin calls", "EFunding:No funding method", "", "Post only orders"],
)
def test_other_texts_are_not_explained(text):
    """A text that merely begins as one in the table may mean something else."""
    assert explain(text) is None


@given(st.text(max_size=2_000))
def test_any_text_is_looked_at(text):
    """With any text of the exchange."""
    explain(text)
