"""The two venues: whose money, where, with which credentials. What is wrong is found before anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.commands.venues import account_at, paper_exchange
from runner.errors import Locked
from tests.commands.shell import GOOD_SECRET, NOBODY, SEED, Shell

BOTH = {"KRAKEN_API_KEY": "key", "KRAKEN_API_SECRET": GOOD_SECRET}


# --- the simulated exchange ------------------------------------------------------------------


def test_simulated_exchange_keeps_its_credentials_and_differs_from_others(tmp_path: Path) -> None:
    """An exchange has one key for life; another one has another."""
    keys = []
    for folder in ("one", "one", "other"):
        with paper_exchange(tmp_path / folder) as paper:
            keys.append(paper.credentials.key.reveal())
    assert keys[0] == keys[1] != keys[2]


def test_simulated_exchange_is_held_by_one(tmp_path: Path) -> None:
    """Two processes cannot both be the exchange."""
    with paper_exchange(tmp_path), pytest.raises(Locked), paper_exchange(tmp_path):
        pass


def test_account_of_the_environment_is_not_asked_for_paper(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A paper run ignores where real money would go, and what is wrong with it."""
    for name in NOBODY:
        monkeypatch.setenv(name, "nonsense")
    assert shell("apply", SEED).code == 0


# --- which account ---------------------------------------------------------------------------


def test_an_account_is_known_by_the_fingerprint_of_its_key(tmp_path: Path) -> None:
    """From the environment or a file; without a key there is none."""
    (tmp_path / "key").write_text("key\n", "utf-8")
    named = account_at("kraken", tmp_path, BOTH)
    assert named == account_at("kraken", tmp_path, {"KRAKEN_API_KEY_FILE": str(tmp_path / "key")})
    assert named != account_at("kraken", tmp_path, {"KRAKEN_API_KEY": "other"})
    assert account_at("kraken", tmp_path, {}) is None


def test_a_simulated_account_is_as_old_as_its_exchange(tmp_path: Path) -> None:
    """Asking for it makes none."""
    assert account_at("paper", tmp_path, {}) is None
    assert list(tmp_path.iterdir()) == []
    with paper_exchange(tmp_path) as paper:
        assert account_at("paper", tmp_path, {}) == paper.credentials.key.fingerprint()
