"""The runs of all batches as text."""

from __future__ import annotations

import pytest

from runner.journal import History
from runner.report.lines import plain
from runner.report.text.runs.history import history_lines
from tests.report.histories import FULL


def test_the_newest_run_is_the_last() -> None:
    """Each with who, what came of it, its money and its approvals; then the sum."""
    lines = [plain(line) for line in history_lines(FULL, 200)]
    assert lines[0] == "2026-11-22 07:00:10 UTC  weekly@2026-W47#2  done  robot, ci-7"
    assert lines[1].startswith(
        "  kraken: 3 placed (1 already), 1 unresolved; 1,200.50 EUR + 1 unknown, fees 3.12 EUR"
    )
    assert lines[2].startswith("  approved by alice, 2026-11-22 06:00:00 UTC: fine \\x1b[2J")
    assert lines[-1].startswith(
        "3 runs: 1 order unknown; 2,401.00 EUR + 2 unknown, fees 6.24 EUR, 2 orders open"
    )
    assert [plain(line) for line in history_lines(History(runs=()), 80)] == ["no run yet"]


@pytest.mark.parametrize("width", [80, 120])
def test_lines_fit(width: int) -> None:
    """But for words that are longer."""
    assert all(len(plain(line)) <= width for line in history_lines(FULL, width))
