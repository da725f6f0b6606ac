"""The verb ``init`` at a terminal and without one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.shell import at_terminal


@pytest.mark.parametrize(("answer", "code"), [(b"n\n", 4), (b"y\n", 0)])
def test_a_person_sees_the_files_before_confirming(
    answer: bytes, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a yes writes."""
    monkeypatch.chdir(tmp_path)
    ended, shown = at_terminal(answer, "init", "--ci", "none", COLUMNS="80", NO_COLOR="1")
    assert ended == code
    assert "new   policy.yaml" in shown
    assert shown.count("batches/example.yaml") == 1
    assert Path("policy.yaml").exists() == (code == 0)
