"""The runs of journals: each order's money is counted once, where it was sent, and unknown is not nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from runner.domain import Executed
from runner.journal import (
    CancelSettled,
    Entry,
    GroupStates,
    History,
    OrderIntent,
    OrderPlaced,
    OrderRejected,
    OrdersExecuted,
    OrderUnresolved,
    PastRun,
    RunEnded,
    RunMoney,
    RunStarted,
    WantedRuns,
    entries_until,
    past_runs,
)

AT = "2026-11-22T07:00:10.000000Z"
LATER = "2026-11-23T07:00:10.000000Z"
GROUP = {"name": "g", "needs": [], "on_reject": "stop", "cancel": []}
ORDERS = [{"id": name, "line": 1, "column": 1, "cl_ord_id": None, "userref": None} for name in "abc"]
RUN = RunStarted(
    at=AT,
    tool="order-batch 0",
    batch="b",
    run_key="",
    venue="kraken",
    file="b.yaml",
    digest="0" * 64,
    groups=({**GROUP, "orders": ORDERS},),
    account="AA01",
    exchange="api.kraken.com",
    provenance={"user": "ann", "actor": None, "host": "desk", "run": None, "revision": "abc"},
)
END = RunEnded(at=AT, outcome="done")
CLOSED = Executed(status="closed", vol_exec="0.5", cost="100.25", fee="0.16", avg_price="200.5")


def sent(id: str, pair: str = "ETH/EUR") -> tuple[Entry, Entry]:
    """An order that left and was accepted."""
    own: dict[str, Any] = {"at": AT, "group": "g", "id": id}
    return (
        OrderIntent(**own, reqid=1, content="c", request={"pair": pair, "type": "buy"}),
        OrderPlaced(**own, txid=f"TX{id}", source="reply"),
    )


def executed(**orders: Executed) -> Entry:
    """The executed figures that the exchange has shown."""
    return OrdersExecuted(at=AT, group="g", orders=orders)


def runs_of(*entries: Entry) -> list[PastRun]:
    """The runs of a journal."""
    return past_runs(entries, place="somewhere")


def test_a_run_says_who_and_how_it_ended() -> None:
    """In CI the actor counts as whoever began it; a run without an end is unfinished."""
    first, last = runs_of(
        RUN, END, replace(RUN, at=LATER, run_key="k", provenance={"user": "ci", "actor": "bob"})
    )
    assert (first.name, first.who, first.outcome, first.ended_at) == ("b#1", "ann", "done", AT)
    assert (last.name, last.who, last.outcome, last.ended_at) == ("b@k#2", "bob", "unfinished", None)
    assert past_runs([RUN], place="x", account="AA02")[0].account == "AA02"


def test_an_order_counts_where_it_was_sent() -> None:
    """Also what is learned of it in a later run; once in all."""
    first, last = runs_of(RUN, *sent("a"), END, RUN, *sent("b", "XBT/USD"), executed(a=CLOSED, b=CLOSED), END)
    assert first.money == (RunMoney(currency="EUR", worth=Decimal("100.25"), fees=Decimal("0.16"), known=1),)
    assert [money.currency for money in last.money] == ["USD"]
    total = History(runs=(first, last)).in_all()
    assert {name: money.worth for name, money in total.items()} == {
        "EUR": Decimal("100.25"),
        "USD": Decimal("100.25"),
    }


OPEN = Executed(status="open", vol_exec="0.00000000", cost="0", fee="0")
CASES = {
    "accepted, and never shown": ((), (0, 1, 0)),
    "open, and nothing executed": ((GroupStates(at=AT, group="g", states={"a": "open"}),), (1, 0, 1)),
    "open, by its figures": ((executed(a=OPEN),), (1, 0, 1)),
    "filled, without figures": (
        (GroupStates(at=AT, group="g", states={"a": "filled"}, vol_exec={"a": "0.5"}),),
        (0, 1, 0),
    ),
    "executed, without its cost": ((executed(a=Executed(status="closed", vol_exec="0.5")),), (0, 1, 0)),
    "executed, with a cost that is no number": (
        (executed(a=Executed(status="closed", vol_exec="0.5", cost="1e3", fee="0")),),
        (0, 1, 0),
    ),
    "in doubt": ((OrderUnresolved(at=AT, group="g", id="a", reason="?"),), (0, 1, 0)),
    "in doubt, with figures": (
        (executed(a=CLOSED), OrderUnresolved(at=AT, group="g", id="a", reason="?")),
        (0, 1, 0),
    ),
    "canceled before anything": (
        (
            executed(a=OPEN),
            CancelSettled(
                at=AT,
                group="g",
                ref="order:g/a",
                txid="TXa",
                outcome="canceled",
                unwind=False,
                vol="1",
                vol_exec="0",
            ),
        ),
        (1, 0, 0),
    ),
    "canceled after more was executed than its figures say": (
        (
            executed(a=OPEN),
            CancelSettled(
                at=AT,
                group="g",
                ref="TXa",
                txid="TXa",
                outcome="canceled",
                unwind=True,
                vol="1",
                vol_exec="0.3",
            ),
        ),
        (0, 1, 0),
    ),
    "rejected": ((OrderRejected(at=AT, group="g", id="a", error="no"),), (0, 0, 0)),
}


@pytest.mark.parametrize("name", CASES)
def test_unknown_is_not_nothing(name: str) -> None:
    """Orders with known figures, without, and those that may go on."""
    entries, counted = CASES[name]
    (run,) = runs_of(RUN, *sent("a"), *entries, END)
    (money,) = run.money or (RunMoney(currency="EUR"),)
    assert (money.known, money.unknown, money.open) == counted
    assert (money.row()["worth"] is None) == (not money.known)


def test_a_run_is_cut_out_as_it_ended() -> None:
    """Facts that were learned later are not in it."""
    entries = [RUN, *sent("a"), END, RUN, executed(a=CLOSED)]
    assert entries_until(entries, 1) == entries[:4]
    assert entries_until(entries, 2) == entries


def test_wanted_runs() -> None:
    """By time, batch, account, outcome, and either name of whoever began it."""
    (run,) = runs_of(replace(RUN, provenance={"user": "ci", "actor": "bob"}), END)
    for wanted in (
        {},
        {"user": "ci"},
        {"user": "bob"},
        {"batch": "b", "outcome": "done", "account": "AA01"},
        {"since": 0.0, "until": 9e9},
    ):
        assert WantedRuns(**wanted).has(run), wanted
    for wanted in (
        {"user": "ann"},
        {"batch": "bb"},
        {"outcome": "refused"},
        {"account": "AA"},
        {"since": 9e9},
        {"until": 0.0},
    ):
        assert not WantedRuns(**wanted).has(run), wanted


FIGURES = st.none() | st.builds(
    Executed,
    status=st.sampled_from(["open", "closed", "canceled", None]),
    vol_exec=st.sampled_from(["0.0", "0.5", None]),
    cost=st.sampled_from(["10", "0.125", "x", None]),
    fee=st.sampled_from(["1", None]),
)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), FIGURES), max_size=6),
    st.sampled_from(["ETH/EUR", "XBT/USD", ""]),
)
def test_each_order_is_counted_once(orders: list[tuple[str, Executed | None]], pair: str) -> None:
    """Over runs in any order: known and unknown together are all orders, and sums are exact."""
    entries: list[Entry] = []
    last: dict[str, Executed | None] = {}
    for id, figures in orders:
        entries += [RUN, *sent(id, pair), *([executed(**{id: figures})] if figures else []), END]
        last[id] = figures
    money = History(runs=tuple(runs_of(*entries))).in_all()
    assert sum(each.known + each.unknown for each in money.values()) == len(last)
    sums = [
        each.cost
        for each in last.values()
        if pair and each and each.vol_exec == "0.5" and each.cost in ("10", "0.125") and each.fee
    ]
    assert sum(each.worth for each in money.values()) == sum(map(Decimal, filter(None, sums)))
