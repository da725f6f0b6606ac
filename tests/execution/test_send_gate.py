"""The gate in the send path: what it holds back never leaves, and its group behaves as after a reject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from runner.domain import OrderKey
from runner.execution import OPEN_GATE, HoldingGate, SendGate
from runner.kraken import AddOrder
from runner.policy import CancelId, Denial
from tests.execution.builders import (
    FIRST,
    SECOND,
    TOO_MUCH,
    batch,
    canceled,
    ended,
    group,
    order,
    outcomes,
    plan_of,
)
from tests.policy.builders import KEY, request
from tests.policy.markets import NOW
from tests.simulation.world import World


@dataclass
class Watchman:
    """Holds back the given orders and groups, and remembers each check."""

    orders: set[str] = field(default_factory=set)
    cancels: set[str] = field(default_factory=set)
    checked: list[Any] = field(default_factory=list)
    answers: list[bool] = field(default_factory=list)

    def admit(self, key: OrderKey, request: AddOrder, now: float) -> Denial | None:
        """About an order."""
        self.checked.append((str(key), request, now))
        return Denial("denied by r: M") if key.id in self.orders else None

    def admit_cancel(
        self, group: str, ids: Sequence[CancelId], now: float, *, unwind: bool = False
    ) -> Denial | None:
        """About a cancellation."""
        self.checked.append((group, tuple(id.text for id in ids), unwind))
        return Denial("denied by r: M") if group in self.cancels and not unwind else None

    def record_reply(self, *, rejected: bool) -> None:
        """The exchange answers."""
        self.answers.append(rejected)


def run(keeper: SendGate, *groups: str) -> tuple[World, dict[str, Any]]:
    """Apply a batch of groups past a gate."""
    world = World()
    return world, world.apply(batch(*groups), gate=keeper)


def left(world: World) -> list[str]:
    """The prices of the orders that left, by which a test knows them."""
    return [frame["price"] for frame in world.frames("addOrder")]


def three(**keys: str) -> str:
    """A group of three orders."""
    return group("one", order("a", price="101"), order("b", price="102"), order("c", price="103"), **keys)


def test_the_gate_sees_the_message_that_leaves() -> None:
    """With its deadline and its number, word for word, at the time of sending."""
    keeper = Watchman()
    world, _ = run(keeper, three())
    assert [(request.reqid, request.deadline, request.price) for _, request, _ in keeper.checked] == [
        (frame["reqid"], frame["deadline"], frame["price"]) for frame in world.frames("addOrder")
    ]


def test_a_group_stops_at_what_is_held_back() -> None:
    """Orders sent before stay, later ones are not sent, nor is the cancellation or a group that needs it."""
    world, manifest = run(Watchman({"b"}), three(cancel=f"[{FIRST}]"), group("two", order("d", price="104")))
    assert left(world) == ["101"]
    assert world.frames("cancelOrder") == []
    assert outcomes(manifest) == {
        "one/a": "placed",
        "one/b": "refused",
        "one/c": "skipped",
        "two/d": "skipped",
    }
    assert ended(manifest) == {"one": "stopped", "two": "skipped"}
    assert manifest["outcome"] == "incomplete"
    (refused,) = world.entries("order-refused")
    assert refused["error"] == "denied by r: M"


def test_a_group_that_continues_sends_the_rest() -> None:
    """As over a reject."""
    world, manifest = run(Watchman({"b"}), three(on_reject="continue", cancel=f"[{FIRST}]"))
    assert left(world) == ["101", "103"]
    assert len(world.frames("cancelOrder")) == 1
    assert ended(manifest) == {"one": "partial"}


def test_a_group_that_unwinds_takes_back_what_it_placed() -> None:
    """The gate checks that too, as an unwinding."""
    keeper = Watchman({"b"}, {"one"})
    world, manifest = run(keeper, three(on_reject="unwind"))
    assert left(world) == ["101"]
    assert ended(manifest) == {"one": "unwound"}
    assert [unwind for *_, unwind in keeper.checked if unwind is True] == [True]


def test_nothing_sent_is_a_refusal() -> None:
    """The first order of the first group is held back, so the run ends as one that never began."""
    world, manifest = run(Watchman({"a"}), three())
    assert world.sent == [] or left(world) == []
    assert manifest["outcome"] == "refused"
    assert outcomes(manifest) == {"one/a": "refused", "one/b": "skipped", "one/c": "skipped"}


def test_a_cancellation_that_is_held_back_is_skipped() -> None:
    """With the reason at its group; placed orders stay."""
    world, manifest = run(Watchman(cancels={"one"}), group("one", "a", cancel=f"[{FIRST}, {SECOND}]"))
    assert world.frames("cancelOrder") == []
    assert canceled(manifest, "one") == {FIRST: "skipped", SECOND: "skipped"}
    assert manifest["groups"][0]["reason"] == "denied by r: M"
    assert manifest["outcome"] == "incomplete"


def test_a_cancellation_alone_that_is_held_back_is_a_refusal() -> None:
    """Nothing was sent."""
    _, manifest = run(Watchman(cancels={"one"}), group("one", cancel=f"[{FIRST}]"))
    assert manifest["outcome"] == "refused"


def test_what_was_refused_may_be_sent_by_a_later_run() -> None:
    """The policy has changed, or the day: a refusal spends nothing."""
    world, _ = run(Watchman({"b"}), three(on_reject="continue"))
    manifest = world.apply(batch(three(on_reject="continue")))
    assert set(outcomes(manifest).values()) == {"placed"}
    assert left(world) == ["101", "103", "102"]


def test_the_gate_gets_the_answers_of_the_exchange() -> None:
    """Once for each order: placed, or rejected."""
    keeper = Watchman()
    run(keeper, group("one", "a", order("bad", **TOO_MUCH), on_reject="continue"))
    assert sorted(keeper.answers) == [False, True]


def test_an_order_that_is_sent_again_passes_the_gate_again() -> None:
    """Its first message was lost on the way; now the time may be another."""
    keeper = Watchman()
    lost = iter([[]])
    world = World(to_exchange=lambda frame: next(lost, [0.01]) if frame["event"] == "addOrder" else [0.01])
    manifest = world.apply(batch(group("one", "a")), gate=keeper)
    assert outcomes(manifest) == {"one/a": "placed"}
    assert len([item for item in keeper.checked if item[0] == "one/a"]) == len(world.frames("addOrder")) == 2


def test_an_open_gate_lets_everything_pass() -> None:
    """Without a policy."""
    assert OPEN_GATE.admit(KEY, request(), NOW) is None
    assert OPEN_GATE.admit_cancel("g", (CancelId.of("O1"),), NOW) is None
    OPEN_GATE.record_reply(rejected=True)


def test_some_orders_are_held_back_and_all_else_is_up_to_the_gate_within() -> None:
    """Each for its reason; cancellations and replies are passed on."""
    held, free = OrderKey("one", "a"), OrderKey("one", "b")
    inner = HoldingGate(OPEN_GATE, {free: Denial("within")})
    gate = HoldingGate(inner, {held: Denial("new")})
    request = next(plan_of(group("one", "a")).orders()).request
    assert [gate.admit(key, request, 0.0) for key in (held, free)] == [Denial("new"), Denial("within")]
    assert gate.admit(OrderKey("one", "c"), request, 0.0) is None
    assert gate.admit_cancel("one", (), 0.0) is None
    gate.record_reply(rejected=True)
