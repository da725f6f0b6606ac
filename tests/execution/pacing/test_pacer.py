"""The pacer in whole runs at an exchange that enforces the limit: nothing refused, nothing late."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest

from runner.execution.pacing.pacer import Pacer
from runner.execution.pacing.pair_counter import MARGIN
from runner.kraken import LIMITS, AddOrder, AddOrderStatus, OpenOrder, OrderChanged, Ready, Tier
from runner.paper import Options
from runner.paper.options.options import LimitOptions
from tests.execution.builders import FIRST, NOW, TOO_MUCH, batch, crowd, ended, group, many, order, outcomes
from tests.simulation.world import World, exchange_of
from tests.support.virtual_time import START


def run(*groups: str, **options: Any) -> tuple[World, dict[str, Any]]:
    """Apply a batch at an exchange with these options."""
    world = World(exchange_of(Options(**options)))
    return world, world.apply(batch(*groups))


def test_a_burst_and_then_one_a_second() -> None:
    """Seventy orders on Starter: none refused, and the last after ten seconds."""
    world, manifest = run(group("g", *crowd(70)))
    assert manifest["outcome"] == "done"
    assert not world.entries("order-absent")
    assert world.now - START == pytest.approx(10.4, abs=0.3)


def test_the_deadline_is_stamped_when_an_order_leaves() -> None:
    """An order that waits for its turn waits in the plan, and not under way."""
    world, _ = run(group("g", *crowd(75)))
    intents = world.entries("order-intent")
    assert intents[-1]["request"]["deadline"] > intents[0]["request"]["deadline"]
    assert intents[-1]["at"] > intents[0]["at"]


def test_a_full_pair_holds_up_no_other() -> None:
    """Orders of a second pair that follow seventy of the first leave in the first turn."""
    world, manifest = run(group("g", *crowd(70), *crowd(5, "XBT/EUR", "x")))
    assert manifest["outcome"] == "done"
    pairs = [frame["pair"] for frame in world.frames("addOrder")]
    assert pairs == ["ETH/EUR"] * 59 + ["XBT/EUR"] * 5 + ["ETH/EUR"] * 11


def test_the_threshold_is_the_one_that_the_exchange_reports() -> None:
    """An account that is further verified than was said has the larger burst at once."""
    world, manifest = run(group("g", *crowd(100)), limits=LimitOptions(tier=Tier.PRO))
    assert manifest["outcome"] == "done"
    assert world.now - START < 1


def test_a_lower_tier_than_was_said_is_respected() -> None:
    """Its threshold is reported; its slower decay follows from that."""
    world = World(exchange_of(Options()), limits=LIMITS[Tier.PRO])
    assert world.apply(batch(group("g", *crowd(80))))["outcome"] == "done"
    assert not world.entries("order-absent")


def test_a_planned_cancellation_waits_until_it_fits() -> None:
    """Forty young orders cost 320 to cancel: it leaves when that has fallen to what there is room for."""
    names = ", ".join(f"{{order: g/o{number}}}" for number in range(40))
    world, manifest = run(group("g", *many(40)), group("h", cancel=f"[{names}]"))
    assert manifest["outcome"] == "done"
    assert len(world.frames("cancelOrder")) == 1
    assert world.now - START == pytest.approx(90, abs=3)


def test_a_cancellation_has_its_place_beside_orders() -> None:
    """Orders of a group beside it do not take the room that it needs."""
    names = ", ".join(f"{{order: a/o{number}}}" for number in range(5))
    world, manifest = run(
        group("a", *many(5), cancel=f"[{names}]"),
        group("b", *crowd(120, name="x"), needs="[]"),
    )
    assert manifest["outcome"] == "done"
    assert not world.entries("order-absent")
    assert world.now - START < 110


def test_what_takes_a_failing_group_back_waits_for_nothing() -> None:
    """It leaves at once, full or not, and what is refused for the rate is tried again."""
    groups = group("g", *many(40), order("bad", **TOO_MUCH), on_reject="unwind")
    world, manifest = run(groups)
    assert ended(manifest) == {"g": "unwound"}
    first, *others = world.frames("cancelOrder")
    assert len(first["txid"]) == 40
    assert others
    assert FIRST in world.exchange.state().live
    assert not any(order.terms.cl_ord_id for order in world.exchange.state().live.values())


def test_a_refusal_for_the_rate_is_waited_out() -> None:
    """Another program has used the pair up: each order is placed in the end, and none twice."""
    world = World(exchange_of(Options()))

    def use_up(content: dict[str, Any]) -> list[float]:
        if content["event"] == "addOrder" and len(world.frames("addOrder")) == 1:
            token = world.token_of_another_program()
            request = AddOrder(pair="ETH/EUR", type="buy", ordertype="market", volume="0.01", reqid=1)
            for _ in range(60):
                world.exchange.handle(900, request, token, world.now)
        return [0.01]

    world.to_exchange = use_up
    manifest = world.apply(batch(group("g", *crowd(5))))
    assert set(outcomes(manifest).values()) == {"placed"}
    assert len(set(world.booked())) == len(world.booked()) == 5
    assert {entry["reason"] for entry in world.entries("order-absent")} == {"EOrder:Rate limit exceeded"}


def test_it_is_not_waited_out_for_ever() -> None:
    """A pair that stays full ends in a rejection."""
    world = World()
    refusals = iter(range(10_000))

    def to_exchange(content: dict[str, Any]) -> list[float]:
        if content["event"] != "addOrder":
            return [0.01]
        next(refusals)
        error = "EOrder:Rate limit exceeded"
        refusal = AddOrderStatus(status="error", errorMessage=error, reqid=content["reqid"])
        world.later(0.02, lambda: world.say(refusal))
        return []

    world.to_exchange = to_exchange
    manifest = world.apply(batch(group("g", "a")))
    assert outcomes(manifest) == {"g/a": "rejected"}
    assert 5 < len(world.frames("addOrder")) <= 20


@pytest.mark.parametrize("count", [200, pytest.param(1000, marks=pytest.mark.long)])
def test_a_long_run_on_starter(count: int) -> None:
    """A thousand take sixteen minutes: on one connection, with one token, and each order once."""
    world, manifest = run(group("g", *crowd(count)))
    assert manifest["totals"]["orders"]["placed"] == count
    assert (world.connections, world.tokens) == (1, 1)
    assert not world.entries("order-absent")
    assert (world.now - START) / (count - 60) < 1.005


def test_the_time_that_is_left() -> None:
    """It falls from the forecast to nothing, and never rises."""
    left: list[float] = []
    world = World(on_step=lambda item: left.append(item.execution.progress().remaining_s))
    world.apply(batch(group("g", *crowd(80))))
    paced = [seconds for seconds in left if seconds > 0]
    assert paced[0] == pytest.approx(20 + MARGIN, abs=0.01)
    assert paced == sorted(paced, reverse=True)
    assert left[-1] == 0


def test_a_pause_of_the_whole_account() -> None:
    """The other pair waits too, though it was not refused."""
    world = World()
    began: list[float] = []

    def to_exchange(content: dict[str, Any]) -> list[float]:
        if content["event"] != "addOrder":
            return [0.01]
        began.append(world.now)
        if len(began) > 1:
            return [0.01]
        error = "EOrder:Domain rate limit exceeded"
        refusal = AddOrderStatus(status="error", errorMessage=error, reqid=content["reqid"])
        world.later(0.02, lambda: world.say(refusal))
        return []

    world.to_exchange = to_exchange
    manifest = world.apply(batch(group("g", *crowd(1)), group("h", *crowd(1, "XBT/EUR"))))
    assert set(outcomes(manifest).values()) == {"placed"}
    assert began[1] - began[0] >= 5


@pytest.mark.parametrize("count", [Decimal(30), Decimal("30.00")])
def test_the_snapshot_has_the_counter_of_a_pair(count: Decimal) -> None:
    """A fresh process starts with what others, or its last run, have used."""
    standing = OpenOrder.read("O1", {"descr": {"pair": "ETH/EUR"}, "ratecount": str(count)})
    pacer = Pacer(LIMITS[Tier.STARTER], defaultdict(int, {"ETH/EUR": 40}))
    pacer.start_over(Ready((standing,), maxratecount=Decimal(60)), NOW)
    seconds, pair = pacer.slowest(NOW)
    assert 10 < seconds < 12
    assert pair == "ETH/EUR"
    pacer.on_order_changed(OrderChanged(standing, Decimal(50)), NOW)
    assert pacer.slowest(NOW)[0] > 30
