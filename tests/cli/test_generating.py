"""``order-batch generate`` writes batches that validate, and that a plan finds nothing odd in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.app.shell import Shell

LADDER = (
    "ladder",
    "XBT/EUR",
    "--type",
    "buy",
    "--name",
    "l-1",
    "--from",
    "8900",
    "--to",
    "8000",
    "--orders",
    "7",
)
TWAP = (
    "twap",
    "XBT/EUR",
    "--type",
    "sell",
    "--name",
    "t-1",
    "--volume",
    "0.05",
    "--parts",
    "4",
    "--every",
    "10m",
)
COMMANDS = [
    (*LADDER, "--volume", "0.1", "--tick", "0.1", "--lot", "0.0001"),
    (*LADDER, "--volume", "0.0007", "--tick", "0.1", "--spacing", "percent"),
    ("dca", "XBT/EUR", "--name", "d-1", "--amount", "100"),
    TWAP,
]


@pytest.mark.usefixtures("skipped_waits")
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_it_can_be_planned_and_applied(shell: Shell, command: tuple[str, ...]) -> None:
    """The plan has no second look, and the simulated exchange takes all of it."""
    made = shell("generate", *command, "--out", "made.yaml")
    assert (made.code, made.stdout) == (0, "")
    assert Path("made.yaml").read_text("ascii").startswith("# Made by: order-batch")
    planned = shell("plan", "made.yaml", "--format", "json")
    assert planned.code == 0, planned.stderr
    assert planned.json["review"]["second_looks"] == []
    assert shell("apply", "made.yaml").code == 0


def test_it_goes_to_standard_output_and_overwrites_nothing(shell: Shell) -> None:
    """A file that is there may be edited by now."""
    dca = ("generate", "dca", "XBT/EUR", "--name", "d-1", "--amount", "100")
    assert "name: d-1\n" in shell(*dca).stdout
    assert shell(*dca, "--out", "made.yaml").code == 0
    again = shell(*dca, "--out", "made.yaml")
    assert again.code == 4
    assert "not overwritten" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("dca", "XBTEUR", "--name", "d", "--amount", "1"), "write BASE/QUOTE"),
        (("dca", "XBT/EUR", "--name", "a b", "--amount", "1"), "letters, digits"),
        (("dca", "XBT/EUR", "--name", "d", "--amount", "1e3"), "is no number"),
        (("dca", "XBT/EUR", "--name", "d", "--amount", "0"), "above 0"),
        ((*LADDER, "--volume", "0.00000001", "--tick", "0.1"), "too little for 7 parts"),
    ],
)
def test_wrong_numbers_are_said(shell: Shell, arguments: tuple[str, ...], words: str) -> None:
    """With what to write instead; nothing is written."""
    ended = shell("generate", *arguments)
    assert ended.code == 3
    assert words in " ".join(ended.stderr.split())
    assert ended.stdout == ""
