"""The options of the stop button."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.app.shell import Shell


def test_its_result_in_each_format_and_in_files(shell: Shell, tmp_path: Path) -> None:
    """Text, JSON and markdown; no other has a form of it."""
    result = shell("halt", "--reason", "odd", "--report", "markdown=halt.md", "--report", "json=halt.json")
    assert result.code == 0
    assert result.stdout.startswith("halted: paper (.order-batch), by ")
    assert "done: none is open, by the feed and by the records" in result.stdout
    assert (tmp_path / "halt.md").read_text("utf-8").startswith("### Halt")
    assert (tmp_path / "halt.json").read_text("utf-8").startswith("{")
    assert shell("resume", "--reason", "fine").stdout.startswith("resumed by ")
    assert shell("halt", "--reason", "odd", "--format", "sarif").code == 3
