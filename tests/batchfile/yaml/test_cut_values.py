"""Halves of entries that YAML takes for keys."""

from __future__ import annotations

from runner.batchfile.yaml.cut_values import comma_hint, glued_entry


def test_an_entry_without_a_blank_is_put_right() -> None:
    """A URL is none, and neither is a time."""
    assert glued_entry("id:buy-eth") == ("id", "write id: buy-eth")
    assert glued_entry("http://x") is None
    assert glued_entry("10:30") is None


def test_a_comma_cuts_numbers_and_lists() -> None:
    """Nothing is said of what no comma cut."""
    assert comma_hint("price", "50", "145,50", {}) == "the decimal sign is a point: write 145.50"
    assert comma_hint("oflags", "fciq", "post, fciq", {}) == "write [post, fciq]"
    assert comma_hint("price", "post", "145, post", {}) == ""
    assert comma_hint("XBT", "5%", "12,5%", {}) == "write 12.5%"
    assert comma_hint("floor", "000", "1,000", {}) == "write the number without a comma"
    assert comma_hint("id", "b", "a, b", {}) == ""


def test_an_amount_is_held_against_the_pair_before_it() -> None:
    """A number alone would be of another currency."""
    pair = {"pair": "ETH/EUR"}
    assert comma_hint("price", "50 USD", "145,50 USD", pair).startswith(
        "a price of ETH/EUR is in EUR, not in USD"
    )
    assert comma_hint("volume", "000", "€1,000", pair) == (
        "volume counts ETH; write how much ETH 1000 or 1.000 EUR are"
    )
