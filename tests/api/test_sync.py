"""The functions for programs without Trio."""

from __future__ import annotations

import inspect
import subprocess
import sys
import threading

import pytest

from runner import api
from runner.api import sync
from tests.app.shell import ROOT
from tests.support.for_each import for_each


@for_each([name for name in sync.__all__ if name != "OwnProcess"])
def test_each_has_the_parameters_of_its_namesake(name: str) -> None:
    """And its docstring."""
    blocking, other = getattr(sync, name), getattr(api, name)
    assert inspect.signature(blocking) == inspect.signature(other)
    assert blocking.__doc__ == other.__doc__
    assert not inspect.iscoroutinefunction(blocking)


def test_nothing_else_is_offered() -> None:
    """A misspelt name is an error."""
    with pytest.raises(AttributeError):
        _ = sync.undo  # type: ignore[attr-defined]


def test_they_work_in_any_thread(job: api.Job) -> None:
    """A server may have many."""
    found: list[api.Applied] = []
    work = threading.Thread(
        target=lambda: found.append(sync.apply(job, confirm=sync.plan(job).digest)), daemon=True
    )
    work.start()
    work.join(30)
    assert [applied.exit_code for applied in found] == [api.ExitCode.DONE]


@pytest.mark.parametrize("function", ["validate", "plan"])
def test_what_opens_no_connection_loads_no_sockets(function: str) -> None:
    """An editor waits for nothing else."""
    code = f"import sys; from runner.api import sync; sync.{function}; print('trio' in sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "False"
