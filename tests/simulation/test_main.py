"""The command that repeats the proof: figures as text and as JSON, one world step by step, and exit codes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.simulation import __main__ as command
from tests.simulation.broken import BlindResend
from tests.simulation.campaign import Campaign
from tests.simulation.schedule import Fault, Schedule, drawn


def test_figures_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """Every kind of fault has its number, and nothing was broken."""
    assert command.main(["--seeds", "10", "--first", "40", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["schedules"] == 10
    assert (report["duplicates"], report["losses"], report["violations"]) == (0, 0, [])
    assert set(report["faults"]) == {fault.value for fault in Fault}


def test_figures_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    """A person sees the same."""
    assert command.main(["--seeds", "3"]) == 0
    out = capsys.readouterr().out
    assert "duplicates" in out
    assert Fault.KILLED in out


def test_one_world_step_by_step(capsys: pytest.CaptureFixture[str]) -> None:
    """Draws, faults and the exchange's actions; the same each time."""
    assert command.main(["--seed", "7"]) == 0
    first = capsys.readouterr().out
    assert "order-batch apply" in first
    command.main(["--seed", "7"])
    assert capsys.readouterr().out == first


def test_a_broken_promise_is_named_with_its_seed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exit code is 1, and the seed is all that is needed to see it again."""

    def broken(schedule: Schedule, **options: Any) -> Campaign:
        return Campaign(schedule, BlindResend, **options)

    monkeypatch.setattr(command, "Campaign", broken)
    assert command.main(["--seeds", "20"]) == 1
    named = re.search(r"VIOLATION: seed (\d+) \(doubt\)", capsys.readouterr().out)
    assert named is not None
    assert command.main(["--seed", named[1]]) == 1
    assert "VIOLATION (doubt)" in capsys.readouterr().out


def test_full_batches_have_exactly_so_many_orders(capsys: pytest.CaptureFixture[str]) -> None:
    """Twins do not make one more of them, and groups share them."""
    schedules = [drawn(seed, orders_max=7, full=True) for seed in range(100)]
    counts = [sum(len(group.orders) for group in Campaign(schedule).batch.groups) for schedule in schedules]
    assert counts == [7] * 100
    assert command.main(["--seeds", "2", "--orders", "7", "--full", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["orders_placed"] == 14
