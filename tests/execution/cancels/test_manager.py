"""All cancellations of a run: every step is an entry, and every reply finds its message."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from runner.domain import CancelOutcome
from runner.execution import OrdersQueried, QueryOrders, Timing
from runner.execution.cancels.manager import MAX_CANCEL_IDS, CancelManager
from runner.execution.cancels.targets import CancelTarget
from runner.execution.cancels.tracker import CancelTrack
from runner.journal import CancelIntent, CancelSettled, Entry
from runner.kraken import CancelOrder, CancelReply, ErrorText, OpenOrder, Reqids
from runner.planning.order_matching import CLOCK_SLACK_S
from tests.execution.builders import NOW, at_exchange


@dataclass
class OrderManagerHarness:
    """A desk, with the feed and the journal beside it."""

    feed: dict[str, OpenOrder] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.desk = CancelManager(Reqids(), Timing(), self.entries)

    def open(self, *txids: str, unwind: bool = False) -> CancelTrack:
        """A group's cancellation of orders that the feed shows open."""
        self.feed |= {txid: at_exchange(txid) for txid in txids}
        (track,) = self.desk.add("g", tuple(CancelTarget(txid, txid) for txid in txids), unwind=unwind)
        return track

    def settled(self) -> list[tuple[str, str]]:
        """The fates that were written down, in their order."""
        return [(e.ref, e.outcome) for e in self.entries if isinstance(e, CancelSettled)]


def reply(reqid: int, error: str | None = None) -> CancelReply:
    """An anonymous reply."""
    return CancelReply(reqid, ErrorText.of(error) if error else None)


def test_the_intent_is_noted_with_the_message() -> None:
    """One message with all ids in their order, and an entry that says the same."""
    office = OrderManagerHarness()
    track = office.open("A", "B", unwind=True)
    assert office.desk.waiting
    assert not office.desk.sent_anything
    assert office.desk.send(track, office.feed, NOW) == CancelOrder(txid=("A", "B"), reqid=1)
    (intent,) = office.entries
    assert isinstance(intent, CancelIntent)
    assert (intent.group, intent.reqid, intent.txid, intent.unwind) == ("g", 1, ("A", "B"), True)
    assert office.desk.sent_anything
    assert not office.desk.waiting


def test_a_fate_is_written_once() -> None:
    """Further calls write nothing."""
    office = OrderManagerHarness()
    track = office.open("A")
    office.desk.send(track, office.feed, NOW)
    office.feed["A"] = at_exchange("A", "canceled", vol="1", vol_exec="0.4")
    for second in range(3):
        office.desk.on_time(office.feed, NOW + second)
    office.desk.give_up_all(NOW + 9)
    assert office.settled() == [("A", "canceled")]
    assert [(e.vol, e.vol_exec) for e in office.entries if isinstance(e, CancelSettled)] == [("1", "0.4")]
    assert office.desk.settled_count == 1


def test_replies_find_their_message() -> None:
    """Two groups cancel at the same time; a reply under no known id, or an old one, does not count."""
    office = OrderManagerHarness()
    first, second = office.open("A"), office.open("B")
    office.desk.send(first, office.feed, NOW)
    office.desk.send(second, office.feed, NOW)
    office.desk.on_reply(reply(2), NOW)
    for stray in (reply(None), reply(99)):
        office.desk.on_reply(stray, NOW)
    assert (first.replies, second.replies) == (0, 1)
    office.desk.on_disconnect()
    office.desk.send(first, office.feed, NOW)
    office.desk.on_reply(reply(1), NOW)
    assert first.replies == 0
    office.desk.on_reply(reply(3), NOW)
    assert first.replies == 1


def test_more_than_fifty_ids_leave_in_several_messages() -> None:
    """The exchange's limit; an unwinding may be larger than any list in a file."""
    office = OrderManagerHarness()
    targets = tuple(CancelTarget(f"O{number}", f"O{number}") for number in range(MAX_CANCEL_IDS + 1))
    tracks = office.desk.add("g", targets, unwind=True)
    sent = [office.desk.send(track, office.feed, NOW).txid or () for track in tracks]
    assert [len(txids) for txids in sent] == [MAX_CANCEL_IDS, 1]
    assert [txid for txids in sent for txid in txids] == [target.text for target in targets]
    assert office.desk.add("g", ()) == []


def test_after_a_break_the_records_settle_what_was_sent() -> None:
    """Ids that the snapshot lacks are queried before anything leaves again; unsent ones are not."""
    office = OrderManagerHarness()
    sent, unsent = office.open("A", "B"), office.open("C")
    office.desk.send(sent, office.feed, NOW)
    office.desk.on_disconnect()
    assert office.desk.waiting
    feed = {"B": at_exchange("B")}
    office.desk.on_reconnect(feed, NOW)
    assert office.settled() == []
    query = office.desk.query(feed, NOW)
    assert query == QueryOrders(("A", "B"), since=NOW - CLOCK_SLACK_S)
    assert office.desk.query(feed, NOW) is None
    ended = at_exchange("A", "closed", vol="1", vol_exec="1")
    office.desk.on_records(OrdersQueried((ended,), ("X",)), NOW)
    office.desk.on_records(OrdersQueried((ended,), ("A", "B")), NOW)
    office.desk.on_time(feed, NOW)
    assert office.settled() == [("A", "closed")]
    assert list(unsent.waiting) == ["C"]
    assert list(sent.waiting) == ["B"]
    assert sent.may_send


def test_more_ids_than_one_query_holds_are_queried_in_turn() -> None:
    """Those that the records do not know yet keep no others from being queried."""
    office = OrderManagerHarness()
    targets = tuple(CancelTarget(f"O{number}", f"O{number}", recent=True) for number in range(120))
    for track in office.desk.add("g", targets, unwind=True):
        office.desk.send(track, {}, NOW)
    queried, now = [], NOW + 20
    while len(queried) < 6:
        if query := office.desk.query({}, now):
            queried.append(query.txids[0])
            office.desk.on_records(OrdersQueried((), query.txids), now)
        now += 1
    assert sorted(queried) == ["O0", "O0", "O100", "O100", "O50", "O50"]


@pytest.mark.parametrize(
    ("sent", "outcome"), [(True, CancelOutcome.UNRESOLVED), (False, CancelOutcome.SKIPPED)]
)
def test_giving_up_distinguishes_sent_from_unsent(sent: bool, outcome: CancelOutcome) -> None:
    """Only what never left is skipped."""
    office = OrderManagerHarness()
    track = office.open("A")
    if sent:
        office.desk.send(track, office.feed, NOW)
    office.desk.give_up(track, NOW)
    assert office.settled() == [("A", outcome.value)]


def test_what_waits_is_left_and_what_is_on_the_wire_is_not() -> None:
    """An exchange that takes no cancels for too long: what it was sent may still be answered."""
    office = OrderManagerHarness()
    sent = office.open("A")
    office.open("B")
    office.desk.send(sent, office.feed, NOW)
    office.desk.skip_waiting(NOW)
    assert office.settled() == [("B", "skipped")]


def test_nothing_is_given_up_while_the_records_are_queried() -> None:
    """A query may take longer than the wait lasts; an id that had to wait for another is queried next."""
    office = OrderManagerHarness()
    _, second = tracks = [office.desk.add("g", (CancelTarget(n, n, userref=True),))[0] for n in ("17", "18")]
    for track in tracks:
        office.desk.send(track, office.feed, NOW)
    now = NOW + 20
    query = office.desk.query(office.feed, now)
    for _ in range(9):
        now += 100
        office.desk.on_time(office.feed, now)
    assert office.settled() == []
    assert query is not None
    office.desk.on_records(OrdersQueried((at_exchange("A", "canceled"),), query.txids, query.userrefs), now)
    office.desk.on_time(office.feed, now)
    assert not second.done
    assert office.desk.query(office.feed, now) is not None


def test_the_timer_is_the_next_of_all() -> None:
    """None while nothing is on the wire."""
    office = OrderManagerHarness()
    first, second = office.open("A"), office.open("B")
    assert office.desk.timer(office.feed, NOW) is None
    office.desk.send(first, office.feed, NOW)
    office.desk.send(second, office.feed, NOW + 1)
    assert office.desk.timer(office.feed, NOW + 1) == NOW + Timing().cancel_wait_s
    office.desk.on_reply(reply(2), NOW + 2)
    assert office.desk.timer(office.feed, NOW + 2) == NOW + 2 + Timing().cancel_grace_s
    office.desk.give_up_all(NOW + 3)
    assert office.desk.timer(office.feed, NOW + 3) is None
