"""The JSON of each command: keys, order of keys, and that messages are what would leave."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema

from runner.api import schema
from runner.domain import HaltInForce
from runner.errors import InvalidInput
from runner.harmless import json_text
from runner.report.json.objects import error_object, plan_object, status_object, validated_object
from tests.report.builders import QUICKSTART, batch_of, txid
from tests.report.cases import (
    BROKEN,
    changed,
    done,
    filled,
    in_doubt,
    live_plan,
    passed,
    problems_of,
    quickstart,
    rebalance,
    sold,
    unfilled,
    unlucky_cancels,
    unwound,
    waiting,
)
from tests.support.for_each import for_each

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.report.builders import Journal

PLAN_KEYS = [
    "plan_version",
    "tool",
    "batch",
    "run_key",
    "venue",
    "file",
    "digest",
    "changes",
    "groups",
    "totals",
]
PLAN_KEYS += ["policy", "policies", "provenance", "rulings", "refused", "errors"]


def test_a_barrier_is_named_beside_the_need() -> None:
    """With its time in seconds; needs stay names."""
    _, buy = plan_object(rebalance().plan())["groups"]
    assert buy["needs"] == ["sell"]
    terms = {"group": "sell", "within": 900, "otherwise": "cancel"}
    assert buy["barriers"] == [{**terms, "until": None, "line": 10}]
    _, buy = plan_object(waiting().plan())["groups"]
    assert buy["barriers"] == [{**terms, "until": "2026-11-22T10:15:00.000000Z", "line": 10}]


def test_a_plan_has_its_keys_in_order() -> None:
    """Programs rely on the names, people on the order."""
    content = plan_object(quickstart().plan())
    (group, *_) = content["groups"]
    (order, *_) = group["orders"]
    (cancel, *_) = content["groups"][1]["cancel"]
    assert list(content) == PLAN_KEYS
    assert list(group) == ["name", "needs", "barriers", "on_reject", "hold", "orders", "cancel"]
    assert list(order) == ["id", "disposition", "line", "txid", "message", "deadline_s"]
    assert cancel == {
        "ref": "OQCLML-BW3P3-BUCMWZ",
        "txid": "OQCLML-BW3P3-BUCMWZ",
        "line": 16,
        "settled": False,
        "disposition": "send",
    }


def test_a_message_is_what_would_leave() -> None:
    """Under the wire's names, in the author's numbers, without token, reqid and deadline."""
    content = plan_object(live_plan().plan())
    message = content["groups"][1]["orders"][0]["message"]
    assert message["event"] == "addOrder"
    assert message["close[ordertype]"] == "stop-loss-limit"
    assert message["close[price]"] == "#5%"
    assert content["groups"][0]["orders"][2]["message"]["volume"] == "0.10"
    assert not {"token", "reqid", "deadline"} & message.keys()


def test_an_orders_own_deadline_is_its_authors_text() -> None:
    """None where the run's own applies."""
    first, second, _ = plan_object(live_plan().plan())["groups"][0]["orders"]
    assert (first["deadline_s"], second["deadline_s"]) == (None, "5")


def test_a_plan_counts_by_disposition() -> None:
    """And says whether there is anything to do."""
    assert plan_object(in_doubt().plan())["totals"] == {
        "cancellations": {"total": 3, "to_send": 3, "settled": 0, "orphaned": 0},
        "orders": {
            "total": 4,
            "send": 2,
            "look_up": 1,
            "placed": 1,
            "ended": 0,
            "open_at_exchange": 0,
            "changed": 0,
            "orphaned": 0,
            "unreachable": 0,
            "denied": 0,
        },
    }
    assert [plan_object(journal.plan())["changes"] for journal in (quickstart(), done())] == [True, False]


def test_cancellations_that_will_be_skipped_are_not_counted_as_sent() -> None:
    """Their group is not reached."""
    assert plan_object(unwound().plan())["totals"]["cancellations"] == {
        "total": 3,
        "to_send": 0,
        "settled": 0,
        "orphaned": 0,
    }


def test_a_plan_names_what_was_placed() -> None:
    """Also for an order that has changed since."""
    content = plan_object(changed().plan())
    assert [(order["disposition"], order["txid"]) for order in content["groups"][1]["orders"]] == [
        ("placed", txid(3)),
        ("changed", txid(4)),
    ]


def test_a_status_has_the_last_run_and_every_order() -> None:
    """None before the first run."""
    journal = in_doubt()
    content = status_object(journal.plan(), journal.manifest())
    names = [
        "batch",
        "run_key",
        "venue",
        "halt",
        "last_run",
        "exchange_read",
        "orders",
        "barriers",
        "contradictions",
    ]
    assert list(content) == [*names, "left_open"]
    assert content["last_run"] == journal.manifest()
    assert content["orders"][0] == {
        "group": "enter",
        "id": "buy-eth",
        "disposition": "placed",
        "txid": txid(1),
        "outcome": "placed",
        "line": 8,
        "exchange": None,
        "execution": None,
    }
    assert content["exchange_read"] is False
    assert [order["outcome"] for order in content["orders"]] == ["placed", None, None, None]
    assert status_object(quickstart().plan(), None)["last_run"] is None


@for_each(
    [quickstart, done, in_doubt, unwound, changed, unlucky_cancels, sold, waiting, unfilled, filled, passed]
)
def test_a_status_keeps_its_schema(journal: Callable[[], Journal]) -> None:
    """With and without a halt; the figures of an order are those of a manifest."""
    built = journal()
    manifest = built.manifest() if built.entries else None
    halt = HaltInForce(halted=True, by="ann", host="desk", reason="odd", at="2026-11-30T09:00:00Z", place="x")
    for held in (None, halt):
        jsonschema.validate(status_object(built.plan(), manifest, halt=held), schema("status"))
    for part in ("execution", "amount", "time"):
        assert schema("status")["$defs"][part] == schema("manifest")["$defs"][part]


def test_files_are_listed_with_their_problems() -> None:
    """A valid one with its counts."""
    problems = problems_of(BROKEN)
    good, bad = validated_object([("a.yaml", batch_of(QUICKSTART), ()), ("b.yaml", None, problems)])["files"]
    assert good == {
        "file": "a.yaml",
        "valid": True,
        "batch": "quickstart",
        "orders": 4,
        "cancellations": 3,
        "problems": [],
    }
    assert (bad["valid"], bad["batch"], bad["orders"], bad["cancellations"]) == (False, None, None, None)
    assert list(bad["problems"][0]) == ["file", "line", "column", "path", "message", "hint", "code"]
    assert [problem["code"] for problem in bad["problems"]] == [problem.rule for problem in problems]
    assert bad["problems"][0]["code"]
    assert len(bad["problems"]) == len(problems) == 5


def test_an_error_carries_its_exit_code() -> None:
    """As a number."""
    content = error_object(InvalidInput("wrong", details=["so"]), ())
    assert content == {"error": "wrong", "details": ["so"], "problems": [], "exit_code": 3}


def test_text_is_ascii_and_ends_in_one_newline() -> None:
    """No terminal is moved by it, and no pipe chokes on it."""
    text = json_text({"a": "\x1b[2J \u202e € \udcff"})
    assert text.isascii()
    assert text.endswith("}\n")
    assert "\x1b" not in text
    assert json.loads(text) == {"a": "\x1b[2J \u202e € \udcff"}
    assert json_text({"a": 1, "b": 2}, one_line=True) == '{"a": 1, "b": 2}\n'
