"""From every outcome to an exit code, in words: never an unrequested traceback."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner import __version__
from runner.cli import main
from runner.cli.exit_codes import run
from runner.cli.streams import tolerant_stream
from runner.cli.verbs import order_batch
from runner.errors import ExitCode, Unresolved
from tests.app.shell import LIMIT_S, SEED, STATE, CommandResult, Shell, batch, environment, order, python

# --- what a command says about itself --------------------------------------------------------


def test_installed_command_is_this_one() -> None:
    """``order-batch`` and ``python -m runner`` are the same command."""
    script = Path(sysconfig.get_path("scripts"), "order-batch")
    for command in ([str(script)], [sys.executable, "-m", "runner"]):
        done = subprocess.run(
            [*command, "--version"], env=environment(), capture_output=True, text=True, check=True
        )
        assert done.stdout == f"order-batch {__version__}\n"


def test_main_ends_the_process(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The entry point reads the arguments of the process and ends it with the exit code."""
    monkeypatch.setattr(sys, "argv", ["order-batch", "schema", "nonsense"])
    # What is put in place of the two streams is put back at the end.
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == ExitCode.INVALID


@pytest.mark.parametrize("verb", ["validate", "plan", "apply", "status"])
def test_a_removed_working_directory_is_said_to_be_that(
    shell: Shell, verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system only says that there is no such file, and not which."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    result = shell(verb, SEED)
    assert (result.code, "the working directory was removed" in result.words) == (ExitCode.INVALID, True)


# --- mistakes on the command line ------------------------------------------------------------


@pytest.mark.parametrize(
    "args",
    [
        ["nonsense"],
        ["validate"],
        ["status", "a.yaml", "b.yaml"],
        ["plan", "a.yaml", "--nonsense"],
        ["plan", "a.yaml", "--venue", "elsewhere"],
        ["plan", "a.yaml", "--format", "yaml"],
        ["plan", "a.yaml", "--run-key", "../../etc"],
        ["plan", "a.yaml", "--run-key", "a@b"],
        ["apply", "a.yaml", "--deadline", "1"],
        ["apply", "a.yaml", "--deadline", "61"],
        ["apply", "a.yaml", "--deadline", "ten"],
        ["apply", "a.yaml", "--settle", "-1"],
        ["apply", "a.yaml", "--manifest", "."],
        ["status", "a.yaml", "--yes"],
        ["paper"],
        ["paper", "nonsense"],
        [],
    ],
    ids=" ".join,
)
def test_usage_error_ends_with_3(shell: Shell, args: list[str]) -> None:
    """A mistake on the command line is explained on standard error; nothing is begun."""
    result = shell(*args)
    assert (result.code, result.stdout) == (3, "")
    assert result.stderr
    assert not STATE.exists()


def test_usage_error_in_json_is_an_object(shell: Shell) -> None:
    """With --format json errors are JSON, also for an unknown option."""
    for args in (("plan", "--nonsense", "--format", "json"), ("--format=json",), ("apply", "--format=json")):
        result = shell(*args)
        assert result.code == result.json["exit_code"] == 3
        assert result.json["error"] in result.words


# --- defects and interruptions ---------------------------------------------------------------


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """A verb with a defect: it raises the parameter."""

    def fail() -> None:
        raise request.param

    monkeypatch.setitem(order_batch.commands, "broken", click.Command("broken", callback=fail))
    return "broken"


@pytest.mark.parametrize("broken", [KeyError("a detail"), TypeError("a detail")], indirect=True)
def test_defect_ends_with_70_and_without_a_traceback(shell: Shell, broken: str) -> None:
    """An internal error is reported as one, without a traceback or its details."""
    result = shell(broken)
    assert (result.code, result.stdout) == (70, "")
    assert "an internal error" in result.words
    assert "ORDER_BATCH_DEBUG=1" in result.words
    assert "a detail" not in result.stderr


@pytest.mark.parametrize(
    ("broken", "code"),
    [(Unresolved("an order in doubt"), 6), (KeyError("a detail"), 70)],
    indirect=["broken"],
)
def test_what_goes_wrong_while_an_error_is_said_changes_no_exit_code(
    shell: Shell, broken: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report that cannot be loaded hides no order in doubt, and is no traceback."""

    def fail(*_: object) -> None:
        raise TypeError("in the report")

    monkeypatch.setattr("runner.cli.outputs.output_of", fail)
    result = shell(broken)
    assert result.code == code
    assert "an internal error" in result.words
    assert ("an order in doubt" in result.words) == (code == 6)


@pytest.mark.parametrize("broken", [OSError(5, "Input/output error", "some/file")], indirect=True)
def test_what_the_system_refuses_is_no_defect(shell: Shell, broken: str) -> None:
    """Its words and the file are named."""
    assert shell(broken).stderr == "error: some/file: Input/output error\n"
    assert shell(broken).code == 3


@pytest.mark.parametrize("broken", [KeyError("a detail")], indirect=True)
def test_traceback_is_shown_on_request(
    broken: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With ORDER_BATCH_DEBUG=1 the traceback is there, for a report."""
    monkeypatch.setenv("ORDER_BATCH_DEBUG", "1")
    assert run([broken]) == 70
    assert "KeyError: 'a detail'" in capsys.readouterr().err


@pytest.mark.parametrize("broken", [KeyboardInterrupt(), click.Abort()], indirect=True)
def test_interrupt_ends_with_130(shell: Shell, broken: str) -> None:
    """Ctrl-C at any time, also at a question, is no defect."""
    result = shell(broken)
    assert (result.code, result.stdout + result.stderr.strip()) == (130, "")


# --- readers who leave -----------------------------------------------------------------------


def run_unread(*args: str, folder: Path) -> int:
    """The exit code of a command whose output is not read, neither the one nor the other."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "runner", *args]
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment(),
            stdout=writing,
            stderr=writing,
            timeout=LIMIT_S,
            check=False,
        )
    finally:
        os.close(writing)
    return done.returncode


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["--help"], 0),
        (["validate", "nowhere.yaml"], 3),
        (["plan", "nowhere.yaml", "--format", "json"], 3),
        (["apply", str(SEED)], 0),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_exit_code_does_not_depend_on_who_reads(tmp_path: Path, args: list[str], code: int) -> None:
    """``| head -1`` changes nothing about how a command ends; above all not how a run did."""
    assert run_unread(*args, folder=tmp_path) == code
    if args[0] == "apply":
        assert (tmp_path / STATE / "paper" / "seed-example" / "manifest.json").exists()


def test_reader_who_leaves_early_sees_no_traceback(tmp_path: Path) -> None:
    """The usual pipe into ``head`` ends well, and standard error stays empty."""
    line = f"set -o pipefail; {sys.executable} -m runner schema batch | head -1"
    done = subprocess.run(
        ["bash", "-c", line], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "{\n", "")


# --- JSON ------------------------------------------------------------------------------------


def test_every_verb_prints_one_json_document(shell: Shell) -> None:
    """With ``--format json`` standard output holds one document and nothing else, however it ends."""
    good, changed = batch(order()), batch(order(price="146"), name="changed")
    bad = batch(order(price="1e3"), name="bad")
    changed.write_text(changed.read_text("utf-8").replace("name: changed", "name: one"), "utf-8")
    commands = [
        *(("plan", good), ("status", good), ("apply", good), ("apply", good), ("status", good)),
        *(("plan", changed), ("status", changed), ("apply", changed)),
        *(("validate", good, bad), ("plan", bad), ("apply", bad), ("status", bad), ("plan", "nowhere")),
        *(("apply", good, "--run-key", "1"), ("apply", good, "--venue", "kraken"), ("schema", "batch")),
    ]
    found = [shell(*command, "--format", "json") for command in commands]
    assert all(isinstance(result.json, dict) for result in found)
    assert [result.code for result in found] == [0, 0, 0, 0, 0, 4, 0, 4, 3, 3, 3, 3, 3, 3, 3, 0]
    assert "\x1b" not in "".join(result.stdout + result.stderr for result in found)


# --- any bytes whatever ----------------------------------------------------------------------


@st.composite
def mutations(draw: st.DrawFn) -> bytes:
    """The seed's file with a piece of it replaced by something else."""
    content = SEED.read_bytes()
    start = draw(st.integers(0, len(content)))
    end = draw(st.integers(start, min(len(content), start + 40)))
    piece = draw(
        st.binary(max_size=8) | st.sampled_from([b"\n", b": ", b"- ", b"{", b"[", b'"', b"&a ", b"1e9"])
    )
    return content[:start] + piece + content[end:]


def ran(*args: str) -> CommandResult:
    """Run a command with its own streams: hypothesis wants no fixture that lives longer."""
    stdout, stderr = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        code = run(args)
    return CommandResult(code, stdout.getvalue(), stderr.getvalue())


@given(content=st.binary(max_size=200) | mutations(), format=st.sampled_from(["text", "json"]))
def test_no_file_whatever_is_a_defect(content: bytes, format: str) -> None:
    """A file is valid or it is not: 0 or 3 from every verb that reads it, and never a traceback."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "batch.yaml")
        file.write_bytes(content)
        state = ("--format", format, "--state-dir", folder)
        found = [ran("validate", str(file), "--format", format), ran("plan", str(file), "--offline", *state)]
        assert found[0].code in (0, 3)
        assert found[0].code == found[1].code or b"repeat" in content
        if found[0].code == 3:
            found.append(ran("apply", str(file), *state))
            assert found[2].code == 3
    assert "Traceback" not in "".join(result.stdout + result.stderr for result in found)


@settings(max_examples=10)
@given(content=mutations())
def test_no_batch_whatever_is_a_defect(content: bytes) -> None:
    """Any part of a valid file can be applied, and is settled."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "batch.yaml")
        file.write_bytes(content)
        result = ran("apply", str(file), "--state-dir", folder)
    assert result.code in (0, 1, 3, 4), result.stdout + result.stderr


def test_plain_validation_waits_for_no_option_parser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And comes to the same, whether click takes the command line apart or not."""
    monkeypatch.chdir(tmp_path)
    good, bad = batch(order("a")), batch(order("b", price="abc"), name="two")
    for files in ([good], [good, bad], ["missing.yaml"]):
        plain = validated(*map(str, files))
        parsed = validated(*map(str, files), "--format", "text")
        assert plain[:3] == parsed[:3]
        assert (plain[3], parsed[3]) == (False, True)


def validated(*args: str) -> tuple[int, str, str, bool]:
    """Code, output and errors of ``validate``, and whether click was loaded."""
    code = "import sys; from runner.cli.exit_codes import run; code = run(sys.argv[1:])\n"
    code += "sys.exit(code + 100 * ('click' in sys.modules))"
    result = python(code, "validate", *args)
    return result.code % 100, result.stdout, result.stderr, result.code >= 100


@pytest.mark.parametrize("instruction", ["bash_source", "bash_complete", "zsh_source", "nonsense"])
def test_a_variable_of_shell_completion_keeps_no_command_from_its_work(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, instruction: str
) -> None:
    """It would end with 0, having done nothing; without arguments a shell still gets its script."""
    monkeypatch.setenv("_ORDER_BATCH_COMPLETE", instruction)
    result = shell("apply", SEED, "--format", "json")
    assert (result.code, list(result.outcomes().values())) == (0, ["placed"])


def test_a_shell_gets_its_completion_script(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """As click gives it."""
    monkeypatch.setenv("_ORDER_BATCH_COMPLETE", "bash_source")
    result = shell()
    assert (result.code, result.stderr) == (0, "")
    assert "complete -o nosort -F _order_batch_completion order-batch" in result.stdout


@pytest.mark.parametrize(
    ("code", "ends"),
    [(ExitCode.DONE, 1), (ExitCode.CHANGES, 1), (ExitCode.REFUSED, 4), (ExitCode.UNRESOLVED, 6)],
)
def test_a_result_that_could_not_be_written_is_no_success(
    code: ExitCode, ends: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is worse stays; a file that a redirection made empty must not look like a result."""

    def end(**_: object) -> ExitCode:
        sys.stdout.write("a result\n")
        return code

    monkeypatch.setattr(order_batch.commands["man"], "callback", end)
    full = os.fdopen(os.open("/dev/full", os.O_WRONLY), "w", encoding="utf-8")
    with tolerant_stream(full) as stream, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", stream)
        assert run(["man"]) == ends
    assert "standard output could not be written: No space left" in capsys.readouterr().err


def test_a_reader_that_has_gone_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with ``| head``."""
    reading, writing = os.pipe()
    os.close(reading)
    with tolerant_stream(os.fdopen(writing, "w", encoding="utf-8")) as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        assert run(["man"]) == 0
        monkeypatch.undo()
