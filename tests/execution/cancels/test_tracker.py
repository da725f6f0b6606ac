"""The end of each id: the replies are anonymous, and the feed alone names anybody."""

from __future__ import annotations

import pytest

from tests.execution.builders import at_exchange
from tests.execution.canceling_office import (
    CANCELED,
    CLOSED,
    GONE,
    GONE_BY,
    NOW,
    OK,
    OPEN,
    REFUSED,
    TIMING,
    UNRESOLVED,
    Desk,
    open_orders,
)

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
def test_the_feed_names_the_fate(status: str, fields: dict[str, str], outcome: object) -> None:
    """At once, with or without any reply; a fill is decided by volumes."""
    desk = Desk(("A", "B"), open_orders("A", "B")).send()
    desk.show("A", status, **fields)
    assert desk.outcomes == {"A": outcome}


def test_the_first_reply_is_attributed_to_no_id() -> None:
    """Two ids, one ok: without the feed it says nothing of either."""
    desk = Desk(("A", "B"), open_orders("A", "B"), None).send()
    desk.hear(OK)
    assert desk.wait(44).outcomes == {}
    assert desk.wait(1).outcomes == {"A": UNRESOLVED, "B": UNRESOLVED}


def test_replies_and_feed_in_any_order() -> None:
    """A partial error among three, the feed in another order than the replies."""
    desk = Desk(("A", "X", "B"), open_orders("A", "B")).send()
    desk.hear(OK, GONE)
    desk.show("B")
    desk.hear(OK)
    desk.show("A")
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
def test_an_id_that_the_feed_never_showed_is_not_open(replies: tuple[str, ...]) -> None:
    """The replies say no more: one of two acceptances may be the other, sent twice."""
    desk = Desk(("X", "Y")).send()
    desk.hear(*replies)
    assert desk.outcomes == {}
    assert desk.wait(1).outcomes == dict.fromkeys(("X", "Y"), GONE_BY)


@pytest.mark.parametrize("replies", [(REFUSED, REFUSED), (OK, REFUSED), (GONE, REFUSED)])
def test_an_id_that_may_be_open_is_not_called_gone(replies: tuple[str, ...]) -> None:
    """A refusal for another reason: the order may be open although neither feed nor records know it."""
    desk = Desk(("X", "Y")).send()
    desk.hear(*replies)
    assert desk.wait(119).outcomes == {}
    assert desk.wait(1).outcomes == dict.fromkeys(("X", "Y"), UNRESOLVED)


@pytest.mark.parametrize("replies", [(OK,), (GONE,), ()])
def test_replies_that_are_too_few_are_made_up_for_by_the_records(replies: tuple[str, ...]) -> None:
    """Queried when every reply has had its time, they do not know the orders; or they cannot be queried."""
    desk, deaf = Desk(("X", "Y")).send(), Desk(("X", "Y"), recorded=None).send()
    for item in (desk, deaf):
        item.hear(*replies)
        assert item.wait(14.9).outcomes == {}
    assert desk.wait(0.1).outcomes == dict.fromkeys(("X", "Y"), GONE_BY)
    assert deaf.wait(30).outcomes == {}
    assert deaf.wait(0.1).outcomes == dict.fromkeys(("X", "Y"), UNRESOLVED)


def test_late_news_of_the_feed_beats_the_count() -> None:
    """The feed has its time after the last reply before anything is concluded."""
    desk = Desk(("X",)).send()
    desk.hear(GONE)
    desk.wait(0.9)
    desk.show("X", "closed", vol="1", vol_exec="1")
    assert desk.outcomes == {"X": CLOSED}


def test_what_was_refused_and_is_still_there_is_open() -> None:
    """As many refusals as open orders: each is one of theirs."""
    desk = Desk(("A", "B"), open_orders("A", "B")).send()
    desk.hear(OK, REFUSED)
    desk.show("A")
    assert desk.outcomes == {"A": CANCELED}
    assert desk.wait(1).outcomes == {"A": CANCELED, "B": OPEN}


def test_a_refusal_with_two_readings_settles_nothing() -> None:
    """One yes, one no, and the feed shows both: which of them will go is not known yet."""
    desk = Desk(("A", "B"), open_orders("A", "B")).send()
    desk.hear(REFUSED, OK)
    desk.wait(5)
    assert desk.outcomes == {}
    desk.show("A")
    assert desk.wait(1).outcomes == {"A": CANCELED, "B": OPEN}


def test_unknown_and_yet_open_is_no_verdict() -> None:
    """The exchange knows no such order, the feed shows it open: the feed is behind, and is waited for."""
    desk = Desk(("A",), open_orders("A")).send()
    desk.hear(GONE)
    desk.wait(10)
    assert desk.outcomes == {}
    desk.show("A", "closed", vol_exec="1")
    assert desk.outcomes == {"A": CLOSED}
    desk = Desk(("A",), open_orders("A"), None).send()
    desk.hear(GONE)
    assert desk.wait(45).outcomes == {"A": UNRESOLVED}


def test_one_refusal_for_the_whole_request() -> None:
    """An exchange that answers three ids with a single no: an order that the feed then shows is open."""
    desk = Desk(("A", "B", "X"), open_orders("A", "B")).send()
    desk.hear("EGeneral:Permission denied")
    assert desk.wait(14).outcomes == {}
    assert desk.wait(1).outcomes == {"A": OPEN, "B": OPEN, "X": GONE_BY}


def test_silence_is_no_answer() -> None:
    """No reply and no news until the wait is over."""
    desk = Desk(("A", "X"), open_orders("A"), None).send()
    assert desk.wait(44.9).outcomes == {}
    assert desk.wait(0.1).outcomes == {"A": UNRESOLVED, "X": UNRESOLVED}
    assert desk.track.done


# --- user references -------------------------------------------------------------------------


@pytest.mark.parametrize("each", [True, False])
@pytest.mark.parametrize("matches", [1, 2, 3])
def test_a_user_reference_means_all_orders_that_carry_it(matches: int, each: bool) -> None:
    """Settled when the feed has seen them all off, however many replies there were."""
    txids = [f"O{number}" for number in range(matches)]
    desk = Desk(("17",), open_orders(*txids, userref=17) | open_orders("other", userref=18)).send()
    assert desk.track.orders.matched == {"17": tuple(txids)}
    desk.hear(*[OK] * (matches if each else 1))
    for txid in txids:
        assert desk.outcomes == {}
        desk.show(txid)
    assert desk.outcomes == {"17": CANCELED}


def test_a_user_reference_that_matches_nothing() -> None:
    """One error, no order: nothing is open under it."""
    desk = Desk(("17",), open_orders("other", userref=18)).send()
    assert desk.track.orders.matched == {"17": ()}
    desk.hear(GONE)
    assert desk.wait(1).outcomes == {"17": GONE_BY}


def test_replies_to_a_reference_are_not_taken_for_anothers() -> None:
    """A reference with two matches may get two replies or one: until then an unknown id has no verdict."""
    desk = Desk(("17", "X"), open_orders("O1", "O2", userref=17)).send()
    desk.hear(OK, OK)
    desk.show("O1")
    desk.show("O2")
    assert desk.wait(5).outcomes == {"17": CANCELED}
    desk.hear(GONE)
    assert desk.wait(1).outcomes == {"17": CANCELED, "X": GONE_BY}


def test_a_reference_of_which_one_order_was_refused_is_open() -> None:
    """One was canceled, one is open."""
    desk = Desk(("17",), open_orders("O1", "O2", userref=17)).send()
    desk.hear(OK, REFUSED)
    desk.show("O1")
    assert desk.wait(1).outcomes == {"17": OPEN}


def test_filled_and_canceled_under_one_reference() -> None:
    """Only when all were filled is it said to have been filled."""
    desk = Desk(("17",), open_orders("O1", "O2", userref=17)).send()
    desk.show("O1", "closed", vol_exec="1")
    desk.show("O2")
    desk.hear(OK)
    assert desk.outcomes == {"17": CANCELED}
    assert desk.track.ends["17"].vol_exec == "1"


# --- a connection that breaks ----------------------------------------------------------------


def test_after_a_break_the_snapshot_says_what_is_left() -> None:
    """Ids that it does not show are queried before anything leaves again, under a new id."""
    desk = Desk(("A", "B", "17"), open_orders("A", "B") | open_orders("O1", "O2", userref=17)).send()
    desk.hear(OK)
    desk.track.on_disconnect()
    assert not desk.track.in_flight
    assert desk.track.timer(desk.feed, NOW, TIMING) is None
    desk.feed = open_orders("B") | open_orders("O2", userref=17)
    desk.recorded = {"A": at_exchange("A", "canceled", vol="1", vol_exec="0.25")}
    desk.recorded["O1"] = at_exchange("O1", "canceled", userref=17, vol="1", vol_exec="0")
    assert desk.track.on_reconnect(desk.feed, desk.now) == []
    assert not desk.track.may_send
    desk.query()
    assert desk.track.read_feed(desk.feed) == ["A"]
    assert desk.track.send(8, desk.feed, desk.now) == ("B", "17")
    assert (desk.track.replies, desk.track.expected_replies, desk.track.attempts) == (0, 2, 2)
    assert desk.track.orders.matched == {"17": ("O1", "O2")}
    desk.show("O2")
    desk.show("B")
    desk.hear(OK)
    assert desk.outcomes == {"A": CANCELED, "B": CANCELED, "17": CANCELED}
    assert desk.track.ends["A"].vol_exec == "0.25"


def test_giving_up_settles_what_waits() -> None:
    """And nothing else."""
    desk = Desk(("A", "B"), open_orders("A", "B")).send()
    desk.show("A")
    assert desk.track.give_up(UNRESOLVED) == ["B"]
    assert desk.outcomes == {"A": CANCELED, "B": UNRESOLVED}
    assert desk.track.give_up(UNRESOLVED) == []


# --- what the records say --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "fields", "outcome", "executed"),
    [
        ("canceled", {"vol": "1", "vol_exec": "0"}, CANCELED, "0"),
        ("canceled", {"vol": "1", "vol_exec": "0.4"}, CANCELED, "0.4"),
        ("closed", {"vol": "1", "vol_exec": "1"}, CLOSED, "1"),
        ("expired", {"vol": "1", "vol_exec": "0.1"}, CANCELED, "0.1"),
        (
            "closed",
            {"vol": "1", "vol_exec": "0.99999999", "reason": "Insignificant volume remaining"},
            CLOSED,
            "0.99999999",
        ),
        ("closed", {"vol": "1", "vol_exec": "0.5", "reason": "User requested"}, CANCELED, "0.5"),
        ("canceled", {"vol": "1", "vol_exec": "1"}, CLOSED, "1"),
    ],
)
def test_what_became_of_an_order_is_queried(
    status: str, fields: dict[str, str], outcome: object, executed: str
) -> None:
    """It was over before, or the feed has not shown it: the records know how, and how much was executed."""
    desk = Desk(("A",), recorded={"A": at_exchange("A", status, **fields)}).send()
    desk.hear(GONE)
    assert desk.outcomes == {}
    assert desk.wait(1).outcomes == {"A": outcome}
    assert (desk.track.ends["A"].vol, desk.track.ends["A"].vol_exec) == ("1", executed)


def test_a_fill_that_the_feed_never_showed_is_queried() -> None:
    """The feed shows it open to the end; the records may be a minute behind, and are queried on and on."""
    desk = Desk(("A",), open_orders("A")).send()
    desk.hear(GONE)
    assert desk.wait(60).outcomes == {}
    desk.recorded = {"A": at_exchange("A", "closed", vol="1", vol_exec="1")}
    assert desk.wait(9).outcomes == {"A": CLOSED}


def test_an_end_without_volumes_is_completed_by_the_records() -> None:
    """Absent is not zero: the executed volume is queried, and left open where it stays unknown."""
    for recorded, executed in (
        ({"A": at_exchange("A", "canceled", vol="1", vol_exec="0.4")}, "0.4"),
        (None, None),
    ):
        desk = Desk(("A",), {"A": at_exchange("A", "open")}, recorded).send()
        desk.show("A", "canceled")
        assert desk.wait(45).outcomes == {"A": CANCELED}
        assert desk.track.ends["A"].vol_exec == executed


def test_fewer_replies_than_ids_are_settled_by_the_records() -> None:
    """A single reply for all of them: each id is queried by itself."""
    recorded = {"B": at_exchange("B", "canceled", vol="1", vol_exec="0")}
    desk = Desk(("A", "B", "X"), open_orders("A"), recorded).send()
    desk.hear(OK)
    desk.show("A", "canceled")
    assert desk.wait(15).outcomes == {"A": CANCELED, "B": CANCELED, "X": GONE_BY}


def test_a_reply_to_a_reference_leaves_no_unknown_id_unresolved() -> None:
    """One reply for each reference although it matches two orders: the unknown id gets its verdict."""
    desk = Desk(("A", "X", "17"), open_orders("A") | open_orders("O1", "O2", userref=17)).send()
    desk.hear(OK, GONE, OK)
    for txid in ("A", "O1", "O2"):
        desk.show(txid)
    assert desk.wait(15).outcomes == {"A": CANCELED, "17": CANCELED, "X": GONE_BY}


def test_a_snapshot_that_lacks_an_order_proves_nothing() -> None:
    """It is empty while the order is open: the records show it, and the cancellation leaves again."""
    desk = Desk(("A", "17"), open_orders("A") | open_orders("O1", userref=17)).send()
    desk.recorded = dict(desk.feed)
    desk.track.on_disconnect()
    desk.feed = {}
    assert desk.track.on_reconnect(desk.feed, desk.now) == []
    assert desk.outcomes == {}
    desk.look()
    assert desk.track.attempts == 2
    assert desk.track.waiting.keys() == {"A", "17"}
    assert [order.txid for order in desk.track.open_orders(desk.feed)] == ["A", "O1"]
    assert desk.outcomes == {}


@pytest.mark.parametrize(("after_s", "outcome"), [(1.0, None), (85.0, GONE_BY)])
def test_an_order_of_this_run_is_not_gone_because_the_records_lag(after_s: float, outcome: object) -> None:
    """It is known to have been there, and the records may not know it yet."""
    desk = Desk(("A",), recent=True).send()
    desk.hear(GONE)
    assert desk.wait(after_s).outcomes == ({"A": outcome} if outcome else {})


def test_an_order_that_an_earlier_run_did_not_find_is_looked_for_before_anything_leaves() -> None:
    """Still unknown: nothing is sent. Open after all: it is canceled. Ended: it is said how."""
    unknown, ended = Desk(("A",), retry_lookup=True), Desk(("A",), retry_lookup=True)
    still_open = Desk(("A",), recorded=open_orders("A"), retry_lookup=True)
    ended.recorded = {"A": at_exchange("A", "closed", vol="1", vol_exec="1")}
    for desk in (unknown, still_open, ended):
        assert not desk.track.may_send
        desk.look()
    assert (unknown.outcomes, unknown.track.attempts) == ({"A": GONE_BY}, 0)
    assert (ended.outcomes, ended.track.attempts) == ({"A": CLOSED}, 0)
    assert (still_open.outcomes, still_open.track.may_send) == ({}, True)


def test_what_could_not_be_looked_for_leaves_unseen() -> None:
    """A cancellation of the file may always leave."""
    desk = Desk(("A",), recorded=None, retry_lookup=True)
    desk.look()
    assert (desk.outcomes, desk.track.may_send) == ({}, True)


def test_an_order_that_the_records_show_open_is_canceled_again_once() -> None:
    """No reply and no news: the message may have been lost on a connection that lives."""
    desk = Desk(("A",), open_orders("A")).send()
    desk.wait(16)
    assert (desk.outcomes, desk.track.attempts) == ({}, 2)
    assert desk.wait(16).outcomes == {"A": UNRESOLVED}
    assert desk.track.attempts == 2
