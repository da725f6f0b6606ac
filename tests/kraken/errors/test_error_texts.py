"""The exchange's error texts, each read once, and what an error says about an order's fate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.kraken import ErrorKind, ErrorText, kinds_of
from tests.kraken.documented_errors import DOCUMENTED
from tests.support.for_each import for_each

AMBIGUOUS = {ErrorKind.BUSY, ErrorKind.DUPLICATE, ErrorKind.MESSAGE_RATE}


@for_each(DOCUMENTED)
def test_each_documented_text_is_known(text, kind):
    """Brackets, quotes, other letters and details around a text change nothing."""
    assert ErrorText.of(text).kind is kind
    for dressed in (
        f"[{text}]",
        f"['{text}']",
        text.lower(),
        f"{text} (remark)",
        f"{text}:detail",
        f" {text}.",
    ):
        assert ErrorText.of(dressed).kind is kind


@for_each(DOCUMENTED)
def test_an_error_settles_an_order_unless_it_speaks_of_trouble(text, kind):
    """Every documented verdict is definite; trouble, duplicates and dropped messages are not."""
    assert ErrorText.of(text).definite is (kind not in AMBIGUOUS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "EOrder:Invalid ordertype",
        "EOrder:Invalid order type",
        "EOrder:Unknown orders",
        "EOrder:Orders limit exceeded soon",
        "XEOrder:Something",
        "EOrder",
        "Unknown order",
        "E" * 100_000,
        "EA:" * 100_000,
    ],
    ids=lambda text: text[:20],
)
def test_a_text_that_only_resembles_one_is_other(text):
    """A longer word or a further word makes another kind of error; long texts cost nothing."""
    assert ErrorText.of(text).kind is ErrorKind.OTHER


@pytest.mark.parametrize(
    ("text", "definite"),
    [
        ("EOrder:Something new", True),
        ("[ETrade:Locked]", True),
        ("EAccount:Something new", True),
        ("EService:Something new", False),
        ("EService:Deadline exceeded", False),
        ("EGeneral:Something new", False),
        ("ENew:Something", False),
        ("out of cheese", False),
        ("", False),
    ],
)
def test_an_unknown_text_settles_an_order_only_from_those_that_judge_orders(text, definite):
    """An unknown text is looked up, never believed."""
    assert ErrorText.of(text).definite is definite


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("EService:Deadline elapsed", True),
        ("EGeneral:Invalid arguments:deadline", True),
        ("EService:Deadline exceeded", True),
        ("EService:Busy", False),
        ("EOrder:Insufficient funds", False),
    ],
)
def test_whatever_speaks_of_a_deadline_is_about_the_clocks(text, about):
    """It may settle the order or not."""
    assert ErrorText.of(text).about_clocks is about


@given(st.text())
def test_any_text_is_some_complaint(text):
    """No text raises, and no prefix hides a text of the table."""
    assert isinstance(ErrorText.of(text).kind, ErrorKind)
    assert isinstance(ErrorText.of(text).definite, bool)
    assert ErrorText.of(f"[EOrder:Unknown order] [{text}]").kind in (ErrorKind.GONE, ErrorKind.DUPLICATE)


def test_one_answer_may_hold_several_kinds():
    """Each text of a REST answer is read for itself; none is no kind."""
    assert kinds_of(()) == frozenset()
    texts = ("EGeneral:Permission denied", "EAPI:Invalid nonce", "EGeneral:Permission denied")
    assert kinds_of(texts) == {ErrorKind.PERMISSION, ErrorKind.INVALID_NONCE}
