"""The facts that a policy needs before it can be checked."""

from __future__ import annotations

from decimal import Decimal

from runner.domain import Against, AllowedPairs, Collar, MaxCancels, MaxNotional, MaxOrders, MaxVolume, Per
from runner.policy import currencies, needs_the_day, pairs_to_price
from tests.policy.builders import policy, rule

ONE = Decimal(1)
PAIRS = ["ETH/EUR", "XBT/EUR", "ETH/EUR"]


def test_prices_are_read_for_rules_that_look_at_them() -> None:
    """Each pair once; none for a policy that knows no price."""
    assert pairs_to_price(policy(rule(AllowedPairs(("ETH/EUR",)))), PAIRS) == ()
    for check in (
        Collar(Against.MID, ONE, None),
        MaxNotional(ONE, "EUR", Per.DAY),
        MaxVolume(ONE, Per.DAY),
    ):
        assert pairs_to_price(policy(rule(check)), PAIRS) == ("ETH/EUR", "XBT/EUR")


def test_currencies_are_those_that_limits_are_said_in() -> None:
    """Each once."""
    euros, dollars = (MaxNotional(ONE, currency, Per.DAY) for currency in ("EUR", "USD"))
    assert currencies(policy(rule(euros), rule(dollars), rule(euros))) == ("EUR", "USD")


def test_the_day_is_read_for_rules_that_count_it() -> None:
    """No other journal is opened for any other rule."""
    for check in (MaxOrders(1, Per.DAY), MaxCancels(1, Per.DAY), MaxVolume(ONE, Per.DAY)):
        assert needs_the_day(policy(rule(check)), "paper")
    assert not needs_the_day(policy(rule(MaxOrders(1, Per.BATCH)), rule(AllowedPairs(("*/*",)))), "paper")


def test_a_rule_of_another_venue_counts_nothing_here() -> None:
    """The day is read where it applies."""
    live = policy(rule(MaxOrders(1, Per.DAY), venues=("kraken",)))
    assert not needs_the_day(live, "paper")
    assert needs_the_day(live, "kraken")
