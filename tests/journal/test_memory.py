"""The knowledge of a run whose disk has failed: all replies, and nothing that was not sent."""

from __future__ import annotations

from runner.domain import OrderKey, OrderOutcome
from runner.journal import (
    CancelIntent,
    CancelSettled,
    GroupEnded,
    Memory,
    OrderIntent,
    OrderPlaced,
    OrderUnresolved,
    RunEnded,
    RunStarted,
    manifest,
)

AT = {"at": "2026-11-22T07:00:10.000000Z"}
ABOUT = {**AT, "group": "enter", "id": "buy"}
KEY = OrderKey("enter", "buy")
LISTED = (
    {
        "name": "enter",
        "needs": [],
        "on_reject": "stop",
        "orders": [{"id": "buy", "line": 3}],
        "cancel": [{"ref": "O9", "line": 4}],
    },
)
RUN = RunStarted(
    **AT, tool="t", batch="b", run_key="", venue="paper", file="f", digest="0" * 64, groups=LISTED
)
INTENT = OrderIntent(**ABOUT, reqid=7, content="c", request={"pair": "ETH/EUR"})
PLACED = OrderPlaced(**ABOUT, txid="O1", source="reply", descr="buy")
UNRESOLVED = OrderUnresolved(**ABOUT, reason="the disk is full")
CANCEL = CancelIntent(**AT, group="enter", reqid=8, txid=("O9",), unwind=False)
UNSETTLED = CancelSettled(**AT, group="enter", ref="O9", txid="O9", outcome="unresolved", unwind=False)


def begun(*entries: object) -> Memory:
    """A run that has written these down, after nothing."""
    memory = Memory([])
    memory.add_written([RUN, *entries])  # type: ignore[list-item]
    return memory


def outcome(memory: Memory) -> OrderOutcome | None:
    """Return what is known of the order; None where nothing of it was ever sent."""
    known = memory.ledger().orders.get(KEY)
    return known.outcome if known else None


def cancel_of(memory: Memory) -> str:
    """Return what is said of the cancellation."""
    found: str = manifest(memory.ledger())["groups"][0]["cancel"]["results"][0]["outcome"]
    return found


def test_what_the_exchange_has_said_is_known_without_the_disk() -> None:
    """The reply is there, and could not be written down."""
    memory = begun(INTENT)
    memory.add_unwritten([PLACED])
    assert outcome(memory) is OrderOutcome.PLACED
    assert memory.ledger().orders[KEY].txid == "O1"


def test_what_has_no_intent_on_the_disk_was_not_sent() -> None:
    """So nothing is in doubt about it, whatever the run thought."""
    memory = begun()
    memory.add_unwritten([INTENT, CANCEL])
    memory.add_last_words([UNRESOLVED, UNSETTLED])
    assert outcome(memory) is None
    assert cancel_of(memory) == "skipped"


def test_what_was_sent_stays_unresolved() -> None:
    """Its intent is on the disk; a second cancellation that was not sent leaves the first in doubt."""
    memory = begun(INTENT, CANCEL)
    memory.add_unwritten([CANCEL])
    memory.add_last_words([UNRESOLVED, UNSETTLED])
    assert outcome(memory) is OrderOutcome.UNRESOLVED
    assert cancel_of(memory) == "unresolved"


def test_a_run_that_was_broken_off_has_not_ended() -> None:
    """Its last entries about its groups and itself do not hold."""
    memory = begun(INTENT)
    ends = [GroupEnded(**AT, group="enter", outcome="unresolved"), RunEnded(**AT, outcome="unresolved")]
    memory.add_last_words([PLACED, *ends])
    assert memory.ledger().ended is None
    assert memory.ledger().groups == {}


def test_what_an_earlier_run_sent_is_no_cancellation_of_this_one() -> None:
    """It was not sent again."""
    memory = Memory([RUN, CANCEL])
    memory.add_written([RUN])
    memory.add_unwritten([CANCEL])
    memory.add_last_words([UNSETTLED])
    assert cancel_of(memory) == "skipped"
