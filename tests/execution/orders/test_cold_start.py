"""May another machine have placed these orders already?"""

from __future__ import annotations

import pytest
from msgspec import structs

from runner.execution import OrdersQueried, Timing
from runner.execution.orders.claims import Claims
from runner.execution.orders.cold_start import RECENT_S, TRADES_WAIT_S, ColdStart
from runner.execution.orders.doubt import PATIENCE_S
from runner.execution.orders.states import OrderTrack
from tests.execution.builders import NOW, at_exchange, group, order, plan_of

WINDOW_S = 10 + 75


def tracks(*orders: str) -> list[OrderTrack]:
    """New orders of one group."""
    return [OrderTrack.begin(planned) for planned in plan_of(group("g", *orders)).orders()]


def cold_start(tracks: list[OrderTrack], elsewhere: frozenset[str] = frozenset()) -> ColdStart:
    """The beginning of a run that is about to send these."""
    claims = Claims()
    for track in tracks:
        claims.add(track)
    plan = structs.replace(plan_of(group("g", "a")), elsewhere=elsewhere)
    return ColdStart(tracks, Timing(), plan, claims)


def test_one_look_that_shows_nothing_is_enough() -> None:
    """No sign of the batch: it was never begun."""
    cold = cold_start(tracks("a", "b"))
    assert cold.waiting
    assert cold.should_subscribe_trades(NOW)
    assert not cold.should_subscribe_trades(NOW)
    assert len(cold.due(NOW)) == 2
    cold.on_lookup(NOW + 0.1)
    assert cold.waiting
    assert cold.timer() == NOW + TRADES_WAIT_S
    cold.on_trades([], NOW + 0.2)
    assert not cold.waiting
    assert (cold.due(NOW + 1), cold.timer()) == ([], None)


def test_a_fresh_sign_makes_absence_wait_for_the_window() -> None:
    """Some of the batch was placed a moment ago: the rest may be in records that lag."""
    found, missing = tracks("a", "b")
    cold = cold_start([found, missing])
    cold.on_trades([], NOW)
    cold.due(NOW)
    cold.record_found(found, at_exchange("O1", opentm=f"{NOW - 3:.3f}"))
    cold.on_lookup(NOW + 0.1)
    assert cold.waiting
    assert cold.timer() == NOW + WINDOW_S
    assert cold.due(NOW + WINDOW_S - 1) == []
    assert cold.due(NOW + WINDOW_S) == [missing]
    cold.on_lookup(NOW + WINDOW_S + 0.1)
    assert not cold.waiting


def test_an_old_sign_is_no_reason_to_wait() -> None:
    """The run that placed it is long gone, and the records have caught up."""
    found, missing = tracks("a", "b")
    cold = cold_start([found, missing])
    cold.on_trades([], NOW)
    cold.due(NOW)
    cold.record_found(found, at_exchange("O1", opentm=f"{NOW - RECENT_S - 1:.3f}"))
    cold.on_lookup(NOW + 0.1)
    assert not cold.waiting


def test_records_that_cannot_be_read_end_patience() -> None:
    """Nothing is sent unseen."""
    cold = cold_start(tracks("a"))
    now = NOW
    while not cold.failure:
        assert cold.due(now)
        cold.on_lookup_failed("HTTP status 502", now)
        now = max(now, cold.timer() or now)
        assert now < NOW + 2 * PATIENCE_S
    assert "HTTP status 502" in cold.failure
    assert cold.due(now + 1) == []


def test_patience_counts_from_the_end_of_the_first_look() -> None:
    """An account that trades much takes minutes to look through, and that may fail in the last of them."""
    cold = cold_start(tracks("a"))
    assert cold.due(NOW)
    cold.on_lookup_failed("HTTP status 502", now := NOW + 10 * PATIENCE_S)
    assert not cold.failure
    assert cold.due(now + PATIENCE_S)
    cold.on_lookup_failed("HTTP status 502", now + PATIENCE_S)
    assert cold.failure


def test_news_of_other_looks_says_nothing_of_these() -> None:
    """A look for orders in doubt is not a look for these."""
    cold = cold_start(tracks("a"))
    cold.on_lookup(NOW)
    cold.on_lookup_failed("HTTP status 502", NOW)
    assert cold.waiting
    assert cold.timer() == 0.0


def test_an_authors_own_user_reference_is_not_looked_for() -> None:
    """It marks older orders as well; of those the journal alone knows."""
    assert not cold_start(tracks(order("a", userref="17"))).waiting
    assert cold_start(tracks(order("a", close="{ordertype: limit, price: 160}"))).waiting
    assert cold_start(tracks(order("a", cl_ord_id="mine"))).waiting


BUY = {"pair": "ETH/EUR", "type": "buy", "time": f"{NOW - 20:.4f}"}


@pytest.mark.parametrize(
    ("trade", "waits"),
    [
        (BUY, True),
        ({**BUY, "type": "sell"}, False),
        ({**BUY, "pair": "XBT/EUR"}, False),
        ({**BUY, "time": f"{NOW - 3600:.4f}"}, False),
        ({"pair": "ETH/EUR", "type": "buy"}, False),
    ],
)
def test_a_fresh_trade_of_the_kind_makes_absence_wait(trade: dict[str, str], waits: bool) -> None:
    """An order that was filled a moment ago is not open any more, and may not be in the records yet."""
    cold = cold_start(tracks("a"))
    assert cold.should_subscribe_trades(NOW)
    cold.due(NOW)
    cold.on_trades([trade], NOW + 0.1)
    cold.on_lookup(NOW + 0.2)
    assert bool(cold.waiting) is waits
    assert cold.timer() == (NOW + WINDOW_S if waits else None)


def test_an_exchange_that_sends_no_trades_is_not_waited_for() -> None:
    """It has a moment to send them."""
    cold = cold_start(tracks("a"))
    assert cold.should_subscribe_trades(NOW)
    cold.due(NOW)
    cold.on_lookup(NOW + 0.2)
    cold.on_time(NOW + 1)
    assert cold.waiting
    cold.on_time(NOW + TRADES_WAIT_S)
    assert not cold.waiting


def test_a_trade_that_was_anothers_is_no_reason_to_wait() -> None:
    """Its owner is queried while the look is under way; nothing is concluded before the answer."""
    cold = cold_start(tracks("a"))
    assert cold.should_subscribe_trades(NOW)
    cold.due(NOW)
    cold.on_trades([BUY | {"ordertxid": "O1"}], NOW + 0.1)
    (query,) = cold.query(NOW + 0.1)
    cold.on_lookup(NOW + 0.2)
    assert (bool(cold.waiting), cold.timer()) == (True, None)
    stranger = at_exchange("O1", status="closed", userref="77")
    cold.on_records(OrdersQueried((stranger,), query.txids), NOW + 0.3, lambda *_: None)
    assert not cold.waiting


def test_an_order_that_becomes_known_later_ends_the_wait() -> None:
    """The records lag; they are read again, and the look that was taken before still counts."""
    cold = cold_start(tracks("a"))
    cold.due(NOW)
    cold.on_trades([BUY | {"ordertxid": "O1"}], NOW)
    (query,) = cold.query(NOW)
    cold.on_lookup(NOW + 0.1)
    cold.on_records(OrdersQueried((), query.txids), NOW + 0.2, lambda *_: None)
    assert cold.waiting
    assert cold.timer() == NOW + 1.2
    (query,) = cold.query(NOW + 1.2)
    stranger = at_exchange("O1", status="closed", userref="77")
    cold.on_records(OrdersQueried((stranger,), query.txids), NOW + 1.3, lambda *_: None)
    assert not cold.waiting


def test_answers_to_others_questions_are_passed_over() -> None:
    """Cancellations ask the records too."""
    cold = cold_start(tracks("a"))
    cold.due(NOW)
    cold.on_trades([BUY | {"ordertxid": "O1"}], NOW)
    cold.on_lookup(NOW + 0.1)
    cold.query(NOW + 0.1)
    stranger = at_exchange("O1", status="closed", userref="77")
    cold.on_records(OrdersQueried((stranger,), ("O1", "O2")), NOW + 0.3, lambda *_: None)
    assert cold.waiting
