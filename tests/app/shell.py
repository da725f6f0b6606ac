"""The command line as a test uses it: inside this process where a user would see no difference.

Each test runs in its own folder, so that ``.order-batch`` is where a user has it.
"""

from __future__ import annotations

import contextlib
import json
import os
import pty
import resource
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.cli.exit_codes import run
from runner.runtime.storage import JOURNAL, read_journal
from tests.processes.client import Process, launch

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

ROOT = Path(__file__).resolve().parents[2]
BATCHES = ROOT / "batches"
SEED = BATCHES / "seed-example.yaml"
STATE = Path(".order-batch")
PAPER_RECORD = Path("paper", ".exchange", "journal.jsonl")
LIMIT_S = 120

GOOD_SECRET = "a2VlcCBpdCB0byB5b3Vyc2VsZg=="
UNREACHABLE = {
    "KRAKEN_SPOT_URL": "http://127.0.0.1:9",
    "KRAKEN_WS_AUTH_URL": "ws://127.0.0.1:9",
    "KRAKEN_API_KEY": "key",
    "KRAKEN_API_SECRET": GOOD_SECRET,
}
"""Variables that point at a port of this machine that no process listens on."""


@dataclass(frozen=True)
class CommandResult:
    """The end of a command."""

    code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        """Standard output, which is one JSON document."""
        return json.loads(self.stdout)

    @property
    def words(self) -> str:
        """Standard error without its folding."""
        return " ".join(self.stderr.split())

    def orders(self) -> dict[str, dict[str, Any]]:
        """The orders of a manifest by id."""
        return {order["id"]: order for group in self.json["groups"] for order in group["orders"]}

    def outcomes(self) -> dict[str, str]:
        """Return what became of each order of a manifest."""
        return {name: order["outcome"] for name, order in self.orders().items()}


def enter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Go to a folder, without an account and whatever else the environment says to a command."""
    monkeypatch.chdir(folder)
    files = ("KRAKEN_API_KEY_FILE", "KRAKEN_API_SECRET_FILE")
    own = ("ORDER_BATCH_STATE_DIR", "ORDER_BATCH_DEBUG")
    for name in (*UNREACHABLE, *files, *own, "CI", "GITHUB_ACTIONS", "GITLAB_CI"):
        monkeypatch.delenv(name, raising=False)


class Shell:
    """Runs command lines in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *args: object) -> CommandResult:
        """Run a command; no traceback is shown, whatever becomes of it."""
        self._capsys.readouterr()
        code = run([str(arg) for arg in args])
        result = CommandResult(code, *self._capsys.readouterr())
        assert "Traceback" not in result.stderr, result.stderr
        return result


# --- batches ---------------------------------------------------------------------------------


def batch(*orders: str, name: str = "one", top: str = "", cancel: str = "") -> Path:
    """Write a batch file with one group, ``group``, in the current folder."""
    lines = ["version: 1", f"name: {name}", *([top] if top else []), "groups:", "  - name: group"]
    lines += ["    orders:", *(f"      - {order}" for order in orders)] if orders else []
    lines += [f"    cancel: {cancel}"] if cancel else []
    path = Path(f"{name}.yaml")
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def order(id: str = "a", **fields: object) -> str:
    """A resting limit order, as a line of a batch file."""
    usual = {"pair": "ETH/EUR", "type": "buy", "ordertype": "limit", "price": "145", "volume": "0.25"}
    return (
        f"{{id: {id}, " + ", ".join(f"{name}: {value}" for name, value in {**usual, **fields}.items()) + "}"
    )


# --- what a run leaves behind -----------------------------------------------------------------


def forget_after(folder: Path, kind: str) -> None:
    """Cut a journal off after its first entry of a kind, as a sudden end of the process would."""
    kinds = [entry["entry"] for entry in read_journal(folder / JOURNAL)]
    lines = (folder / JOURNAL).read_text("ascii").splitlines(keepends=True)
    (folder / JOURNAL).write_text("".join(lines[: kinds.index(kind) + 1]), "ascii")


@contextlib.contextmanager
def room(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size, in bytes: a full disk, for the length of a block.

    What Python compiles would be cut off as well, and be a stumbling block ever after: it is not kept.
    """
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    sys.dont_write_bytecode = True
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        sys.dont_write_bytecode = False


# --- the simulated exchange ------------------------------------------------------------------


def requests(state_dir: Path = STATE) -> list[dict[str, Any]]:
    """Return what the simulated exchange of a state directory has carried out, as it came over the wire."""
    records = read_journal(state_dir / PAPER_RECORD)
    return [record["request"] for record in records if "request" in record]


def added(state_dir: Path = STATE) -> list[dict[str, Any]]:
    """The orders that it has booked."""
    return [request for request in requests(state_dir) if request["event"] == "addOrder"]


@dataclass(frozen=True)
class Served:
    """A simulated exchange in another process."""

    process: Process
    environment: dict[str, str]

    def stop(self) -> int:
        """Stop it; gives its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(LIMIT_S)


@contextlib.contextmanager
def served(state_dir: Path, *options: str, **more: str) -> Iterator[Served]:
    """``order-batch paper serve``, for the length of a block; ``more`` are variables."""
    command = ("paper", "serve", "--format", "json", "--state-dir", str(state_dir), *options)
    with start(*command, **more) as process:
        try:
            assert process.stdout is not None
            endpoints = json.loads(process.stdout.readline())
            yield Served(process, variables(**endpoints))
        finally:
            process.terminate()


def variables(
    *, rest_url: str, ws_url: str, api_key: str, api_secret: str, control_token: str = ""
) -> dict[str, str]:
    """The variables that point at an exchange."""
    return {
        "KRAKEN_SPOT_URL": rest_url,
        "KRAKEN_WS_AUTH_URL": ws_url,
        "KRAKEN_API_KEY": api_key,
        "KRAKEN_API_SECRET": api_secret,
    }


# --- processes -------------------------------------------------------------------------------


def environment(**more: str) -> dict[str, str]:
    """The environment of this process without an account, and what is added."""
    plain = {name: text for name, text in os.environ.items() if not name.startswith(("KRAKEN_", "ORDER_"))}
    return {**plain, "PYTHONPATH": str(ROOT), **more}


def start(*args: str, **more: str) -> Process:
    """Start a command in another process, its output in pipes; ``more`` are variables."""
    return launch("runner", *args, environment=environment(**more))


def finish(process: Process) -> CommandResult:
    """Wait for a process to end."""
    stdout, stderr = process.communicate(timeout=LIMIT_S)
    return CommandResult(process.returncode, stdout, stderr)


def python(code: str, *args: str, **more: str) -> CommandResult:
    """Run Python code in another process."""
    command = [sys.executable, "-c", code, *args]
    done = subprocess.run(
        command, env=environment(**more), capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    return CommandResult(done.returncode, done.stdout, done.stderr)


def forked(code: str, *args: str, **more: str) -> CommandResult:
    """Run Python code in another process that has loaded everything already."""
    with launch("tests.processes.code", code, *args, environment=environment(**more)) as process:
        return finish(process)


def at_terminal(answer: bytes, *args: str, **variables: str) -> tuple[int, str]:
    """Run a command at a terminal and answer its question; gives the exit code and what was shown there."""
    ours, theirs = pty.openpty()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    streams, shown = (theirs, nowhere, theirs), b""
    variables = environment(TERM="xterm-256color", **variables)
    with launch("runner", *args, environment=variables, streams=streams) as process:
        os.close(nowhere)
        os.close(theirs)
        # Reading from a terminal whose other side has gone is an error, and the end.
        with contextlib.suppress(OSError):
            while chunk := os.read(ours, 4096):
                answered = b"[y/N]" in shown
                shown += chunk
                if b"[y/N]" in shown and not answered:
                    os.write(ours, answer)
        os.close(ours)
        return process.wait(LIMIT_S), shown.decode()
