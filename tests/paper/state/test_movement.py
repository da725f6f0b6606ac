"""Markets that move: a walk that can be repeated, a tape that is played, and what is kept of both."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.domain import Quote as RecordedQuote
from runner.domain import QuotesAt
from runner.kraken import CancelAll
from runner.paper import Feed, Movement, Options, Playback, Replay, Walk, parse_tape
from runner.paper.options.options import MarketOptions
from runner.paper.state.instruments import INSTRUMENTS
from runner.paper.state.market import Quote
from runner.paper.state.movement import STEPS_AT_ONCE
from tests.paper.builders import NOW, Desk, exchange, order, table

QUOTE = Quote(Decimal("150.10"), Decimal("150.20"), Decimal("150.10"))
TRADES = "0,150.15,1\n2.5,149.5,0.1\n4,149,3\n"


def walk(seed: str = "a", **fields: Any) -> Walk:
    """A walk of one pair from the opening's price."""
    return Walk(**{"seed": seed, "quotes": [(INSTRUMENTS["ETH/EUR"], QUOTE)], "started": NOW} | fields)


def playback(text: str = TRADES, **fields: Any) -> Playback:
    """A tape of ETH/EUR."""
    tape = parse_tape(text, file="ETHEUR.csv", instrument=INSTRUMENTS["ETH/EUR"])
    assert not isinstance(tape, list)
    return Playback(tape, **{"started": NOW} | fields)


def test_a_seed_is_a_walk() -> None:
    """The same one at any stride, and another one for another seed."""
    whole, parts = walk().until(NOW + 60), walk()

    assert [move for second in range(61) for move in parts.until(NOW + second)] == whole
    assert [move.time for move in whole] == [NOW + second for second in range(1, 61)]
    assert walk("b").until(NOW + 60) != whole
    assert len({move.bid for move in whole}) > 5


@given(seed=st.text(max_size=5), swing=st.integers(1, 200_000), pair=st.sampled_from(sorted(INSTRUMENTS)))
def test_a_walk_stays_near_its_beginning(seed: str, swing: int, pair: str) -> None:
    """Whole ticks, the spread it began with, never below half nor above double."""
    tick = INSTRUMENTS[pair].tick
    start = Quote(1000 * tick, 1003 * tick, 1000 * tick)
    moves = walk(seed, quotes=[(INSTRUMENTS[pair], start)], swing_ppm=swing).until(NOW + 200)

    assert all(move.ask - move.bid == 3 * tick and move.bid % tick == 0 for move in moves)
    assert all(499 * tick <= move.bid <= 2000 * tick for move in moves)
    assert all(move.last in (move.bid, move.ask) for move in moves)


def test_a_walk_that_slept_goes_on_from_there() -> None:
    """It does not take every step of a long pause."""
    it = walk()
    moves = it.until(NOW + 10 * STEPS_AT_ONCE)

    assert len(moves) == STEPS_AT_ONCE
    assert it.due() == NOW + 10 * STEPS_AT_ONCE + 1


def test_a_tape_is_played_at_its_times() -> None:
    """A price is quoted from the side on which it was paid, with the volume that was traded."""
    it = playback()
    assert it.due() == NOW
    moves = it.until(NOW + 10)

    assert [move.time - NOW for move in moves] == [0, 2.5, 4]
    assert [(str(move.bid), str(move.ask), str(move.last), str(move.depth)) for move in moves] == [
        ("150.15", "150.16", "150.15", "1"),
        ("149.50", "149.51", "149.50", "0.1"),
        ("149.00", "149.01", "149.00", "3"),
    ]
    assert (it.due(), it.until(NOW + 99)) == (None, [])


def test_a_tape_can_be_played_faster() -> None:
    """Twice as fast."""
    assert playback(speed=Decimal(2)).until(NOW + 2)[-1].time == NOW + 2


def test_orders_meet_the_tape() -> None:
    """Partial fills come from the volumes that were traded."""
    desk = Desk()
    desk.exchange.follow(playback(started=NOW + 1))
    desk.placed("A", price="149.6")
    assert desk.exchange.timer() == NOW + 1
    desk.wait(10)

    assert desk.table() == table("""
        A pending buy 0.25000000 ETH/EUR @ limit 149.60000
        A open
        A - 0.10000000 at 149.60000, 14.96000 + 0.03740
        A - 0.25000000 at 149.60000, 37.40000 + 0.09350
        A closed 0.25000000 at 149.60000, 37.40000 + 0.09350
    """)
    assert desk.exchange.state().trades[0].time == NOW + 3.5


def test_a_move_is_kept_when_something_comes_of_it() -> None:
    """Else it is forgotten, but for the last one before something else is kept."""
    desk = Desk()
    desk.exchange.follow(walk())
    desk.wait(100)
    assert desk.exchange.take_record() == []
    desk.placed("A", price="1", volume="1")

    assert [sorted(item) for item in desk.exchange.take_record()] == [["move", "now"], ["now", "request"]]


def test_a_movement_ends() -> None:
    """Then the market rests again."""
    desk = Desk()
    desk.exchange.follow(walk())
    desk.wait(5)
    desk.exchange.follow(None)
    quotes = desk.exchange.quotes()
    desk.wait(100)

    assert desk.exchange.quotes() == quotes
    assert desk.exchange.timer() is None


SIDES = st.sampled_from(["buy", "sell"])
STEPS = st.one_of(
    st.floats(0.1, 30.0).map(lambda seconds: round(seconds, 3)),
    st.just(CancelAll()),
    st.builds(
        order,
        type=st.sampled_from(["buy", "sell"]),
        ordertype=st.sampled_from(["limit", "stop-loss", "take-profit"]),
        price=st.integers(14_600, 15_500).map(lambda cents: str(cents * Decimal("0.01"))),
        expiretm=st.sampled_from([None, "+7"]),
    ),
    st.builds(
        order, type=st.sampled_from(["buy", "sell"]), ordertype=st.just("trailing-stop"), price=st.just("+1")
    ),
)


@given(st.lists(STEPS, max_size=15), st.sampled_from([None, Decimal("0.1")]))
def test_what_was_kept_builds_the_same_state(steps: list[Any], depth: Decimal | None) -> None:
    """Without the movement: its moves that mattered are on record."""
    desk = Desk(options=Options(market=MarketOptions(depth=depth)))
    desk.exchange.follow(walk(swing_ppm=5000))
    for step in steps:
        desk.wait(step) if isinstance(step, float) else desk.send(step)
    desk.exchange.set_status("online", desk.now)
    again = exchange(options=Options(market=MarketOptions(depth=depth)))
    again.replay(json.loads(json.dumps(desk.exchange.take_record())))

    assert again.state() == desk.exchange.state()


@pytest.mark.parametrize("price", ["0.00000001", "0.000000001"])
def test_a_price_of_nothing_is_quoted_as_the_least(price: str) -> None:
    """A bid is never zero."""
    (move,) = playback(f"0,{price},1").until(NOW)

    assert move.bid > 0


def moment(after_s: str, bid: str, last: str | None = None) -> QuotesAt:
    """A moment of a recording of ETH/EUR."""
    quote = RecordedQuote(bid=Decimal(bid), ask=Decimal(bid) + 1, last=last and Decimal(last), at=0.0)
    return QuotesAt(after_s=Decimal(after_s), quotes={"ETH/EUR": quote})


def test_a_recording_is_played_at_its_times() -> None:
    """Twice as fast, each moment once, and then it is over."""
    it = Replay([moment("1", "150"), moment("4", "151", "151.5")], started=NOW, speed=Decimal(2))
    assert it.due() == NOW + 0.5
    moves = it.until(NOW + 10)

    assert [(move.time - NOW, str(move.bid), move.last) for move in moves] == [
        (0.5, "150", None),
        (2.0, "151", Decimal("151.5")),
    ]
    assert (it.due(), it.until(NOW + 99)) == (None, [])


def test_a_feed_is_looked_at_every_second() -> None:
    """Each new quote is moved to once, the newest of a pair."""
    it = Feed(started=NOW)
    for bid in ("150", "151"):
        it.put(moment("0", bid).quotes)

    assert [str(move.bid) for move in it.until(NOW + 1)] == ["151"]
    assert (it.until(NOW + 2), it.due()) == ([], NOW + 3)


def replay() -> Replay:
    """A recording of two moments."""
    return Replay([moment("0", "150"), moment("60", "151")], started=NOW)


@pytest.mark.parametrize("movement", [walk(), playback(), replay()], ids=["walk", "tape", "recording"])
def test_a_restart_begins_again(movement: Movement) -> None:
    """The same moves, as much later."""
    moves = movement.until(NOW + 100)
    movement.restart(NOW + 100)
    again = movement.until(NOW + 200)
    assert again == [replace(move, time=move.time + 100) for move in moves]
    assert moves


def test_a_feed_that_restarts_brings_the_newest_again() -> None:
    """Of each pair."""
    it = Feed(started=NOW)
    it.put(moment("0", "150").quotes)
    it.until(NOW)
    it.restart(NOW + 5)
    assert (it.due(), [str(move.bid) for move in it.until(NOW + 5)]) == (NOW + 5, ["150"])


def test_a_quote_that_is_held_stays_until_it_is_released() -> None:
    """Then the pair goes on with what it has missed, and all of that is on record."""
    desk = Desk()
    desk.exchange.follow(Replay([moment("1", "150"), moment("5", "120")], started=NOW))
    desk.wait(2)
    desk.exchange.set_quote("ETH/EUR", Decimal(140), Decimal(141), desk.now, hold=True)
    desk.wait(10)
    desk.exchange.advance(desk.now)
    assert (desk.exchange.quotes()["ETH/EUR"].bid, desk.exchange.held) == (Decimal(140), ("ETH/EUR",))

    again = exchange()
    again.replay(records := json.loads(json.dumps(desk.exchange.take_record())))
    assert again.held == ("ETH/EUR",)
    desk.exchange.release_quote("ETH/EUR", desk.now)
    assert (desk.exchange.quotes()["ETH/EUR"].bid, desk.exchange.held) == (Decimal(120), ())
    desk.placed("A", price="1", volume="1")
    fresh = exchange()
    fresh.replay([*records, *json.loads(json.dumps(desk.exchange.take_record()))])
    assert (fresh.state(), fresh.held) == (desk.exchange.state(), ())


def test_a_quote_of_a_scenario_is_not_held() -> None:
    """The next move overtakes it, as before."""
    desk = Desk()
    desk.exchange.follow(Replay([moment("5", "120")], started=NOW))
    desk.quote("140", "141")
    desk.wait(10)
    desk.exchange.advance(desk.now)

    assert desk.exchange.quotes()["ETH/EUR"].bid == Decimal(120)
