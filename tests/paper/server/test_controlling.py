"""The requests of the control, and their effect on the served exchange."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import trio
from trio_websocket import ConnectionClosed

from runner.domain import FaultAction, FaultRule, Scenario
from runner.errors import Locked
from runner.kraken import Ping
from runner.kraken.wire.codec import encode_request
from runner.net.dialing import Dialer
from runner.paper import Feed
from runner.paper.server.control_client import Control, ControlRefused
from runner.paper.server.server import serve_paper
from tests.net.served import LIMIT_S, client, exchange, heard, served

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from trio_websocket import WebSocketConnection

    from runner.paper.server.serve_options import PaperEndpoints


async def test_all_connections_end_at_once() -> None:
    """Each client sees it."""
    async with served(exchange()) as where, client(where) as first, client(where) as second:
        await heard(first)
        await heard(second)
        await Control(where.rest_url, where.control_token, Dialer()).cut()
        for socket in (first, second):
            with pytest.raises(ConnectionClosed), trio.fail_after(10):
                await heard(socket)


@asynccontextmanager
async def resettable(forget: Callable[[], None], **options: Any) -> AsyncIterator[PaperEndpoints]:
    """Serve an exchange that can be reset."""
    with trio.fail_after(LIMIT_S):
        async with trio.open_nursery() as nursery:
            built = exchange()
            built.follow(Feed(started=0.0))
            serving = partial(serve_paper, built, persist=lambda _: None, clock=time.time, forget=forget)
            yield await nursery.start(partial(serving, **options))
            nursery.cancel_scope.cancel()


async def to_the_end(socket: WebSocketConnection) -> None:
    """Read until the exchange says no more."""
    while True:
        await heard(socket)


async def test_a_reset() -> None:
    """Prices, faults, messages and the line of the price are as in the beginning; every connection ends."""
    forgotten: list[bool] = []
    async with resettable(lambda: forgotten.append(True)) as where, client(where) as socket:
        control = Control(where.rest_url, where.control_token, Dialer())
        before = await control.state("ETH/EUR")
        await control.move("ETH/EUR", "1")
        await control.set_status("post_only")
        await control.add_faults([{"on": "addOrder", "do": "lose"}])
        moved = await control.state("ETH/EUR")
        await control.reset()
        after = await control.state("ETH/EUR")
        assert (len(before["prices"]), moved["prices"][-1]["last"]) == (1, "1.01")
        assert {**after, "now": 0} == {**before, "now": 0, "connections": [], "messages": []} | {
            "prices": [before["prices"][0] | {"at": after["prices"][0]["at"]}]
        }
        assert forgotten == [True]
        with pytest.raises(ConnectionClosed), trio.fail_after(10):
            await to_the_end(socket)


async def test_a_reset_begins_the_scenario_again() -> None:
    """Its rules have applied to nothing yet; others are gone."""
    rule = FaultRule(on="ping", act=FaultAction.LOSE, times=1)
    scenario = Scenario(name="test", faults=(rule,))
    async with resettable(lambda: None, scenario=scenario) as where, client(where) as socket:
        control = Control(where.rest_url, where.control_token, Dialer())
        await socket.send_message(encode_request(Ping(reqid=1), None))
        while not (await control.state())["scenario"]["rules"][0]["exhausted"]:
            pass
        await control.add_faults([{"on": "addOrder", "do": "lose"}])
        await control.reset()
        (left,) = (await control.state())["scenario"]["rules"]
        assert (left["text"], left["hits"]) == ("ping: lose", 0)


async def test_a_reset_that_is_refused() -> None:
    """By those who keep something of the exchange, or since it ends with its command: nothing has changed."""

    def refuse() -> None:
        raise Locked("another run holds this state")

    async with resettable(refuse) as where:
        control = Control(where.rest_url, where.control_token, Dialer())
        await control.move("ETH/EUR", "1")
        with pytest.raises(ControlRefused, match="another run holds this state"):
            await control.reset()
        assert (await control.state("ETH/EUR"))["market"]["bid"] == "1.00"
    async with served(exchange()) as where:
        control = Control(where.rest_url, where.control_token, Dialer())
        assert (await control.state())["resettable"] is False
        with pytest.raises(ControlRefused, match="ends with its command"):
            await control.reset()


UNREADABLE: list[tuple[str, str]] = [
    *(
        (name, body)
        for name in ("cut", "faults/remove", "reset")
        for body in ("{", "[]", "[[", "null", "1", '"x"')
    ),
    ("cut", '{"conection": 3}'),
    ("cut", '{"connection": null}'),
    ("faults/remove", '{"number": null}'),
    ("faults/remove", '{"numbers": 0}'),
    ("reset", '{"x": 1}'),
    ("quote", r'{"pair": "\ud800", "bid": "1"}'),
    ("quote", '{"pair": "ETH/EUR", "bid": "1", "aks": "9"}'),
    ("release", r'{"pair": "\ud800"}'),
    ("status", r'{"status": "\ud800"}'),
    ("status", r'{"\ud800": 1}'),
    ("faults", r'{"faults": [{"on": "addOrder", "do": "\ud800"}]}'),
    ("faults", r'{"faults": [{"on": "Time", "do": "reject", "error": "x\ud800"}]}'),
    ("faults", r'{"faults": [{"on": "Time", "do": "lose", "where": {"\ud800": "x"}}]}'),
    ("faults", '{"faults": [{"on": "Time", "do": "lose", "tims": 1}]}'),
    ("faults", "[" * 100_000),
]


async def test_what_cannot_be_read_changes_nothing() -> None:
    """It is refused, and does not count as a request about all; an empty body does."""
    forgotten: list[bool] = []
    async with resettable(lambda: forgotten.append(True)) as where, client(where):
        control = Control(where.rest_url, where.control_token, Dialer())
        await control.add_faults([{"on": "addOrder", "do": "lose"}])
        before = await control.state()
        token = {"X-Control-Token": where.control_token.reveal()}
        async with httpx.AsyncClient(base_url=where.rest_url, headers=token) as http:
            for name, body in UNREADABLE:
                answer = await http.post(f"/control/{name}", content=body)
                assert (answer.status_code, answer.text != "") == (400, True), (name, body[:80])
            after = await control.state()
            assert [after[part] for part in ("connections", "scenario", "status")] == [
                before[part] for part in ("connections", "scenario", "status")
            ]
            assert forgotten == []
            assert (await http.post("/control/faults/remove")).status_code == 200
            assert (await control.state())["scenario"]["rules"] == []


async def test_what_is_no_text_is_refused_before_it_is_sent() -> None:
    """As bytes of a command line may be."""
    async with served(exchange()) as where:
        control = Control(where.rest_url, where.control_token, Dialer())
        for act in (
            lambda: control.move("\udcff", "1"),
            lambda: control.add_faults([{"on": "Time", "do": "reject", "error": "\ud800"}]),
        ):
            with pytest.raises(ControlRefused, match="no UTF-8 text"):
                await act()
        assert (await control.state("\udcff"))["status"] == "online"


async def test_a_request_that_there_is_not() -> None:
    """It is said, and changes nothing."""
    async with served(exchange()) as where:
        control = Control(where.rest_url, where.control_token, Dialer())
        with pytest.raises(ControlRefused, match="HTTP status 404"):
            await control._post("nothing", {})
        with pytest.raises(ControlRefused, match="HTTP status 404"):
            await control._call("GET", "nothing")
