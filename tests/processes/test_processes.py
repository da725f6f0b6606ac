"""A forked process is the same as one that was started afresh, in all that a test looks at."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.processes.client import CLOSED, DOOR, launch, shared_server
from tests.processes.program import put_into

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """\
import os, sys
print(sys.argv[1:], os.getcwd(), sorted(os.environ), sys.stdin.read(), sys.stdout.encoding, __name__)
print("an error", file=sys.stderr)
sys.exit(7)
"""


@pytest.fixture
def program(tmp_path: Path) -> dict[str, str]:
    """An environment in which there is a module ``program``."""
    (tmp_path / "program.py").write_text(PROGRAM, "utf-8")
    (tmp_path / "endless.py").write_text("import time\nprint('begun', flush=True)\ntime.sleep(60)\n", "utf-8")
    (tmp_path / "broken.py").write_text("1 / 0\n", "utf-8")
    return {"PYTHONPATH": str(tmp_path), "PATH": os.environ["PATH"], "LC_CTYPE": "C.UTF-8"}


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_arguments_folder_variables_and_streams_are_its_own(
    tmp_path: Path, program: dict[str, str], encoding: str
) -> None:
    """All the same as with another interpreter."""
    variables = program | {"PYTHONIOENCODING": encoding}
    fresh = subprocess.run(
        [sys.executable, "-m", "program", "a", "b c"],
        cwd=tmp_path,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    with launch("program", "a", "b c", environment=variables, folder=tmp_path) as process:
        streams = process.communicate(20)
    assert (process.returncode, *streams) == (fresh.returncode, fresh.stdout, fresh.stderr)


def test_streams_may_be_closed(tmp_path: Path) -> None:
    """A process then has none, as one whose shell has closed them."""
    code = "import sys\nfrom pathlib import Path\n"
    code += "Path('streams').write_text(str([sys.stdin, sys.stdout, sys.stderr]))\n"
    (tmp_path / "streamless.py").write_text(code, "utf-8")
    variables = {"PYTHONPATH": str(tmp_path)}
    with launch("streamless", environment=variables, folder=tmp_path, streams=(CLOSED,) * 3) as process:
        assert process.wait(20) == 0
    assert (tmp_path / "streams").read_text("utf-8") == "[None, None, None]"


def test_a_signal_ends_it(program: dict[str, str]) -> None:
    """Its exit code is negative, and it has its process id."""
    with launch("endless", environment=program) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        assert process.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0)
        process.terminate()
        assert process.wait(20) == -signal.SIGTERM


def test_one_that_has_ended_long_ago_is_waited_for(program: dict[str, str]) -> None:
    """Its end may be reported together with its process id."""
    for _ in range(20):
        with launch("broken", environment=program) as process:
            process.communicate(20)
        assert process.returncode == 1


def test_a_defect_has_a_traceback(program: dict[str, str]) -> None:
    """And an exit code that says so."""
    with launch("broken", environment=program) as process:
        stdout, stderr = process.communicate(20)
    assert (process.returncode, stdout) == (1, "")
    assert "ZeroDivisionError" in stderr


def test_streams_may_lead_elsewhere(tmp_path: Path, program: dict[str, str]) -> None:
    """To a file, say."""
    with (
        (tmp_path / "output").open("w") as file,
        launch("program", environment=program, streams=(None, file.fileno(), None)) as process,
    ):
        assert process.communicate(20) == ("", "an error\n")
    assert "__main__" in (tmp_path / "output").read_text("utf-8")


ONE_MORE = """\
import os
from tests.processes.client import launch
with launch("tests.processes.code", "import os; print(os.getppid())", environment={}) as process:
    print(process.communicate(20)[0], end="")
"""


@pytest.fixture(scope="module")
def door() -> Iterator[dict[str, str]]:
    """The variables of a server for several processes, which is there where tests have workers."""
    if DOOR in os.environ:
        yield {DOOR: os.environ[DOOR]}
    else:
        with shared_server() as variables:
            yield variables


def test_workers_have_one_server(door: dict[str, str]) -> None:
    """Each of two processes starts one more, and the parent of both is the same."""
    worker = [sys.executable, "-c", ONE_MORE]
    variables = {"PYTHONPATH": str(ROOT), **door}
    parents = [subprocess.check_output(worker, env=variables) for _ in range(2)]
    assert parents[0] == parents[1] != b""


@pytest.mark.parametrize("command", [["--version"], ["plan", "nowhere.yaml"]])
def test_a_script_has_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, door: dict[str, str], command: list[str]
) -> None:
    """Its output, its errors and its exit code are those of the program that is installed."""
    for name, text in door.items():
        monkeypatch.setenv(name, text)
    variables = os.environ | put_into(tmp_path)
    installed = Path(sysconfig.get_path("scripts"), "order-batch")
    forked, started = (
        subprocess.run([program, *command], env=variables, capture_output=True, check=False)
        for program in (tmp_path / "order-batch", installed)
    )
    assert (forked.returncode, forked.stdout, forked.stderr) == (
        started.returncode,
        started.stdout,
        started.stderr,
    )
    assert forked.stdout + forked.stderr


def test_a_server_ends_with_its_owner() -> None:
    """And leaves no door behind."""
    with shared_server() as variables:
        assert Path(variables[DOOR]).exists()
    assert not Path(variables[DOOR]).exists()
