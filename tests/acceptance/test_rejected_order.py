"""A reject appears in every format with the line of its order: real processes, real sockets."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.app.shell import CommandResult, finish, start

BATCH = """\
version: 1
name: one-too-many
groups:
  - name: g
    on_reject: continue
    orders:
      - {id: first, pair: ETH/EUR, type: buy, ordertype: limit, price: 145, volume: 0.25}
      - {id: second, pair: ETH/EUR, type: buy, ordertype: limit, price: 145, volume: 1000000}
      - {id: third, pair: ETH/EUR, type: buy, ordertype: limit, price: 144, volume: 0.25}
"""
ERROR = "EOrder:Insufficient funds"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of the batch."""
    (tmp_path / "b.yaml").write_text(BATCH, "utf-8")
    return tmp_path


def apply(folder: Path, format: str) -> CommandResult:
    """Apply the batch on another simulated exchange."""
    state = str(folder / format)
    summary = str(folder / "summary.md")
    file = str(folder / "b.yaml")
    command = finish(
        start("apply", file, "--format", format, "--state-dir", state, GITHUB_STEP_SUMMARY=summary)
    )
    assert command.code == 1, command.stderr
    return command


LATER = [pytest.param(name, marks=pytest.mark.long) for name in ("text", "markdown", "junit")]


@pytest.mark.parametrize("format", ["json", "github", "sarif", *LATER])
def test_a_reject_has_the_line_of_its_order(folder: Path, format: str) -> None:
    """The second of three, on line 8, in column 10."""
    command = apply(folder, format)
    place = f"{folder / 'b.yaml'}:8:10"
    match format:
        case "text":
            assert f"{place}: g/second: rejected: {ERROR}" in command.stdout.splitlines()
        case "json":
            order = command.orders()["second"]
            assert (order["line"], order["column"], order["error"]) == (8, 10, ERROR)
        case "markdown":
            assert f"| 🔴\xa0error | `{place}` | `g/second` | `rejected: {ERROR}` |" in command.stdout
        case "github":
            where = f"file={folder / 'b.yaml'},line=8,col=10"
            assert f"::error {where},title=order-rejected::g/second: rejected: {ERROR}" in command.stdout
            assert place in (folder / "summary.md").read_text("utf-8")
        case "sarif":
            (result,) = json.loads(command.stdout)["runs"][0]["results"]
            assert result["message"]["text"] == f"g/second: rejected: {ERROR}"
            region = result["locations"][0]["physicalLocation"]["region"]
            assert region == {"startLine": 8, "startColumn": 10}
        case "junit":
            cases = ET.fromstring(command.stdout).iter("testcase")
            (case,) = [item for item in cases if item.find("failure") is not None]
            assert (case.get("name"), case.get("line")) == ("second", "8")
            assert (case.findtext("failure") or "").startswith(f"{place}: rejected: {ERROR}")
