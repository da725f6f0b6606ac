"""Runs one after another over one access to an account."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from runner.api.collector import Collector
from runner.app.access.signals import run_quietly
from runner.app.apply import hold_journal, hold_plan, prepare
from runner.app.carrying import ApplyOptions, Carrying
from runner.app.consent import Consent
from runner.app.hosts import PlainProgram
from runner.app.inputs.batches import Target, load
from runner.app.runs import Run, Runs
from runner.errors import ExitCode
from runner.execution import Timing
from tests.app.shell import STATE, Shell, added, batch, order

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.usefixtures("skipped_waits")
def test_one_that_does_not_end_well_stops_those_after_it(shell: Shell) -> None:
    """Unless they keep going, which a signal ends as well; what was sent is not sent again."""
    files = [batch(order(), name=name) for name in "abc"]
    stopped = ["a", "b", "c stopped by b"]
    assert ended(files, {"b": ExitCode.INCOMPLETE}) == stopped
    assert len(added()) == 2
    assert ended(files, {"b": ExitCode.TERMINATED}, keep_going=True) == stopped
    assert ended(files, {"b": ExitCode.INCOMPLETE}, keep_going=True) == ["a", "b", "c"]
    assert ended(files, {}) == ["a", "b", "c"]
    assert len(added()) == 3


def ended(files: list[Path], codes: dict[str, ExitCode], *, keep_going: bool = False) -> list[str]:
    """Return how the runs of some files ended; ``codes`` are those of their results."""
    options = ApplyOptions(
        consent=Consent(yes=True), timing=Timing(), manifest=None, environ={}, elapsed_s=lambda: 0.0
    )
    shown: list[str] = []

    def on_end(run: Run) -> ExitCode:
        name = run.carrying.plan.run.batch
        by = run.stopped_by
        shown.append(name if by is None else f"{name} stopped by {by.carrying.plan.run.batch}")
        return codes.get(name, ExitCode.DONE)

    targets = [Target(file=file, state_dir=STATE, venue="paper", run_key="") for file in files]
    prepared = [prepare(target, load(target), options, Collector()) for target in targets]
    with ExitStack() as locks:
        states = [locks.enter_context(hold_journal(each)) for each in prepared]
        held = [hold_plan(each, state, options) for each, state in zip(prepared, states, strict=True)]
        runs = [Run(Carrying(each, options, Collector(), PlainProgram())) for each in held]
        run_quietly(Runs(runs, options, Collector(), on_end=on_end, keep_going=keep_going).main)
    return shown
