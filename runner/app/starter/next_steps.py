"""The steps that are left to a person: what no file can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import CiService, NextStep, Presence, StepToDo

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from runner.domain import StarterFile

_REQUIREMENTS = "/requirements.txt"


def next_steps(
    ci: CiService, files: Sequence[StarterFile], *, folder: Path, repository: Path | None, has_wheel: bool
) -> tuple[StepToDo, ...]:
    """Return the steps in their order.

    ``repository`` is the top of the one that ``folder`` is in, if any; ``has_wheel``: CI was given one.
    """
    rebalance = any(file.path == "targets.yaml" for file in files)
    return (
        *_repository(folder, repository, ci),
        StepToDo(NextStep.TRY_EXAMPLE),
        *([StepToDo(NextStep.SET_WEIGHTS)] if rebalance else []),
        *([] if has_wheel else _wheel(files)),
        *_service(ci, rebalance=rebalance),
    )


def _repository(folder: Path, repository: Path | None, ci: CiService) -> Iterator[StepToDo]:
    if repository is None:
        yield StepToDo(NextStep.MAKE_REPOSITORY)
    elif repository != folder and ci is not CiService.NONE:
        yield StepToDo(NextStep.MOVE_TO_TOP, str(repository))


def _wheel(files: Sequence[StarterFile]) -> Iterator[StepToDo]:
    """Yield the step of naming a wheel, unless a file that stays names one."""
    for file in files:
        names_one = file.presence is Presence.OTHER and not file.advice
        if file.path.endswith(_REQUIREMENTS) and not names_one:
            yield StepToDo(NextStep.NAME_WHEEL, file.path)


def _service(ci: CiService, *, rebalance: bool) -> Iterator[StepToDo]:
    if ci is CiService.NONE:
        return
    github = ci is CiService.GITHUB
    yield StepToDo(NextStep.PUSH)
    yield StepToDo(NextStep.PROTECT_GITHUB if github else NextStep.PROTECT_GITLAB)
    if rebalance:
        yield StepToDo(NextStep.ALLOW_PULL_REQUESTS if github else NextStep.SCHEDULE_PIPELINE)
