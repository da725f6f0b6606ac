"""The steps that are left, in words."""

from __future__ import annotations

import pytest

from runner.domain import NextStep, StepToDo
from runner.report.wording.next_steps import next_step_text


@pytest.mark.parametrize("step", NextStep)
def test_each_step_has_words(step: NextStep) -> None:
    """No blank is left in them."""
    text = next_step_text(StepToDo(step, "here/requirements.txt"))
    assert text
    assert "{" not in text


def test_a_step_names_what_it_is_about() -> None:
    """The file that is to be changed."""
    assert " here/x.txt," in next_step_text(StepToDo(NextStep.NAME_WHEEL, "here/x.txt"))
