"""The change that each entry of a journal makes to the record of its order."""

from __future__ import annotations

from msgspec.structs import replace

from runner.domain import OrderKey, OrderOutcome, OrderState
from runner.journal import (
    Entry,
    GroupStates,
    OrderAbsent,
    OrderEnded,
    OrderIntent,
    OrderPlaced,
    OrderRecord,
    OrderUnresolved,
    fold,
)

KEY = OrderKey("enter", "buy")
AT = {"at": "2026-11-22T07:00:10.000000Z"}
ABOUT = {**AT, "group": "enter", "id": "buy"}
INTENT = OrderIntent(**ABOUT, reqid=7, content="c", request={"pair": "ETH/EUR"})
PLACED = OrderPlaced(**ABOUT, txid="O1", source="reply", descr="buy")
ABSENT = OrderAbsent(**ABOUT, reason="not there")
UNRESOLVED = OrderUnresolved(**ABOUT, reason="unknown")


def order_after(*entries: Entry) -> OrderRecord:
    """Return what is known of the order after these entries."""
    return fold(entries).orders[KEY]


def test_a_reply_that_comes_after_its_order_was_found_changes_nothing_else() -> None:
    """Facts that were learned meanwhile are kept; from now on it is known whose reply that was."""
    found = replace(PLACED, source="feed")
    states = GroupStates(**AT, group="enter", states={"buy": "open"}, vol_exec={"buy": "0.1"})
    before = order_after(INTENT, found, states)
    after = order_after(INTENT, found, states, PLACED)
    assert (before.found, before.state, before.vol_exec) == (True, OrderState.OPEN, "0.1")
    assert after == replace(before, found=False)
    ended = OrderEnded(**ABOUT, txid="O1", status="canceled", reason="Post only order")
    assert order_after(INTENT, found, ended, PLACED).outcome is OrderOutcome.ENDED


def test_a_txid_that_no_record_knows_is_kept_until_its_order_is_found_or_absent() -> None:
    """If the order is absent, the txid belonged to no order."""
    void = replace(UNRESOLVED, txids=("O1",), unknown_txid=True)
    for later in ((), (UNRESOLVED,)):
        record = order_after(INTENT, PLACED, void, *later)
        assert (record.txid, record.unknown_txid) == ("O1", True)
    found = order_after(INTENT, PLACED, void, replace(PLACED, txid="O2", source="lookup"))
    assert (found.txid, found.txids, found.unknown_txid) == ("O2", ("O1",), False)
    absent = order_after(INTENT, PLACED, void, ABSENT)
    assert (absent.txid, absent.txids, absent.unknown_txid) == (None, (), False)
    assert order_after(INTENT, PLACED, UNRESOLVED, ABSENT).txid == "O1"
