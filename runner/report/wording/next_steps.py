"""The steps that ``init`` leaves to a person, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.domain import NextStep

if TYPE_CHECKING:
    from runner.domain import StepToDo

_SECRETS: Final = "the secrets KRAKEN_API_KEY and KRAKEN_API_SECRET"
_REAL: Final = "then set the variable ORDER_BATCH_VENUE to kraken"
_TEXTS: Final = {
    NextStep.MAKE_REPOSITORY: "Make it a repository: git init. Only then policy.yaml holds for batches/",
    NextStep.MOVE_TO_TOP: "Move the files of CI to {about}, the top of the repository, where they are read",
    NextStep.TRY_EXAMPLE: "Try it on the simulated exchange: order-batch apply batches/example.yaml",
    NextStep.SET_WEIGHTS: "Set your weights in targets.yaml: order-batch rebalance targets.yaml --check",
    NextStep.NAME_WHEEL: "Name the wheel of order-batch in {about}, or delete that file and give --wheel",
    NextStep.PUSH: "Commit and push. A merge is rehearsed on the simulated exchange",
    NextStep.PROTECT_GITHUB: "For real orders, give the environment order-batch required reviewers and "
    f"{_SECRETS}; {_REAL}",
    NextStep.PROTECT_GITLAB: "For real orders, protect the environment order-batch, and give it somebody who "
    f"approves and {_SECRETS}; {_REAL}",
    NextStep.ALLOW_PULL_REQUESTS: "Allow GitHub Actions to create pull requests, in the settings",
    NextStep.SCHEDULE_PIPELINE: "Make a pipeline schedule, and the variable ORDER_BATCH_TOKEN",
}


def next_step_text(step: StepToDo) -> str:
    """Return a step in words."""
    return _TEXTS[step.step].format(about=step.about)
