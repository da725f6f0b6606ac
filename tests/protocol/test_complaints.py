"""The exchange's error texts, each read once, and what an error says about an order's fate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.protocol import Complaint, classify, is_about_the_clocks, is_definite_refusal

DOCUMENTED = [
    ("EOrder:Unknown order", Complaint.GONE),
    ("EOrder:Invalid order", Complaint.GONE),
    ("EOrder:Duplicate order", Complaint.DUPLICATE),
    ("EOrder:Duplicate cl_ord_id", Complaint.DUPLICATE),
    ("EGeneral:Invalid arguments:duplicate cl_ord_id", Complaint.DUPLICATE),
    ("EGeneral:Invalid arguments", Complaint.ARGUMENTS),
    ("EGeneral:Invalid arguments:volume", Complaint.ARGUMENTS),
    ("EGeneral:Invalid arguments:Index unavailable", Complaint.ARGUMENTS),
    ("EGeneral:Unknown method", Complaint.UNKNOWN_METHOD),
    ("EOrder:Order minimum not met", Complaint.ARGUMENTS),
    ("EOrder:Order minimum not met (volume too low)", Complaint.ARGUMENTS),
    ("EOrder:Cost minimum not met", Complaint.ARGUMENTS),
    ("EOrder:Tick size check failed", Complaint.ARGUMENTS),
    ("EOrder:Invalid price", Complaint.ARGUMENTS),
    ("EOrder:Post only order", Complaint.ARGUMENTS),
    ("EQuery:Unknown asset pair", Complaint.ARGUMENTS),
    ("Malformed request", Complaint.ARGUMENTS),
    ("EOrder:Insufficient funds", Complaint.FUNDS),
    ("EOrder:Insufficient funds (insufficient user funds)", Complaint.FUNDS),
    ("EOrder:Insufficient margin", Complaint.FUNDS),
    ("EOrder:Margin allowance exceeded", Complaint.FUNDS),
    ("EOrder:Margin level too low", Complaint.FUNDS),
    ("EOrder:Orders limit exceeded", Complaint.ORDERS_LIMIT),
    ("EOrder:Positions limit exceeded", Complaint.ORDERS_LIMIT),
    ("EOrder:Scheduled orders limit exceeded", Complaint.ORDERS_LIMIT),
    ("EOrder:Margin position size exceeded", Complaint.ORDERS_LIMIT),
    ("EOrder:Rate limit exceeded", Complaint.RATE),
    ("EOrder:Domain rate limit exceeded", Complaint.ACCOUNT_RATE),
    ("EAPI:Rate limit exceeded", Complaint.ACCOUNT_RATE),
    ("EAuth:Rate limit exceeded", Complaint.ACCOUNT_RATE),
    ("EGeneral:Too many requests", Complaint.ACCOUNT_RATE),
    ("EService:Throttled: 1700000000", Complaint.ACCOUNT_RATE),
    ("EBM:limit exceeded:CAL", Complaint.ACCOUNT_RATE),
    ("Exceeded msg rate", Complaint.MESSAGE_RATE),
    ("EService:Deadline elapsed", Complaint.DEADLINE),
    ("EGeneral:Invalid arguments:deadline elapsed", Complaint.INVALID_DEADLINE),
    ("EGeneral:Invalid arguments:Invalid deadline", Complaint.INVALID_DEADLINE),
    ("EOrder:Deadline exceeded", Complaint.INVALID_DEADLINE),
    ("EService:Market in cancel_only mode", Complaint.MARKET_STATE),
    ("EService:Market in post_only mode", Complaint.MARKET_STATE),
    ("EService:Market in limit_only mode", Complaint.MARKET_STATE),
    ("ESession:Invalid session", Complaint.BAD_TOKEN),
    ("EAPI:Invalid token", Complaint.BAD_TOKEN),
    ("EAPI:Invalid key", Complaint.BAD_KEY),
    ("EAPI:Invalid signature", Complaint.BAD_KEY),
    ("EAPI:Invalid nonce", Complaint.INVALID_NONCE),
    ("EGeneral:Permission denied", Complaint.PERMISSION),
    ("EAccount:Invalid permissions", Complaint.PERMISSION),
    ("EAuth:Account temporary disabled", Complaint.PERMISSION),
    ("EGeneral:Temporary lockout", Complaint.LOCKOUT),
    ("EGeneral:Internal error", Complaint.BUSY),
    ("EGeneral:Internal error:x17", Complaint.BUSY),
    ("EService:Unavailable", Complaint.BUSY),
    ("EService:Busy", Complaint.BUSY),
    ("EOrder:Cannot open position", Complaint.OTHER),
    ("EOrder:Unknown position", Complaint.OTHER),
]
AMBIGUOUS = {Complaint.BUSY, Complaint.DUPLICATE, Complaint.MESSAGE_RATE}


@pytest.mark.parametrize(("text", "complaint"), DOCUMENTED)
def test_each_documented_text_is_known(text, complaint):
    """Brackets, quotes, other letters and details around a text change nothing."""
    assert classify(text) is complaint
    for dressed in (
        f"[{text}]",
        f"['{text}']",
        text.lower(),
        f"{text} (remark)",
        f"{text}:detail",
        f" {text}.",
    ):
        assert classify(dressed) is complaint


@pytest.mark.parametrize(("text", "complaint"), DOCUMENTED)
def test_an_error_settles_an_order_unless_it_speaks_of_trouble(text, complaint):
    """Every documented verdict is definite; trouble, duplicates and dropped messages are not."""
    assert is_definite_refusal(text) is (complaint not in AMBIGUOUS)


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
    """A longer word or a further word makes another complaint; long texts cost nothing."""
    assert classify(text) is Complaint.OTHER


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
    """What we have never heard of is looked up, never believed."""
    assert is_definite_refusal(text) is definite


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
    """Whether it settles the order or not."""
    assert is_about_the_clocks(text) is about


@given(st.text())
def test_any_text_is_some_complaint(text):
    """No text raises, and nothing that is in the table leaves it by what stands before it."""
    assert isinstance(classify(text), Complaint)
    assert isinstance(is_definite_refusal(text), bool)
    assert classify(f"[EOrder:Unknown order] [{text}]") in (Complaint.GONE, Complaint.DUPLICATE)
