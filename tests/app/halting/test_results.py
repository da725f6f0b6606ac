"""The results of a halt as JSON: of the published shape, and certain only where all is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from runner.api import schema
from runner.app.halting.results import halt_result, resume_result
from runner.app.inputs.batches import Target
from runner.domain import HaltChange
from runner.execution import OurOrders
from tests.execution.sweeping.venue import SweptVenue

TARGET = Target(file=Path(), state_dir=Path("state"), venue="kraken", run_key="")
CHANGE = HaltChange(halted=True, by="ann", host="desk", reason="odd", at="2026-11-30T09:00:00Z")


def result(venue: SweptVenue, ours: OurOrders = OurOrders(), **changed: Any) -> dict[str, Any]:  # noqa: B008
    """The result of a sweep."""
    usual = {"change": CHANGE, "before": None, "place": "state", "doubts": (), "began": 1.0, "horizon": 0.0}
    found = halt_result(TARGET, "all", venue.sweep(), ours, **(usual | changed))
    jsonschema.validate(found, schema("halt"))
    return found


def test_each_order_has_its_end() -> None:
    """With what of it was executed, and whose it is."""
    venue = SweptVenue()
    mine = venue.desk.placed(price="100")
    venue.desk.placed(type="sell", ordertype="stop-loss", price="100", volume="0.1")
    found = result(venue, OurOrders(txids=frozenset({mine})))
    assert found["outcome"] == "done"
    assert [(each["status"], each["ours"], each["protective"]) for each in found["orders"]] == [
        ("canceled", True, False),
        ("canceled", False, True),
    ]


@pytest.mark.parametrize("changed", [{"change": None}, {"doubts": ("a run hangs",)}])
def test_what_is_not_certain_is_unresolved(changed: dict[str, Any]) -> None:
    """Although nothing is open."""
    found = result(SweptVenue(), **changed)
    assert (found["outcome"], found["none_open"]) == ("unresolved", True)


def test_orders_that_may_be_open_are_unresolved() -> None:
    """With the reason."""
    found = result(SweptVenue(unread=True), horizon=5.0)
    assert found["outcome"] == "unresolved"
    assert "records cannot be read" in found["reason"]


def test_a_resumption_names_its_halt() -> None:
    """Or that there was none."""
    for change in (CHANGE, None):
        jsonschema.validate(
            resume_result(TARGET, place="ledger", ended=change, change=change), schema("halt")
        )
