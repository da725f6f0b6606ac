"""``order-batch plan`` of several files: each as it comes after the others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from runner.batchfile import load_schema
from tests.app.shell import STATE, Shell, batch, order

if TYPE_CHECKING:
    from tests.app.shell import CommandResult

LIMIT = """\
version: 1
name: desk
rules:
  - {name: most-a-day, check: orders, most: 3, per: day, message: Ask the head of desk}
"""


def valid(result: CommandResult) -> dict[str, object]:
    """The results of several files, which keep the published schema."""
    assert list(Draft202012Validator(load_schema("results")).iter_errors(result.json)) == []
    return result.json  # type: ignore[no-any-return]


def states(result: CommandResult) -> dict[str, str]:
    """The outcome of each file."""
    return {file["file"]: file["state"] for file in result.json["files"]}


def balances(result: CommandResult, currency: str) -> list[tuple[str, str]]:
    """The balance before and after each file in one currency."""
    plans = [file["plan"]["review"]["balances"] for file in result.json["files"]]
    return [(row["before"], row["after"]) for rows in plans for row in rows if row["currency"] == currency]


def test_each_file_finds_what_those_before_it_leave(shell: Shell) -> None:
    """Balances form a chain, the summary goes from its beginning to its end, and the market is one."""
    files = [batch(order(price=str(140 + number)), name=name) for number, name in enumerate("abc")]
    result = shell("plan", *reversed(files), "--format", "json")
    assert result.code == 0
    summary = valid(result)["summary"]
    assert list(states(result)) == ["a.yaml", "b.yaml", "c.yaml"]
    chain = balances(result, "EUR")
    assert [after for _, after in chain[:-1]] == [before for before, _ in chain[1:]]
    assert isinstance(summary, dict)
    (eur,) = summary["totals"]["balances"]
    assert (eur["before"], eur["after"]) == (chain[0][0], chain[-1][1])
    assert summary["orders"] == 3
    assert len({file["plan"]["review"]["market"]["at"] for file in result.json["files"]}) == 1
    assert not STATE.exists()


def test_money_that_one_spends_is_gone_for_the_next(shell: Shell) -> None:
    """The file that finds too little is refused, and those after it do not pay for it."""
    for name, volume in (("a", "600"), ("b", "600"), ("c", "1")):
        batch(order(volume=volume, price="100"), name=name)
    result = shell("plan", ".", "--format", "json")
    assert result.code == 4
    assert states(result) == {"a.yaml": "done", "b.yaml": "failed", "c.yaml": "done"}
    findings = result.json["files"][1]["plan"]["review"]["findings"]
    assert [finding["rule"] for finding in findings] == ["balance"]
    alone = shell("plan", "b.yaml", "--format", "json")
    assert (alone.code, alone.json["errors"]) == (0, 0)


def test_limits_of_a_day_count_all_files(shell: Shell) -> None:
    """Each of them alone would be allowed."""
    Path("policy.yaml").write_text(LIMIT, "utf-8")
    for name in "ab":
        batch(order("x"), order("y", price="144"), name=name)
        assert shell("plan", f"{name}.yaml").code == 0
    result = shell("plan", ".", "--format", "json")
    assert result.code == 4
    assert states(result) == {"a.yaml": "done", "b.yaml": "failed"}
    rulings = result.json["files"][1]["plan"]["rulings"]
    assert [ruling["rule"] for ruling in rulings] == ["most-a-day"]
    assert "policy.yaml (a policy)" in result.words


def test_an_invalid_file_hides_no_other(shell: Shell) -> None:
    """It has its own entry; the others are planned as if it did nothing."""
    batch(order(), name="a")
    batch(order(volume="-1"), name="b")
    batch(order(price="144"), name="c")
    result = shell("plan", ".", "--format", "json")
    assert result.code == 3
    valid(result)
    assert states(result) == {"a.yaml": "done", "b.yaml": "failed", "c.yaml": "done"}
    assert result.json["files"][1]["error"]["problems"][0]["line"] == 6
    assert "b.yaml:6:" in result.stderr


def test_two_files_of_one_batch_are_refused(shell: Shell) -> None:
    """They would share a journal."""
    batch(order(), name="a")
    Path("z.yaml").write_text(Path("a.yaml").read_text("utf-8"), "utf-8")
    result = shell("plan", ".")
    assert result.code == 3
    assert "a.yaml and z.yaml are the same batch, a; nothing was sent" in result.words


def test_the_run_key_is_for_those_that_repeat(shell: Shell) -> None:
    """Of several files; none of them is planned without it."""
    batch(order(), name="a", top="repeat: true")
    batch(order(), name="b")
    result = shell("plan", ".", "--format", "json", "--run-key", "2026-W47")
    assert result.code == 0
    assert [file["plan"]["run_key"] for file in result.json["files"]] == ["2026-W47", ""]
    assert states(shell("plan", ".", "--format", "json"))["a.yaml"] == "failed"


def test_a_single_file_is_as_it_was(shell: Shell) -> None:
    """A folder with one file is several; a file is not."""
    file = batch(order())
    assert "plan_version" in shell("plan", file, "--format", "json").json
    assert "results_version" in shell("plan", ".", "--format", "json").json
    assert "summary of" not in shell("plan", file).stdout


def test_offline_each_is_planned_by_its_file(shell: Shell) -> None:
    """There are no balances then."""
    for name in "ab":
        batch(order(), name=name)
    result = shell("plan", ".", "--offline", "--format", "json")
    assert result.code == 0
    summary = valid(result)["summary"]
    assert isinstance(summary, dict)
    assert summary["totals"] is None
    assert shell("plan", ".", "--offline", "--detailed-exitcode").code == 2


@pytest.mark.parametrize("against", ["HEAD:a.yaml", "./a.yaml"])
def test_several_files_are_compared_with_a_revision_alone(shell: Shell, against: str) -> None:
    """One other file is no version of two."""
    for name in "ab":
        batch(order(), name=name)
    result = shell("plan", ".", "--offline", "--against", against)
    assert (result.code, "Name the revision alone" in result.words) == (3, True)


def test_there_is_no_page_of_several_files(shell: Shell) -> None:
    """Neither on standard output nor as a report."""
    batch(order())
    for options in (("--format", "html"), ("--report", "html=r.html")):
        result = shell("plan", ".", *options)
        assert (result.code, "there is no page of several files" in result.words) == (3, True)


def test_plans_are_saved_as_one_file(shell: Shell) -> None:
    """Unless one of them would be refused."""
    for name in "ab":
        batch(order(price="144" if name == "b" else "145"), name=name)
    result = shell("plan", ".", "--out", "plans.json")
    assert result.code == 0, result.stderr
    saved = json.loads(Path("plans.json").read_text("ascii"))
    assert [plan["batch"] for plan in saved["plans"]] == ["a", "b"]
    assert "validate" not in shell("validate", "plans.json").stderr
    assert shell("validate", "plans.json").code == 0
    batch(order(volume="0.00001"), name="c")
    refused = shell("plan", ".", "--out", "other.json")
    assert refused.code == 4
    assert "no plan is saved, since c.yaml would not be applied" in refused.words
    assert not Path("other.json").exists()
