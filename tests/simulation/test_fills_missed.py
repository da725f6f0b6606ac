"""Groups that wait in vain until another one is filled: what follows, and what a later run makes of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.execution.builders import batch, ended, group, order, outcomes
from tests.simulation.faults import truthful
from tests.simulation.moving import SLOW, WITHIN_S, Moving, barrier, buys, sent_at, shallow, two, until
from tests.support.virtual_time import START


@pytest.mark.parametrize("otherwise", ["stop", "cancel", "proceed"])
def test_the_time_is_over(otherwise: str) -> None:
    """The open rest is left alone or canceled, and the group is skipped, or sent all the same."""
    world = shallow()
    manifest = truthful(world, world.apply(two(otherwise)))
    wait = barrier(manifest)
    assert (wait["outcome"], wait["reason"]) == (
        "unfilled",
        "sell not filled at 2026-11-18T11:21:40Z: 0.1 of 0.25 ETH/EUR filled",
    )
    assert world.now - START == pytest.approx(WITHIN_S, abs=2)
    match otherwise:
        case "proceed":
            assert (manifest["outcome"], outcomes(manifest)["buy/a"]) == ("done", "placed")
            assert sent_at(world, "a")[0] > WITHIN_S
        case "stop":
            assert (manifest["outcome"], ended(manifest)["buy"]) == ("incomplete", "skipped")
            assert manifest["groups"][1]["reason"] == wait["reason"]
            assert world.frames("cancelOrder") == []
        case _:
            assert ended(manifest) == {"sell": "unwound", "buy": "skipped"}
            (result,) = manifest["groups"][0]["unwind"]["results"]
            assert (result["outcome"], Decimal(result["vol_exec"])) == ("canceled", Decimal("0.1"))
            assert result["txid"] not in world.exchange.state().live
            assert manifest["groups"][1]["reason"] == wait["reason"]
            assert manifest["groups"][0]["reason"].startswith(wait["reason"])


@pytest.mark.parametrize("otherwise", ["stop", "cancel", "proceed"])
def test_what_can_never_be_filled_is_not_waited_for(otherwise: str) -> None:
    """An IOC order has ended in part: the time does not begin, and what follows follows at once."""
    world = shallow()
    world.fill()
    ioc = order("x", timeinforce="IOC", price="99")
    manifest = truthful(world, world.apply(two(otherwise, ioc, order("y", price="90"))))
    assert world.now - START < 10
    assert until(world) == []
    assert barrier(manifest)["outcome"] == "unfilled"
    assert outcomes(manifest)["buy/a"] == ("placed" if otherwise == "proceed" else "skipped")
    assert len(world.frames("cancelOrder")) == (otherwise == "cancel")


@pytest.mark.parametrize("otherwise", ["stop", "cancel", "proceed"])
def test_a_group_that_has_not_gone_well_is_needed_in_vain(otherwise: str) -> None:
    """One of its orders is rejected: to proceed is about what is not filled, and about nothing else."""
    world = Moving()
    manifest = truthful(world, world.apply(two(otherwise, SLOW, order("bad", volume="100000"))))
    assert world.now - START < 10
    assert ended(manifest) == {"sell": "unwound" if otherwise == "cancel" else "stopped", "buy": "skipped"}
    assert len(world.frames("cancelOrder")) == (otherwise == "cancel")
    assert len(world.exchange.state().live) == (3 if otherwise == "cancel" else 4)


def test_rejects_that_are_accepted_are_never_filled() -> None:
    """The group goes on, and so it may be needed; but what it lacks was not filled."""
    world = Moving()
    rejected = order("bad", volume="100000")
    manifest = truthful(world, world.apply(two("proceed", SLOW, rejected, on_reject="continue")))
    assert (barrier(manifest)["outcome"], outcomes(manifest)["buy/a"]) == ("unfilled", "placed")
    assert truthful(world, world.apply(two("stop", SLOW, rejected, on_reject="continue")))["outcome"] == (
        "incomplete"
    )


@pytest.mark.parametrize("otherwise", ["stop", "cancel", "proceed"])
def test_an_order_that_the_exchange_ends_ends_the_wait(otherwise: str) -> None:
    """At once: the group that waits is skipped. What else is open is canceled only if the file says so."""
    world = Moving()

    def end() -> None:
        txid = world.entries("order-placed")[0]["txid"]
        world._deliver(world.exchange.end_order(txid, "Expired", world.now))

    world.at(100, end)
    manifest = world.apply(two(otherwise, SLOW, order("y", price="90")))
    assert world.now - START == pytest.approx(100, abs=2)
    assert outcomes(manifest) == {"sell/x": "ended", "sell/y": "placed", "buy/a": "skipped"}
    assert len(world.frames("cancelOrder")) == (otherwise == "cancel")


def test_a_fill_that_crosses_the_cancellation_comes_too_late() -> None:
    """The decision stays, in later runs too: the barrier has failed."""
    world = Moving()

    def to_exchange(content: dict[str, Any]) -> list[float]:
        if content["event"] == "cancelOrder":
            world.fill()
        return [0.01]

    world.to_exchange = to_exchange
    for outcome in ("unwound", "stopped"):
        manifest = truthful(world, world.apply(two("cancel")))
        assert outcomes(manifest) == {"sell/x": "placed", "buy/a": "skipped"}
        assert manifest["groups"][0]["unwind"]["results"][0]["outcome"] == "closed"
        assert ended(manifest)["sell"] == outcome
    assert manifest["groups"][0]["reason"] == "an earlier run has taken it back"
    assert len(world.frames("cancelOrder")) == 1


@pytest.mark.parametrize("filled", [False, True])
def test_what_was_skipped_is_decided_anew_by_a_later_run(filled: bool) -> None:
    """Once all is filled the group is sent, also after the moment; else it is skipped again."""
    world = Moving()
    world.apply(two())
    if filled:
        world.fill()
    began = world.now
    manifest = truthful(world, world.apply(two()))
    assert outcomes(manifest)["buy/a"] == ("placed" if filled else "skipped")
    assert world.now - began < 5


def test_a_group_that_has_nothing_more_to_send_waits_for_nothing() -> None:
    """It was sent although not all was filled; a later run with other work does not wait for it again."""
    world = Moving()
    world.apply(two("proceed"))
    began = world.now
    more = batch(group("sell", SLOW), buys("proceed"), group("more", "z", needs="[]"))
    manifest = truthful(world, world.apply(more))
    assert (manifest["outcome"], barrier(manifest)["outcome"]) == ("done", "unfilled")
    assert world.now - began < 5
