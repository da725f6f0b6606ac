"""Orders of one account that would trade against each other."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.review.markets import account, found, group, order, resting, reviewed

# The market is at 150.10 to 150.20; what would trade at once is another matter.
SIDES = st.tuples(st.just("buy"), st.integers(100, 150)) | st.tuples(st.just("sell"), st.integers(151, 200))


@given(st.lists(SIDES | st.tuples(st.sampled_from(["buy", "sell"]), st.integers(100, 200)), max_size=12))
def test_an_order_crosses_when_any_earlier_one_does(orders: list[tuple[str, int]]) -> None:
    """The heap finds what looking at every earlier order finds. A start to come keeps all of them waiting."""
    lines = [
        order(f"o{number}", type=type, price=price, starttm='"+60"')
        for number, (type, price) in enumerate(orders)
    ]
    expected, standing = [], []
    for number, (type, price) in enumerate(orders):
        if any(
            type != other and (price >= limit if type == "buy" else price <= limit)
            for other, limit in standing
        ):
            expected.append(f"self-cross one/o{number}")
        else:
            standing.append((type, price))
    assert found(reviewed(group(*lines))) == expected if lines else True


def test_what_trades_at_once_does_not_wait_to_be_met() -> None:
    """A buy at the ask is gone before a sell below it comes."""
    orders = (order("buy", price="150.20"), order("sell", type="sell", price="150.15"))
    assert found(reviewed(group(*orders))) == []


def test_pairs_are_apart() -> None:
    """A buy of one pair never meets a sell of another."""
    orders = (order("buy", price="150"), order("sell", pair="XBT/EUR", type="sell", price="9001"))
    assert found(reviewed(group(*orders))) == []


def test_old_orders_count_until_they_are_canceled() -> None:
    """What the account has open is met too; a group that cancels it clears the way for the next."""
    old = resting("OUEMWD-CUO73-YYCBEK", "sell", "155", volume=Decimal(1))
    late = order("buy", price="155", starttm='"+60"')
    assert found(reviewed(group(late), account=account(old, EUR="1000"))) == ["self-cross one/buy"]
    away = group(name="away", cancel="[OUEMWD-CUO73-YYCBEK]")
    assert found(reviewed(away, group(late), account=account(old, EUR="1000"))) == []
