"""The command that repeats the proof: figures, one world step by step, and exit codes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from tests.simulation.team import __main__ as command
from tests.simulation.team.broken import BROKEN
from tests.simulation.team.schedule import TeamFault

if TYPE_CHECKING:
    import pytest


def test_figures_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """Every promise and every kind of fault has its number."""
    assert command.main(["--seeds", "5", "--first", "40", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["worlds"] == 5
    assert [report[promise] for promise in command.PROMISES] == [0, 0, 0, 0]
    assert {fault.value for fault in TeamFault} <= set(report["faults"])


def test_one_world_step_by_step(capsys: pytest.CaptureFixture[str]) -> None:
    """The same each time."""
    assert command.main(["--seed", "7"]) == 0
    first = capsys.readouterr().out
    assert "order-batch apply" in first
    command.main(["--seed", "7"])
    assert capsys.readouterr().out == first


def test_a_broken_promise_is_named_with_its_seed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exit code is 1."""
    broken = BROKEN["limit of one batch"]
    world = command.TeamWorld
    monkeypatch.setattr(command, "TeamWorld", lambda schedule: world(schedule, desk_kind=broken.desk))
    assert command.main(["--seeds", "3"]) == 1
    out = capsys.readouterr().out
    assert re.search(r"VIOLATION: seed 0 \(limit\)", out)
    assert re.search(r"over a day limit +[1-9]", out)
