"""Orders of one account that would trade against each other."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.review.markets import account, found, group, order, resting, reviewed

BID, ASK = 15_010, 15_020
"""The market in cents."""

RESTING = st.tuples(st.just("buy"), st.integers(ASK - 15, ASK - 1), st.booleans()) | st.tuples(
    st.just("sell"), st.integers(BID + 1, BID + 15), st.booleans()
)
LATER = st.tuples(st.sampled_from(["buy", "sell"]), st.integers(BID - 50, ASK + 50), st.just(True))


@given(st.lists(RESTING | LATER, min_size=1, max_size=12))
def test_an_order_crosses_when_any_earlier_one_does(orders: list[tuple[str, int, bool]]) -> None:
    """The heap finds what looking at every earlier order finds.

    What will start later and go through the market meets the market first.
    """
    lines = [
        order(f"o{number}", type=type, price=f"{cents / 100:.2f}", starttm='"+60"' if later else None)
        for number, (type, cents, later) in enumerate(orders)
    ]
    expected, standing = [], []
    for number, (type, price, _) in enumerate(orders):
        if price >= ASK if type == "buy" else price <= BID:
            continue
        if any(
            type != other and (price >= limit if type == "buy" else price <= limit)
            for other, limit in standing
        ):
            expected.append(f"self-cross one/o{number}")
        else:
            standing.append((type, price))
    assert found(reviewed(group(*lines))) == expected


def test_what_trades_at_once_does_not_wait_to_be_met() -> None:
    """A buy at the ask is gone before a sell below it comes."""
    orders = (order("buy", price="150.20"), order("sell", type="sell", price="150.15"))
    assert found(reviewed(group(*orders))) == []


def test_pairs_are_apart() -> None:
    """A buy of one pair never meets a sell of another."""
    orders = (order("buy", price="150"), order("sell", pair="XBT/EUR", type="sell", price="9001"))
    assert found(reviewed(group(*orders))) == []


def test_old_orders_count_until_they_are_canceled() -> None:
    """The account's open orders count too; a group that cancels them clears the way for the next."""
    old = resting("OUEMWD-CUO73-YYCBEK", "sell", "150.15", volume=Decimal(1))
    late = order("buy", price="150.16", starttm='"+60"')
    assert found(reviewed(group(late), account=account(old, EUR="1000"))) == ["self-cross one/buy"]
    away = group(name="away", cancel="[OUEMWD-CUO73-YYCBEK]")
    assert found(reviewed(away, group(late), account=account(old, EUR="1000"))) == []


def test_what_is_filled_before_meets_nothing() -> None:
    """A sell that is waited for is gone when the buy above it leaves; one that may still be open is not."""
    need = "[{{group: one, until: filled, within: 15m, otherwise: {}}}]".format
    sell = group(order("sell", type="sell", price="150.15", volume="1"))
    for otherwise, expected in (("cancel", []), ("proceed", ["self-cross two/buy"])):
        buy = group(order("buy", price="150.16"), name="two", needs=need(otherwise))
        assert found(reviewed(sell, buy)) == expected
