"""From the manifest to the exit code."""

from __future__ import annotations

import pytest

from runner.app.exit_codes import exit_code_of, worst_of
from runner.domain import RunOutcome
from runner.errors import ExitCode
from tests.report.cases import done, in_doubt, stopped, unreachable, unresolved, unwound


@pytest.mark.parametrize(
    ("journal", "code"),
    [
        (done(), ExitCode.DONE),
        (unwound(), ExitCode.INCOMPLETE),
        (unreachable(), ExitCode.UNREACHABLE),
        (unresolved(), ExitCode.UNRESOLVED),
        (in_doubt(), ExitCode.UNRESOLVED),
        (stopped(), ExitCode.TERMINATED),
    ],
)
def test_each_end_has_its_code(journal, code) -> None:
    """A run that never ended is unresolved: something may have been sent."""
    assert exit_code_of(journal.manifest()) is code


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("SIGINT", ExitCode.INTERRUPTED),
        ("SIGTERM", ExitCode.TERMINATED),
        ("SIGHUP", ExitCode.HUNG_UP),
        ("stopped", ExitCode.INTERRUPTED),
    ],
)
def test_an_interruption_has_the_code_of_its_signal(reason: str, code: ExitCode) -> None:
    """As a shell would: 128 and the signal's number."""
    assert exit_code_of({"outcome": "interrupted", "reason": reason}) is code


def test_every_outcome_has_a_code() -> None:
    """None is forgotten."""
    for outcome in RunOutcome:
        assert isinstance(exit_code_of({"outcome": outcome.value, "reason": ""}), ExitCode)


def test_several_files_give_the_worst_code() -> None:
    """An unknown outcome beats all; each code has its place."""
    codes = list(ExitCode)
    assert worst_of([]) is ExitCode.DONE
    assert worst_of(codes) is ExitCode.UNRESOLVED
    order = []
    while codes:
        order.append(worst_of(codes))
        codes.remove(order[-1])
    assert [int(code) for code in order] == [6, 70, 143, 129, 130, 7, 5, 4, 3, 1, 2, 0]


@pytest.mark.parametrize(
    ("group", "state", "code"),
    [
        ("stopped", "ended", ExitCode.INCOMPLETE),
        ("stopped", "filled", ExitCode.INCOMPLETE),
        ("stopped", "open", ExitCode.UNRESOLVED),
        ("stopped", "accepted", ExitCode.UNRESOLVED),
        ("unresolved", "ended", ExitCode.UNRESOLVED),
    ],
)
def test_a_halted_run_with_anything_open_or_unknown_is_unresolved(
    group: str, state: str, code: ExitCode
) -> None:
    """Otherwise it is one that was not done."""
    groups = [{"outcome": group, "orders": [{"state": state}, {"state": None}]}]
    assert exit_code_of({"outcome": "halted", "reason": "halted by ann", "groups": groups}) is code
