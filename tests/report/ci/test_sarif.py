"""SARIF 2.1.0 that other tools take."""

from __future__ import annotations

import io
import json
import warnings
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.errors import Refused
from runner.report import Format, Output
from runner.report.ci.sarif import sarif_of, uri_of
from runner.report.diagnostics import Level, Remark
from runner.report.wording.rules import RULES
from tests.report.cases import CASES
from tests.support.for_each import for_each

REMARKS = st.builds(
    Remark,
    file=st.text(min_size=1).filter(lambda text: "\0" not in text) | st.just(""),
    line=st.integers(1, 10_000),
    column=st.integers(1, 200),
    level=st.sampled_from(Level),
    rule=st.sampled_from(sorted(RULES)),
    subject=st.text(),
    message=st.text(),
    hint=st.text(),
)


@cache
def model() -> Any:
    """The published schema as a package of other people has it, generated from the schema itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pydantic_sarif.model import (  # noqa: PLC0415
            StaticAnalysisResultsFormatSarifVersion210JsonSchema as Log,
        )
    return Log


def assert_sarif(content: dict[str, Any]) -> None:
    """It is of the published form, and its references lead somewhere."""
    model().model_validate_json(json.dumps(content))
    (run,) = content["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def shown(name: str) -> dict[str, Any]:
    """Return what a case writes to standard output."""
    stdout = io.StringIO()
    CASES[name](Output(Format.SARIF, stdout=stdout, stderr=io.StringIO()))
    content: dict[str, Any] = json.loads(stdout.getvalue())
    return content


@for_each([name for name in CASES if name != "confirm"])
def test_every_case_is_of_the_published_form(name: str) -> None:
    """Plans, results, status and problems."""
    assert_sarif(shown(name))


def test_the_schema_that_it_is_held_against_can_say_no() -> None:
    """Of another version, with a key too many, without a message."""
    good = shown("result-unwound")
    for spoil in ({"version": "2.0.0"}, {"more": 1}, {"runs": [{"results": []}]}):
        with pytest.raises(ValueError, match="validation error"):
            assert_sarif({**good, **spoil})


def test_a_reject_has_its_rule_and_its_place() -> None:
    """Columns are counted in characters."""
    (run,) = shown("result-unwound")["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("order-rejected", "error")
    assert result["message"]["text"] == "enter/buy-xbt: rejected: EOrder:Insufficient funds"
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "batches/quickstart.yaml"},
        "region": {"startLine": 9, "startColumn": 10},
    }


def test_each_problem_of_a_file_has_its_own_rule_with_help() -> None:
    """So that code scanning can list, explain and dismiss one kind alone."""
    (run,) = shown("validated")["runs"]
    used = {result["ruleId"] for result in run["results"]}
    assert len(used) >= 3
    assert "batch-file" not in used
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert rules.keys() >= used
    assert all(rules[rule]["help"]["text"].startswith("What to do: ") for rule in used)


def test_files_are_named_from_the_root() -> None:
    """Code scanning does not know the folder in which the command ran."""
    stdout = io.StringIO()
    CASES["result-unwound"](
        Output(Format.SARIF, stdout=stdout, stderr=io.StringIO(), rooted_path="sub/{}".format)
    )
    assert '"uri": "sub/batches/quickstart.yaml"' in stdout.getvalue()


def test_a_run_in_which_all_went_well_has_no_results() -> None:
    """It is a log all the same."""
    assert shown("result-done")["runs"][0]["results"] == []


@given(st.lists(REMARKS, max_size=4))
def test_any_remark_is_of_the_published_form(remarks: list[Remark]) -> None:
    """With any texts."""
    content = sarif_of(remarks)
    assert_sarif(content)
    assert all(
        result["message"]["text"].isprintable() for run in content["runs"] for result in run["results"]
    )


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("batches/a.yaml", "batches/a.yaml"),
        ("b c/ü.yaml", "b%20c/%C3%BC.yaml"),
        ("a:b.yaml", "a%3Ab.yaml"),
        ("/srv/a.yaml", "file:///srv/a.yaml"),
        ("../a.yaml", "../a.yaml"),
    ],
)
def test_a_path_is_a_uri_reference(file: str, uri: str) -> None:
    """Relative stays relative: code scanning looks in the repository."""
    assert uri_of(file) == uri


def test_an_error_is_a_result_without_a_place() -> None:
    """Standard error says it too."""
    stdout, stderr = io.StringIO(), io.StringIO()
    Output(Format.SARIF, stdout=stdout, stderr=stderr).error(Refused("no"))
    content = json.loads(stdout.getvalue())
    assert_sarif(content)
    assert "locations" not in content["runs"][0]["results"][0]
    assert "error: no" in stderr.getvalue()
