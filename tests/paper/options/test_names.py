"""Options by name: text in, values of the right kind out."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import structs

from runner.batchfile import parse_scenario
from runner.domain import find_option
from runner.kraken import Tier
from runner.paper import Options, with_named
from runner.paper.options.kinds import FeeTier, PairState, PairStatus, PostOnlyRefusal
from runner.paper.options.names import kinds_by_name, value_of
from tests.support.for_each import for_each


def option(options: Options, name: str) -> Any:
    """The value of an option by its whole name."""
    group, _, own = name.partition(".")
    return getattr(getattr(options, group), own)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("limits.tier", "pro", Tier.PRO),
        ("orders.post_only_refusal", "cancel", PostOnlyRefusal.CANCEL),
        ("feeds.whole_ratecount", "true", True),
        ("feeds.whole_ratecount", "False", False),
        ("rest.lag_s", "1.5", 1.5),
        ("fees.taker", "0.0030", Decimal("0.0030")),
        ("limits.domain_rate_max", "none", None),
        ("connection.inactivity_s", "none", None),
        ("margin.leverages", "[2, 10]", (2, 10)),
        (
            "fees.tiers",
            '[{"volume": "1", "taker": "0.1", "maker": "0"}]',
            (FeeTier(Decimal(1), Decimal("0.1"), Decimal(0)),),
        ),
        (
            "market.pair_states",
            '[{"pair": "XBT/USD", "status": "post_only"}]',
            (PairState("XBT/USD", PairStatus.POST_ONLY),),
        ),
    ],
)
def test_a_text_becomes_what_the_option_is(name: str, text: str, value: object) -> None:
    """A number, a word, true, false or none; a list as JSON. Nothing else changes."""
    changed = with_named(Options(), {name: text})
    assert option(changed, name) == value
    group = name.partition(".")[0]
    others = {item.name for item in structs.fields(Options)} - {group}
    assert all(getattr(changed, other) == getattr(Options(), other) for other in others)


@for_each(
    [
        ("limits.teir", "pro", "did you mean limits.tier?"),
        ("tier", "pro", "did you mean limits.tier?"),
        ("taker_fee", "0.1", "did you mean fees.taker?"),
        ("zzzz", "1", "there is no option zzzz: `order-batch schema scenario` lists them"),
        ("limits", "1", "there is no option limits"),
        ("limits.tier", "fast", "expected one of starter, intermediate, pro, got fast"),
        ("feeds.whole_ratecount", "perhaps", "expected true or false, got perhaps"),
        ("rest.lag_s", "soon", "expected a number from 0 to 10000000000, got soon"),
        ("rest.lag_s", "inf", "expected a number from 0 to 10000000000, got inf"),
        ("rest.lag_s", "none", "expected a number from 0"),
        ("rest.calls_max", "-1", "expected a whole number from 0 to 10000000000, or none"),
        ("fees.taker", "-0.1", "expected numbers from 0"),
        ("fees.taker", "NaN", "expected numbers from 0"),
        ("market.depth", "1e11", "expected numbers from 0"),
        ("fees.tiers", '[{"volume": "-1", "taker": "0.1", "maker": "0"}]', "expected numbers from 0"),
        ("fees.tiers", "3", "expected a list, each entry a mapping of volume, taker, maker"),
        ("margin.leverages", "2,3", "expected a list, each entry a whole number from 1"),
        ("margin.leverages", "2,3", "got 2,3; write it as JSON, in single quotes: '[2, 3]'"),
        ("api_key.permissions", "a,b", """in single quotes: '["query-funds", "query-open-trades"]'"""),
        ("fees.tiers", "3", """: '[{"volume": "...", "taker": "...", "maker": "..."}]'"""),
        ("api_key.ip_allowlist", "127.0.0.1", """: '["...", "..."]'"""),
        ("errors.malformed", "\udcff", "got bytes that are no UTF-8 text"),
        ("margin.leverages", "\udcff", "got bytes that are no UTF-8 text"),
        ("errors.malformed", "", "expected text of 1 to 200 characters"),
        ("requests.cl_ord_id_character", "[", "expected a regular expression such as [ -~], got ["),
    ]
)
def test_what_does_not_fit_is_said(name: str, text: str, words: str) -> None:
    """With the name, the text and what would be right."""
    with pytest.raises(ValueError, match=re.escape(words)):
        with_named(Options(), {name: text})


FLAT = {
    "feed_first": "feeds.first", "rest_lag_s": "rest.lag_s", "enforce_rates": "limits.enforce_rates",
    "enforce_rest_rates": "rest.enforce_rates", "crossed_trigger": "orders.crossed_trigger",
    "crossed_trigger_error": "errors.crossed_trigger", "cancel_ids_max": "cancels.ids_max",
    "deadline_default_s": "deadlines.default_s", "margin_allowed": "margin.allowed",
    "token_lifetime_s": "connection.token_lifetime_s", "rest_cancel_pending": "cancels.rest_pending",
    "maker_fee": "fees.maker", "closed_count": "rest.closed_count", "pair_states": "market.pair_states",
}  # fmt: skip


@for_each(FLAT.items())
def test_a_name_without_a_group_is_found(flat: str, name: str) -> None:
    """As options were named before there were groups."""
    assert find_option(flat, kinds_by_name()) == name


SCALARS = st.one_of(
    st.sampled_from(["none", "true", "false", "pro", "cancel", "0", "1", "0.5", "-1", "1e9", "1000000001"]),
    st.decimals(-10, 10**10, places=3).map(str),
    st.integers(-5, 10**10).map(str),
)


@example("rest.history_cost", "0.000")
@given(st.sampled_from(sorted(kinds_by_name())), SCALARS)
def test_the_schema_takes_what_the_value_takes(name: str, text: str) -> None:
    """A scenario's value is refused by the schema exactly if the option cannot have it.

    But for texts, and for true and false: a command line may write them as it likes.
    """
    group, _, own = name.partition(".")
    file = f"version: 1\nname: s\noptions: {{{group}: {{{own}: {text}}}}}\n"
    parsed = parse_scenario(file.encode(), "s.yaml")
    if parsed.scenario is not None:
        (given,) = parsed.scenario.options
        value_of(given.name, given.value)
    elif "text" not in str(parsed.problems[0]) and "true or false" not in str(parsed.problems[0]):
        with pytest.raises(ValueError, match="expected"):
            value_of(name, text)
