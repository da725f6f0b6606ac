"""Plans, reviews and differences of four times as many orders take four times as many steps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.batchfile.burdens import MAKERS
from tests.support.steps import MOST, calls

if TYPE_CHECKING:
    from tests.app.shell import Shell

COMMANDS = [
    "plan one.yaml --offline",
    "plan one.yaml --offline --format markdown",
    "plan one.yaml --offline --format github",
    "plan one.yaml --offline --against other.yaml",
    "plan one.yaml --offline --against renamed.yaml --format markdown",
    "plan one.yaml --offline --out plan.json",
    "plan one.yaml",
    "status one.yaml --offline",
    "validate one.yaml --format sarif",
]


def steps(shell: Shell, command: str, maker: str, size: int) -> int:
    """Return how many calls a command makes for a file of a size, beside two that are nearly the same."""
    text = MAKERS[maker](size)
    for name, other in {"one": text, "other": text.replace("0.25", "0.5")}.items():
        Path(f"{name}.yaml").write_text(other, "utf-8")
    Path("renamed.yaml").write_text(text.replace("id: a", "id: b").replace("/a", "/b"), "utf-8")
    return calls(lambda: shell(*command.split()))


def growth(shell: Shell, command: str, maker: str, size: int) -> float:
    """Return how many times as many calls four times as much takes."""
    steps(shell, command, maker, 1)  # what is loaded once is no part of it
    return steps(shell, command, maker, 4 * size) / steps(shell, command, maker, size)


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_shown_of_many_orders_grows_with_them(shell: Shell, command: str) -> None:
    """Each order is looked at a few times, and none is held against all others."""
    assert growth(shell, command, "valid orders", 16) <= MOST


@pytest.mark.long
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("maker", ["valid orders", "cancels of orders", "groups", "unknown keys"])
def test_nothing_grows_faster_with_two_thousand_orders(shell: Shell, command: str, maker: str) -> None:
    """As above, for files as long as any."""
    size = 240 if maker == "groups" else 500
    assert growth(shell, command, maker, size) <= MOST
