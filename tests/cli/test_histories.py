"""The options of `order-batch history`."""

from __future__ import annotations

import pytest

from tests.app.shell import Shell


@pytest.mark.parametrize("time", ["2026-11-30", "2026-11-30T09:00:00Z", "2026-11-30T09:00:00+01:00", "90m"])
def test_times_in_each_form(shell: Shell, time: str) -> None:
    """A day of UTC, a time with its offset, or so long ago."""
    assert shell("history", "--since", time, "--until", time).stdout == "no run yet\n"


@pytest.mark.parametrize("time", ["yesterday", "2026-13-01", "2026-11-30T09:00:00", "-1d", "20261130"])
def test_what_is_no_time_is_refused(shell: Shell, time: str) -> None:
    """With what to write."""
    result = shell("history", f"--since={time}")
    assert (result.code, "a day such as 2026-11-30" in result.words) == (3, True), result


def test_outcomes_are_those_of_runs(shell: Shell) -> None:
    """All of them, and no others."""
    from runner.cli.histories import _OUTCOMES  # noqa: PLC0415
    from runner.domain import RunOutcome  # noqa: PLC0415

    assert set(_OUTCOMES) == set(RunOutcome)
    assert shell("history", "--outcome", "odd").code == 3
