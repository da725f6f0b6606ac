"""A folder, an environment without an account, and a shell for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.app.shell import NOBODY, Shell

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """The command line, run in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)
    files = ("KRAKEN_API_KEY_FILE", "KRAKEN_API_SECRET_FILE")
    for name in (*NOBODY, *files, "ORDER_BATCH_STATE_DIR", "CI", "GITHUB_ACTIONS", "GITLAB_CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("ORDER_BATCH_DEBUG", raising=False)
    return Shell(capsys)
