"""What is completed, and that a person who types is never shown an error, nor waits for a network."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner.cli.completing import MOST_BYTES
from runner.cli.exit_codes import run
from tests.app.shell import BATCHES, STATE, Shell
from tests.cli.shells import at_a_terminal, bash_words, fish_words, missing

if TYPE_CHECKING:
    from collections.abc import Callable

    Complete = Callable[..., list[str]]

REPEATED = "version: 1\nname: weekly\nrepeat: true\n"
ORDERS = """\
groups:
- {name: a, orders: [{id: x, pair: XBT/EUR, type: buy, ordertype: limit, price: 8000, volume: 0.01}]}
"""
NAMES = ["enter", "enter/buy-eth", "enter/buy-xbt"]


@pytest.fixture
def complete(shell: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Complete:
    """The words that a shell is given for the last word of a line, in this process."""
    shutil.copy(BATCHES / "quickstart.yaml", "q.yaml")

    def words(*line: str) -> list[str]:
        monkeypatch.setenv("_ORDER_BATCH_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", " ".join(("order-batch", *line)))
        monkeypatch.setenv("COMP_CWORD", str(len(line)))
        capsys.readouterr()
        assert run([]) == 0
        monkeypatch.delenv("_ORDER_BATCH_COMPLETE")
        out, err = capsys.readouterr()
        assert err == ""
        return [word.removeprefix("plain,") for word in out.splitlines() if word]

    return words


# --- the words -------------------------------------------------------------------------------


def test_verbs_options_and_files(complete: Complete) -> None:
    """As click knows them; a shell completes files itself."""
    assert complete("pl") == ["plan"]
    assert complete("paper", "re") == ["record", "release", "reset"]
    assert complete("apply", "--keep") == ["--keep-going"]
    assert complete("plan", "--venue", "k") == ["kraken"]
    assert complete("plan", "") == ["file,"]
    assert complete("plan", "--policy", "") == ["file,"]
    assert complete("schema", "doc") == ["doctor"]


def test_pairs_are_those_of_known_instruments(complete: Complete) -> None:
    """In either case, as a value and as the last one of several."""
    assert complete("generate", "dca", "ETH/E") == ["ETH/EUR"]
    assert complete("paper", "move", "eth/e") == ["ETH/EUR"]
    assert complete("paper", "record", "--pairs", "XBT/EUR,ETH/E") == ["XBT/EUR,ETH/EUR"]
    assert complete("plan", "q.yaml", "--currency", "E") == ["EUR"]


def test_groups_and_orders_are_those_of_the_file_on_the_line(complete: Complete) -> None:
    """Wherever it is on the line, and also where the batch repeats."""
    assert complete("status", "q.yaml", "--only", "enter") == NAMES
    assert complete("status", "--offline", "q.yaml", "--only", "enter/b") == NAMES[1:]
    assert complete("status", "q.yaml", "--only", "enter", "--only", "ti") == ["tidy"]
    assert complete("status", "q.yaml", "--batch", "''", "--only", "ti") == ["tidy"]
    assert complete("status", "--only", "en") == []
    Path("w.yaml").write_text(REPEATED + ORDERS, "utf-8")
    assert complete("status", "w.yaml", "--only", "") == ["a", "a/x"]


def test_batches_and_run_keys(complete: Complete, shell: Shell) -> None:
    """Of a file with several saved plans, and of the state folder."""
    Path("w.yaml").write_text(REPEATED + ORDERS, "utf-8")
    assert shell("apply", "w.yaml", "--run-key", "2026-W47").code == 0
    assert shell("plan", "q.yaml", "w.yaml", "--run-key", "2026-W48", "--out", "plans.json").code == 0
    assert complete("status", "plans.json", "--batch", "") == ["quickstart", "weekly"]
    assert complete("status", "plans.json", "--only", "a/") == ["a/x"]
    assert complete("history", "--batch", "we") == ["weekly"]
    assert complete("status", "w.yaml", "--run-key", "") == ["2026-W47"]
    assert complete("status", "q.yaml", "--run-key", "") == []
    assert complete("history", "--state-dir", "gone", "--batch", "") == []
    assert complete("history", "--state-dir", str(STATE), "--batch", "w") == ["weekly"]


def test_codes_are_those_that_are_explained(complete: Complete) -> None:
    """But for errors of the exchange, whose blanks and colons a shell takes apart."""
    assert complete("explain", "trades-") == ["trades-at-once"]
    assert complete("explain", "KRAKEN_SPOT") == ["KRAKEN_SPOT_URL"]
    assert complete("explain", "EOrder") == []


# --- nothing goes wrong ----------------------------------------------------------------------


def test_what_is_broken_has_no_words_and_no_error(complete: Complete) -> None:
    """A file that is being edited, one that is none, a line that makes no sense."""
    Path("broken.yaml").write_text("version: 1\ngroups: [", "utf-8")
    Path("broken.json").write_text('{\n  "plan_version": 9', "utf-8")
    Path("binary").write_bytes(bytes(range(256)))
    for file in ("broken.yaml", "broken.json", "binary", "gone.yaml", ".", "/dev/null"):
        assert complete("status", file, "--only", "") == []
    for line in (("undo", ""), ("plan", "--nope", "x", ""), ("plan", "--venue", "", "--format", "x")):
        complete(*line)


def test_a_line_that_the_shell_did_not_give_is_no_error(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor an unknown shell, nor a word that never ends."""
    for instruction in ("bash_complete", "fish_complete", "nonsense", "bash_nonsense", ""):
        monkeypatch.setenv("_ORDER_BATCH_COMPLETE", instruction)
        result = shell()
        assert (result.code, result.stdout + result.stderr) in ((0, ""), (3, result.stderr)), instruction
    monkeypatch.setenv("_ORDER_BATCH_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "order-batch 'plan")
    monkeypatch.setenv("COMP_CWORD", "many")
    assert (shell().code, shell().stderr) == (0, "")


def test_nothing_is_connected_to(complete: Complete, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever the environment says; and nothing is written."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setenv("ORDER_BATCH_LEDGER", "postgresql://127.0.0.1:9/x")
    before = sorted(tmp_path.rglob("*"))
    assert complete("status", "q.yaml", "--venue", "kraken", "--only", "enter") == NAMES
    assert complete("paper", "move", "XBT/G") == ["XBT/GBP"]
    assert sorted(tmp_path.rglob("*")) == before


# --- in the shells themselves ----------------------------------------------------------------


def test_bash_is_given_the_words(tmp_path: Path) -> None:
    """By its own function, from a new process."""
    shutil.copy(BATCHES / "quickstart.yaml", tmp_path / "q.yaml")
    assert bash_words(tmp_path, "order-batch", "status", "q.yaml", "--only", "enter/b") == NAMES[1:]
    assert bash_words(tmp_path, "order-batch", "plan", "q") == ["-o default"]


@pytest.mark.long
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_word_is_completed_at_a_terminal(shell: str, tmp_path: Path) -> None:
    """Verb, option, file, pair, group and order, each by TAB."""
    if missing(shell):
        pytest.skip(f"{shell} is not installed")
    shutil.copy(BATCHES / "quickstart.yaml", tmp_path / "q.yaml")
    lines = {
        "order-batch rebal": "rebalance",
        "order-batch apply --keep": "--keep-going",
        "order-batch plan q": "q.yaml",
        "order-batch generate dca ETH/E": "ETH/EUR",
        "order-batch status q.yaml --only enter/buy-e": "enter/buy-eth",
    }
    with at_a_terminal(shell, tmp_path) as typist:
        for line, expected in lines.items():
            shown = typist.complete(line, expected)
            assert expected in shown, (line, shown)
            assert "Traceback" not in shown


@pytest.mark.long
def test_fish_is_given_the_words(tmp_path: Path) -> None:
    """By its own command for that."""
    if missing("fish"):
        pytest.skip("fish is not installed")
    shutil.copy(BATCHES / "quickstart.yaml", tmp_path / "q.yaml")
    assert fish_words(tmp_path, "order-batch rebal") == ["rebalance"]
    assert fish_words(tmp_path, "order-batch plan q") == ["q.yaml"]
    assert fish_words(tmp_path, "order-batch generate dca ETH/E") == ["ETH/EUR"]
    assert fish_words(tmp_path, "order-batch status q.yaml --only enter/b") == NAMES[1:]


def test_a_large_file_offers_nothing(complete: Complete) -> None:
    """No person waits for it to be read."""
    text = Path("q.yaml").read_text("utf-8")
    Path("q.yaml").write_text(f"{text}#{'x' * MOST_BYTES}\n", "utf-8")
    assert complete("status", "q.yaml", "--only", "enter") == []
    Path("q.yaml").write_text(f"{text}#{'x' * 1000}\n", "utf-8")
    assert complete("status", "q.yaml", "--only", "enter") == NAMES
