"""A cancellation that was sent, whose fate nobody learned, and whose line is gone: it is not forgotten."""

from __future__ import annotations

import pytest

from tests.commands.shell import STATE, Shell, batch, forget_after, order

FOLDER = STATE / "paper" / "one"
OLD = "OUEMWD-CUO73-YYCBEK"


@pytest.fixture
def killed(shell: Shell) -> None:
    """A run that was killed after its cancellation had left."""
    shell("apply", batch(order("a"), cancel=f"[{OLD}, {{order: group/a}}]"))
    forget_after(FOLDER, "cancel-intent")


@pytest.mark.usefixtures("killed")
def test_what_the_file_asks_for_no_more_is_named(shell: Shell) -> None:
    """By every command; the run that passes it over does not end with 0, nor is it status that does."""
    file = batch(order("a"), order("b", price="144"))
    for command, code in (("plan", 0), ("status", 6), ("apply", 1)):
        said = shell(command, file)
        assert (said.code, f"asked to cancel {OLD}, O" in said.words) == (code, True), said.stderr
    assert shell("apply", file).code == 0


@pytest.mark.usefixtures("killed")
def test_what_the_file_still_asks_for_is_settled(shell: Shell) -> None:
    """In whatever group it stands by now."""
    file = batch(order("a"), cancel=f"[{{order: group/a}}, {OLD}]")
    for command in ("plan", "apply"):
        assert "asked to cancel" not in shell(command, file).words


def test_what_became_known_is_no_longer_open(shell: Shell) -> None:
    """The line may go once its order has."""
    shell("apply", batch(cancel=f"[{OLD}]"))
    said = shell("apply", batch(order("a")))
    assert (said.code, "asked to cancel" in said.words) == (0, False)
