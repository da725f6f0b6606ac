"""A secret is shown only by an explicit call."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
import traceback

import pytest

from runner.domain import Secret

CANARY = "CANARY"


def test_reveal_is_the_only_way_to_the_text():
    """Not repr, not str, not a format, not the inside of something else."""
    secret = Secret(CANARY)
    shown = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret!r:>20}",
        repr([{"token": secret}]),
    ]
    assert all(CANARY not in text and "***" in text for text in shown)
    assert secret.reveal() == CANARY


@dataclasses.dataclass
class Holder:
    token: Secret


@pytest.mark.parametrize("serialize", [pickle.dumps, json.dumps, copy.deepcopy, copy.copy, vars])
def test_a_secret_is_not_serialized(serialize):
    """Neither alone nor copied out of something: each way ends in a TypeError without the text."""
    secret = Secret(CANARY)
    with pytest.raises(TypeError) as caught:
        serialize(secret)
    assert CANARY not in "".join(traceback.format_exception(caught.value))


def test_a_secret_inside_a_dataclass_stays_one():
    """The usual ways to print or unfold a dataclass do not show it."""
    assert CANARY not in repr(Holder(Secret(CANARY)))
    with pytest.raises(TypeError):
        dataclasses.asdict(Holder(Secret(CANARY)))


def test_secrets_compare_by_their_text():
    """So a token that changed is noticed; a text is never equal to a secret."""
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2


def test_a_fingerprint_distinguishes_two_secrets_and_reveals_none():
    """The same for the same text, on every machine."""
    assert Secret(CANARY).fingerprint() == "cb681460a09b95fb"
    assert Secret(CANARY).fingerprint() != Secret("CANARZ").fingerprint()


def test_a_secret_takes_no_further_attributes():
    """There is no second place where the text could lie."""
    with pytest.raises(AttributeError):
        Secret(CANARY).text = CANARY
