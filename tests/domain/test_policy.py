"""The nouns of a policy."""

from __future__ import annotations

import typing
from dataclasses import FrozenInstanceError

import pytest

from runner.domain import AllowedTypes, Answer, Check, Only, Place, Rule


def test_a_rule_denies_and_is_about_everything_unless_it_says_otherwise() -> None:
    """The strict answer is the usual one."""
    rule = Rule(name="r", check=AllowedTypes(("buy",)), message="m", place=Place(1, 1))
    assert rule.answer is Answer.DENY
    assert rule.only == Only()


def test_nothing_of_a_policy_can_be_changed() -> None:
    """What was read is what holds, to the end of a run."""
    with pytest.raises(FrozenInstanceError):
        AllowedTypes(("buy",)).allow = ("sell",)  # type: ignore[misc]
    assert len(typing.get_args(Check)) == 13
