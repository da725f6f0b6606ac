"""Whole runs on a network that behaves: groups in their order, rejects, cancellations, and nothing twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from runner.execution import Turn
from runner.execution.turn import TURN_ACTIONS
from runner.journal import CancelIntent, OrderIntent
from runner.kraken import AddOrder, CancelOrder
from runner.paper import Options
from runner.paper.options.kinds import UserrefReplies
from runner.paper.options.options import CancelOptions, FeedOptions
from tests.execution.builders import (
    FIRST,
    NOWHERE,
    SECOND,
    THIRD,
    TOO_MUCH,
    batch,
    canceled,
    ended,
    group,
    many,
    order,
    outcomes,
)
from tests.simulation.world import World, exchange_of, unlimited

if TYPE_CHECKING:
    pass

BAD = order("bad", **TOO_MUCH)


def run(*groups: str, world: World | None = None) -> tuple[World, dict[str, Any]]:
    """Apply a batch of groups in a world; gives the manifest."""
    world = world or World()
    return world, world.apply(batch(*groups))


def prices(world: World) -> list[str]:
    """The orders that left, each known by its price."""
    return [frame["price"] for frame in world.frames("addOrder")]


def steps(world: World) -> list[str]:
    """Return what left and what became known, in its order: the first letters of the journal's entries."""
    words = {"order-intent": "add", "order-placed": "placed", "order-rejected": "rejected"}
    words |= {"cancel-intent": "cancel", "cancel-settled": "settled", "group-ended": "end"}
    return [f"{words[e['entry']]} {e['group']}" for e in world.journal if e["entry"] in words]


# --- groups ----------------------------------------------------------------------------------


def test_a_group_waits_for_the_one_before_it() -> None:
    """Orders first, then the cancellation, then the next group: new is open before old goes."""
    world, manifest = run(group("one", "a", "b", cancel=f"[{FIRST}]"), group("two", "c"))
    assert manifest["outcome"] == "done"
    assert steps(world) == [
        *("add one", "add one", "placed one", "placed one"),
        *("cancel one", "settled one", "end one"),
        *("add two", "placed two", "end two"),
    ]


def begins(world: World) -> dict[str, int]:
    """Return when each group's first order left, as its place in the journal."""
    intents = [(e["group"], i) for i, e in enumerate(world.journal) if e["entry"] == "order-intent"]
    return dict(reversed(intents))


@pytest.mark.parametrize(
    ("needs", "after"),
    [
        ({"b": "[]", "c": "[]"}, {}),
        ({"b": "[a]", "c": "[a]"}, {"b": ["a"], "c": ["a"]}),
        ({"b": "[]", "c": "[a, b]"}, {"c": ["a", "b"]}),
        ({"b": "[a]", "c": "[a]", "d": "[b, c]"}, {"b": ["a"], "c": ["a"], "d": ["b", "c"]}),
        ({}, {"b": ["a"], "c": ["b"]}),
    ],
)
def test_needs_give_the_order(needs: dict[str, str], after: dict[str, list[str]]) -> None:
    """Absent, none, one, several, a diamond: a group begins when all that it needs have ended."""
    names = ["a", "b", "c", *(["d"] if "d" in needs else [])]
    world, manifest = run(*(group(n, f"o-{n}", **({"needs": needs[n]} if n in needs else {})) for n in names))
    assert set(ended(manifest).values()) == {"done"}
    ends = {e["group"]: i for i, e in enumerate(world.journal) if e["entry"] == "group-ended"}
    began = begins(world)
    for name in names:
        assert all(ends[other] < began[name] for other in after.get(name, []))
        others = set(names) - {name} - set(after.get(name, []))
        if needs.get(name) == "[]":
            assert all(began[name] < ends[other] for other in others if other < name)


def test_all_orders_of_a_group_leave_in_as_few_turns_as_there_may_be() -> None:
    """Four hundred orders, streamed without waiting for a reply, each with its intent in the same turn."""
    turns: list[Turn] = []
    world = unlimited(on_turn=turns.append)
    manifest = world.apply(batch(group("one", *many(400))))
    assert manifest["totals"]["orders"]["placed"] == 400
    streaming = [turn for turn in turns if any(isinstance(action, AddOrder) for action in turn.actions)]
    first, second = streaming
    assert [action.price for action in first.actions + second.actions if isinstance(action, AddOrder)] == [
        f"{100 + n / 100:.2f}" for n in range(400)
    ]
    for turn, orders in ((first, TURN_ACTIONS), (second, 400 - TURN_ACTIONS)):
        assert sum(isinstance(entry, OrderIntent) for entry in turn.entries) == orders
    assert turns.index(second) == turns.index(first) + 1
    assert world.steps < 1500


def test_what_leaves_is_in_the_journal_before() -> None:
    """Each order and each cancellation has its intent in the same turn or an earlier one, word for word."""
    noted: dict[int, Any] = {}
    sent: list[int] = []

    def check(turn: Turn) -> None:
        for entry in turn.entries:
            if isinstance(entry, OrderIntent):
                noted[entry.reqid] = entry.request
            if isinstance(entry, CancelIntent):
                noted[entry.reqid] = entry.txid
        for action in turn.actions:
            if isinstance(action, AddOrder | CancelOrder):
                assert action.reqid in noted
                sent.append(action.reqid)

    world = World(on_turn=check)
    world.apply(batch(group("one", "a", "b", cancel=f"[{FIRST}, {SECOND}]")))
    assert len(sent) == 3
    for frame in world.frames("addOrder"):
        assert {k: v for k, v in frame.items() if k not in ("event", "token")} == noted[frame["reqid"]]
    (cancel,) = world.frames("cancelOrder")
    assert tuple(cancel["txid"]) == noted[cancel["reqid"]]


def test_request_ids_are_never_used_twice() -> None:
    """On one connection, and over a whole run."""
    world, _ = run(group("one", *many(5), cancel=f"[{FIRST}]"), group("two", "x", cancel=f"[{SECOND}]"))
    reqids = [frame["reqid"] for frame in world.sent]
    assert len(set(reqids)) == len(reqids)


# --- cancellations ---------------------------------------------------------------------------


@pytest.mark.parametrize("shuffled", [False, True])
@pytest.mark.parametrize("feed_first", [False, True])
def test_one_cancel_order_with_all_ids_in_the_files_order(shuffled: bool, feed_first: bool) -> None:
    """An open one, one that never was, a placed one, another open one: one message, four right answers."""
    world = World(
        exchange_of(
            Options(cancels=CancelOptions(shuffle_replies=shuffled), feeds=FeedOptions(first=feed_first))
        )
    )
    cancel = f"[{FIRST}, {NOWHERE}, {{order: one/a}}, {SECOND}]"
    world, manifest = run(group("one", "a", cancel=cancel), world=world)
    (frame,) = world.frames("cancelOrder")
    txid = manifest["groups"][0]["orders"][0]["txid"]
    assert frame["txid"] == [FIRST, NOWHERE, txid, SECOND]
    assert canceled(manifest, "one") == {
        FIRST: "canceled",
        NOWHERE: "gone",
        txid: "canceled",
        SECOND: "canceled",
    }
    assert manifest["groups"][0]["cancel"]["reqid"] == frame["reqid"]
    assert manifest["outcome"] == "done"


def test_an_order_that_was_filled_is_closed() -> None:
    """A market order of this batch is over before its cancellation leaves."""
    world, manifest = run(group("one", order("a", ordertype="market", price=None), cancel="[{order: one/a}]"))
    assert list(canceled(manifest, "one").values()) == ["closed"]
    assert manifest["outcome"] == "done"
    assert len(world.frames("cancelOrder")) == 1


@pytest.mark.parametrize("replies", list(UserrefReplies))
@pytest.mark.parametrize("matches", [0, 1, 3])
def test_a_user_reference_cancels_all_that_carry_it(replies: UserrefReplies, matches: int) -> None:
    """Any number of orders, and any number of replies."""
    marked = [order(f"m{n}", userref="17", price=str(90 + n)) for n in range(matches)]
    world = World(exchange_of(Options(cancels=CancelOptions(userref_replies=replies))))
    groups = [
        group("one", "a", *marked),
        group("two", cancel=f"[{{userref: 17, including_own: true}}, {FIRST}]"),
    ]
    world, manifest = run(*groups, world=world)
    result, first = manifest["groups"][1]["cancel"]["results"]
    assert result["outcome"] == ("canceled" if matches else "gone")
    assert first["outcome"] == "canceled"
    txids = [order["txid"] for order in manifest["groups"][0]["orders"][1:]]
    assert result["matched"] == txids
    assert not set(txids) & set(world.exchange.state().live)


def test_a_cancellation_of_what_was_not_placed_is_skipped() -> None:
    """The group goes on after a reject; there is nothing to cancel, and nothing is sent for it."""
    world, manifest = run(group("one", BAD, on_reject="continue", cancel=f"[{{order: one/bad}}, {FIRST}]"))
    (frame,) = world.frames("cancelOrder")
    assert frame["txid"] == [FIRST]
    assert canceled(manifest, "one") == {None: "skipped", FIRST: "canceled"}


# --- rejects ---------------------------------------------------------------------------------


def test_stop_keeps_what_is_placed_and_cancels_nothing() -> None:
    """And who needs the group is skipped, and who needs those in turn."""
    groups = [
        group("one", "a", BAD, "c", cancel=f"[{FIRST}]"),
        group("two", "d"),
        group("three", "e"),
        group("aside", "f", needs="[]"),
    ]
    world, manifest = run(*groups)
    assert ended(manifest) == {"one": "stopped", "two": "skipped", "three": "skipped", "aside": "done"}
    assert outcomes(manifest) == {
        **{"one/a": "placed", "one/bad": "rejected", "one/c": "placed"},
        **{"two/d": "skipped", "three/e": "skipped", "aside/f": "placed"},
    }
    assert manifest["outcome"] == "incomplete"
    assert manifest["groups"][0]["reason"] == "bad not placed"
    assert manifest["groups"][1]["reason"] == "it needs one, which ended stopped"
    assert manifest["groups"][0]["orders"][1]["error"] == "EOrder:Insufficient funds"
    assert canceled(manifest, "one") == {FIRST: "skipped"}
    assert world.frames("cancelOrder") == []
    assert len(world.booked()) == 3


def test_continue_goes_on() -> None:
    """The group cancels what it was to cancel, and the next one runs."""
    world, manifest = run(
        group("one", "a", BAD, on_reject="continue", cancel=f"[{FIRST}]"), group("two", "d")
    )
    assert ended(manifest) == {"one": "partial", "two": "done"}
    assert canceled(manifest, "one") == {FIRST: "canceled"}
    assert manifest["outcome"] == "incomplete"
    assert len(world.booked()) == 2


def test_unwind_takes_back_what_the_group_placed() -> None:
    """And nothing else: neither what it was to cancel, nor what another group placed."""
    groups = [
        group("zero", "z"),
        group("one", "a", BAD, "c", on_reject="unwind", cancel=f"[{FIRST}]"),
        group("two", "d"),
    ]
    world, manifest = run(*groups)
    assert ended(manifest) == {"zero": "done", "one": "unwound", "two": "skipped"}
    unwound = manifest["groups"][1]
    assert [r["order"] for r in unwound["unwind"]["results"]] == ["one/a", "one/c"]
    assert {r["outcome"] for r in unwound["unwind"]["results"]} == {"canceled"}
    (frame,) = world.frames("cancelOrder")
    assert frame["txid"] == [unwound["orders"][0]["txid"], unwound["orders"][2]["txid"]]
    assert {FIRST, manifest["groups"][0]["orders"][0]["txid"]} <= set(world.exchange.state().live)


def test_unwinding_more_than_fifty_orders() -> None:
    """The exchange takes fifty ids in one message, so there are as many messages as needed."""
    world, manifest = run(group("one", *many(120), BAD, on_reject="unwind"), world=unlimited())
    assert [len(frame["txid"]) for frame in world.frames("cancelOrder")] == [50, 50, 20]
    assert ended(manifest) == {"one": "unwound"}
    assert len(manifest["groups"][0]["unwind"]["results"]) == 120
    assert set(world.exchange.state().live) == {FIRST, SECOND, THIRD}


# --- applying again --------------------------------------------------------------------------

WHOLE = [group("one", "a", "b", cancel=f"[{FIRST}, {NOWHERE}]"), group("two", "c", cancel="[{order: one/a}]")]


def test_a_second_apply_does_nothing_and_opens_no_connection() -> None:
    """Everything is said to be there already, and the run ends where it begins."""
    world, first = run(*WHOLE)
    sent, connections = len(world.sent), world.connections
    _, second = run(*WHOLE, world=world)
    assert (len(world.sent), world.connections) == (sent, connections)
    assert second["outcome"] == first["outcome"] == "done"
    assert second["totals"]["orders"]["already"] == second["totals"]["orders"]["placed"] == 3
    assert second["totals"]["cancellations"] == first["totals"]["cancellations"]
    assert len(world.booked()) == 3


def test_only_what_is_new_in_an_applied_file_is_sent() -> None:
    """An order more, a cancellation more."""
    world, _ = run(*WHOLE)
    sent = len(world.sent)
    groups = [
        group("one", "a", order("new", price="77"), "b", cancel=f"[{FIRST}, {NOWHERE}, {SECOND}]"),
        WHOLE[1],
    ]
    _, manifest = run(*groups, world=world)
    added = [frame for frame in world.sent[sent:] if frame["event"] in ("addOrder", "cancelOrder")]
    assert [frame.get("price") or frame["txid"] for frame in added] == ["77", [SECOND]]
    assert manifest["totals"]["orders"]["already"] == 3
    assert manifest["outcome"] == "done"


def test_rejected_orders_are_tried_again() -> None:
    """Their identity is not spent; what was placed beside them is not sent again."""
    world, _ = run(group("one", "a", BAD))
    _, manifest = run(group("one", "a", order("bad", price="99")), world=world)
    assert outcomes(manifest) == {"one/a": "placed", "one/bad": "placed"}
    assert prices(world) == ["100", "100", "99"]
    assert len(world.booked()) == 2
