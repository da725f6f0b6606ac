"""What README.md tells people to type works as it stands there.

Commands are run in order, in a copy of the project, with the ``order-batch`` of this interpreter.
The parts that install are left to ``.ci/run``, which runs them as written.
"""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = runpy.run_path(str(ROOT / ".ci" / "readme_commands.py"))
NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "*.egg-info", "tests")
COMMAND_LIMIT_S = 60

SAMPLE = """\
Begin here:

<!-- run -->
```console
$ git clone https://example.org/x && cd x && python3 -m venv .venv && .venv/bin/pip install . \\
    && .venv/bin/order-batch apply a.yaml   # at once
placed 3
$ order-batch status a.yaml
```

<!-- test -->
```sh
python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest
```

<!-- not run: it needs an account -->
```sh
order-batch apply a.yaml --venue kraken
```

```yaml
version: 1
```

```sh
unmarked
```
"""


def readme() -> str:
    """The README's text."""
    return (ROOT / "README.md").read_text("utf-8")


def scripts_environment() -> dict[str, str]:
    """An environment in which ``order-batch`` is the one under test, and that points at no exchange."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("KRAKEN_")}
    path = os.pathsep.join((sysconfig.get_path("scripts"), os.environ.get("PATH", "")))
    return {**inherited, "PATH": path, "NO_COLOR": "1"}


def test_every_block_of_commands_says_what_becomes_of_it() -> None:
    """No block is passed over in silence: each is run, is the test command, or says why it is not run."""
    blocks = README["blocks"](readme())
    marks = [block.mark for block in blocks]
    assert [mark for mark in marks if not re.fullmatch(r"run|test|not run: .{8,}", mark)] == []
    assert all(block.commands for block in blocks)


def test_commands_work(tmp_path: Path) -> None:
    """Every command that is marked to be run ends with exit code 0, in the README's order."""
    commands = README["commands"](readme(), "run")
    assert commands, "the README has no command that is marked to be run"
    project = tmp_path / "project"
    shutil.copytree(ROOT, project, ignore=NOT_COPIED)
    for command in commands:
        done = subprocess.run(
            ["bash", "-ec", command.replace(".venv/bin/", "")],
            cwd=project,
            env=scripts_environment(),
            capture_output=True,
            text=True,
            timeout=COMMAND_LIMIT_S,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def test_test_command_is_one_that_ci_can_run() -> None:
    """There is a test command, it makes its own environment, and it ends in pytest."""
    commands = README["commands"](readme(), "test")
    assert commands, "the README has no command that is marked as the test command"
    assert "venv" in commands[0]
    assert commands[-1].split(" && ")[-1].split()[0].endswith("pytest")


def test_marks_are_read_as_described() -> None:
    """The reader keeps what is to be run, and drops output, comments, fetching and installing."""
    installed = "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/order-batch apply a.yaml"
    assert README["commands"](SAMPLE, "install") == [installed]
    assert README["commands"](SAMPLE, "run") == [
        ".venv/bin/order-batch apply a.yaml",
        "order-batch status a.yaml",
    ]
    assert README["commands"](SAMPLE, "test") == [
        "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest"
    ]
    assert [block.mark for block in README["blocks"](SAMPLE)] == [
        "run",
        "test",
        "not run: it needs an account",
        "",
    ]
