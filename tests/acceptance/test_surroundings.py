"""Exit codes in whatever surroundings: streams that are closed, full or of another encoding, files that
cannot be read or written, names that are no text, signals before anything is under way. Real processes."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.shell import LIMIT_S, STATE, added, batch, environment, forked, order
from tests.processes.client import CLOSED, launch

FORMATS = ("text", "json", "markdown", "github", "sarif", "junit")
NO_TEXT = os.fsdecode(b"caf\xe9-\xff.yaml")


def run(*args: str, redirect: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a shell, so that its streams can be closed or led elsewhere."""
    command = ["sh", "-c", f'exec "$@" {redirect}', "sh", sys.executable, "-m", "runner", *args]
    return subprocess.run(
        command,
        env=environment(**more),
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=LIMIT_S,
        check=False,
    )


def in_turn(*commands: tuple[str, ...], redirect: str = "", **more: str) -> tuple[list[int], str]:
    """Run commands one after another in one process; gives their exit codes, and all that they wrote."""
    arguments = ("tests.app.in_turn", json.dumps(commands))
    with contextlib.ExitStack() as stack:
        streams = tuple(redirected(number, redirect, stack) for number in range(3))
        process = stack.enter_context(launch(*arguments, environment=environment(**more), streams=streams))
        text = "\n".join(process.communicate(LIMIT_S))
    assert process.returncode == 0, text
    return json.loads(Path("codes").read_text("ascii")), text


def redirected(number: int, redirect: str, stack: contextlib.ExitStack) -> int | None:
    """Return what a shell makes of a stream: a file, nothing at all, or what it was."""
    for symbol, where in re.findall(r"(2>|[<>])(&-|\S+)", redirect):
        if {"<": 0, ">": 1, "2>": 2}[symbol] == number:
            return CLOSED if where == "&-" else stack.enter_context(Path(where).open("w")).fileno()
    return None


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has a folder for itself."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("format", "redirect"),
    [
        *((format, ">/dev/full 2>/dev/full") for format in FORMATS),
        *(("text", redirect) for redirect in (">/dev/full", ">&-", "2>&-", "<&- >&- 2>&-")),
        ("github", "<&- >&- 2>&-"),
    ],
)
def test_streams_change_no_exit_code(format: str, redirect: str) -> None:
    """Closed or full: the run is carried out, and ends as it ends."""
    file = batch(order("a"), order("b", price="0.001"))
    commands = (
        ("apply", str(file), "--unchecked", "--format", format),
        ("plan", str(file), "--detailed-exitcode"),
        ("validate", "missing.yaml", "--format", format),
    )
    codes, text = in_turn(*commands, redirect=redirect)
    assert codes == [1, 4, 3], text
    assert len(added()) == 1


def test_a_full_stream_is_reported_on_the_other_one() -> None:
    """The log shows why there is no result, and the verb has not succeeded without one."""
    done = run("validate", str(batch(order("a"))), redirect=">/dev/full")
    assert done.returncode == 1
    assert "standard output could not be written: No space left on device" in done.stderr


def test_a_python_that_starts_without_streams_does_its_work() -> None:
    """The others of these commands are forked from a process that has loaded everything."""
    assert run("apply", str(batch(order("a"))), redirect="<&- >&- 2>&-").returncode == 0
    assert len(added()) == 1


@pytest.mark.parametrize(
    ("format", "encoding"),
    [*((format, "ascii") for format in FORMATS), ("text", "latin-1"), ("text", "utf-8")],
)
def test_encodings_change_no_exit_code(format: str, encoding: str) -> None:
    """A name that is no text and a description with anything in it are written as escapes."""
    file = batch(order("a"), top="description: caf\u00e9 \u20ac \U0001f600 \u4e2d")
    file.rename(NO_TEXT)
    verbs = ("validate", "plan", "apply", "status")
    codes, text = in_turn(*((verb, NO_TEXT, "--format", format) for verb in verbs), PYTHONIOENCODING=encoding)
    assert codes == [0, 0, 0, 0], text
    manifest = json.loads((STATE / "paper" / "one" / "manifest.json").read_text("ascii"))
    assert manifest["outcome"] == "done"


@pytest.mark.parametrize("columns", ["\u00b2", "-1", "99999999999999999999", "1"])
def test_width_that_is_no_width_is_passed_over(columns: str) -> None:
    """It is one more thing from outside."""
    codes, text = in_turn(("plan", str(batch(order("a")))), COLUMNS=columns)
    assert codes == [0], text


@pytest.mark.parametrize("summary", [".", "missing/summary", "/dev/full", "loop", "locked/summary"], ids=str)
def test_summary_that_cannot_be_written_changes_no_exit_code(summary: str) -> None:
    """It is said on standard error, once, whatever the command came to."""
    Path("loop").symlink_to("loop")
    file = batch(order("a"))
    commands = (("apply", str(file)), ("validate", "missing.yaml"))
    codes, text = in_turn(
        *((*command, "--format", "github") for command in commands), GITHUB_STEP_SUMMARY=summary
    )
    assert codes == [0, 3], text
    assert text.count("The summary of this step cannot be written") == 2


def test_what_is_no_readable_file_is_invalid() -> None:
    """A folder without a batch, a link that leads nowhere, a name that cannot be one."""
    batch(order("a"))
    Path("empty").mkdir()
    Path("loop.yaml").symlink_to("loop.yaml")
    names = ("empty", "loop.yaml", "one.yaml/x", "x" * 300)
    codes, text = in_turn(
        *((verb, name) for verb in ("validate", "plan", "apply", "status") for name in names)
    )
    assert codes == [3] * 16, text
    assert "internal error" not in text


def test_unreadable_file_is_named_beside_the_others() -> None:
    """One that may not be entered hides nothing of the next."""
    good, bad = batch(order("a")), batch(order("b", price="abc"), name="two")
    Path("loop.yaml").symlink_to("loop.yaml")
    done = run("validate", "loop.yaml", str(good), str(bad))
    assert done.returncode == 3
    assert "two.yaml" in done.stdout
    assert "Too many levels of symbolic links" in done.stdout


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signal_before_anything_is_under_way_ends_the_command(number: signal.Signals) -> None:
    """While it waits for an exchange that does not answer, nothing is sent and the code is the signal's."""
    code = (
        "import os, signal, sys, threading, socket\n"
        "from runner.cli import main\n"
        "server = socket.create_server(('127.0.0.1', 0))\n"
        "url = f'http://127.0.0.1:{server.getsockname()[1]}'\n"
        "os.environ |= {'KRAKEN_SPOT_URL': url, 'KRAKEN_WS_AUTH_URL': url.replace('http', 'ws'),\n"
        "               'KRAKEN_API_KEY': 'key', 'KRAKEN_API_SECRET': 'c2VjcmV0'}\n"
        "def stop():\n"
        "    server.accept()\n"
        f"    os.kill(os.getpid(), {int(number)})\n"
        "threading.Thread(target=stop, daemon=True).start()\n"
        "sys.argv = ['order-batch', 'apply', 'one.yaml', '--venue', 'kraken', '--yes']\n"
        "main()\n"
    )
    batch(order("a"))
    result = forked(code)
    assert result.code == 128 + number, result.stderr
    assert "Traceback" not in result.stderr


def test_signal_is_listened_to_from_the_start() -> None:
    """As process 1 a process gets no signal that it has no handler for."""
    code = (
        "import os, signal, sys\n"
        "from runner.cli import main\n"
        "sys.argv = ['order-batch', 'plan', 'one.yaml']\n"
        "import runner.cli.exit_codes as codes\n"
        "codes.run = lambda args: os.kill(os.getpid(), signal.SIGTERM) or 0\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment(), check=False, timeout=LIMIT_S)
    assert done.returncode == 128 + signal.SIGTERM


# --- commands of others in what a CI system reads --------------------------------------------------


@pytest.mark.parametrize("format", FORMATS)
def test_no_command_of_others_gets_through(format: str) -> None:
    """In fields, names, keys and file names; on standard output and on standard error."""
    name = "##[debug]::error::x.yaml"
    hostile = batch(order("a", cl_ord_id='"##[debug]x"'), top='description: "::error::x ##[add-mask]sell"')
    Path("::warning::folder").mkdir()
    hostile.rename(name)
    broken = Path("::set-output name=x::y.yaml")
    broken.write_text('version: 1\n"##[set-output name=a]b": 1\n"::set-env name=x::y": 2\n', "utf-8")
    commands = (
        ("validate", name, str(broken)),
        ("plan", name),
        ("plan", name, "--against", "::error::##[debug]"),
        ("apply", name),
        ("status", name),
        ("apply", str(broken)),
        ("plan", name, "##[debug]more"),
        ("plan", name, "--venue", "::error::x"),
    )
    _, text = in_turn(*((*args, "--format", format) for args in commands))
    assert "Traceback" not in text
    for line in re.split(r"[\r\n]", text):
        ours = format == "github" and re.match(r"::(error|warning|notice) file=|::error title=", line)
        assert "##[" not in line, line
        assert ours or not line.lstrip().startswith("::"), line
