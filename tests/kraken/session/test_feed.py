"""Sparse updates merged by txid, bounded in number and in size."""

from __future__ import annotations

import functools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.kraken import OpenOrder, SequenceGap
from runner.kraken.session.feed import MAX_TERMINAL_ORDERS, OrderFeed
from runner.kraken.wire.codec import decode_news
from runner.kraken.wire.open_order import OrderNews
from tests.support.memory import measured_memory

NEWS = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["pending", "open", "closed", "canceled", "expired", None]),
        "vol_exec": st.sampled_from(["0", "0.5", "1", None]),
        "userref": st.sampled_from([0, "0", 17, -3, None]),
        "descr": st.none() | st.dictionaries(st.sampled_from(["pair", "price"]), st.text(max_size=3)),
        "cancel_reason": st.sampled_from(["", "User requested", None]),
        "amended": st.booleans() | st.none(),
    },
)
UPDATES = st.lists(st.tuples(st.sampled_from("ABCD"), NEWS), max_size=30)


def expected_merge(known: dict, news: dict) -> dict:
    """The rule, written another way: known values stay unless the news has others."""
    changed = {name: value for name, value in news.items() if value is not None}
    if changed.get("userref") in (0, "0"):
        del changed["userref"]
    return known | changed


@given(UPDATES)
def test_merging_is_a_fold(updates):
    """Each order is the fold of its own news, with any news in between."""
    feed = OrderFeed()
    for at, (txid, news) in enumerate(updates):
        seen = [entry for name, entry in updates[: at + 1] if name == txid]
        whole = functools.reduce(expected_merge, seen, {})
        assert feed.merge(txid, OrderNews.of(news)) == OpenOrder.read(txid, whole)
    assert set(feed.orders) == {txid for txid, _ in updates}


@given(UPDATES, st.integers(0, 3))
def test_only_so_many_ended_orders_are_remembered(updates, limit):
    """The oldest end is forgotten first; an order that is open, also one that is open again, never is."""
    feed = OrderFeed(max_terminal=limit)
    known: dict[str, bool] = {}
    ended: list[str] = []
    for txid, news in updates:
        known[txid] = terminal = feed.merge(txid, OrderNews.of(news)).terminal
        if not terminal:
            ended = [item for item in ended if item != txid]
        elif txid not in ended:
            ended = [*ended, txid]
        while len(ended) > limit:
            del known[ended.pop(0)]
        assert {name: order.terminal for name, order in feed.orders.items()} == known


def test_an_order_that_is_open_again_is_not_forgotten():
    """Its end is taken back, so it does not count among the ended ones."""
    feed = OrderFeed(max_terminal=1)
    for txid, status in (("A", "closed"), ("A", "open"), ("B", "closed"), ("C", "closed")):
        feed.merge(txid, OrderNews(status=status))
    assert list(feed.orders) == ["A", "C"]


def test_the_order_before_a_change_is_left_as_it_was():
    """An event that was given out does not change under its reader."""
    feed = OrderFeed()
    before = feed.merge("A", OrderNews(status="open"))
    feed.merge("A", OrderNews(status="closed"))
    assert before.status == "open"
    assert feed.orders["A"].status == "closed"


def test_orders_cannot_be_written_from_outside():
    """The view is for reading."""
    with pytest.raises(TypeError):
        OrderFeed().orders["A"] = None


def test_a_gap_is_merge_alike():
    """The first message may have any number, one without a number is not counted."""
    feed = OrderFeed()
    assert [feed.gap(number) for number in (5, 6, None, 7, 9, 10, 1)] == [
        *[None] * 4,
        SequenceGap(8, 9),
        None,
        None,
    ]


def test_an_ended_order_takes_little_more_than_a_kilobyte():
    """The limit on their number is a limit on memory: ten thousand are under 14 MB."""
    whole = {
        "descr": {name: f"{name} 0.00000" for name in ("close", "leverage", "ordertype", "pair", "type")},
        **{name: f"{name} 0.00000" for name in ("stopprice", "misc", "oflags", "starttm", "timeinforce")},
        **dict.fromkeys(("vol_exec", "cost", "fee", "avg_price", "limitprice", "expiretm"), "0.00000"),
        **{"cancel_reason": "User requested", "status": "canceled", "userref": 0, "refid": None},
    }
    feed = OrderFeed()
    count = 300
    with measured_memory() as memory:
        for number in range(count):
            unique = {name: f"{number}.{name}" for name in ("vol", "opentm", "lastupdated")}
            unique["cl_ord_id"] = f"6d1b345e-2821-40e2-ad83-{number:012}"
            unique["descr"] = {
                **whole["descr"],
                "order": f"buy {number}.00000000 XBT/USD @ limit",
                "price": str(number),
            }
            entry = {f"O{number:05}-AAAAA-BBBBBB": {**whole, **unique}}
            (changes,) = decode_news(json.dumps([[entry], "openOrders", {"sequence": number}])).orders
            for txid, news in changes.items():
                feed.merge(txid, news)
    assert memory.held / count < 1_400
    assert MAX_TERMINAL_ORDERS * 1_400 <= 14_000_000
