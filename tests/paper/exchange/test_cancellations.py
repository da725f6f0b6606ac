"""cancelOrder and cancelAll: one anonymous reply each, the truth in the feed."""

from __future__ import annotations

import pytest

from runner.kraken import CancelAll, CancelAllStatus, CancelOrder, OpenOrders
from runner.paper import Options
from runner.paper.exchange.opening import OPENING
from runner.paper.options.kinds import UserrefReplies
from runner.paper.options.options import CancelOptions, ErrorOptions, FeedOptions
from tests.paper.builders import NOW, Desk, table

UNKNOWN = "EOrder:Unknown order"
BAD_TXID = "EGeneral:Invalid arguments:txid"


def test_the_documents_example() -> None:
    """The two ids of the exchange's own example are open from the start, and can be canceled."""
    desk = Desk(opening=OPENING)
    desk.names = {"OUEMWD-CUO73-YYCBEK": "A", "OBW5ID-MAGEW-HENTE7": "B"}

    assert desk.cancel("OUEMWD-CUO73-YYCBEK", "OBW5ID-MAGEW-HENTE7") == ["ok", "ok"]
    assert desk.table() == table("""
        A canceled 0.00000000 at 0.00000, 0.00000 + 0.00000 (User requested)
        B canceled 0.00000000 at 0.00000, 0.00000 + 0.00000 (User requested)
    """)


def test_one_reply_an_id_in_the_order_of_the_list() -> None:
    """Ended orders, unknown ones and texts that are no ids are unknown; the others are canceled."""
    desk = Desk()
    first, second = desk.placed(), desk.placed()

    assert desk.cancel(first, "OABCDE-FGHIJ-KLMNOP", "rubbish", second, first) == [
        "ok",
        UNKNOWN,
        UNKNOWN,
        "ok",
        UNKNOWN,
    ]


def test_a_filled_order_is_unknown() -> None:
    """A cancel that lost against a fill says no more than that."""
    desk = Desk()

    assert desk.cancel(desk.placed(price="151")) == [UNKNOWN]


def test_by_userref() -> None:
    """A user reference hits every open order that carries it, and gets a reply for each."""
    desk = Desk()
    for name in "ABC":
        desk.placed(name, userref="17" if name != "B" else "18")

    assert desk.cancel("17") == ["ok", "ok"]
    assert desk.cancel("17") == [UNKNOWN]
    assert len(desk.exchange.state().live) == 1


def test_by_cl_ord_id() -> None:
    """The other list, alone or beside the first."""
    desk = Desk()
    txid = desk.placed(cl_ord_id="mine")
    other = desk.placed(cl_ord_id="6d1b345e-2821-40e2-ad83-4ecb18a06876")

    assert desk.cancel(cl_ord_id=("mine", "é", "yours")) == ["ok", UNKNOWN, UNKNOWN]
    assert desk.cancel(txid, cl_ord_id=("6D1B345E282140E2AD834ECB18A06876",)) == [UNKNOWN, "ok"]
    assert other not in desk.exchange.state().live


@pytest.mark.parametrize("lists", [{}, {"txid": ()}, {"txid": (), "cl_ord_id": ()}])
def test_nothing_to_cancel(lists: dict[str, tuple[str, ...]]) -> None:
    """A request without any id gets one error."""
    desk = Desk()

    assert [str(reply.errorMessage) for reply in desk.send(CancelOrder(**lists))] == [BAD_TXID]


OPTIONS = [
    (Options(cancels=CancelOptions(userref_replies=UserrefReplies.ONE)), ("17",), None, ["ok"]),
    (Options(cancels=CancelOptions(collapse_duplicate_ids=True)), ("18", "18"), None, ["ok"]),
    (Options(), ("18", "18"), None, ["ok", UNKNOWN]),
    (Options(cancels=CancelOptions(ids_max=2)), ("18", "1", "2"), None, [BAD_TXID]),
    (Options(cancels=CancelOptions(by_cl_ord_id_only=False)), (), ("mine",), [BAD_TXID]),
    (
        Options(cancels=CancelOptions(mixed_lists=False)),
        ("18",),
        ("mine",),
        ["EGeneral:Invalid arguments:cl_ord_id"],
    ),
    (
        Options(errors=ErrorOptions(unknown_order="EOrder:Invalid order")),
        ("99",),
        None,
        ["EOrder:Invalid order"],
    ),
]


@pytest.mark.parametrize(("options", "txid", "cl_ord_id", "expected"), OPTIONS, ids=str)
def test_options(
    options: Options, txid: tuple[str, ...], cl_ord_id: tuple[str, ...] | None, expected: list[str]
) -> None:
    """Options decide where the documents are silent."""
    desk = Desk(options=options)
    desk.placed(userref="17")
    desk.placed(userref="17")
    desk.placed(userref="18")
    desk.placed(cl_ord_id="mine")

    assert desk.cancel(*txid, cl_ord_id=cl_ord_id) == expected


def test_shuffled_replies_are_the_same_replies() -> None:
    """The order is not that of the list, and the same each time."""
    ids = [str(number) for number in range(1, 9)]

    def replies(options: Options) -> list[str]:
        desk = Desk(options=options)
        for number in ids[:4]:
            desk.placed(userref=number)
        return desk.cancel(*ids)

    plain, shuffled = replies(Options()), replies(Options(cancels=CancelOptions(shuffle_replies=True)))
    assert plain != shuffled == replies(Options(cancels=CancelOptions(shuffle_replies=True)))
    assert sorted(plain) == sorted(shuffled)


def test_the_feed_may_come_first() -> None:
    """With the option the feed shows an end before the reply does."""

    def kinds(options: Options) -> list[str]:
        desk = Desk(options=options)
        desk.placed(userref="1")
        replies = desk.send(CancelOrder(txid=("1",)))
        return ["feed" if isinstance(reply, OpenOrders) else "reply" for reply in replies]

    assert kinds(Options()) == ["reply", "feed"]
    assert kinds(Options(feeds=FeedOptions(first=True))) == ["feed", "reply"]


def test_cancel_all() -> None:
    """The whole account, scheduled orders too; the count is a number, and zero is no error."""
    desk = Desk(opening=OPENING)
    desk.placed(starttm="+60")

    assert desk.send(CancelAll(reqid=3))[0] == CancelAllStatus(status="ok", count=4, reqid=3)
    assert desk.send(CancelAll())[0] == CancelAllStatus(status="ok", count=0)
    assert desk.exchange.state().live == {}
    assert desk.exchange.state().holds == {}


def test_maintenance_refuses_cancels_too() -> None:
    """Nothing can be canceled during maintenance; in cancel_only mode it can."""
    desk = Desk()
    txid = desk.placed()
    desk.exchange.set_status("maintenance", NOW)

    assert desk.cancel(txid) == ["EService:Unavailable"]
    assert desk.send(CancelAll())[0] == CancelAllStatus(status="error", errorMessage="EService:Unavailable")
    desk.exchange.set_status("cancel_only", NOW)
    assert desk.cancel(txid) == ["ok"]
