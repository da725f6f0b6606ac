"""``order-batch explain`` on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.app.shell import Shell


def test_a_code_is_explained(shell: Shell) -> None:
    """Its meaning and its cure."""
    ended = shell("explain", "6")
    assert ended.code == 0
    assert ended.stdout.startswith("6 (exit code): unresolved: ")
    assert "  what to do: the same command again: yes, and nothing else may follow" in ended.stdout


def test_all_codes_as_json(shell: Shell) -> None:
    """For an editor, or a bot in a chat."""
    found = shell("explain", "--list", "--format", "json").json["explanations"]
    assert {"code": "order-unresolved", "kind": "rule"}.items() <= next(
        row for row in found if row["code"] == "order-unresolved"
    ).items()


def test_an_unknown_code_is_an_error_with_near_ones(shell: Shell) -> None:
    """Also one with control characters in it, and none at all."""
    assert "did you mean trades-at-once" in shell("explain", "trades-at-onse").stderr
    odd = shell("explain", "\x1b[31m")
    assert odd.code == 3
    assert "\x1b" not in odd.stderr
    assert shell("explain").code == 3
    assert shell("explain", "6", "--list").code == 3
