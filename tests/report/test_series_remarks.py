"""Several files for formats that point at places."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree as ET

import pytest

from runner.errors import InvalidInput
from runner.report import Format, Output
from tests.report import series


def shown(show: object, format: Format) -> str:
    """The output of a format for several files."""
    stdout = io.StringIO()
    show(Output(format, stdout=stdout, stderr=io.StringIO()))  # type: ignore[operator]
    return stdout.getvalue()


def test_sarif_is_one_run() -> None:
    """With what is wrong with each, and what did not begin."""
    (run,) = json.loads(shown(series.applied, Format.SARIF))["runs"]
    rules = [result["ruleId"] for result in run["results"]]
    assert rules == ["order-rejected", "command-refused", "file-not-begun"]
    places = [
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]
    ]
    assert places == ["batches/3-buy.yaml", "batches/4-refused.yaml", "batches/5-last.yaml"]
    (run,) = json.loads(shown(series.planned, Format.SARIF))["runs"]
    assert "batch-file" in [result["ruleId"] for result in run["results"]]
    assert run["properties"] == {"policy": "no policy", "policies": []}


def test_junit_is_one_document_with_a_suite_for_each_file() -> None:
    """Its cases are those that the file has alone; what did not begin is skipped."""
    root = ET.fromstring(shown(series.applied, Format.JUNIT))
    assert [suite.get("name") for suite in root] == [
        *("batches/1-sell.yaml", "batches/3-buy.yaml", "batches/4-refused.yaml", "batches/5-last.yaml")
    ]
    counted = [(suite.get("failures"), suite.get("errors"), suite.get("skipped")) for suite in root]
    assert counted == [("0", "0", "0"), ("1", "0", "0"), ("0", "1", "0"), ("0", "0", "1")]
    assert (root.get("tests"), root.get("failures")) == ("4", "1")
    planned = ET.fromstring(shown(series.planned, Format.JUNIT))
    assert [len(suite.findall("testcase")) for suite in planned] == [2, 1, 1]


def test_csv_has_the_rows_of_all_below_one_heading() -> None:
    """In the order of the runs."""
    rows = list(csv.DictReader(io.StringIO(shown(series.applied, Format.CSV))))
    assert [(row["batch"], row["outcome"]) for row in rows] == [("sell", "placed"), ("buy", "rejected")]


def test_annotations_are_those_of_all() -> None:
    """Then a line for each file and the sums."""
    lines = shown(series.applied, Format.GITHUB).splitlines()
    assert [line.split(" ")[0] for line in lines if line.startswith("::")] == [
        "::error",
        "::error",
        "::warning",
    ]
    assert lines[-1] == "- orders of all: 1 placed, 1 rejected"
    assert "- batches/5-last.yaml: not applied: batches/3-buy.yaml failed" in lines


def test_there_is_no_page_of_several_files() -> None:
    """A page sorts and filters the orders of one."""
    with pytest.raises(InvalidInput):
        shown(series.applied, Format.HTML)
