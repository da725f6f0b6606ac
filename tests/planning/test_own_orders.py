"""Cancellations by user reference that would reach orders of their own batch, earlier runs included."""

from __future__ import annotations

from runner.domain import OrderKey, RunId, derived_userref
from runner.journal import CancelSettled, Ledger, OrderIntent, OrderPlaced, OrderRejected, RunEnded, fold
from runner.planning import find_reached_own_orders, plan
from tests.execution.builders import batch, group, order, plan_of

AT = {"at": "2026-11-22T07:00:10.000000Z"}
CANCEL = group("old", cancel="[{userref: 17}]")
LATER = group("new", order("b", userref="17"), needs="[old]")


def placed(group: str, id: str, userref: str = "17") -> Ledger:
    """A journal in which an earlier run placed one order."""
    about = {**AT, "group": group, "id": id}
    request = {"pair": "ETH/EUR", "type": "buy", "ordertype": "market", "volume": "1", "userref": userref}
    intent = OrderIntent(**about, reqid=1, content="c", request=request)
    return fold([intent, OrderPlaced(**about, txid="O1", source="reply")])


def messages_of(*groups: str, ledger: Ledger | None = None) -> list[str]:
    """Return what is said of a plan, each with its line."""
    ledger = ledger or Ledger()
    plan = plan_of(*groups, ledger=ledger)
    return [f"{order.line}: {order.message}" for order in find_reached_own_orders(plan, ledger)]


def test_orders_that_are_placed_after_the_cancellation_are_not_reached() -> None:
    """The group waits for it: it then cancels the orders that were open before."""
    assert messages_of(CANCEL, LATER) == []
    assert messages_of(CANCEL, group("between", needs="[old]", cancel="[{userref: 3}]"), LATER) == []


def test_what_an_earlier_run_placed_is_reached_in_any_group() -> None:
    """The cancellation was added to an applied file, or was not completed."""
    expected = ["5: userref 17 would cancel orders of this batch as well: new/b"]
    assert messages_of(CANCEL, LATER, ledger=placed("new", "b")) == expected
    meant = group("old", cancel="[{userref: 17, including_own: true}]")
    assert messages_of(meant, LATER, ledger=placed("new", "b")) == []
    done = CancelSettled(
        **AT, group="old", ref="userref:17", txid="17", outcome="canceled", unwind=False, matched=("O9",)
    )
    ledger = placed("new", "b")
    ledger.add(done)
    assert messages_of(CANCEL, LATER, ledger=ledger) == []


def test_what_has_left_the_file_since_is_reached() -> None:
    """The file no longer names it, and it may be open; an order that was rejected is not."""
    assert messages_of(CANCEL, ledger=placed("gone", "x")) == [
        "5: userref 17 would cancel orders of this batch as well: gone/x"
    ]
    assert messages_of(CANCEL, ledger=placed("gone", "x", "18")) == []
    ledger = placed("gone", "x")
    ledger.add(OrderIntent(**AT, group="gone", id="x", reqid=2, content="c", request={"userref": "17"}))
    ledger.add(OrderRejected(**AT, group="gone", id="x", error="EOrder:Insufficient funds"))
    ledger.add(RunEnded(**AT, outcome="incomplete"))
    assert messages_of(CANCEL, ledger=ledger) == []


def test_a_derived_reference_is_that_of_the_run_key() -> None:
    """It is known when the key is, and not when the file is read."""
    own = derived_userref(RunId("b", "2026-11"), OrderKey("one", "a"))
    close = order("a", close="{ordertype: limit, price: 160}")
    file = batch(group("one", close), group("two", cancel=f"[{{userref: {own}}}]"))
    for key, reached in (("2026-11", 1), ("2026-12", 0)):
        found = plan(file, Ledger(), run_key=key, venue="paper")
        assert len(find_reached_own_orders(found, Ledger())) == reached
