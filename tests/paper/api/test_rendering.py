"""Updates of orders in the feed."""

from __future__ import annotations

import pytest

from runner.paper import Options
from runner.paper.api.rendering import update_of
from runner.paper.options.kinds import TriggerNews
from runner.paper.options.options import FeedOptions
from runner.paper.state.changes import OrderChange, OrderUpdate
from tests.paper.builders import Desk


@pytest.fixture
def desk() -> Desk:
    """A desk with one order in the book."""
    desk = Desk()
    desk.placed("A")
    return desk


@pytest.mark.parametrize("change", [change for change in OrderChange if change != "triggered"])
def test_every_change_has_an_update(desk: Desk, change: OrderChange) -> None:
    """Whole for a new order, sparse for any other change, and always with the user reference."""
    order = next(iter(desk.exchange.state().live.values()))
    fields = update_of(OrderUpdate(order, change), Options())
    assert "userref" in fields
    assert ("oflags" in fields) is (change in (OrderChange.PLACED, OrderChange.AMENDED))


def test_a_trigger_is_reported_as_the_options_have_it(desk: Desk) -> None:
    """In ``misc``, or as a separate field."""
    order = next(iter(desk.exchange.state().live.values())).fired()
    update = OrderUpdate(order, OrderChange.TRIGGERED)
    assert "misc" in update_of(update, Options(feeds=FeedOptions(trigger_news=TriggerNews.MISC)))
    other = next(news for news in TriggerNews if news is not TriggerNews.MISC)
    assert "misc" not in update_of(update, Options(feeds=FeedOptions(trigger_news=other)))
