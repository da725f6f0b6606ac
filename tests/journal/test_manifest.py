"""The manifest: a fold of the journal, in the published form, that claims nothing that is not known."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from runner.domain import Executed
from runner.journal import (
    CancelIntent,
    CancelSettled,
    Entry,
    FillsAwaited,
    FillsSettled,
    GroupEnded,
    OrderAbsent,
    OrderIntent,
    OrderPlaced,
    OrderRejected,
    OrdersExecuted,
    OrderUnresolved,
    RunEnded,
    RunStarted,
    fold,
    manifest,
)
from tests.journal.published import assert_published, validator

AT = {"at": "2026-11-22T07:00:10.000000Z"}
A, B = {**AT, "group": "enter", "id": "a"}, {**AT, "group": "enter", "id": "b"}
REQUEST = {
    "pair": "ETH/EUR",
    "type": "buy",
    "ordertype": "limit",
    "price": "150",
    "volume": "0.25",
    "reqid": 3,
    "deadline": "2026-11-22T07:00:20.000Z",
}
TXID = "OUEMWD-CUO73-YYCBEK"
RUN = RunStarted(
    **AT,
    tool="order-batch 0",
    batch="b",
    run_key="",
    venue="paper",
    file="b.yaml",
    digest="0" * 64,
    groups=(
        {
            "name": "enter",
            "needs": [],
            "on_reject": "stop",
            "orders": [
                {"id": "a", "line": 7, "column": 9, "cl_ord_id": "c-a", "userref": None},
                {"id": "b", "line": 8, "cl_ord_id": None, "userref": "17"},
            ],
            "cancel": [
                {"ref": TXID, "line": 9},
                {"ref": "userref:5", "line": 10},
                {"ref": "order:enter/a", "line": 11},
            ],
        },
    ),
)
UNTOLD = {"vol": None, "vol_exec": None, "reason": None}
PARTLY = {"vol": "0.25", "vol_exec": "0.1", "reason": "User requested"}
INTENT = OrderIntent(**A, reqid=3, content="c", request=REQUEST)
PLACED = OrderPlaced(**A, txid="O1", source="reply", descr="buy")
END = RunEnded(**AT, outcome="done")


def manifest_of(*entries: Entry) -> dict[str, Any]:
    """The manifest of a journal, held against its published form."""
    content = manifest(fold([RUN, *entries]))
    assert_published(json.loads(json.dumps(content)))
    return content


def group_of(*entries: Entry) -> Any:
    """The one group of the manifest."""
    return manifest_of(*entries)["groups"][0]


def order_of(*entries: Entry) -> Any:
    """The first order of the manifest."""
    return group_of(*entries)["orders"][0]


def results_of(*entries: Entry) -> list[tuple[str | None, str]]:
    """Return what became of each cancellation."""
    return [(result["txid"], result["outcome"]) for result in group_of(*entries)["cancel"]["results"]]


def test_who_approved_a_plan_is_in_the_published_form() -> None:
    """As the run began with it; a run that needed none does not speak of it."""
    row = {"by": "alice", "at": AT["at"], "reason": "held against the mandate"}
    content = manifest(fold([replace(RUN, approvals=(row,)), END]))
    assert_published(content)
    assert content["approvals"] == [row]
    assert "approvals" not in manifest(fold([RUN, END]))


def test_keys_are_the_published_ones() -> None:
    """The top level, and an order, have these keys in this order, whatever happened."""
    content = manifest_of(INTENT, PLACED, END)
    assert list(content) == [
        *("manifest_version", "tool", "batch", "run_key", "venue", "file", "digest", "plan", "policy"),
        *("policies", "account", "exchange", "provenance", "outcome"),
        *("reason", "started_at", "finished_at", "groups", "totals"),
    ]
    assert list(content["groups"][0]["orders"][0]) == [
        *(
            "id",
            "outcome",
            "already",
            "state",
            "vol_exec",
            "txid",
            "cl_ord_id",
            "userref",
            "reqid",
            "request",
            "descr",
            "error",
        ),
        *("line", "column", "sent_at", "acked_at", "execution"),
    ]


def test_a_placed_order() -> None:
    """The request, the outcome, the line in the file, and the times."""
    assert order_of(INTENT, PLACED, END) == {
        "id": "a",
        "outcome": "placed",
        "already": False,
        "state": "accepted",
        "vol_exec": None,
        "txid": "O1",
        "cl_ord_id": "c-a",
        "userref": None,
        "reqid": 3,
        "request": REQUEST,
        "descr": "buy",
        "error": None,
        "line": 7,
        "column": 9,
        "sent_at": AT["at"],
        "acked_at": AT["at"],
        "execution": None,
    }


def test_what_was_executed_is_beside_what_was_planned() -> None:
    """The exchange's own figures, and how much worse than the plan's price they are."""
    executed = Executed(
        status="closed",
        vol_exec="0.25000000",
        cost="37.62500",
        fee="0.09782",
        avg_price="150.50000",
        seen_at=AT["at"],
    )
    intent = OrderIntent(**A, reqid=3, content="c", request=REQUEST, plan_price="150")
    figures = OrdersExecuted(at=AT["at"], group="enter", orders={"a": executed})
    assert order_of(intent, PLACED, figures, END)["execution"] == {
        "status": "closed",
        "vol_exec": "0.25000000",
        "cost": "37.62500",
        "fee": "0.09782",
        "fee_currency": "EUR",
        "avg_price": "150.50000",
        "plan_price": "150",
        "slippage": "0.50000",
        "slippage_percent": "0.3333",
        "seen_at": AT["at"],
        "awaited": False,
    }


def test_what_is_unknown_of_an_execution_is_null() -> None:
    """Never 0: an order that was waited for in vain, of whose message nothing is known."""
    placed = OrderPlaced(**A, txid="O1", source="lookup")
    figures = OrdersExecuted(at=AT["at"], group="enter", orders={"a": Executed(awaited=True)})
    shown = order_of(placed, figures, END)["execution"]
    assert shown.pop("awaited") is True
    assert set(shown.values()) == {None}


def test_an_order_that_leaves_anew_has_nothing_executed() -> None:
    """Facts about an earlier sending no longer count."""
    figures = OrdersExecuted(at=AT["at"], group="enter", orders={"a": Executed(status="closed")})
    assert order_of(INTENT, PLACED, figures, INTENT, PLACED, END)["execution"] is None


def test_what_was_never_reached_is_skipped() -> None:
    """A run that did nothing names every order and every cancellation all the same."""
    group = group_of(END)
    assert [order["outcome"] for order in group["orders"]] == ["skipped", "skipped"]
    assert results_of(END) == [(TXID, "skipped"), ("5", "skipped"), (None, "skipped")]
    assert group["cancel"]["reqid"] is None


def test_a_run_without_an_end_is_unfinished() -> None:
    """The process died: what it was about to send is unresolved, and so are run and group."""
    content = manifest_of(INTENT)
    assert (content["outcome"], content["finished_at"]) == ("unfinished", None)
    assert content["groups"][0]["outcome"] == "unfinished"
    assert content["groups"][0]["orders"][0]["outcome"] == "unresolved"


def test_a_cancellation_that_left_without_an_end_is_unresolved() -> None:
    """The process died after its cancelOrder left: that it was skipped would be a lie."""
    intent = CancelIntent(**AT, group="enter", reqid=9, txid=(TXID, "5", "O1"), unwind=False)
    settled = CancelSettled(**AT, group="enter", ref=TXID, txid=TXID, outcome="canceled", unwind=False)
    assert results_of(INTENT, PLACED, intent, settled) == [
        (TXID, "canceled"),
        ("5", "unresolved"),
        ("O1", "unresolved"),
    ]


def test_an_unwinding_that_left_without_an_end_is_unresolved() -> None:
    """The same for what was to be taken back."""
    intent = CancelIntent(**AT, group="enter", reqid=9, txid=("O1",), unwind=True)
    group = group_of(INTENT, PLACED, intent)
    result = {"order": "enter/a", "txid": "O1", "outcome": "unresolved", **UNTOLD}
    assert group["unwind"] == {"reqid": 9, "results": [result]}
    settled = CancelSettled(
        **AT,
        group="enter",
        ref="order:enter/a",
        txid="O1",
        outcome="canceled",
        unwind=True,
        **PARTLY,
    )
    group = group_of(INTENT, PLACED, intent, settled)
    assert group["unwind"]["results"] == [{**result, "outcome": "canceled", **PARTLY}]


def test_a_userref_names_what_it_matched() -> None:
    """One reference may match several orders."""
    settled = CancelSettled(
        **AT,
        group="enter",
        ref="userref:5",
        txid="5",
        outcome="canceled",
        unwind=False,
        matched=("O7", "O8"),
        **PARTLY,
    )
    result = group_of(settled)["cancel"]["results"][1]
    assert result == {
        "txid": "5",
        "outcome": "canceled",
        **PARTLY,
        "line": 10,
        "column": 1,
        "userref": "5",
        "matched": ["O7", "O8"],
    }


@pytest.mark.parametrize(
    "fact",
    [OrderRejected(**A, error="EOrder:Insufficient funds"), OrderAbsent(**A, reason="not there")],
)
def test_a_fate_of_an_earlier_run_is_none_of_this_one(fact: Entry) -> None:
    """An order that an earlier run had rejected, and this one did not send, is skipped here."""
    assert order_of(INTENT, fact)["error"] is not None
    order = order_of(INTENT, fact, RUN, END)
    assert (order["outcome"], order["error"], order["reqid"]) == ("skipped", None, None)


def test_a_placed_order_of_an_earlier_run_is_already_there() -> None:
    """It is reported with all that is known of it."""
    order = order_of(INTENT, PLACED, RUN, END)
    assert (order["outcome"], order["already"], order["txid"], order["reqid"]) == ("placed", True, "O1", 3)
    assert order_of(PLACED, END)["already"] is True


def test_doubt_outlives_its_run() -> None:
    """An order whose fate an earlier run left open stays unresolved until somebody finds out."""
    for fact in ([], [OrderUnresolved(**A, reason="unknown")]):
        order = order_of(INTENT, *fact, RUN, END)
        assert (order["outcome"], order["already"]) == ("unresolved", False)


def test_totals_are_sums() -> None:
    """Every outcome has its count, those that did not happen among them."""
    rejected = OrderRejected(**B, error="no")
    totals = manifest_of(INTENT, PLACED, RUN, rejected, END)["totals"]
    assert totals["orders"] == {
        "total": 2,
        "already": 1,
        "placed": 1,
        "ended": 0,
        "validated": 0,
        "rejected": 1,
        "refused": 0,
        "skipped": 0,
        "unresolved": 0,
    }
    assert totals["cancellations"]["skipped"] == totals["cancellations"]["total"] == 3


def test_only_the_last_run_is_reported() -> None:
    """Outcome, times and the ends of groups are those of the run that started last."""
    late = {"at": "2026-11-23T07:00:10.000000Z"}
    second = RunStarted(
        **late,
        tool="order-batch 0",
        batch="b",
        run_key="",
        venue="paper",
        file="b.yaml",
        digest="1" * 64,
        groups=RUN.groups,
    )
    group = GroupEnded(**late, group="enter", outcome="stopped", reason="b not placed")
    end = RunEnded(**late, outcome="incomplete", reason="because")
    content = manifest_of(GroupEnded(**AT, group="enter", outcome="done"), END, second, group, end)
    assert (content["digest"][0], content["outcome"], content["reason"]) == ("1", "incomplete", "because")
    assert (content["started_at"], content["finished_at"]) == (late["at"], late["at"])
    assert (content["groups"][0]["outcome"], content["groups"][0]["reason"]) == ("stopped", "b not placed")


AWAITED = FillsAwaited(
    **AT, group="after", needed="enter", until="2026-11-22T07:15:10.000000Z", within=900, otherwise="stop"
)


@pytest.mark.parametrize(
    ("entries", "outcome", "reason"),
    [
        ([], "pending", ""),
        ([AWAITED], "waiting", ""),
        ([AWAITED, FillsSettled(**AT, group="after", needed="enter", filled=True)], "filled", ""),
        ([FillsSettled(**AT, group="after", needed="enter", filled=False, reason="r")], "unfilled", "r"),
    ],
)
def test_a_wait_for_fills_is_reported(entries: list[Entry], outcome: str, reason: str) -> None:
    """With its end, and what was not filled; a group that waits for none has no such list."""
    barrier = {"group": "enter", "within": 900, "otherwise": "stop", "line": 12, "column": 9}
    after = {"name": "after", "needs": ["enter"], "barriers": [barrier], "orders": [], "cancel": []}
    run = replace(RUN, groups=(*RUN.groups, after))
    content = manifest(fold([run, *entries]))
    assert_published(content)
    assert "barriers" not in content["groups"][0]
    (wait,) = content["groups"][1]["barriers"]
    assert (wait["outcome"], wait["reason"]) == (outcome, reason)
    assert wait["until"] == (AWAITED.until if AWAITED in entries else None)
    assert (wait["within"], wait["otherwise"], wait["line"]) == (900, "stop", 12)


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "fine"},
        {"started_at": "2026-11-22T07:00:10Z"},
        {"finished_at": "2026-11-22T07:00:10.000000+00:00"},
        {"finished_at": "2026-11-22T07:00:10.000000Z\n"},
        {"digest": "abc"},
        {"extra": 1},
        {"manifest_version": 2},
        {"venue": "elsewhere"},
    ],
)
def test_the_published_form_is_strict(change: dict[str, Any]) -> None:
    """The schema is not so wide that anything would pass."""
    content = manifest_of(INTENT, PLACED, END)
    with pytest.raises(jsonschema.ValidationError):
        validator().validate({**content, **change})


def test_the_published_form_says_what_it_is() -> None:
    """It has its own address, a title and a description for every property, and nothing left open."""
    schema: Any = validator().schema
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == "urn:order-batch:schema:manifest:1"
    stack, properties = [schema], 0
    while stack:
        part = stack.pop()
        if part.get("type") == "object":
            assert part["additionalProperties"] is False
        for name, each in part.get("properties", {}).items():
            target = schema["$defs"][each["$ref"].rsplit("/", 1)[-1]] if "$ref" in each else {}
            assert {"title", "description"} <= {**target, **each}.keys(), name
            properties += 1
        stack += list(part.get("properties", {}).values())
        stack += list(part.get("$defs", {}).values())
    assert properties > 60
