"""The steps that are left to a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.app.starter.choice import starter_files
from runner.app.starter.next_steps import next_steps
from runner.app.starter.weights import EXAMPLE_WEIGHTS
from runner.domain import CiService, NextStep, Presence

HERE = Path("here")


def steps(
    ci: CiService, *, repository: Path | None = HERE, rebalance: bool = False, has_wheel: bool = False
) -> list[NextStep]:
    """The steps of a folder that gets all files."""
    files = starter_files(ci, rebalance=rebalance, quote="EUR", weights=EXAMPLE_WEIGHTS, wheel=None)
    found = next_steps(ci, files, folder=HERE, repository=repository, has_wheel=has_wheel)
    return [step.step for step in found]


def test_without_ci_there_is_an_example_to_try() -> None:
    """And in a repository nothing else, wherever in it."""
    assert steps(CiService.NONE) == steps(CiService.NONE, repository=Path("top")) == [NextStep.TRY_EXAMPLE]


def test_where_there_is_no_repository_the_policy_does_not_hold() -> None:
    """A person would not notice it."""
    assert steps(CiService.NONE, repository=None)[0] is NextStep.MAKE_REPOSITORY


def test_files_of_ci_are_read_at_the_top_alone() -> None:
    """A folder inside a repository is not its top."""
    assert steps(CiService.GITHUB, repository=Path("top"))[0] is NextStep.MOVE_TO_TOP


@pytest.mark.parametrize(
    ("ci", "protect", "allow"),
    [
        (CiService.GITHUB, NextStep.PROTECT_GITHUB, NextStep.ALLOW_PULL_REQUESTS),
        (CiService.GITLAB, NextStep.PROTECT_GITLAB, NextStep.SCHEDULE_PIPELINE),
    ],
)
def test_each_service_has_its_own_steps(ci: CiService, protect: NextStep, allow: NextStep) -> None:
    """The files that a wheel saves, and the needs of a rebalance."""
    fewer = [NextStep.TRY_EXAMPLE, NextStep.PUSH, protect]
    assert steps(ci, has_wheel=True) == fewer
    assert set(steps(ci, rebalance=True)) == {*fewer, NextStep.NAME_WHEEL, NextStep.SET_WEIGHTS, allow}


def test_a_file_that_stays_and_names_a_wheel_leaves_nothing_to_name() -> None:
    """One that lacks it is named."""
    files = starter_files(CiService.GITHUB, rebalance=False, quote="EUR", weights=EXAMPLE_WEIGHTS, wheel=None)
    stays = [file._replace(presence=Presence.OTHER) for file in files]
    lacking = [file._replace(advice="no wheel") for file in stays]
    for given, expected in ((stays, False), (lacking, True)):
        found = next_steps(CiService.GITHUB, given, folder=HERE, repository=HERE, has_wheel=False)
        named = [step.about for step in found if step.step is NextStep.NAME_WHEEL]
        assert named == ([".github/actions/order-batch/requirements.txt"] if expected else [])
