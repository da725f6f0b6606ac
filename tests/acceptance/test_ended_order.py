"""Orders that the exchange accepts and does not keep, and an exchange that contradicts itself.

Real processes and sockets. Each case is a scenario; the batch places one order and cancels an old one.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.app.shell import CommandResult, finish, served, start

OLD = "OUEMWD-CUO73-YYCBEK"
BATCH = f"""\
version: 1
name: protect
groups:
  - name: g
    orders:
      - {{id: new, pair: ETH/EUR, type: buy, ordertype: limit, price: 145, volume: 0.25}}
    cancel: [{OLD}]
  - name: then
    orders:
      - {{id: next, pair: ETH/EUR, type: buy, ordertype: limit, price: 144, volume: 0.25}}
"""
REASON = "Post only order"
END = f"{{on: addOrder, do: end, error: {REASON}, times: 1}}"
OVERTAKEN = f"{END}, {{on: addOrderStatus, do: reorder, seconds: 0.5, times: 1}}"
HIDDEN = f"{END}, {{on: openOrders, do: hide, skip: 1}}"
SILENT = f"{END}, {{on: openOrders, do: lose, skip: 1}}"


def apply(folder: Path, faults: str, format: str = "json", *, own: str = "") -> tuple[CommandResult, Path]:
    """Apply the batch at an exchange that misbehaves in this way; ``own``: what its first order says too."""
    file = folder / "b.yaml"
    file.write_text(BATCH.replace("145,", f"145,{own}"), "utf-8")
    (folder / "s.yaml").write_text(f"version: 1\nname: s\nfaults: [{faults}]\n", "utf-8")
    with served(folder / "paper", "--scenario", str(folder / "s.yaml")) as exchange:
        variables = {**exchange.environment, "GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
        options = ("--venue", "kraken", "--yes", "--format", format, "--state-dir", str(folder / "state"))
        options += ("--settle", "0") if own else ()
        return finish(start("apply", str(file), *options, **variables)), file


def group_of(command: CommandResult) -> dict[str, Any]:
    """The first group of the manifest."""
    group: dict[str, Any] = command.json["groups"][0]
    return group


@pytest.mark.parametrize("faults", [END, OVERTAKEN], ids=["at once", "before its reply"])
def test_an_order_that_ended_protects_nothing(tmp_path: Path, faults: str) -> None:
    """The old order stays, what needs the group is not begun, and the exit code is 1."""
    command, _ = apply(tmp_path, faults)
    assert command.code == 1, command.stderr
    order = command.orders()["new"]
    assert (order["outcome"], order["state"], order["error"]) == ("ended", "ended", REASON)
    assert command.outcomes()["next"] == "skipped"
    assert group_of(command)["outcome"] == "stopped"
    assert [result["outcome"] for result in group_of(command)["cancel"]["results"]] == ["skipped"]


@pytest.mark.parametrize("faults", [SILENT, HIDDEN], ids=["silent", "hiding"])
def test_a_feed_that_does_not_show_the_end(tmp_path: Path, faults: str) -> None:
    """The records say what became of it."""
    command, _ = apply(tmp_path, faults)
    assert (command.code, command.orders()["new"]["error"]) == (1, REASON), command.stderr


TWO_REPLIES = ("{on: addOrderStatus, do: contradict, times: 1}", 2)
ANOTHER_ID = ("{on: addOrderStatus, do: rename, times: 1}", 2)
BOOKED = ("{on: addOrderStatus, do: reject, error: 'EOrder:Insufficient funds', times: 1}", 1)
NAMES = ["two replies", "another id", "refused and booked"]
CONTRADICTIONS = pytest.mark.parametrize(("faults", "ids"), [TWO_REPLIES, ANOTHER_ID, BOOKED], ids=NAMES)
OF_AN_OWN_REFERENCE = pytest.mark.parametrize(
    ("faults", "ids"), [TWO_REPLIES, pytest.param(*ANOTHER_ID, marks=pytest.mark.long), BOOKED], ids=NAMES
)


@CONTRADICTIONS
def test_a_contradiction_is_unresolved(tmp_path: Path, faults: str, ids: int) -> None:
    """The order is listed with all ids, the group stops, and the exit code is 6."""
    command, _ = apply(tmp_path, faults)
    assert_unresolved(command, ids)


@OF_AN_OWN_REFERENCE
def test_a_contradiction_about_an_own_reference_that_the_feed_hides(
    tmp_path: Path, faults: str, ids: int
) -> None:
    """The records alone show what carries the author's user reference; it is listed by the same run."""
    command, _ = apply(tmp_path, f"{faults}, {{on: openOrders, do: hide, skip: 1}}", own=" userref: 17,")
    assert_unresolved(command, ids)


def assert_unresolved(command: CommandResult, ids: int) -> None:
    """The first order is listed with so many ids, and nothing rests upon it."""
    assert command.code == 6, command.stderr
    order = command.orders()["new"]
    assert order["outcome"] == "unresolved"
    assert len(order.get("txids", [order["txid"]])) == ids
    assert order["txid"] is not None
    assert command.outcomes()["next"] == "skipped"
    assert [result["outcome"] for result in group_of(command)["cancel"]["results"]] == ["skipped"]


LONG = [pytest.param(name, marks=pytest.mark.long) for name in ("markdown", "junit", "sarif")]


@pytest.mark.parametrize("format", ["text", "github", *LONG])
def test_the_reason_is_at_the_line_of_the_order(tmp_path: Path, format: str) -> None:
    """Line 6, column 10, in every format."""
    command, file = apply(tmp_path, END, format)
    place, message = f"{file}:6:10", f"ended: {REASON}"
    assert command.code == 1, command.stderr
    match format:
        case "text":
            assert f"{place}: g/new: {message}" in command.stdout.splitlines()
            assert "1 ended by the exchange" in command.stdout
        case "github":
            where = f"file={file},line=6,col=10"
            assert f"::error {where},title=order-ended::g/new: {message}" in command.stdout
        case "markdown":
            assert f"| 🔴\xa0error | `{place}` | `g/new` | `{message}` |" in command.stdout
        case "junit":
            cases = ET.fromstring(command.stdout).iter("testcase")
            (case,) = [item for item in cases if item.find("failure") is not None]
            assert (case.get("name"), case.get("line")) == ("new", "6")
        case "sarif":
            results = json.loads(command.stdout)["runs"][0]["results"]
            assert f"g/new: {message}" in {result["message"]["text"] for result in results}
