"""Key, secret and token are written nowhere: not to a terminal, not to a file, whatever happens.

Each run is made at an exchange of another temper; then everything that was written is searched.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.foreign.process import foreign_exchange
from tests.app.shell import Shell, at_terminal, batch, forked, order

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.acceptance.foreign.process import Foreign

STANDING = "OUEMWD-CUO73-YYCBEK"
PIECE = 12
"""So many characters of a secret in a row, at its start or its end, are too many."""

DEFECT = """
import sys
def fail(event, args):
    if event == "socket.connect" and args[1][1] == int(sys.argv[1]):
        raise ZeroDivisionError("planted")
sys.addaudithook(fail)
from runner.cli.exit_codes import run
sys.exit(run(sys.argv[2:]))
"""


@contextmanager
def canaries(folder: Path, exchange: Foreign, texts: list[str]) -> Iterator[None]:
    """Output in the block, to ``texts`` or to a file, holds no piece of a secret."""
    yield
    secrets = [exchange.api_key, exchange.api_secret, *exchange.account().tokens]
    pieces = [piece for secret in secrets for piece in (secret[:PIECE], secret[-PIECE:])]
    assert all(len(piece) == PIECE for piece in pieces)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert texts
    written = [*texts, *(path.read_bytes().decode("latin-1") for path in files), *map(str, files)]
    assert [text for text in written for piece in pieces if piece in text] == []


def apply(shell: Shell, file: Path, *options: str) -> Any:
    """Apply a file at the exchange that the environment names."""
    timing = ("--deadline", "2", "--settle", "0", "--tier", "pro")
    return shell("apply", file, "--venue", "kraken", "--yes", *timing, *options)


@pytest.fixture
def shell_at(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A shell whose environment names an exchange."""

    def point(exchange: Foreign) -> Shell:
        for name, text in exchange.environment.items():
            monkeypatch.setenv(name, text)
        return shell

    return point


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ({"rejects": {"2": "EOrder:Insufficient funds"}, "standing": [{"txid": STANDING}]}, 1),
        ({"token_answers": [{"error": "EAPI:Invalid key", "times": 99}]}, 5),
        ({"subscription_error": "ESession:Invalid session"}, 5),
        ({"refuse_first_tokens": 1, "noise": True}, 0),
        ({"system_status": "maintenance"}, 5),
        ({"close_after": {"1": 1006}, "noise": True}, 0),
    ],
    ids=["some", "no key", "no session", "token refused", "closed", "broken"],
)
@pytest.mark.usefixtures("quick_attempts")
def test_no_command_writes_a_secret(tmp_path: Path, shell_at: Any, script: dict[str, Any], code: int) -> None:
    """All verbs in both formats, before, during and after a run that goes well or does not."""
    with foreign_exchange(tmp_path, **script) as exchange:
        shell = shell_at(exchange)
        file = batch(order("a"), order("b", price="144"), cancel=f"[{STANDING}]")
        texts: list[str] = []
        with canaries(tmp_path, exchange, texts):
            first = apply(shell, file, "--manifest", "copy.json")
            assert first.code == code
            result = [first, apply(shell, file, "--format", "json"), shell("validate", file)]
            for verb in ("plan", "status"):
                result += [
                    shell(verb, file, "--venue", "kraken", "--tier", "pro", "--format", form)
                    for form in ("text", "json")
                ]
            changed = batch(order("a", price="146"))
            result += [apply(shell, changed), shell("plan", changed, "--venue", "kraken")]
            texts += [text for item in result for text in (item.stdout, item.stderr)]
        assert (tmp_path / ".order-batch" / "kraken" / "one" / "journal.jsonl").exists()


def test_terminal_shows_no_secret(tmp_path: Path, shell_at: Any) -> None:
    """The question and the display of a running apply show none either."""
    with foreign_exchange(tmp_path, standing=[{"txid": STANDING}]) as exchange:
        shell_at(exchange)
        file = batch(order("a"), cancel=f"[{STANDING}]")
        texts: list[str] = []
        with canaries(tmp_path, exchange, texts):
            args = ("apply", str(file), "--venue", "kraken")
            code, shown = at_terminal(b"y\n", *args, **exchange.environment)
            texts.append(shown)
        assert code == 0
        assert len(exchange.account().tokens) == 1


@pytest.mark.long
@pytest.mark.parametrize("door", ["rest_url", "ws_url"])
def test_traceback_of_a_defect_shows_no_secret(tmp_path: Path, shell_at: Any, door: str) -> None:
    """With ORDER_BATCH_DEBUG=1, a defect before the token is fetched and one after it show none."""
    with foreign_exchange(tmp_path) as exchange:
        shell_at(exchange)
        file = batch(order("a"))
        texts: list[str] = []
        with canaries(tmp_path, exchange, texts):
            port = getattr(exchange, door).rpartition(":")[2]
            command = (port, "apply", str(file), "--venue", "kraken", "--yes")
            result = forked(DEFECT, *command, ORDER_BATCH_DEBUG="1", **exchange.environment)
            texts += [result.stdout, result.stderr]
        assert result.code == 70
        assert "ZeroDivisionError: planted" in result.stderr
        assert "runner/runtime/kraken/access.py" in result.stderr
        assert len(exchange.account().tokens) == (door == "ws_url")


def test_credentials_in_one_file_are_not_repeated(
    tmp_path: Path, shell_at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Key and secret pasted into one file are refused without a word of them, before anything is sent."""
    with foreign_exchange(tmp_path) as exchange:
        shell = shell_at(exchange)
        file = batch(order("a"))
        both = tmp_path.parent / f"{tmp_path.name}-both"
        both.write_text(f"{exchange.api_key}\n{exchange.api_secret}\n", "utf-8")
        monkeypatch.delenv("KRAKEN_API_KEY")
        monkeypatch.setenv("KRAKEN_API_KEY_FILE", str(both))
        texts: list[str] = []
        with canaries(tmp_path, exchange, texts):
            result = apply(shell, file)
            texts += [result.stdout, result.stderr]
        assert result.code == 3
        assert exchange.account().entries == []
