"""The text of a notification about the manifests of a command."""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft202012Validator

from runner.batchfile import load_schema
from runner.errors import ExitCode
from runner.journal import notification
from tests.support.for_each import for_each

SCHEMA = Draft202012Validator(load_schema("notification"))
TOTALS = {
    "orders": dict.fromkeys(
        (
            *("total", "already", "placed", "ended", "validated", "rejected", "refused"),
            *("skipped", "unresolved"),
        ),
        0,
    ),
    "cancellations": dict.fromkeys(
        ("total", "canceled", "closed", "gone", "open", "unresolved", "skipped"), 0
    ),
}


def run(*outcomes: str, batch: str = "b", outcome: str = "done") -> dict[str, Any]:
    """Return the manifest of a run whose orders have these outcomes."""
    orders = [
        {"id": f"o{number}", "outcome": each, "txid": None, "error": each if each != "placed" else None}
        for number, each in enumerate(outcomes)
    ]
    totals = json.loads(json.dumps(TOTALS))
    for each in outcomes:
        totals["orders"][each] += 1
    return {
        "batch": batch,
        "run_key": "",
        "venue": "paper",
        "file": f"{batch}.yaml",
        "digest": "0" * 64,
        "outcome": outcome,
        "reason": "",
        "totals": totals,
        "provenance": None,
        "account": "AA96",
        "groups": [{"name": "g", "orders": orders}],
    }


def message(*manifests: dict[str, Any], code: ExitCode = ExitCode.DONE, **more: Any) -> dict[str, Any]:
    """Return the notification, which keeps its schema."""
    found = notification(manifests, code=code, tool="order-batch 1", at="2026-11-30T10:00:00Z", **more)
    SCHEMA.validate(found)
    return found


@for_each(
    [
        (ExitCode.DONE, "done"),
        (ExitCode.INCOMPLETE, "rejected"),
        (ExitCode.UNRESOLVED, "unresolved"),
        *((code, "failed") for code in ExitCode if code not in (0, 1, 6)),
    ]
)
def test_the_event_is_that_of_the_exit_code(code: ExitCode, event: str) -> None:
    """Anything that is no result of a run has failed."""
    assert message(run("placed"), code=code)["event"] == event


def test_a_halted_account_is_an_event_of_its_own() -> None:
    """Somebody has stopped everything, so nothing has failed."""
    found = message(code=ExitCode.REFUSED, error="halted by ann", halted=True)
    assert (found["event"], found["text"]) == ("halted", "order-batch halted; halted by ann")
    under_way = message(run("placed", outcome="halted"), code=ExitCode.UNRESOLVED)
    assert under_way["event"] == "halted"


def test_the_line_for_people_has_the_counts_of_each_run() -> None:
    """Only what there is; what needs a look comes first."""
    found = message(run("placed", "unresolved", "placed"), run(batch="c"), code=ExitCode.UNRESOLVED)
    assert found["text"] == (
        "order-batch unresolved; b at paper: 1 unresolved, 2 placed; c at paper: nothing to do"
    )


def test_orders_that_need_a_look_are_named_the_most_urgent_first() -> None:
    """At most twenty, with the number of the others; what was placed is not named."""
    found = message(run(*["rejected"] * 15, "placed", "skipped"), run(*["unresolved"] * 9, batch="c"))
    assert [order["outcome"] for order in found["orders"]] == ["unresolved"] * 9 + ["rejected"] * 11
    assert found["orders_left_out"] == 5
    assert found["orders"][0] == {
        "batch": "c",
        "order": "g/o0",
        "outcome": "unresolved",
        "txid": None,
        "error": "unresolved",
    }


def test_the_account_is_not_in_it() -> None:
    """A receiver gets of a run what people need, and no more."""
    assert "AA96" not in json.dumps(message(run("placed")))


def test_a_run_has_the_fields_of_its_manifest() -> None:
    """Each means the same in both schemas."""
    manifest = load_schema("manifest")
    fields = load_schema("notification")["properties"]["runs"]["items"]["properties"]
    same = {name: manifest["properties"][name] for name in fields}
    assert fields == {**same, "totals": manifest["$defs"]["totals"]}
