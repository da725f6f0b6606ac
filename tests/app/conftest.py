"""A folder, an environment without an account, and a shell for each test."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from runner.execution import Timing
from tests.app.shell import Shell, enter
from tests.support.skipped_waits import skip_waits

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """The command line, run in a folder of the test's own."""
    enter(tmp_path, monkeypatch)
    return Shell(capsys)


@pytest.fixture
def skipped_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The waits of commands in this process pass at once; nothing else may serve an exchange."""
    skip_waits(monkeypatch)


@pytest.fixture
def quick_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command in this process connects again at once; ``tests/execution`` sees to how long it waits."""
    monkeypatch.setattr("runner.execution.connection.BACKOFF_S", (0.0, 0.01))


@pytest.fixture
def short_cancel_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command in this process waits 1 s for replies to a cancelOrder."""
    monkeypatch.setattr("runner.api.applied.Timing", partial(Timing, cancel_wait_s=1.0))
