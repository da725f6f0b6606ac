"""A rehearsal on an exchange of its own: nothing of it stays, and it mixes with nothing that is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.app.rehearsal.markets import BALANCES, market_file
from tests.app.shell import STATE, batch, order
from tests.app.shell import Shell as CommandLine

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def test_nothing_is_kept(shell: CommandLine, temporary: Path) -> None:
    """No state folder, no temporary one, and no path of either is shown; a copy stays where one is named."""
    market = market_file()
    file = batch(order(pair="XBT/EUR", price="77000", volume="0.01"))
    result = shell("apply", file, "--market", market, "--manifest", "copy.json")

    assert (result.code, STATE.exists(), list(temporary.iterdir())) == (0, False, [])
    assert result.stdout.startswith("rehearsal of one at paper")
    assert "nothing of a rehearsal is kept" in result.stdout
    assert str(temporary) not in result.stdout + result.stderr
    assert '"rehearsal": {' in Path("copy.json").read_text("utf-8")


def test_it_can_be_repeated_and_leaves_what_was_kept(shell: CommandLine) -> None:
    """Each time the orders are new, whatever was applied to the exchange of the state folder."""
    command = ("apply", batch(order()), "--format", "json")
    assert shell(*command).code == 0
    before = sorted(path.stat().st_mtime_ns for path in STATE.rglob("*.jsonl"))
    results = [shell(*command, "--balances", balances()) for _ in range(2)]

    assert [each.orders()["a"]["already"] for each in results] == [False, False]
    assert sorted(path.stat().st_mtime_ns for path in STATE.rglob("*.jsonl")) == before
    assert shell(*command).orders()["a"]["already"] is True


def balances() -> Path:
    """A file with balances that pay for the order."""
    return market_file(text=BALANCES, name="balances.yaml")


def test_what_the_account_does_not_own_is_rejected(shell: CommandLine) -> None:
    """The check before anything is sent knows the balances."""
    file = batch(order(pair="XBT/EUR", price="77000", volume="1"))
    result = shell("apply", file, "--market", market_file(), "--balances", balances())

    assert result.code == 4
    assert "5,000.00 EUR" in result.words


REFUSED = [
    (("plan", "--offline"), 3, "offline there is no exchange"),
    (("plan", "--out", "plan.json"), 3, "a plan of a rehearsal cannot be saved"),
    (("apply", "--venue", "kraken"), 3, "are for the simulated exchange"),
    (("apply", "--ledger", "postgresql://u@127.0.0.1/x"), 3, "ledger"),
    (("apply", "--speed", "0"), 3, "a number above 0"),
    (("apply", "--speed", "2"), 3, "there is nothing to play faster"),
]


@pytest.mark.parametrize(("command", "code", "words"), REFUSED)
def test_what_makes_no_sense_is_refused(
    shell: CommandLine, command: tuple[str, ...], code: int, words: str
) -> None:
    """Before anything is opened or written."""
    result = shell(command[0], batch(order()), *command[1:], "--market", market_file())

    assert (result.code, words in result.words) == (code, True), result.stderr
    assert not STATE.exists()
    assert not Path("plan.json").exists()


def test_a_saved_plan_is_no_rehearsal(shell: CommandLine) -> None:
    """It was made for an account, which a rehearsal does not have."""
    assert shell("plan", batch(order()), "--out", "plan.json").code == 0
    result = shell("apply", "plan.json", "--market", market_file())

    assert (result.code, "Rehearse the batch file" in result.words) == (4, True)
