"""The runs of all batches as JSON, in the published form."""

from __future__ import annotations

from jsonschema import Draft202012Validator

from runner.api import schema
from runner.journal import History
from runner.report.json.history import history_object
from tests.report.histories import FULL


def test_it_is_of_the_published_form() -> None:
    """Unknown amounts are null, and days have sums of their own."""
    Draft202012Validator.check_schema(schema("history"))
    validator = Draft202012Validator(schema("history"))
    content = history_object(FULL)
    validator.validate(content)
    validator.validate(history_object(History(runs=())))
    assert [(each["worth"], each["unknown"]) for each in content["runs"][0]["money"]] == [
        ("1200.5", 1),
        (None, 2),
    ]
    assert [day["day"] for day in content["days"]] == ["2026-11-22", "2026-11-24", "2026-11-25"]
    assert [each["currency"] for each in content["totals"]] == [None, "EUR", "XBT"]
    assert content["unread"]


def test_the_schema_names_each_key() -> None:
    """With a title and a description."""
    for part in (schema("history"), *schema("history")["$defs"].values()):
        for name, rule in part["properties"].items():
            assert {"title", "description"} <= rule.keys(), name
