"""Money in markdown."""

from __future__ import annotations

from runner.report.markdown.review import balances_section, review_top, sides_section
from tests.review.markets import account, group, order, resting, reviewed

STANDING = account(resting("OABCDE-FGHIJ-KLMNOP"), EUR="1000", ETH="1")


def test_sides_have_what_is_open_before_and_after() -> None:
    """At the caller's request."""
    known = sides_section(reviewed(group(order("a")), account=STANDING))
    assert known.head[0].endswith("| open now | then |")
    assert known.rows == (
        "| `ETH/EUR` | buy | 1 | 0.25 ETH | 36.25 EUR | 39.88 USD | 1: 1 ETH | 2: 1.25 ETH |",
    )
    unknown = sides_section(reviewed(group(order("a"))))
    assert unknown.rows == ("| `ETH/EUR` | buy | 1 | 0.25 ETH | 36.25 EUR | 39.88 USD |",)


def test_nothing_to_send_has_no_sums() -> None:
    """A batch that only cancels."""
    assert sides_section(reviewed(group(cancel="[OQCLML-BW3P3-BUCMWZ]"))).rows == ()


def test_balances_are_shown_where_they_are_known() -> None:
    """A row for each currency that something happens to."""
    found = balances_section(reviewed(group(order("a")), account=STANDING))
    assert found is not None
    assert found.rows[0].startswith("| `EUR` | 1,000.00 EUR | 36.")
    assert balances_section(reviewed(group(order("a")))) is None


def test_the_top_says_what_it_is_worth_and_when_that_was() -> None:
    """And what could not be looked at."""
    (_, words) = review_top(reviewed(group(order("a"))))
    assert words.startswith("Worth 39.88 USD, fees ")
    assert "Prices of 2026-11-22 10:00:00 UTC." in words
    assert "Not looked at: " in words
    assert "Worth" not in review_top(reviewed(group(order("a")), market=None))[1]
