"""Messages on their way: when they arrive, and what becomes of those that a rule strikes."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.domain import FaultAction, FaultRule, MessageRate, Scenario, TimelineEvent
from runner.kraken import (
    AddOrderStatus,
    BareError,
    CancelOrder,
    ChannelData,
    ErrorReply,
    FrameError,
    OpenOrders,
    Ping,
    Pong,
)
from runner.paper import Options
from runner.paper.api.feeds.delivery import Delivery
from runner.paper.api.rest.calls import RestCall
from runner.paper.options.options import DeadlineOptions, ErrorOptions
from runner.paper.scenario.traffic import Ending, Traffic
from tests.paper.builders import NOW, order


class Road:
    """One line of an exchange, and what came out of it at which time."""

    def __init__(self, *faults: FaultRule, **scenario: Any) -> None:
        self.traffic = Traffic(Scenario(name="s", faults=faults, **scenario), NOW)
        self.traffic.connected(1)

    def ask(self, request: Any = None, at: float = 0) -> None:
        """The client says something."""
        self.traffic.received(1, (request or order(reqid=1), None), NOW + at)

    def say(self, *reqids: int, at: float = 0) -> None:
        """The exchange says something."""
        for reqid in reqids:
            self.traffic.leaving(Delivery(1, Pong(reqid=reqid)), NOW + at)

    def arrived(self, at: float = 0) -> list[str]:
        """Return what has reached the exchange by now."""
        return [arrival.content[0].event for arrival in self.traffic.arrivals(NOW + at)]  # type: ignore[index]

    def departed(self, at: float = 0) -> list[Any]:
        """Return what has reached the client by now: reqids, texts of errors, and cuts."""
        return [_short(departure.message) for departure in self.traffic.departures(NOW + at)]


def _short(message: Any) -> Any:
    if message is None:
        return "cut"
    return getattr(message, "errorMessage", None) or message.reqid


def rule(on: str, act: FaultAction, **more: Any) -> FaultRule:
    """A rule that strikes always."""
    return FaultRule(on=on, act=act, **more)


def test_without_rules_nothing_waits() -> None:
    """Messages come out as they go in."""
    road = Road()
    road.ask()
    road.say(1, 2)
    assert (road.arrived(), road.departed()) == (["addOrder"], [1, 2])
    assert road.traffic.timer() == math.inf


def test_latency_is_each_way() -> None:
    """And the timer knows."""
    road = Road(latency_s=Decimal("0.5"))
    road.ask()
    road.say(1, at=0.25)
    assert (road.arrived(0.4), road.departed(0.4)) == ([], [])
    assert road.traffic.timer() == NOW + 0.5
    assert (road.arrived(0.5), road.departed(0.5)) == (["addOrder"], [])
    assert road.departed(0.75) == [1]


@given(st.integers(0, 1000), st.lists(st.floats(0, 2), max_size=20))
def test_jitter_keeps_the_order(seed: int, pauses: list[float]) -> None:
    """Each message is late by its own share, and none overtakes; the same seed is late in the same way."""
    roads = [Road(seed=seed, latency_s=Decimal("0.1"), jitter_s=Decimal("0.5")) for _ in range(2)]
    at = 0.0
    for number, pause in enumerate(pauses):
        at += pause
        for road in roads:
            road.say(number, at=at)
    timers = [road.traffic.timer() for road in roads]
    assert timers[0] == timers[1]
    assert not pauses or NOW + pauses[0] + 0.09 < timers[0] < NOW + pauses[0] + 0.61
    assert roads[0].departed(at + 0.61) == list(range(len(pauses)))


@pytest.mark.parametrize(
    ("act", "arrived", "departed"),
    [
        (FaultAction.LOSE, [], []),
        (FaultAction.DISCONNECT, [], ["cut"]),
        (FaultAction.REJECT, [], ["EOrder:no"]),
        (FaultAction.DELAY, [], []),
        (FaultAction.MUTE, ["addOrder"], []),
    ],
)
def test_what_can_happen_to_a_request(act: FaultAction, arrived: list[str], departed: list[Any]) -> None:
    """Lost, cut off, refused and late ones do not reach the exchange now; a mute line is still heard."""
    error = "EOrder:no" if act is FaultAction.REJECT else ""
    road = Road(rule("addOrder", act, error=error, seconds=Decimal(2)))
    road.ask()
    assert (road.arrived(), road.departed()) == (arrived, departed)
    assert road.arrived(2) == (["addOrder"] if act is FaultAction.DELAY else [])


def test_what_comes_after_a_late_request_waits() -> None:
    """One line is one queue."""
    road = Road(rule("addOrder", FaultAction.DELAY, seconds=Decimal(2)))
    road.ask()
    road.ask(CancelOrder(txid=("O",)), at=1)
    assert road.arrived(1.9) == []
    assert road.arrived(2) == ["addOrder", "cancelOrder"]


@pytest.mark.parametrize(
    ("act", "now", "later"),
    [
        (FaultAction.LOSE, [1, 3], []),
        (FaultAction.DISCONNECT, [1, "cut", 3], []),
        (FaultAction.DUPLICATE, [1, 2, 2, 3], []),
        (FaultAction.REORDER, [1, 3], [2]),
        (FaultAction.DELAY, [1], [2, 3]),
        (FaultAction.MUTE, [], [4]),
    ],
)
def test_what_can_happen_to_a_message(act: FaultAction, now: list[Any], later: list[Any]) -> None:
    """The second of three is struck; the fourth is said when all that takes time is over."""
    road = Road(rule("pong", act, seconds=Decimal(2), where=(("reqid", "2"),)))
    road.say(1, 2, 3)
    assert road.departed() == now
    if act is FaultAction.MUTE:
        assert road.traffic.silent_until(1) == NOW + 2
        road.say(4, at=2)
    assert road.departed(2) == later


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (FaultAction.REJECT, [("error", None, "EOrder:no")]),
        (FaultAction.RENAME, [("ok", "other", None)]),
        (FaultAction.CONTRADICT, [("ok", "O1", None), ("ok", "other", None)]),
    ],
)
def test_a_reply_may_contradict_the_book(
    act: FaultAction, expected: list[tuple[str, str | None, str | None]]
) -> None:
    """Refused, under another txid, or under two; a reply that names no order is let through."""
    road = Road(rule("addOrderStatus", act, error="EOrder:no", times=1))
    road.traffic.leaving(Delivery(1, AddOrderStatus(status="ok", txid="O1", reqid=1)), NOW)
    heard = [departure.message for departure in road.traffic.departures(NOW)]
    found = [(item.status, item.txid, item.errorMessage) for item in heard]  # type: ignore[union-attr]
    assert [(s, t if t in (None, "O1") else "other", e) for s, t, e in found] == expected


@pytest.mark.parametrize("seconds", [None, Decimal(2)])
def test_the_feed_may_hide_orders(seconds: Decimal | None) -> None:
    """For a while or for good, and no number is missing: what comes late is counted too."""
    road = Road(rule("openOrders", FaultAction.HIDE, seconds=seconds, times=1))
    first, second = (("O1", {"status": "open"}),), (("O2", {"status": "open"}),)
    road.traffic.leaving(Delivery(1, OpenOrders(first, 1)), NOW)
    road.traffic.leaving(Delivery(1, OpenOrders(second, 2)), NOW)
    assert said_by_feed(road, 0) == [((), 1), (second, 2)]
    late = [] if seconds is None else [(first, 3)]
    assert said_by_feed(road, 2) == late
    road.traffic.leaving(Delivery(1, OpenOrders(second, 3)), NOW + 3)
    assert said_by_feed(road, 3) == [(second, 3 + len(late))]


def said_by_feed(road: Road, at: float) -> list[tuple[Any, int | None]]:
    """The messages of openOrders that have reached the client by now."""
    heard = [departure.message for departure in road.traffic.departures(NOW + at)]
    return [(item.orders, item.sequence) for item in heard if isinstance(item, OpenOrders)]


def test_an_order_may_be_ended_once_it_is_taken() -> None:
    """So long after it was taken, for the reason that is given; one that is refused is not."""
    road = Road(rule("addOrder", FaultAction.END, error="Post only order", seconds=Decimal(2)))
    road.ask()
    (arrival,) = road.traffic.arrivals(NOW)
    refused = Delivery(1, AddOrderStatus(status="error", errorMessage="EOrder:no", reqid=1))
    road.traffic.taken(arrival, [refused], NOW)
    assert road.traffic.timer() == math.inf
    road.traffic.taken(arrival, [Delivery(1, AddOrderStatus(status="ok", txid="O1", reqid=1))], NOW)
    assert road.traffic.timer() == NOW + 2
    assert road.traffic.endings(NOW + 1.9) == []
    assert road.traffic.endings(NOW + 2) == [Ending("O1", "Post only order")]


def test_a_line_may_be_mute_for_good() -> None:
    """Until the client gives it up."""
    road = Road(rule("pong", FaultAction.MUTE, times=1))
    road.say(1)
    road.say(2, at=10_000)
    assert road.departed(10_000) == []
    road.traffic.gone(1)
    road.traffic.connected(2)
    assert road.traffic.silent_until(2) == 0


def test_what_is_on_a_line_is_lost_with_it() -> None:
    """In both directions."""
    road = Road(latency_s=Decimal(1))
    road.ask()
    road.say(1)
    road.traffic.gone(1)
    road.say(2)
    assert (road.arrived(1), road.departed(1)) == ([], [])


@pytest.mark.parametrize("bare", [True, False])
def test_too_many_messages(bare: bool) -> None:
    """Messages beyond the rate are dropped and answered; afterwards it goes on at the rate."""
    road = Road(message_rate=MessageRate(per_s=Decimal(2), burst=3, bare=bare))
    for _ in range(5):
        road.ask(Ping(reqid=7))
    assert road.arrived() == ["ping"] * 3
    messages = [departure.message for departure in road.traffic.departures(NOW)]
    kind = BareError if bare else ErrorReply
    assert messages == [kind(errorMessage="Exceeded msg rate", reqid=7)] * 2
    for at in (0.4, 0.5, 0.6, 100, 100, 100, 100):
        road.ask(Ping(), at=at)
    assert len(road.arrived(100)) == 4


def test_frames_that_cannot_be_read_arrive() -> None:
    """No rule is about them, and they count as messages."""
    road = Road(message_rate=MessageRate(per_s=Decimal(0), burst=1))
    for _ in range(2):
        road.traffic.received(1, FrameError("no JSON"), NOW)
    assert len(road.traffic.arrivals(NOW)) == 1
    assert road.departed() == ["Exceeded msg rate"]


def test_replies_and_feeds_have_names() -> None:
    """A rule finds a feed by its channel, and a reply by its event and its fields."""
    road = Road(
        rule("openOrders", FaultAction.LOSE),
        rule("addOrderStatus", FaultAction.LOSE, where=(("status", "error"),)),
    )
    for message in (OpenOrders((), 1), AddOrderStatus(status="error", reqid=1)):
        road.traffic.leaving(Delivery(1, message), NOW)
    road.traffic.leaving(Delivery(1, AddOrderStatus(status="ok", reqid=2)), NOW)
    assert road.departed() == [2]


def test_a_refused_ping() -> None:
    """It has no status message."""
    road = Road(rule("ping", FaultAction.REJECT, error="EService:Busy"))
    road.ask(Ping(reqid=3))
    assert road.departed() == ["EService:Busy"]


def test_calls() -> None:
    """A REST call can be refused, lost and late; its fields are read from the body and the query."""
    road = Road(
        rule("Balance", FaultAction.LOSE, times=1),
        rule("Ticker", FaultAction.REJECT, error="EService:Busy", where=(("pair", "XBTUSD"),)),
        rule("AddOrder", FaultAction.DELAY, seconds=Decimal(2), where=(("pair", "XBTUSD"),)),
        latency_s=Decimal("0.25"),
    )
    ask = road.traffic.fault_of
    balance = RestCall("POST", "/0/private/Balance", body="nonce=1")
    assert (ask(balance).lost, ask(balance).lost) == (True, False)
    assert ask(RestCall("GET", "/0/public/Ticker?pair=XBTUSD")).error == "EService:Busy"
    assert ask(RestCall("GET", "/0/public/Ticker?pair=ETHUSD")).delay_s == 0.5
    assert ask(RestCall("POST", "/0/private/AddOrder", body="pair=XBTUSD")).delay_s == 2.5
    assert ask(RestCall("POST", "/0/private/AddOrder", body="{")).error == ""


def test_moments_come_in_their_order() -> None:
    """Counted from the opening."""
    timeline = tuple(
        TimelineEvent(at_s=Decimal(at), status=status) for at, status in ((2, "online"), (1, "maintenance"))
    )
    road = Road(timeline=timeline)
    assert road.traffic.timer() == NOW + 1
    assert road.traffic.moments(NOW + 0.5) == []
    assert [moment.status for moment in road.traffic.moments(NOW + 5)] == ["maintenance", "online"]
    assert road.traffic.timer() == math.inf


DEADLINES = [(5.0, "4.9", ["addOrder"]), (5.0, "5.1", []), (None, "5.1", ["addOrder"])]


@pytest.mark.parametrize(("deadline_s", "delay_s", "arrived"), DEADLINES)
def test_an_order_that_is_too_long_on_its_way(
    deadline_s: float | None, delay_s: str, arrived: list[str]
) -> None:
    """It is refused for the default deadline where it has none, else for its own deadline."""
    road = Road(rule("addOrder", FaultAction.DELAY, seconds=Decimal(delay_s)))
    options = Options(
        deadlines=DeadlineOptions(default_s=deadline_s), errors=ErrorOptions(deadline_elapsed="too late")
    )
    road.traffic = Traffic(road.traffic.scenario, NOW, options)
    road.traffic.connected(1)
    road.ask()

    assert road.arrived(6) == arrived
    assert road.departed(6) == ([] if arrived else ["too late"])
    road.ask(order(deadline="2023-11-14T22:13:50Z"), at=6)
    assert road.arrived(12) == ["addOrder"]


def test_a_public_channel_has_rules_of_its_own() -> None:
    """By its name without its setting, and by its pair."""
    where = (("pair", "XBT/EUR"),)
    road = Road(rule("book", FaultAction.LOSE, where=where))
    for channel, pair in (("book-10", "XBT/EUR"), ("book-10", "ETH/EUR"), ("ohlc-5", "XBT/EUR")):
        road.traffic.leaving(Delivery(1, ChannelData(1, (), channel, pair)), NOW)
    left = [departure.message for departure in road.traffic.departures(NOW)]
    assert [(message.channel, message.pair) for message in left if isinstance(message, ChannelData)] == [
        ("book-10", "ETH/EUR"),
        ("ohlc-5", "XBT/EUR"),
    ]
