"""``--report``: one run writes several formats, and never over something else."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from runner.cli.reports import ReportRequest, Reports, with_reports
from runner.errors import ExitCode
from runner.report import Format
from tests.app.shell import SEED, STATE, Shell, added, batch, order

ALL = (
    "--report",
    "json=r.json",
    "--report",
    "junit=r.xml",
    "--report",
    "sarif=r.sarif",
    "--report=text=r.txt",
)


@pytest.mark.parametrize("verb", ["validate", "plan", "apply", "status"])
def test_one_run_writes_all_of_its_reports(shell: Shell, verb: str) -> None:
    """Beside standard output, which has its own format; each file is what ``--format`` would have shown."""
    result = shell(verb, SEED, "--format", "markdown", "--report", "markdown=r.md", *ALL)
    assert result.code == 0, result.stderr
    assert result.stdout.startswith("### ")
    assert Path("r.md").read_text("utf-8") == result.stdout
    assert isinstance(json.loads(Path("r.json").read_text("ascii")), dict)
    assert ET.parse("r.xml").getroot().tag == "testsuites"
    assert json.loads(Path("r.sarif").read_text("ascii"))["version"] == "2.1.0"
    assert Path("r.txt").read_text("utf-8")


def test_tables_and_pages_are_reports_too(shell: Shell) -> None:
    """Of the verbs that have them."""
    assert shell("apply", SEED, "--report", "csv=r.csv", "--report", "html=r.html").code == 0
    assert Path("r.csv").read_text("utf-8").startswith("batch,run_key,")
    assert Path("r.html").read_text("utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["yaml=r.yaml"], "'yaml' is none of text, json, markdown, sarif, junit, csv, html"),
        (["json"], "'json' names no file: write FORMAT=FILE, such as json=result.json"),
        (["json="], "'json=' names no file"),
        (["github=r.txt"], "use --format github"),
        (["json=r", "junit=r"], "r is named twice"),
        (["json=r", "junit=./r"], "r is named twice"),
        (["json=-", "junit=-"], "- is named twice"),
        (["json=gone/r"], "there is no folder gone"),
        (["json=policy.yaml"], "only a policy has this name"),
        (["json=one.yaml"], "cannot be written over one.yaml, which is read"),
        (["json=m.json", "--manifest", "m.json"], "cannot be written over m.json, which is written as well"),
        (["json=e.jsonl", "--events", "e.jsonl"], "cannot be written over e.jsonl, which is written as well"),
        (["json=-", "--format", "text"], "`-` is standard output, which --format names already"),
    ],
)
def test_what_cannot_be_written_is_said_before_anything_is_sent(
    shell: Shell, values: list[str], words: str
) -> None:
    """With exit code 3, and no file is touched."""
    file = batch(order())
    before = file.read_bytes()
    reports = [value for value in values if "=" in value or value == "json"]
    options = [part for value in reports for part in ("--report", value)] + values[len(reports) :]
    result = shell("apply", file, *options)
    assert result.code == 3
    assert words in result.words
    assert not STATE.exists()
    assert file.read_bytes() == before
    assert {path.name for path in Path().iterdir()} == {"one.yaml"}


def test_the_batch_of_a_saved_plan_is_not_replaced(shell: Shell) -> None:
    """Nor is the plan."""
    file = batch(order())
    assert shell("plan", file, "--out", "plan.json").code == 0
    for place in ("one.yaml", "plan.json"):
        result = shell("apply", "plan.json", "--report", f"text={place}")
        assert (result.code, "which is read" in result.words) == (3, True)
    assert shell("plan", file, "--out", "two.json", "--report", "json=two.json").code == 3


def test_standard_output_may_be_a_report(shell: Shell) -> None:
    """Once, in place of the usual text; an error is written in its format as well."""
    assert shell("plan", SEED, "--report", "json=-", "--report", "text=r.txt").json["batch"] == "seed-example"
    assert Path("r.txt").read_text("utf-8").startswith("plan of seed-example")
    assert shell("plan", "gone.yaml", "--report=json=-").json["exit_code"] == 3


def test_an_error_is_in_every_report(shell: Shell) -> None:
    """With the option that gets past it, which standard error says once."""
    result = shell("apply", batch(order(), top="repeat: true"), *ALL)
    assert result.code == 3
    assert result.words.count("--run-key 2026-W47") == 1
    assert "needs a run key" in json.loads(Path("r.json").read_text("ascii"))["error"]
    assert ET.parse("r.xml").getroot().get("errors") == "1"
    assert json.loads(Path("r.sarif").read_text("ascii"))["runs"][0]["results"]


@pytest.mark.parametrize("code", [ExitCode.DONE, ExitCode.UNRESOLVED])
def test_a_report_that_cannot_be_written_loses_no_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], code: ExitCode
) -> None:
    """It is said; a command that did everything ends as incomplete, and any other as it was."""
    folder = tmp_path / "gone"
    folder.mkdir()
    written = tmp_path / "r.json"

    def command(to: Reports) -> ExitCode:
        to.admit(read=[])
        folder.rmdir()
        to.output.validated([])
        return code

    wanted = [ReportRequest(Format.JSON, folder / "r.json"), ReportRequest(Format.JSON, written)]
    assert with_reports("json", wanted, command) == (code or ExitCode.INCOMPLETE)
    result = capsys.readouterr()
    assert json.loads(result.out) == json.loads(written.read_text("ascii")) == {"files": []}
    assert "The result is valid, but a report could not be written" in result.err


def test_nothing_in_a_report_is_a_command_to_a_ci_system(shell: Shell) -> None:
    """A printed file shows the same as standard output."""
    path = Path("::error title=x::y.yaml")
    batch(order()).rename(path)
    assert shell("plan", path, "--offline", "--report", "text=r.txt").code == 0
    assert not [line for line in Path("r.txt").read_text("utf-8").splitlines() if line.startswith("::")]


def test_applying_twice_with_reports_sends_nothing_twice(shell: Shell) -> None:
    """A report of a run with nothing to do is complete."""
    for _ in range(2):
        assert shell("apply", SEED, "--report", "json=r.json").code == 0
        assert json.loads(Path("r.json").read_text("ascii"))["outcome"] == "done"
    assert len(added()) == 1
