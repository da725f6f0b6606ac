"""Orders that a run left in doubt and that the file has no more: they are settled, shown, never sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.runtime.storage import JOURNAL, read_journal
from runner.runtime.storage.journal import Journal
from tests.app.shell import STATE, Shell, added, batch, forget_after, order

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("skipped_waits")

FOLDER = STATE / "paper" / "one"
QUICK = ("--deadline", "2", "--settle", "0")


@pytest.fixture
def killed(shell: Shell) -> Path:
    """A batch whose first order was booked, and whose run ended before it learned of that."""
    file = batch(order("a"), order("b", price="144"))
    shell("apply", file)
    forget_after(FOLDER, "order-intent")
    assert len(added()) == 2
    return file


@pytest.mark.parametrize("format", ["text", "json", "markdown", "github", "junit", "sarif"])
def test_an_order_that_is_there_is_listed_and_stops_the_run(shell: Shell, killed: Path, format: str) -> None:
    """Nothing else is sent before a person has seen it; the next run goes on."""
    batch(order("c", price="143"))
    planned = shell("plan", killed, "--format", format)
    assert planned.code == 0
    assert "no longer in the file" in planned.stdout
    result = shell("apply", killed, *QUICK, "--format", format)
    assert result.code == 1, result.stderr
    assert "no longer in the file" in result.stdout + result.words
    assert len(added()) == 2
    manifest = shell("status", killed, "--format", "json").json["last_run"]
    left = [order for group in manifest["groups"] for order in group["orders"] if "group" in order]
    first = left[0]
    assert [first[name] for name in ("group", "id", "line", "outcome")] == ["group", "a", None, "placed"]
    assert first["txid"]
    again = shell("apply", killed, *QUICK, "--format", "json")
    assert again.code == 0, again.stderr
    assert again.outcomes() == {"c": "placed", "a": "placed"}
    assert len(added()) == 3


def test_an_order_that_is_absent_is_settled_and_the_run_goes_on(shell: Shell) -> None:
    """It is said in the manifest, and is no failure; it is never sent."""
    file = batch(order("a", price="0.001"))
    shell("apply", file, "--unchecked", "--deadline", "2")
    lines = (FOLDER / JOURNAL).read_text("ascii").splitlines(keepends=True)
    kinds = ["order-rejected" in line for line in lines]
    (FOLDER / JOURNAL).write_text("".join(lines[: kinds.index(True)]), "ascii")
    batch(order("c", price="143"))
    result = shell("apply", file, *QUICK, "--format", "json")
    assert result.code == 0, result.stderr
    assert result.outcomes() == {"a": "skipped", "c": "placed"}
    assert [request["price"] for request in added()] == ["143"]


def test_an_order_that_was_never_reported_is_listed_and_stops_the_run(shell: Shell) -> None:
    """Its run was killed between the reply and the manifest; then its line was deleted."""
    file = batch(order("a"))
    shell("apply", file)
    forget_after(FOLDER, "order-placed")
    batch(order("c", price="143"))
    planned = shell("plan", file, "--format", "json")
    assert planned.json["changes"]
    assert "group/a" in shell("plan", file).stdout
    assert "group/a" in shell("status", file).stdout
    result = shell("apply", file, *QUICK, "--format", "json")
    assert result.code == 1, result.stderr
    assert result.outcomes() == {"a": "placed", "c": "skipped"}
    left, _ = result.json["groups"]
    assert left["reason"] == "a is at the exchange: look at that before anything else is sent"
    again = shell("apply", file, *QUICK, "--format", "json")
    assert (again.code, again.outcomes()) == (0, {"c": "placed", "a": "placed"})
    assert len(added()) == 2


def test_a_group_that_was_renamed_leaves_its_order_in_doubt_behind(shell: Shell, killed: Path) -> None:
    """The orders of the new group are others, and wait for it."""
    killed.write_text(killed.read_text("utf-8").replace("name: group", "name: other"), "utf-8")
    result = shell("apply", killed, *QUICK, "--format", "json")
    assert result.code == 1
    assert len(added()) == 2


def test_a_refused_order_that_is_open_all_the_same_is_listed(shell: Shell) -> None:
    """It was refused for good, the feed hid it, its run ended, and its line is gone: the account has it."""
    file = batch(order("a"))
    shell("apply", file)
    _refuse("a", error="EOrder:Insufficient funds")
    batch(order("c", price="143"))
    assert "group/a" in shell("plan", file).stdout
    result = shell("apply", file, *QUICK, "--format", "json")
    assert (result.code, result.outcomes()) == (1, {"a": "placed", "c": "skipped"}), result.stderr
    again = shell("apply", file, *QUICK, "--format", "json")
    assert (again.code, again.outcomes()) == (0, {"c": "placed", "a": "placed"})
    assert len(added()) == 2


def test_a_refused_order_that_is_not_there_takes_no_time(shell: Shell) -> None:
    """Nothing is looked up for it, and nothing is said of it."""
    file = batch(order("a", volume="100000"))
    shell("apply", file, "--unchecked")
    batch(order("c", price="143"))
    result = shell("apply", file, *QUICK, "--format", "json")
    assert (result.code, result.outcomes()) == (0, {"c": "placed"})


def _refuse(id: str, *, error: str) -> None:
    """Have the journal say that an order was refused."""
    lines = []
    for line in read_journal(FOLDER / JOURNAL):
        kept = {name: value for name, value in line.items() if name not in ("crc", "prev")}
        if kept["entry"] == "order-placed" and kept["id"] == id:
            about = {name: kept[name] for name in ("at", "group", "id")}
            kept = {"entry": "order-rejected", **about, "error": error}
        if kept["entry"] not in ("group-states", "orders-executed"):
            lines.append(kept)
    (FOLDER / JOURNAL).unlink()
    with Journal(FOLDER / JOURNAL) as journal:
        journal.append(lines)
