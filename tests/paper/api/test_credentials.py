"""Tokens: how long they live, and with whom."""

from __future__ import annotations

from runner.domain import Secret
from runner.paper.api.credentials import Tokens
from tests.paper.builders import SECRET, credentials


def test_a_token_is_good_for_its_lifetime_or_its_connection() -> None:
    """Used in time it stays good where it was used, and nowhere else."""
    tokens = Tokens("seed", 900.0)
    token = Secret(tokens.issue(0.0))

    assert tokens.admits(token, 1, 900.0)
    assert tokens.admits(token, 1, 5000.0)
    assert not tokens.admits(token, 2, 900.1)
    tokens.drop(1)
    assert not tokens.admits(token, 1, 5000.0)


def test_other_texts_are_refused() -> None:
    """No token, and one that was never given out."""
    tokens = Tokens("seed", 900.0)

    assert not tokens.admits(None, 1, 0.0)
    assert not tokens.admits(Secret("x"), 1, 0.0)


def test_stale_tokens_are_forgotten() -> None:
    """A new one sweeps the old ones away, but for those that are in use."""
    tokens = Tokens("seed", 900.0)
    used, unused = Secret(tokens.issue(0.0)), Secret(tokens.issue(0.0))
    tokens.admits(used, 1, 0.0)
    tokens.issue(1000.0)

    assert tokens.admits(used, 1, 1000.0)
    assert not tokens.admits(unused, 1, 0.0)


def test_the_secret_stays_hidden() -> None:
    """It is in no ``repr``."""
    assert SECRET.reveal() not in repr(credentials())
