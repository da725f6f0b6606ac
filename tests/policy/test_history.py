"""Sent orders as the journals have them: whatever may be at the exchange counts, and nothing else."""

from __future__ import annotations

from msgspec import structs

from runner.domain import OrderKey, RunId, rfc3339
from runner.journal import (
    CancelIntent,
    CancelSettled,
    Entry,
    OrderAbsent,
    OrderEnded,
    OrderIntent,
    OrderPlaced,
    OrderRefused,
    OrderRejected,
    OrderUnresolved,
    OrderValidated,
    RunStarted,
)
from runner.kraken import fields_of
from runner.policy import CancelId, SentCancel, SentOrder, sent_in
from tests.policy.builders import request
from tests.policy.markets import NOW

AT = rfc3339(NOW)
HERE = {"at": AT, "group": "g", "id": "a"}
STARTED = RunStarted(at=AT, tool="t", batch="b", run_key="k", venue="paper", file="f", digest="d", groups=())
INTENT = OrderIntent(**HERE, reqid=1, content="c", request=fields_of(request(leverage="3", userref="7")))
ORDER = SentOrder(run=RunId("b", "k"), key=OrderKey("g", "a"), request=request(leverage="3"), at=NOW)


def sent(*entries: Entry) -> list[SentOrder | SentCancel]:
    """Return what a journal with these entries says."""
    return list(sent_in([STARTED, *entries]))


def canceled(*entries: Entry) -> tuple[CancelId, ...]:
    """The ids of the one cancellation in a journal."""
    (cancel,) = sent(*entries)
    assert isinstance(cancel, SentCancel)
    assert (cancel.run, cancel.group, cancel.at) == (RunId("b", "k"), "g", NOW)
    return cancel.ids


def test_an_intent_counts_until_it_is_known_to_be_nothing() -> None:
    """In doubt, placed and unresolved orders may trade; as much of them is kept as limits look at."""
    assert sent(INTENT) == [ORDER]
    assert sent(INTENT, OrderPlaced(**HERE, txid="O1", source="reply")) == [ORDER]
    assert sent(INTENT, OrderUnresolved(**HERE, reason="r")) == [ORDER]


def test_an_order_that_was_only_ever_found_in_doubt_counts() -> None:
    """The journal was lost, and the exchange contradicts itself of what it found."""
    found = OrderUnresolved(**HERE, reason="r", txids=("O1",), request=INTENT.request)
    assert sent(found) == [ORDER]


def test_an_order_under_several_ids_counts_as_often() -> None:
    """Each of them may trade; the batch's own next sending takes the place of one."""
    twice = OrderUnresolved(**HERE, reason="r", txids=("O1", "O2"))
    first, second = sent(INTENT, twice)
    assert first == ORDER
    assert isinstance(second, SentOrder)
    assert (second.key, second.request, second.at) == (OrderKey("g", "a as O2"), ORDER.request, NOW)


def test_an_order_that_the_exchange_ended_counts() -> None:
    """It may have been filled in part, as one that was canceled."""
    placed = OrderPlaced(**HERE, txid="O1", source="reply")
    ended = OrderEnded(**HERE, txid="O1", status="canceled", reason="Insufficient margin")
    assert sent(INTENT, placed, ended) == [ORDER]


def test_what_is_not_at_the_exchange_does_not_count() -> None:
    """Rejected, absent, refused by us, or only validated."""
    for end in (
        OrderRejected(**HERE, error="e"),
        OrderAbsent(**HERE, reason="r"),
        OrderRefused(**HERE, error="e"),
        OrderValidated(**HERE),
    ):
        assert sent(INTENT, end) == []


def test_what_was_found_at_the_exchange_counts() -> None:
    """The journal that saw it leave was lost."""
    found = OrderPlaced(**HERE, txid="O1", source="lookup", content="c", request=INTENT.request)
    assert sent(found) == [ORDER]


def test_cancellations_count_from_their_intent_on() -> None:
    """Each message with its ids, and a user reference with the orders that it had, where that is known."""
    intent = CancelIntent(at=AT, group="g", reqid=2, txid=("O1", "7"), unwind=False)
    assert canceled(intent) == (CancelId("O1", ("O1",)), CancelId("7", None))
    matched = structs.replace(intent, matched={"7": ("O2", "O3")})
    assert canceled(matched) == (CancelId("O1", ("O1",)), CancelId("7", ("O2", "O3")))
    ended = {"at": AT, "group": "g", "ref": "userref:7", "txid": "7", "outcome": "canceled", "unwind": False}
    settled = CancelSettled(**ended, matched=("O2", "O4"))
    assert canceled(intent, settled)[1] == CancelId("7", ("O2", "O4"))
    assert canceled(matched, settled)[1] == CancelId("7", ("O2", "O3", "O4"))
    assert canceled(intent, CancelSettled(**{**ended, "outcome": "unresolved"}))[1] == CancelId("7", None)


def test_an_empty_journal_says_nothing() -> None:
    """No run has begun yet."""
    assert list(sent_in([])) == []
