"""`order-batch history` over the state folder: all batches, one run as its result, what cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runner.journal import RunEnded, seal_all, to_content
from tests.app.shell import STATE, Shell, batch, order


@pytest.fixture
def worked(shell: Shell) -> Shell:
    """Two batches were applied, one of them twice."""
    for name in ("one", "two"):
        assert shell("apply", batch(order(), name=name)).code == 0
    assert shell("apply", batch(order(), name="one")).code == 0
    return shell


def test_all_runs_in_the_order_in_which_they_began(worked: Shell) -> None:
    """With who, how they ended, and what was traded; filters leave out."""
    runs = worked("history", "--format", "json").json["runs"]
    assert [run["run"] for run in runs] == ["one#1", "two#1", "one#2"]
    assert {run["outcome"] for run in runs} == {"done"}
    assert runs[0]["user"]
    assert [money["open"] for run in runs for money in run["money"]] == [1, 1]
    text = worked("history").stdout
    assert text.index("one#1") < text.index("two#1") < text.index("one#2")
    assert "3 runs: 0.00 EUR, fees 0.00 EUR, 2 orders open when last seen" in text
    for wanted, count in (
        ("--batch one", 2),
        ("--since 1h", 3),
        ("--until 2020-01-01", 0),
        ("--user absent", 0),
    ):
        found = worked("history", "--format", "json", *wanted.split()).json["runs"]
        assert len(found) == count, wanted
    assert worked("history", "--venue", "kraken").stdout == "no run yet\n"


def test_a_run_is_shown_as_its_result(worked: Shell) -> None:
    """As it ended, and not as the journal knows it now; the last one where no number is named."""
    first = worked("history", "one#1", "--format", "json").json
    assert [order["already"] for group in first["groups"] for order in group["orders"]] == [False]
    last = worked("history", "one", "--format", "json").json
    assert [order["already"] for group in last["groups"] for order in group["orders"]] == [True]
    assert worked("history", "one#1").stdout.startswith("result of one at paper")
    assert worked("history", "one#1", "--format", "markdown").stdout.startswith(
        "### Result of `one` at paper"
    )


def test_a_run_that_is_not_there(worked: Shell) -> None:
    """The runs that there are, are named."""
    for name in ("three", "one#3", "one@key"):
        result = worked("history", name)
        assert (result.code, "There are runs of: one, two." in result.words) == (3, True), result


def test_a_run_at_both_venues_is_not_guessed(worked: Shell) -> None:
    """The venue says which."""
    there = STATE / "kraken" / "one"
    there.mkdir(parents=True)
    (there / "journal.jsonl").write_bytes((STATE / "paper" / "one" / "journal.jsonl").read_bytes())
    result = worked("history", "one")
    assert (result.code, "say of which account or venue" in result.words) == (3, True)
    assert worked("history", "one", "--venue", "paper").code == 0


def test_a_journal_that_cannot_be_read_hides_no_other(worked: Shell) -> None:
    """It is said, in each form, and the command ends as refused."""
    path = STATE / "paper" / "one" / "journal.jsonl"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join([lines[0].replace("paper", "other"), *lines[1:]]), "utf-8")
    result = worked("history", "--format", "json")
    assert (result.code, [run["run"] for run in result.json["runs"]]) == (4, ["two#1"])
    assert [str(path) in why for why in result.json["unread"]] == [True]
    assert "WARNING" in result.stderr
    assert worked("history", "one").code == 4
    assert worked("history", "two").code == 0
    path.write_bytes(seal_all([to_content(RunEnded(at="2026-11-30T00:00:00Z", outcome="done"))]))
    headless = worked("history")
    assert (headless.code, "does not begin with the beginning of a run" in headless.words) == (4, True)


def test_each_form(worked: Shell) -> None:
    """A page and a table; Markdown is for one run."""
    assert worked("history", "--format", "html").stdout.startswith("<!doctype html>")
    assert worked("history", "--format", "csv").stdout.count("\n") == 4
    assert worked("history", "--format", "markdown").code == 3
    assert (
        json.loads(Path(".order-batch/paper/two/manifest.json").read_text("utf-8"))
        == worked("history", "two", "--format", "json").json
    )
