"""The account and the memory of one venue."""

from __future__ import annotations

from collections import deque
from decimal import Decimal

from runner.paper import Options
from runner.paper.exchange.matching_engine import MatchingEngine
from runner.paper.exchange.venue import REMINDERS_SPARE, Venue
from runner.paper.options.options import LimitOptions, MarketOptions, RecordOptions
from runner.paper.state.account import Account
from runner.paper.state.book import OrderBook
from runner.paper.state.fees import Fees
from runner.paper.state.margin import Positions
from runner.paper.state.orders import CancelReason
from tests.paper.builders import BARE, NOW, Desk, order

SHALLOW = Options(market=MarketOptions(depth=Decimal("0.1")))


def test_funds_move() -> None:
    """A fill moves cost and fee, and gives the rest of the hold free."""
    desk = Desk(options=SHALLOW)
    desk.placed(price="151")
    balances = desk.exchange.state().balances

    assert balances["ETH"] == Decimal("100.1")
    assert balances["EUR"] == Decimal("100000") - Decimal("15.02") - Decimal("0.06008")
    assert [hold.amount for hold in desk.exchange.state().holds.values()] == [Decimal("22.7406")]


def test_memory_has_an_end() -> None:
    """Orders that end before their time, trades and what was remembered of both are forgotten again."""
    options = Options(
        records=RecordOptions(ended_orders_kept=50, trades_kept=20), limits=LimitOptions(enforce_rates=False)
    )
    venue = MatchingEngine(seed="test", options=options, opening=BARE)
    for number in range(3000):
        status = venue.place(order(timeinforce="GTD", expiretm="+86400", cl_ord_id=f"c{number}"), NOW)
        venue.cancel(str(status.txid), CancelReason.USER, NOW + number)
        if number % 50 == 0:
            venue.place(order(ordertype="market", price=None), NOW + number)
        venue.take_changes()

    assert (len(venue.book.ended), len(venue.trades), venue.traded) == (50, 20, 60)
    assert _sizes(venue) < 5 * REMINDERS_SPARE


def _sizes(*things: object) -> int:
    """Return how much all the containers below hold."""
    total = 0
    for thing in things:
        if isinstance(thing, dict):
            total += len(thing) + _sizes(*thing.values())
        elif isinstance(thing, list | tuple | deque):
            total += len(thing) + _sizes(*thing)
        elif isinstance(thing, Venue | OrderBook | Account | Positions | Fees):
            names = getattr(thing, "__slots__", ()) or vars(thing)
            total += _sizes(*(getattr(thing, name) for name in names))
    return total
