"""The two venues: whose money, where, with which credentials. What is wrong is found before anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.app.access.venues import account_at, paper_exchange
from runner.errors import Locked
from runner.runtime.storage import JOURNAL, hold, read_journal
from tests.app.shell import (
    GOOD_SECRET,
    PAPER_RECORD,
    SEED,
    STATE,
    UNREACHABLE,
    Shell,
    added,
    batch,
    order,
    room,
)

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


def test_account_of_the_environment_is_not_used_for_paper(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A paper run ignores where real money would go, and what is wrong with it."""
    for name in UNREACHABLE:
        monkeypatch.setenv(name, "nonsense")
    assert shell("apply", SEED).code == 0


# --- a disk that takes no more ---------------------------------------------------------------


@pytest.mark.parametrize("more", [0, 300, 700, 1500, 2600])
def test_an_exchange_whose_disk_is_full_has_gone(shell: Shell, more: int) -> None:
    """Nothing is answered that was not kept. The run names the disk and every order that it has sent, by the
    exchange's id or as unknown."""
    assert shell("apply", batch(order("z"), name="before")).code == 0
    with hold(STATE / "paper/.exchange") as state:
        state.journal.append([{"now": 1700000000.0, "advance": True}] * 200)
    groups = "".join(f"- {{name: g{number}, orders: [{order(f'o{number}')}]}}\n" for number in range(12))
    Path("one.yaml").write_text(f"version: 1\nname: one\ngroups:\n{groups}", "utf-8")
    with room((STATE / PAPER_RECORD).stat().st_size + more):
        result = shell("apply", "one.yaml")
    assert (result.code, result.stdout) == (6, "")
    assert (
        "the simulated exchange has stopped, for it cannot keep what it does: File too large" in result.words
    )
    entries = read_journal(STATE / "paper/one" / JOURNAL)
    sent = [f"{entry['group']}/{entry['id']}" for entry in entries if "request" in entry]
    assert [key for key in sent if key not in result.words] == []
    assert len(added()) - 1 in (len(sent) - 1, len(sent))


def test_an_exchange_that_cannot_be_made_is_unreachable(shell: Shell) -> None:
    """Nothing was sent, and nothing is there that the next run could not begin with."""
    with room(20):
        result = shell("apply", SEED)
        assert (result.code, result.stdout) == (5, "")
        assert "File too large" in result.words
        assert shell("paper", "serve").code == 5
    assert shell("apply", SEED).code == 0


def test_an_exchange_without_a_readable_address_is_not_served(shell: Shell) -> None:
    """The address did not fit on the disk."""
    with paper_exchange(STATE):
        pass
    with room(20):
        result = shell("paper", "serve")
    assert result.code == 5
    assert "its addresses cannot be written: File too large" in result.words


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
