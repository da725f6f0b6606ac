"""Limits as numbers: what is counted together, and when it is too much."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from runner.domain import MaxCancels, MaxDuplicates, MaxNotional, MaxOrders, MaxVolume, Per, RunId
from runner.policy.limits import Limit, cancel_limit, exceeds, limit_of
from runner.policy.prices import NoPrice
from tests.policy.builders import RUN, context
from tests.policy.markets import NOW

TEN = Decimal(10)
A_DAY_S = 86_400
OTHER = RunId("another")


def limit(check: MaxVolume | MaxNotional | MaxOrders | MaxDuplicates, **fields: str) -> Limit:
    """The limit that a check lays on an order."""
    found = limit_of(check, context(**fields))
    assert found is not None
    return found


@pytest.mark.parametrize("per", [Per.PAIR, Per.BATCH, Per.DAY])
def test_volumes_are_added_by_base_currency(per: Per) -> None:
    """ETH/EUR and ETH/USD together but for a limit of each pair; XBT never with them."""
    check = MaxVolume(TEN, per)
    eth, dollars, xbt = (limit(check, pair=pair).bucket for pair in ("ETH/EUR", "ETH/USD", "XBT/EUR"))
    assert (eth == dollars) is (per is not Per.PAIR)
    assert eth != xbt


@pytest.mark.parametrize("check", [MaxNotional(TEN, "EUR", Per.BATCH), MaxOrders(10, Per.BATCH)])
def test_worth_and_numbers_are_added_whatever_is_traded(check: MaxNotional | MaxOrders) -> None:
    """A batch has one sum."""
    assert limit(check).bucket == limit(check, pair="XBT/EUR").bucket


@pytest.mark.parametrize(
    ("fields", "alike"),
    [
        ({"price": "145.00", "volume": "1.0"}, True),
        ({"oflags": "post"}, True),
        ({"price": "145.01"}, False),
        ({"price": "+145"}, False),
        ({"volume": "2"}, False),
        ({"type": "sell"}, False),
        ({"ordertype": "take-profit"}, False),
        ({"pair": "ETH/USD"}, False),
    ],
)
def test_orders_are_alike_that_have_the_same_terms(fields: dict[str, str], alike: bool) -> None:
    """Their numbers may be written in any way."""
    check = MaxDuplicates(1, Per.BATCH)
    assert (limit(check).bucket == limit(check, **fields).bucket) is alike


def test_a_batch_has_its_own_sums_and_a_day_does_not() -> None:
    """Two batches meet in the sum of a day, two days in none."""
    for per, same in ((Per.PAIR, False), (Per.BATCH, False), (Per.DAY, True)):
        check = MaxOrders(10, per)
        own_limit, other_limit = limit_of(check, context()), limit_of(check, replace(context(), run=OTHER))
        assert own_limit is not None
        assert other_limit is not None
        assert (own_limit.bucket == other_limit.bucket) is same
    tomorrow = limit_of(MaxOrders(10, Per.DAY), context(now=NOW + A_DAY_S))
    assert tomorrow is not None
    assert tomorrow.bucket != limit(MaxOrders(10, Per.DAY)).bucket


def test_a_limit_per_order_is_not_shared() -> None:
    """So there is nothing to add up."""
    found = limit(MaxNotional(TEN, "EUR", Per.ORDER))
    assert found.bucket is None
    assert (found.amount, found.unit, found.of) == (145, "EUR", "an order")


def test_other_checks_lay_no_limit() -> None:
    """Nor does a limit for cancellations on an order, or the other way round."""
    assert limit_of(MaxCancels(1, Per.DAY), context()) is None
    assert cancel_limit(MaxOrders(1, Per.DAY), RUN, NOW) is None
    found = cancel_limit(MaxCancels(1, Per.BATCH), RUN, NOW)
    assert found == (RUN, "a batch")


def test_up_to_the_limit_is_not_too_much() -> None:
    """One unit more is; what cannot be known is passed on."""
    found = limit(MaxVolume(Decimal(2), Per.DAY))
    assert exceeds(found, Decimal(1)) is None
    assert exceeds(found, Decimal("1.1")) == (Decimal("1.1"), Decimal("2.1"))
    unknown = NoPrice("why")
    assert exceeds(found, unknown) == unknown
    assert exceeds(replace(found, amount=unknown), Decimal(0)) == unknown
