"""Ids: of the right form, never twice, always the same."""

from __future__ import annotations

import re

from runner.paper.state import ids

FORM = re.compile(r"[OT][0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{6}")


def test_ids_have_the_exchange_s_form() -> None:
    """Six, five, six; orders begin with O and trades with T."""
    orders = [ids.order_id("seed", number) for number in range(1000)]
    trades = [ids.trade_id("seed", number) for number in range(1000)]

    assert all(FORM.fullmatch(order) for order in orders + trades)
    assert all(ids.is_order_id(order) for order in orders)
    assert not any(ids.is_order_id(trade) for trade in trades)
    assert len(set(orders) | {"O" + trade[1:] for trade in trades}) == 2000


def test_ids_are_known() -> None:
    """They hang on the seed and the number alone, on every machine; kept records rely on it."""
    assert ids.order_id("seed", 0) == "O4R6K7-95B2T-NL0JLJ"
    assert ids.order_id("other", 0) != ids.order_id("seed", 0)
    assert ids.token("seed", 0, 1.5) != ids.token("seed", 0, 2.5)
