"""A scenario over real sockets: what a client sees of it."""

from __future__ import annotations

import time
from decimal import Decimal

import httpx
import pytest
from trio_websocket import ConnectionClosed, WebSocketConnection

from runner.domain import CloseFrame, FaultAction, FaultRule, MessageRate, QuoteMove, Secret, TimelineEvent
from runner.kraken import (
    TIME_PATH,
    TOKEN_PATH,
    ErrorReply,
    OpenOrders,
    Ping,
    Pong,
    RestError,
    Subscribe,
    SubscriptionStatus,
    SystemStatus,
    parse_envelope,
    private_call,
    token_from,
)
from runner.kraken.session import server
from tests.net.served import SECRET, client, exchange, heard, order, say, served

pytestmark = pytest.mark.trio


def rule(on: str, act: FaultAction, **more: object) -> FaultRule:
    """A rule."""
    return FaultRule(on=on, act=act, **more)  # type: ignore[arg-type]


async def token(url: str, nonce: int = 1) -> Secret:
    """A token, by a signed call."""
    headers, body = private_call("key", SECRET, TOKEN_PATH, str(nonce))
    async with httpx.AsyncClient(base_url=url) as http:
        return token_from(parse_envelope((await http.post(TOKEN_PATH, headers=headers, content=body)).text))


async def test_latency_is_felt() -> None:
    """A ping takes both ways, and a call too."""
    async with served(exchange(), latency_s=Decimal("0.05")) as where, client(where) as socket:
        await heard(socket)
        started = time.perf_counter()
        await say(socket, Ping(reqid=1))
        assert await heard(socket) == Pong(reqid=1)
        assert time.perf_counter() - started >= 0.1
        async with httpx.AsyncClient(base_url=where.rest_url) as http:
            started = time.perf_counter()
            assert (await http.get(TIME_PATH)).status_code == 200
            assert time.perf_counter() - started >= 0.1


async def test_an_order_whose_reply_is_lost() -> None:
    """It is open all the same: that is what a runner has to find out."""
    built = exchange()
    async with (
        served(built, faults=(rule("addOrderStatus", FaultAction.LOSE),)) as where,
        client(where) as socket,
    ):
        pass_ = await token(where.rest_url)
        await say(socket, order(reqid=1), pass_)
        await say(socket, Ping(reqid=2))
        assert [type(await heard(socket)) for _ in range(2)] == [SystemStatus, Pong]
    assert len(built.state().live) == 4


@pytest.mark.parametrize(("on", "live"), [("addOrder", 3), ("addOrderStatus", 4)], ids=["before", "after"])
async def test_a_cut_at_a_step(on: str, live: int) -> None:
    """Before the exchange heard of the order, or after it answered."""
    built = exchange()
    async with served(built, faults=(rule(on, FaultAction.DISCONNECT),)) as where, client(where) as socket:
        await heard(socket)
        await say(socket, order(), await token(where.rest_url))
        with pytest.raises(ConnectionClosed):
            await heard(socket)
    assert len(built.state().live) == live


async def test_a_mute_line_has_no_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing comes for as long as it is mute; then it goes on."""
    monkeypatch.setattr(server, "HEARTBEAT_AFTER_S", 0.02)
    mute = rule("ping", FaultAction.MUTE, seconds=Decimal("0.2"), times=1)
    async with served(exchange(), faults=(mute,)) as where, client(where) as socket:
        await heard(socket)
        subscribe = Subscribe(subscription={"name": "openOrders"})
        await say(socket, subscribe, await token(where.rest_url))
        assert isinstance(await heard(socket), SubscriptionStatus)
        assert isinstance(await heard(socket), OpenOrders)
        started = time.perf_counter()
        await say(socket, Ping(reqid=1))
        while time.perf_counter() - started < 0.1:
            await heard(socket)
        assert time.perf_counter() - started >= 0.2


async def test_too_many_messages() -> None:
    """In the exchange's own words, in the form that has been seen."""
    rate = MessageRate(per_s=Decimal(0), burst=1, bare=True)
    async with served(exchange(), message_rate=rate) as where, client(where) as socket:
        await heard(socket)
        for reqid in range(3):
            await say(socket, Ping(reqid=reqid))
        messages = [await heard(socket) for _ in range(3)]
    assert messages[0] == Pong(reqid=0)
    assert all(
        isinstance(item, ErrorReply) and item.errorMessage == "Exceeded msg rate" for item in messages[1:]
    )


async def test_calls_that_are_refused_and_lost() -> None:
    """A token that is refused, and a call without any answer."""
    faults = (
        rule("GetWebSocketsToken", FaultAction.REJECT, error="EService:Busy", times=1),
        rule("Time", FaultAction.LOSE),
    )
    async with served(exchange(), faults=faults) as where:
        with pytest.raises(RestError, match="EService:Busy"):
            await token(where.rest_url)
        assert await token(where.rest_url, 2)
        async with httpx.AsyncClient(base_url=where.rest_url) as http:
            with pytest.raises(httpx.RemoteProtocolError):
                await http.get(TIME_PATH)


async def test_the_clock_is_skewed() -> None:
    """The exchange gives its own time."""
    async with (
        served(exchange(), clock_skew_s=Decimal(3600)) as where,
        httpx.AsyncClient(base_url=where.rest_url) as http,
    ):
        unixtime = parse_envelope((await http.get(TIME_PATH)).text)["unixtime"]
    assert 3590 < unixtime - time.time() < 3610


async def test_the_timeline() -> None:
    """The state changes and is sent, the market moves, everyone is cut off."""
    built = exchange()
    timeline = (
        TimelineEvent(at_s=Decimal("0.02"), status="maintenance"),
        TimelineEvent(
            at_s=Decimal("0.03"), quote=QuoteMove(pair="ETH/EUR", bid=Decimal(140), ask=Decimal(141))
        ),
        TimelineEvent(at_s=Decimal("0.2"), disconnect=True),
    )
    async with served(built, timeline=timeline) as where, client(where) as socket:
        states = []
        with pytest.raises(ConnectionClosed):
            await collect(socket, states)
    assert states[-1] == "maintenance"
    assert built.state().quotes["ETH/EUR"].bid == 140


async def collect(socket: WebSocketConnection, states: list[str]) -> None:
    """The states that the exchange sends, until the end."""
    while True:
        message = await heard(socket)
        if isinstance(message, SystemStatus):
            states.append(message.status)


CLOSE_FRAMES = [
    (CloseFrame(), 1001, "going away"),
    (
        CloseFrame(code=1001, reason="CloudFlare WebSocket proxy restarting"),
        1001,
        "CloudFlare WebSocket proxy restarting",
    ),
    (CloseFrame(code=1013, reason="Market data unavailable"), 1013, "Market data unavailable"),
    (CloseFrame(code=1008, reason="policy"), 1008, "policy"),
    (CloseFrame(code=1012, reason=""), 1012, None),
    (CloseFrame(code=1006, reason=""), 1006, None),
]


@pytest.mark.parametrize(("close_frame", "code", "reason"), CLOSE_FRAMES, ids=str)
async def test_how_a_connection_ends(close_frame: CloseFrame, code: int, reason: str | None) -> None:
    """By the code that the scenario says, or without a word; the next one is welcome."""
    cut = rule("ping", FaultAction.DISCONNECT, times=1)
    async with served(exchange(), faults=(cut,), close_frame=close_frame) as where:
        async with client(where) as socket:
            await heard(socket)
            await say(socket, Ping(reqid=1))
            with pytest.raises(ConnectionClosed) as caught:
                await heard(socket)
        async with client(where) as socket:
            assert isinstance(await heard(socket), SystemStatus)

    assert caught.value.reason is not None
    assert (caught.value.reason.code, caught.value.reason.reason) == (code, reason)


async def test_a_subscription_that_the_exchange_ends() -> None:
    """A new subscription begins anew."""
    ended = TimelineEvent(at_s=Decimal("1.5"), unsubscribe="openOrders")
    async with served(exchange(), timeline=(ended,)) as where, client(where) as socket:
        await heard(socket)
        pass_ = await token(where.rest_url)
        subscribe = Subscribe(subscription={"name": "openOrders"})
        await say(socket, subscribe, pass_)
        messages = [await heard(socket) for _ in range(2)]
        while getattr(messages[-1], "status", None) != "unsubscribed":
            messages.append(await heard(socket))  # A heartbeat may come before.
        await say(socket, subscribe, pass_)
        messages += [await heard(socket) for _ in range(2)]

    states = [item.status for item in messages if isinstance(item, SubscriptionStatus)]
    numbers = [item.sequence for item in messages if isinstance(item, OpenOrders)]
    assert (states, numbers) == (["subscribed", "unsubscribed", "subscribed"], [1, 1])
