"""The control of a served exchange, from a program, over real sockets."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from runner.domain import Secret
from runner.net.dialing import Dialer
from runner.paper import Feed
from runner.paper.server.control_client import Control, ControlRefused
from tests.net.served import exchange, served

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@asynccontextmanager
async def controlled() -> AsyncIterator[Control]:
    """The control of an exchange during a block; its market follows a feed, so that a price can be held."""
    built = exchange()
    built.follow(Feed(started=0.0))
    async with served(built) as where:
        yield Control(where.rest_url, where.control_token, Dialer())


async def market(control: Control, pair: str) -> tuple[str, str]:
    """The bid and the ask of a pair."""
    shown = (await control.state(pair))["market"]
    return shown["bid"], shown["ask"]


async def test_a_market_is_moved_and_released() -> None:
    """To both prices, or to one, with the ask a tick above it."""
    async with controlled() as control:
        await control.move("XBT/EUR", "9100", "9101.5")
        assert await market(control, "XBT/EUR") == ("9100.0", "9101.5")
        await control.move("XBT/EUR", "9100")
        assert await market(control, "XBT/EUR") == ("9100.0", "9100.1")
        assert (await control.state("XBT/EUR"))["held"]
        await control.release("XBT/EUR")
        assert not (await control.state("XBT/EUR"))["held"]


async def rules(control: Control) -> list[str]:
    """The rules that there are, in words."""
    return [rule["text"] for rule in (await control.state())["scenario"]["rules"]]


async def test_faults_are_added_and_removed() -> None:
    """One by its place, or all."""
    async with controlled() as control:
        await control.add_faults([{"on": "addOrder", "do": "lose", "where": {"pair": "XBT/EUR"}}])
        await control.add_faults([{"on": "addOrder", "do": "reject", "error": "EOrder:Insufficient funds"}])
        assert await rules(control) == [
            "addOrder pair=XBT/EUR: lose",
            "addOrder: reject (EOrder:Insufficient funds)",
        ]
        await control.remove_faults(0)
        assert len(await rules(control)) == 1
        await control.remove_faults()
        assert await rules(control) == []


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"on": "addOrder", "do": "explode"}, "Invalid enum value 'explode'"),
    ({"on": "addOrder"}, "missing required field `do`"),
    ({"do": "reject"}, "missing required field `on`"),
    ({"on": "addOrder", "do": "reject"}, "reject needs an error"),
    ({"on": "addOrder", "do": "delay", "seconds": "-1"}, "out of its range"),
    ({"on": "addOrder", "do": "delay", "chance": "2"}, "out of its range"),
    ({"on": "addOrder", "do": "delay", "chance": "NaN"}, "out of its range"),
    ({"on": "addOrder", "do": "delay", "where": ["pair"]}, "it is no rule"),
    ({"on": "addOrder", "do": "delay", "times": "often"}, "Expected `int | null`"),
    ({"on": "addorder", "do": "lose"}, "there is no message or call of this name"),
    ({"on": "cancelOrder", "do": "end", "error": "x"}, "end is not possible for cancelOrder; it can be: re"),
]


async def test_faulty_rules_are_refused_in_words() -> None:
    """None of those beside one is added."""
    async with controlled() as control:
        for fault, words in REFUSED:
            with pytest.raises(ControlRefused) as caught:
                await control.add_faults([{"on": "cancelOrder", "do": "lose"}, fault])
            assert str(caught.value).startswith("faults[1]: ")
            assert words in str(caught.value)
            assert await rules(control) == []


async def test_what_cannot_be_done_is_refused() -> None:
    """With the exchange's words."""
    async with controlled() as control:
        for act, words in (
            (lambda: control.move("XBT/XYZ", "1"), "there is no pair XBT/XYZ"),
            (lambda: control.move("XBT/EUR", "2", "1"), "the ask is not above the bid"),
            (lambda: control.move("XBT/EUR", "NaN"), "the bid is no price"),
            (lambda: control.release("ETH/EUR"), "the price of ETH/EUR is not held"),
            (lambda: control.set_status("sleeping"), "there is no status sleeping"),
            (lambda: control.cut(99), "there is no such connection any more"),
            (lambda: control.remove_faults(5), "there is no such rule"),
            (lambda: control.add_faults([]), "faults is missing"),
        ):
            with pytest.raises(ControlRefused, match=words):
                await act()


async def test_a_wrong_token_changes_nothing() -> None:
    """It may look: whoever is on this machine can open the page."""
    async with served(exchange()) as where:
        wrong = Control(where.rest_url, Secret("wrong"), Dialer())
        with pytest.raises(ControlRefused, match="who has its token"):
            await wrong.move("XBT/EUR", "1")
        assert (await wrong.state())["status"] == "online"


async def test_an_exchange_that_is_gone_is_said() -> None:
    """Not a traceback of a socket."""
    async with controlled() as control:
        pass
    with pytest.raises(ControlRefused, match="the exchange does not answer"):
        await control.state()
