"""What became of each id: the replies are anonymous, and the feed alone names anybody."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.domain import CancelOutcome
from runner.engine import Timing
from runner.engine.canceling import CancelTrack, Target
from runner.protocol import CancelOrderStatus, OrderNews
from tests.engine.builders import NOW, at_exchange

if TYPE_CHECKING:
    from runner.protocol import OpenOrder

TIMING = Timing(cancel_wait_s=15.0, cancel_grace_s=1.0)
OK = ""
GONE, REFUSED = "EOrder:Unknown order", "EOrder:Rate limit exceeded"
CANCELED, CLOSED, GONE_BY = CancelOutcome.CANCELED, CancelOutcome.CLOSED, CancelOutcome.GONE
OPEN, UNRESOLVED = CancelOutcome.OPEN, CancelOutcome.UNRESOLVED


@dataclass
class Desk:
    """One cancelOrder on the wire, with the feed beside it. ``ids`` that are digits are user references."""

    ids: tuple[str, ...]
    feed: dict[str, OpenOrder] = field(default_factory=dict)
    now: float = NOW

    def __post_init__(self) -> None:
        self.track = CancelTrack("g", tuple(Target(one, one, one.isdigit()) for one in self.ids))

    def send(self) -> Desk:
        """It leaves now."""
        assert self.track.send(7, self.feed, self.now) == tuple(self.track.waiting)
        return self

    def tell(self, txid: str, status: str = "canceled", **fields: str) -> None:
        """The feed says something of an order."""
        known = self.feed.get(txid) or at_exchange(txid)
        self.feed[txid] = known.after(OrderNews.of({"status": status, **fields}))
        self.look()

    def hear(self, *errors: str) -> None:
        """Anonymous replies come in."""
        for error in errors:
            status = "error" if error else "ok"
            self.track.reply(CancelOrderStatus(status=status, errorMessage=error or None), self.now)
        self.look()

    def wait(self, seconds: float) -> Desk:
        """Time passes, in the steps that the track asks for."""
        until = self.now + seconds
        while (due := self.track.timer(self.now, TIMING)) is not None and due <= until:
            self.now = due
            self.look()
        self.now = until
        self.look()
        return self

    def look(self) -> None:
        """What can be settled is."""
        self.track.read_feed(self.feed)
        self.track.judge(self.feed, self.now, TIMING)

    @property
    def outcomes(self) -> dict[str, CancelOutcome]:
        """The fates that are known."""
        return self.track.outcomes


def open_orders(*txids: str, **fields: object) -> dict[str, OpenOrder]:
    """Orders that the feed shows open."""
    return {txid: at_exchange(txid, vol="1", vol_exec="0", **fields) for txid in txids}


# --- the feed --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "fields", "outcome"),
    [
        ("canceled", {}, CANCELED),
        ("canceled", {"vol_exec": "0.5"}, CANCELED),
        ("expired", {}, CANCELED),
        ("closed", {"vol_exec": "1"}, CLOSED),
        ("closed", {"vol_exec": "0.5", "cancel_reason": "User requested"}, CANCELED),
    ],
)
def test_the_feed_names_the_fate(status: str, fields: dict[str, str], outcome: CancelOutcome) -> None:
    """At once, with or without any reply; a fill is decided by volumes."""
    desk = Desk(("A", "B"), open_orders("A", "B")).send()
    desk.tell("A", status, **fields)
    assert desk.outcomes == {"A": outcome}


def test_the_first_reply_is_nobodys() -> None:
    """Two ids, one ok: without the feed it says nothing of either."""
    desk = Desk(("A", "B"), open_orders("A", "B")).send()
    desk.hear(OK)
    assert desk.wait(14).outcomes == {}
    assert desk.wait(1).outcomes == {"A": UNRESOLVED, "B": UNRESOLVED}


def test_replies_and_feed_in_any_order() -> None:
    """A partial error among three, the feed in another order than the replies."""
    desk = Desk(("A", "X", "B"), open_orders("A", "B")).send()
    desk.hear(OK, GONE)
    desk.tell("B")
    desk.hear(OK)
    desk.tell("A")
    assert desk.outcomes == {"A": CANCELED, "B": CANCELED}
    assert desk.wait(1).outcomes == {"A": CANCELED, "B": CANCELED, "X": GONE_BY}


def test_what_was_over_before_is_settled_at_once() -> None:
    """Its id leaves all the same, and the error that it gets is counted as its own."""
    desk = Desk(("A", "X"), {"A": at_exchange("A", "closed", vol="1", vol_exec="1")}).send()
    desk.look()
    assert desk.outcomes == {"A": CLOSED}
    desk.hear(GONE, OK)
    assert desk.wait(1).outcomes == {"A": CLOSED, "X": GONE_BY}


# --- the count, where the feed is silent -----------------------------------------------------


@pytest.mark.parametrize("replies", [(OK, OK), (GONE, GONE), (OK, GONE), (OK, OK, OK)])
def test_an_id_that_the_feed_never_showed_stands_no_more(replies: tuple[str, ...]) -> None:
    """That is all that the replies say: one of two yeses may be the other, told twice."""
    desk = Desk(("X", "Y")).send()
    desk.hear(*replies)
    assert desk.outcomes == {}
    assert desk.wait(1).outcomes == dict.fromkeys(("X", "Y"), GONE_BY)


@pytest.mark.parametrize("replies", [(REFUSED, REFUSED), (OK, REFUSED), (GONE, REFUSED), (OK,), ()])
def test_an_id_that_may_stand_is_not_called_gone(replies: tuple[str, ...]) -> None:
    """A refusal for another reason, or a reply too few: the order may stand, and nobody can say."""
    desk = Desk(("X", "Y")).send()
    desk.hear(*replies)
    assert desk.wait(14).outcomes == {}
    assert desk.wait(1).outcomes == dict.fromkeys(("X", "Y"), UNRESOLVED)


def test_late_news_of_the_feed_beats_the_count() -> None:
    """The feed has its time after the last reply before anything is concluded."""
    desk = Desk(("X",)).send()
    desk.hear(GONE)
    desk.wait(0.9)
    desk.tell("X", "closed", vol="1", vol_exec="1")
    assert desk.outcomes == {"X": CLOSED}


def test_what_was_refused_and_still_stands_is_open() -> None:
    """As many refusals as orders that stand: each is one of theirs."""
    desk = Desk(("A", "B"), open_orders("A", "B")).send()
    desk.hear(OK, REFUSED)
    desk.tell("A")
    assert desk.outcomes == {"A": CANCELED}
    assert desk.wait(1).outcomes == {"A": CANCELED, "B": OPEN}


def test_a_refusal_with_two_readings_settles_nothing() -> None:
    """One yes, one no, and the feed shows both: which of them will go is not known yet."""
    desk = Desk(("A", "B"), open_orders("A", "B")).send()
    desk.hear(REFUSED, OK)
    desk.wait(5)
    assert desk.outcomes == {}
    desk.tell("A")
    assert desk.wait(1).outcomes == {"A": CANCELED, "B": OPEN}


def test_unknown_and_yet_open_is_no_verdict() -> None:
    """The exchange knows no such order, the feed shows it open: the feed is behind, and is waited for."""
    desk = Desk(("A",), open_orders("A")).send()
    desk.hear(GONE)
    desk.wait(10)
    assert desk.outcomes == {}
    desk.tell("A", "closed", vol_exec="1")
    assert desk.outcomes == {"A": CLOSED}
    desk = Desk(("A",), open_orders("A")).send()
    desk.hear(GONE)
    assert desk.wait(15).outcomes == {"A": UNRESOLVED}


def test_one_refusal_for_the_whole_request() -> None:
    """An exchange that answers three ids with a single no: what the feed shows after that stands."""
    desk = Desk(("A", "B", "X"), open_orders("A", "B")).send()
    desk.hear("EGeneral:Permission denied")
    assert desk.wait(14).outcomes == {}
    assert desk.wait(1).outcomes == {"A": OPEN, "B": OPEN, "X": UNRESOLVED}


def test_silence_is_no_answer() -> None:
    """No reply and no news until the wait is over."""
    desk = Desk(("A", "X"), open_orders("A")).send()
    assert desk.wait(14.9).outcomes == {}
    assert desk.wait(0.1).outcomes == {"A": UNRESOLVED, "X": UNRESOLVED}
    assert desk.track.done


# --- user references -------------------------------------------------------------------------


@pytest.mark.parametrize("each", [True, False])
@pytest.mark.parametrize("matches", [1, 2, 3])
def test_a_user_reference_stands_for_all_that_carry_it(matches: int, each: bool) -> None:
    """Settled when the feed has seen them all off, however many replies there were."""
    txids = [f"O{number}" for number in range(matches)]
    desk = Desk(("17",), open_orders(*txids, userref=17) | open_orders("other", userref=18)).send()
    assert desk.track.matched == {"17": tuple(txids)}
    desk.hear(*[OK] * (matches if each else 1))
    for txid in txids:
        assert desk.outcomes == {}
        desk.tell(txid)
    assert desk.outcomes == {"17": CANCELED}


def test_a_user_reference_that_matches_nothing() -> None:
    """One error, no order: nothing stands under it."""
    desk = Desk(("17",), open_orders("other", userref=18)).send()
    assert desk.track.matched == {"17": ()}
    desk.hear(GONE)
    assert desk.wait(1).outcomes == {"17": GONE_BY}


def test_replies_to_a_reference_are_not_taken_for_anothers() -> None:
    """A reference with two matches may get two replies or one: until then an unknown id has no verdict."""
    desk = Desk(("17", "X"), open_orders("O1", "O2", userref=17)).send()
    desk.hear(OK, OK)
    desk.tell("O1")
    desk.tell("O2")
    assert desk.wait(5).outcomes == {"17": CANCELED}
    desk.hear(GONE)
    assert desk.wait(1).outcomes == {"17": CANCELED, "X": GONE_BY}


def test_a_reference_of_which_one_order_was_refused_is_open() -> None:
    """One was canceled, one stands."""
    desk = Desk(("17",), open_orders("O1", "O2", userref=17)).send()
    desk.hear(OK, REFUSED)
    desk.tell("O1")
    assert desk.wait(1).outcomes == {"17": OPEN}


def test_filled_and_canceled_under_one_reference() -> None:
    """Only when all were filled is it said to have been filled."""
    desk = Desk(("17",), open_orders("O1", "O2", userref=17)).send()
    desk.tell("O1", "closed", vol_exec="1")
    desk.tell("O2")
    assert desk.outcomes == {"17": CANCELED}


# --- a connection that breaks ----------------------------------------------------------------


def test_after_a_break_the_snapshot_says_what_is_left() -> None:
    """What it does not show any more is gone; what it shows is asked for again, under a new id."""
    desk = Desk(("A", "B", "17"), open_orders("A", "B") | open_orders("O1", "O2", userref=17)).send()
    desk.hear(OK)
    desk.track.lose()
    assert not desk.track.on_the_wire
    assert desk.track.timer(NOW, TIMING) is None
    desk.feed = open_orders("B") | open_orders("O2", userref=17)
    assert desk.track.recover(desk.feed) == ["A"]
    assert desk.track.send(8, desk.feed, desk.now) == ("B", "17")
    assert (desk.track.replies, desk.track.asked, desk.track.attempts) == (0, 2, 2)
    assert desk.track.matched == {"17": ("O1", "O2")}
    desk.tell("O2")
    desk.tell("B")
    assert desk.outcomes == {"A": GONE_BY, "B": CANCELED, "17": CANCELED}


def test_giving_up_settles_what_waits() -> None:
    """And nothing else."""
    desk = Desk(("A", "B"), open_orders("A", "B")).send()
    desk.tell("A")
    assert desk.track.give_up(UNRESOLVED) == ["B"]
    assert desk.outcomes == {"A": CANCELED, "B": UNRESOLVED}
    assert desk.track.give_up(UNRESOLVED) == []


# --- every interleaving ----------------------------------------------------------------------

FATES = {
    # The reply that the id gets, what the feed shows before, and what it says afterwards.
    "canceled": (OK, True, ("canceled", "0")),
    "filled": (GONE, True, ("closed", "1")),
    "refused": (REFUSED, True, None),
    "over before": (GONE, None, None),
    "unknown, canceled": (OK, False, None),
    "unknown, canceled and told": (OK, False, ("canceled", "0")),
    "unknown, gone": (GONE, False, None),
    "unknown, refused": (REFUSED, False, None),
}
TRUTHS = {
    "canceled": {CANCELED},
    "filled": {CLOSED},
    "refused": {OPEN, UNRESOLVED},
    "over before": {CLOSED},
    "unknown, canceled": {CANCELED, GONE_BY, UNRESOLVED},
    "unknown, canceled and told": {CANCELED},
    "unknown, gone": {GONE_BY, UNRESOLVED},
    "unknown, refused": {UNRESOLVED},
}


@given(st.lists(st.sampled_from(sorted(FATES)), min_size=1, max_size=6), st.data())
def test_no_order_of_replies_and_news_settles_anything_wrongly(fates: list[str], data: st.DataObject) -> None:
    """Replies and feed in any order, with pauses: no fate is ever swapped. An id that the feed did not show
    gets its news within the grace that the feed is given, any other within the whole wait."""
    ids = [f"O{number}" for number in range(len(fates))]
    desk = Desk(tuple(ids))
    happenings: list[tuple[str, str]] = []
    for txid, fate in zip(ids, fates, strict=True):
        reply, shown, told = FATES[fate]
        if shown is not False:
            over = {"status": "closed", "vol_exec": "1"} if shown is None else {"vol_exec": "0"}
            desk.feed[txid] = at_exchange(txid, **{"status": "open", "vol": "1", **over})
        happenings.append(("reply", reply))
        if told:
            happenings.append((txid, told[0]))
    pauses = st.sampled_from([0.0, 0.08] if "unknown, canceled and told" in fates else [0.0, 0.1, 0.9])
    desk.send()
    for what, said in data.draw(st.permutations(happenings)):
        if what == "reply":
            desk.hear(said)
        else:
            desk.tell(what, said, vol="1", vol_exec="1" if said == "closed" else "0")
        desk.wait(data.draw(pauses))
    desk.wait(15)
    assert desk.track.done
    for txid, fate in zip(ids, fates, strict=True):
        assert desk.outcomes[txid] in TRUTHS[fate], (fate, desk.outcomes)


@given(
    st.lists(st.sampled_from(["canceled", "filled", "refused"]), max_size=3),
    st.booleans(),
    st.sampled_from(["canceled", "refused", "unknown, gone", None]),
    st.data(),
)
def test_a_reference_with_any_number_of_matches(
    fates: list[str], each: bool, other: str | None, data: st.DataObject
) -> None:
    """Any number of matches, a reply each or one in all, another id beside it: nothing is swapped."""
    matched = [f"O{number}" for number in range(len(fates))]
    desk = Desk(("17", "X") if other else ("17",), open_orders(*matched, userref=17))
    happenings = [("reply", FATES[fate][0]) for fate in fates] or [("reply", GONE)]
    # A single reply says no when there was a no.
    happenings = happenings if each else [max(happenings)]
    happenings += [(txid, FATES[f][2][0]) for txid, f in zip(matched, fates, strict=True) if FATES[f][2]]  # type: ignore[index]
    if other:
        reply, shown, told = FATES[other]
        desk.feed |= open_orders("X") if shown else {}
        happenings += [("reply", reply)] + ([("X", told[0])] if told else [])
    desk.send()
    for what, said in data.draw(st.permutations(happenings)):
        if what == "reply":
            desk.hear(said)
        else:
            desk.tell(what, said, vol_exec="1" if said == "closed" else "0")
        desk.wait(data.draw(st.sampled_from([0.0, 0.9])))
    desk.wait(15)
    stands = "refused" in fates
    if stands or not fates:
        assert desk.outcomes["17"] in ({OPEN, UNRESOLVED} if stands else {GONE_BY, UNRESOLVED})
    else:
        assert desk.outcomes["17"] is (CLOSED if set(fates) == {"filled"} else CANCELED)
    if other:
        assert desk.outcomes["X"] in TRUTHS[other]
