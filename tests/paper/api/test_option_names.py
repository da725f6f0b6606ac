"""Options by name: text in, values of the right kind out."""

from __future__ import annotations

from decimal import Decimal

import pytest

from runner.kraken import Tier
from runner.paper import Options, with_named
from runner.paper.state.options import PostOnlyRefusal


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("tier", "pro", Tier.PRO),
        ("post_only_refusal", "cancel", PostOnlyRefusal.CANCEL),
        ("whole_ratecount", "true", True),
        ("whole_ratecount", "False", False),
        ("rest_lag_s", "1.5", 1.5),
        ("taker_fee", "0.0030", Decimal("0.0030")),
        ("domain_rate_max", "none", None),
    ],
)
def test_a_text_becomes_what_the_option_is(name: str, text: str, value: object) -> None:
    """A number, a word, true, false or none."""
    assert getattr(with_named(Options(), {name: text}), name) == value


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("teir", "pro", "did you mean tier?"),
        ("zzzz", "1", "there is no option zzzz"),
        ("tier", "fast", "option tier: fast does not fit"),
        ("whole_ratecount", "perhaps", "does not fit"),
        ("rest_lag_s", "soon", "does not fit"),
    ],
)
def test_what_does_not_fit_is_said(name: str, text: str, words: str) -> None:
    """With the name, the text and what would be right."""
    with pytest.raises(ValueError, match=words.replace("?", r"\?")):
        with_named(Options(), {name: text})
