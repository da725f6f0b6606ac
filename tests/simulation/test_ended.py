"""Orders that did not come to stand, found by a run that knows nothing of the earlier one."""

from __future__ import annotations

from typing import Any

from tests.execution.builders import FIRST, TOO_MUCH, batch, canceled, ended, group, order, outcomes
from tests.simulation.world import World

UNWOUND = [
    group("enter", "leg", order("bad", **TOO_MUCH), on_reject="unwind"),
    group("then", "b", cancel=f"[{FIRST}]"),
]
TAKEN_BACK = {"enter/leg": "ended", "enter/bad": "skipped", "then/b": "skipped"}


def unwound() -> World:
    """A group was taken back for its rejected leg."""
    world = World()
    assert ended(world.apply(batch(*UNWOUND))) == {"enter": "unwound", "then": "skipped"}
    return world


def test_what_was_taken_back_is_not_placed() -> None:
    """The journal is lost: the rejected leg is not sent again, nothing follows, and the old order stays."""
    world = unwound()
    world.journal.clear()
    sent = len(world.frames("addOrder"))
    manifest = world.apply(batch(*UNWOUND))
    assert outcomes(manifest) == TAKEN_BACK
    assert (manifest["outcome"], ended(manifest)["then"]) == ("incomplete", "skipped")
    assert canceled(manifest, "then") == {FIRST: "skipped"}
    assert len(world.frames("addOrder")) == sent
    assert FIRST in world.exchange.state().live


def test_with_its_journal_a_group_that_was_taken_back_stays_so() -> None:
    """Nothing is sent, as often as it is tried."""
    world = unwound()
    sent = len(world.sent)
    for _ in range(2):
        again = world.apply(batch(*UNWOUND))
        assert ended(again)["then"] == "skipped"
        assert not [f for f in world.sent[sent:] if f["event"] in ("addOrder", "cancelOrder")]


def test_an_order_that_ended_is_not_sent_again() -> None:
    """With the journal or without it, and its group stops for it; under a new id it is another order."""
    world = World()
    handle = world.exchange.handle

    def ending(*asked: Any) -> Any:
        told = handle(*asked)
        for delivery in told:
            if txid := getattr(delivery.message, "txid", None):
                told = told + world.exchange.end_order(txid, "Insufficient margin", world.now)
        return told

    world.exchange.handle = ending  # type: ignore[method-assign]
    text = [group("protect", "a", cancel=f"[{FIRST}]")]
    assert outcomes(world.apply(batch(*text))) == {"protect/a": "ended"}
    world.exchange.handle = handle  # type: ignore[method-assign]
    for _ in range(2):
        again = world.apply(batch(*text))
        assert (outcomes(again), ended(again)) == ({"protect/a": "ended"}, {"protect": "stopped"})
        assert again["groups"][0]["orders"][0]["error"] == "Insufficient margin"
        world.journal.clear()
    assert len(world.frames("addOrder")) == 1
    assert FIRST in world.exchange.state().live
    assert world.apply(batch(group("protect", "a2", cancel=f"[{FIRST}]")))["outcome"] == "done"


def test_what_a_person_cancels_after_a_group_is_done_changes_nothing() -> None:
    """With the journal kept, a group that an earlier run brought to its end stays done."""
    world = World()
    text = [group("protect", "a", cancel=f"[{FIRST}]")]
    first = world.apply(batch(*text))
    world.exchange.end_order(first["groups"][0]["orders"][0]["txid"], "User requested", world.now)
    more = world.apply(batch(*text, group("then", "b")))
    assert (more["outcome"], outcomes(more)) == ("done", {"protect/a": "placed", "then/b": "placed"})


def test_a_user_reference_of_the_batch_cancels_as_wanted() -> None:
    """The journal is lost: what the batch cancels by its reference is found canceled."""
    world = World()
    leg = order("a", close="{ordertype: limit, price: 160}")
    text = [group("enter", leg), group("tidy", cancel="[{order: enter/a}]"), group("then", "b")]
    assert world.apply(batch(*text))["outcome"] == "done"
    world.journal.clear()
    assert world.apply(batch(*text))["outcome"] == "done"
    assert len(world.frames("addOrder")) == 2
