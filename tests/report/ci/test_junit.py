"""JUnit XML: an order is a test case, a reject is a failure, what is unresolved is an error."""

from __future__ import annotations

import io
from xml.etree import ElementTree as ET

import pytest

from runner.errors import Refused
from runner.report import Format, Output
from runner.report.lines import neutral
from tests.report.builders import FILE, NASTY, ONE_ORDER, Journal, batch_of
from tests.report.cases import CASES, result_of


def shown(name: str) -> ET.Element:
    """Return what a case writes to standard output."""
    stdout = io.StringIO()
    CASES[name](Output(Format.JUNIT, stdout=stdout, stderr=io.StringIO()))
    return ET.fromstring(stdout.getvalue())


def fates(root: ET.Element) -> dict[str, str]:
    """Return how each test case ended, by name."""
    ends = ("failure", "error", "skipped")
    return {
        case.get("name", ""): next((end.tag for end in case if end.tag in ends), "passed")
        for case in root.iter("testcase")
    }


@pytest.mark.parametrize("name", [name for name in CASES if name != "confirm"])
def test_counts_are_those_of_what_is_there(name: str) -> None:
    """For each suite and for all of them."""
    root = shown(name)
    assert root.tag == "testsuites"
    for item in (root, *root):
        for key, tag in (
            ("tests", "testcase"),
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ):
            assert item.get(key) == str(len(list(item.iter(tag)))), (key, item.attrib)
    assert all(case.get("classname") for case in root.iter("testcase"))
    assert list(root.iter("testcase"))


def test_a_reject_is_a_failure_with_its_line() -> None:
    """And what it kept from being sent is skipped."""
    root = shown("result-unwound")
    assert fates(root) == {
        "buy-eth": "passed",
        "buy-xbt": "failure",
        **dict.fromkeys(("buy-xbt-now", "sell-eth"), "skipped"),
        **dict.fromkeys(("cancel OQCLML-BW3P3-BUCMWZ", "cancel 8874657", "cancel enter/buy-xbt"), "skipped"),
    }
    case = next(item for item in root.iter("testcase") if item.get("name") == "buy-xbt")
    assert (case.get("file"), case.get("line")) == (FILE, "9")
    (failure,) = case.findall("failure")
    assert failure.get("message") == "rejected: EOrder:Insufficient funds"
    assert failure.text == f"{FILE}:9:10: rejected: EOrder:Insufficient funds"


@pytest.mark.parametrize(
    ("name", "fate"),
    [
        ("result-filled", "passed"),
        ("result-unfilled", "failure"),
        ("result-waiting", "skipped"),
        ("result-passed", "passed"),
    ],
)
def test_a_barrier_is_a_test_case(name: str, fate: str) -> None:
    """It fails where its group is skipped for it; it has its line, and says what was missing."""
    root = shown(name)
    (case,) = (item for item in root.iter("testcase") if item.get("name", "").startswith("needs sell filled"))
    assert fates(root)[case.get("name", "")] == fate
    assert (case.get("classname"), case.get("line")) == ("rebalance/buy", "10")
    text = ET.tostring(case, encoding="unicode")
    assert ("0.3 of 0.5" in text) is (name in ("result-unfilled", "result-passed"))
    assert ("2026-11-22 10:15:00 UTC" in text) is (name == "result-waiting")


def test_unresolved_is_an_error_and_no_failure() -> None:
    """It must not be retried as if it had failed."""
    assert fates(shown("result-unresolved"))["sell-eth"] == "error"
    assert fates(shown("result-unfinished"))["buy-xbt"] == "error"


def test_problems_of_a_file_are_failures() -> None:
    """A file without one is a test that passed."""
    root = shown("validated")
    good, broken = root.findall("testsuite")
    assert (good.get("name"), good.get("failures"), good.get("tests")) == ("batches/good.yaml", "0", "1")
    assert int(broken.get("failures") or 0) == int(broken.get("tests") or 0) > 1


def test_what_others_say_is_text() -> None:
    """The exchange's words come back as they were, but for what does not print."""
    nasty = f"{NASTY} <failure/> ]]> & \" '"
    journal = Journal(batch_of(ONE_ORDER)).starts().sent("g/a").rejected("g/a", nasty)
    journal.group("g", "stopped", nasty).ends("incomplete", nasty)
    stdout = io.StringIO()
    result_of(journal)(Output(Format.JUNIT, stdout=stdout, stderr=io.StringIO()))
    (failure,) = ET.fromstring(stdout.getvalue()).iter("failure")
    assert failure.get("message") == neutral(f"rejected: {nasty}")


def test_an_error_is_a_test_that_could_not_run() -> None:
    """It has no file to point at."""
    stdout = io.StringIO()
    Output(Format.JUNIT, stdout=stdout, stderr=io.StringIO()).error(Refused("no", details=["why"]))
    (case,) = ET.fromstring(stdout.getvalue()).iter("testcase")
    assert case.get("file") is None
    assert [(end.tag, end.get("message")) for end in case] == [("error", "no. why")]


def test_a_currency_outside_its_band_is_a_failure() -> None:
    """The account is not where the file wants it, whether orders follow or none can."""
    for name, failures in (("rebalance-within", 0), ("rebalance-orders", 2), ("rebalance-blocked", 2)):
        assert int(shown(name).get("failures") or 0) == failures
    cases = {case.get("name"): case for case in shown("rebalance-orders").iter("testcase")}
    (failure,) = cases["XBT"]
    assert "outside its band by +20.9 %: sell 0.11803797 XBT/EUR" in str(failure.get("message"))


def test_a_problem_of_a_file_has_its_code_as_type() -> None:
    """As frameworks name the kind of a failure."""
    kinds = [failure.get("type") for failure in shown("validated").iter("failure")]
    assert "number-unfit" in kinds
    assert all(kinds)
