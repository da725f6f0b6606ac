"""A sweep cancels until feed and records, both read after the horizon, show nothing open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.execution import AllButStops, OurOrders
from runner.paper import Options
from tests.execution.sweeping.venue import SweptVenue
from tests.paper.builders import Desk

if TYPE_CHECKING:
    from runner.execution import Sweep

STOP = {"type": "sell", "ordertype": "stop-loss", "price": "100", "volume": "0.1"}


def still_open(venue: SweptVenue) -> list[str]:
    """The open orders at the exchange."""
    return list(venue.desk.ask("OpenOrders")["open"])


def ends(sweep: Sweep) -> list[str | None]:
    """The ends of the orders that were open, as the feed has shown them."""
    found = [sweep.end_of(txid) for txid in sweep.met]
    return [None if end is None else end.status for end in found]


def test_one_message_cancels_everything_and_both_sources_confirm_it() -> None:
    """Orders of other programs as well; there is nothing to wait for where nothing is under way."""
    venue = SweptVenue()
    for price in ("100", "101"):
        venue.desk.placed(price=price)
    sweep = venue.sweep()
    assert (sweep.shown_none, sweep.reason, sweep.left()) == (True, "", [])
    assert venue.events_sent() == [(0.0, "cancelAll")]
    assert [(each.way, each.count, each.error) for each in sweep.passes] == [("cancelAll", 2, "")]
    assert ends(sweep) == ["canceled", "canceled"]
    assert still_open(venue) == []


def test_an_order_that_was_under_way_is_canceled_by_the_second_pass() -> None:
    """It is booked after the first one, and the feed says nothing of it."""
    venue = SweptVenue()
    venue.at(3, lambda: venue.desk.placed(price="100"))
    sweep = venue.sweep(horizon_s=20)
    assert sweep.shown_none
    assert venue.events_sent() == [(0.0, "cancelAll"), (20.0, "cancelAll")]
    assert still_open(venue) == []


def test_an_order_that_the_feed_shows_is_canceled_at_once() -> None:
    """It is not open until the horizon; and there is a pass at the horizon all the same."""
    venue = SweptVenue()
    venue.at(3, venue.add(price="100"))
    sweep = venue.sweep(horizon_s=20)
    assert sweep.shown_none
    assert venue.events_sent() == [(0.0, "cancelAll"), (3.0, "cancelAll"), (20.0, "cancelAll")]
    assert ends(sweep) == ["canceled"]


def test_what_is_looked_at_before_the_horizon_proves_nothing() -> None:
    """The look that counts began after it."""
    venue = SweptVenue()
    venue.at(19.9, lambda: venue.desk.placed(price="100"))
    assert venue.sweep(horizon_s=20).shown_none
    assert still_open(venue) == []


def test_only_ours_are_canceled_by_id_with_what_their_fills_have_opened() -> None:
    """By txid, by client order id, by the user reference of an order in doubt, and by their parent."""
    venue = SweptVenue()
    others = venue.desk.placed(price="100")
    by_txid = venue.desk.placed(price="101")
    venue.desk.placed(price="102", cl_ord_id="AABBCCDD00112233445566778899AABB")
    venue.desk.placed(price="103", userref="17")
    parent = venue.desk.placed(
        **{"type": "buy", "price": "150", "volume": "0.1", "ordertype": "limit"},
        close_ordertype="limit",
        close_price="200",
    )
    venue.desk.quote("149.0", "149.5")
    assert len(still_open(venue)) == 5
    ours = OurOrders(
        txids=frozenset({by_txid, parent}),
        cl_ord_ids=frozenset({"aabbccdd-0011-2233-4455-66778899aabb"}),
        userrefs=frozenset({"17"}),
    )
    sweep = venue.sweep(only=ours)
    assert sweep.shown_none
    assert still_open(venue) == [others]
    assert len(sweep.met) == 4
    assert {event for _, event in venue.events_sent()} == {"cancelOrder"}


def test_stops_may_be_kept() -> None:
    """All else goes."""
    venue = SweptVenue()
    venue.desk.placed(price="100")
    stop = venue.desk.placed(**STOP)
    sweep = venue.sweep(only=AllButStops())
    assert sweep.shown_none
    assert still_open(venue) == [stop]


def test_an_answer_that_is_lost_is_not_waited_for_without_an_end() -> None:
    """The look shows what became of it; without an answer it is sent again."""
    venue = SweptVenue(loses={2})
    venue.desk.placed(price="100")
    sweep = venue.sweep()
    assert sweep.shown_none
    assert [each.error for each in sweep.passes] == ["no answer within 10 s", ""]


def test_a_connection_that_breaks_is_opened_again() -> None:
    """A new snapshot says what is open."""
    venue = SweptVenue()
    venue.desk.placed(price="100")
    venue.at(5, venue.cut)
    assert venue.sweep(horizon_s=20).shown_none
    assert still_open(venue) == []


def test_a_feed_that_says_nothing_is_opened_anew() -> None:
    """The records show none, and it goes on showing an order: a new snapshot decides."""
    venue = SweptVenue(mute=True)
    venue.desk.placed(price="100")
    sweep = venue.sweep()
    assert sweep.shown_none
    assert len(sweep.passes) == 3


def test_without_a_connection_a_call_cancels_and_nothing_is_certain() -> None:
    """The feed is not there to confirm it."""
    venue = SweptVenue(offline=True)
    venue.desk.placed(price="100")
    sweep = venue.sweep()
    assert still_open(venue) == []
    assert [(each.way, each.count) for each in sweep.passes] == [("REST", 1)]
    assert not sweep.shown_none
    assert sweep.reason == "the openOrders feed cannot be read: refused"


def test_without_a_connection_ours_are_canceled_by_calls() -> None:
    """One for each; what is not ours stays."""
    venue = SweptVenue(offline=True)
    others, ours = venue.desk.placed(price="100"), venue.desk.placed(price="101")
    sweep = venue.sweep(only=OurOrders(txids=frozenset({ours})))
    assert still_open(venue) == [others]
    assert [(each.way, each.count) for each in sweep.passes] == [("REST", 1)]
    assert not sweep.shown_none


def test_records_that_cannot_be_read_leave_it_uncertain() -> None:
    """The feed alone is not enough."""
    venue = SweptVenue(unread=True)
    venue.desk.placed(price="100")
    sweep = venue.sweep()
    assert not sweep.shown_none
    assert sweep.reason == "the exchange's records cannot be read: HTTP status 503"


def test_records_that_lag_are_read_until_they_agree() -> None:
    """Orders that the feed has shown canceled are not canceled again."""
    venue = SweptVenue(lag_s=30)
    venue.desk.placed(price="100")
    sweep = venue.sweep()
    assert sweep.shown_none
    assert len(sweep.passes) == 1
    assert venue.desk.now - venue.began >= 30


def test_an_exchange_that_cancels_nothing_is_given_up_with_what_is_open() -> None:
    """Under maintenance; the time is bounded."""
    venue = SweptVenue()
    txid = venue.desk.placed(price="100")
    venue.desk.exchange.set_status("maintenance", venue.desk.now)
    sweep = venue.sweep()
    assert not sweep.shown_none
    assert sweep.reason == f"still open: {txid}"
    assert venue.desk.now - venue.began < 100


@pytest.mark.parametrize("text", [True, False])
def test_a_count_may_come_as_text(text: bool) -> None:
    """The page's table and its sample differ."""
    options = Options()
    venue = SweptVenue(Desk(options=options.__class__(cancels=options.cancels.__class__(count_as_text=text))))
    venue.desk.placed(price="100")
    assert [each.count for each in venue.sweep().passes] == [1]
