"""The nouns of a policy."""

from __future__ import annotations

import typing
from dataclasses import FrozenInstanceError

import pytest

from runner.domain import AllowedTypes, Answer, Check, Only, Place, Policy, Rule, join


def test_a_rule_denies_and_is_about_everything_unless_it_says_otherwise() -> None:
    """The strict answer is the usual one."""
    rule = Rule(name="r", check=AllowedTypes(("buy",)), message="m", place=Place(1, 1))
    assert rule.answer is Answer.DENY
    assert rule.only == Only()


def test_nothing_of_a_policy_can_be_changed() -> None:
    """The policy that was read holds to the end of a run."""
    with pytest.raises(FrozenInstanceError):
        AllowedTypes(("buy",)).allow = ("sell",)  # type: ignore[misc]
    assert len(typing.get_args(Check)) == 15


def policy(name: str, digest: str, *rules: str, file: str = "policy.yaml") -> Policy:
    """A policy with some rules."""
    return Policy(
        name=name,
        description="",
        rules=tuple(
            Rule(name=rule, check=AllowedTypes(("buy",)), message="m", place=Place(1, 1)) for rule in rules
        ),
        file=file,
        digest=digest * 64,
    )


def test_several_policies_are_one_with_all_of_their_rules() -> None:
    """Each rule keeps its name, and the digest does not hang on where they were found."""
    near, far = policy("desk", "1", "a", "b"), policy("firm", "2", "a", file="../policy.yaml")
    joined = join([near, far])
    assert joined is not None
    assert [rule.name for rule in joined.rules] == ["desk/a", "desk/b", "firm/a"]
    assert joined.files == (*near.files, *far.files)
    assert joined.name == "desk and firm"
    turned = join([far, near])
    assert turned is not None
    assert turned.digest == joined.digest
    assert turned.digest not in (near.digest, far.digest)


def test_policies_of_one_name_are_distinguished_by_their_files() -> None:
    """No two rules share a name, whose sums they would share."""
    joined = join([policy("desk", "1", "a"), policy("desk", "2", "a", file="above/policy.yaml")])
    assert joined is not None
    assert [rule.name for rule in joined.rules] == ["policy.yaml/a", "above/policy.yaml/a"]


def test_one_policy_is_as_it_is_and_none_is_none() -> None:
    """Nothing is renamed without need."""
    desk = policy("desk", "1", "a")
    assert join([desk]) is desk
    assert join([]) is None
    assert desk.files[0].row() == {"name": "desk", "file": "policy.yaml", "digest": "1" * 64}
