"""The commands in README.md work as they are written there.

Commands are run in order, in a copy of the project, with the ``order-batch`` of this interpreter; in the
default run those in which a shell finds nothing to do are forked from a process that has loaded everything.
The parts that install are left to ``.ci/run``, which runs them as written.
"""

from __future__ import annotations

import os
import re
import runpy
import shutil
import sysconfig
from pathlib import Path

import pytest

from tests.docs.pages import README as PAGE
from tests.docs.pages import blocks, steps
from tests.docs.running import OF_A_READER, is_shown
from tests.support.silence import SILENT_S, listen

ROOT = Path(__file__).resolve().parent.parent
README = runpy.run_path(str(ROOT / ".ci" / "readme_commands.py"))
NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "*.egg-info", "tests")

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
    """A newcomer's environment, which is no CI's, with the ``order-batch`` under test."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OF_A_READER)}
    path = os.pathsep.join((sysconfig.get_path("scripts"), os.environ.get("PATH", "")))
    return {**inherited, "PATH": path, "NO_COLOR": "1"}


def test_every_block_of_commands_says_what_becomes_of_it() -> None:
    """No block is passed over in silence: each is run, is the test command, or says why it is not run."""
    blocks = README["blocks"](readme())
    marks = [block.mark for block in blocks]
    assert [mark for mark in marks if not re.fullmatch(r"run|test|not run: .{8,}", mark)] == []
    assert all(block.commands for block in blocks)


def newcomers_commands(*verbs: str) -> list[str]:
    """The README's commands in their order, then every batch of the project with each of these verbs."""
    batches = sorted(path.name for path in (ROOT / "batches").glob("*.yaml"))
    return [
        *(command.replace(".venv/bin/", "") for command in README["commands"](readme(), "run")),
        *(f"order-batch {verb} batches/{name}" for name in batches for verb in verbs),
    ]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("verbs", "terminal"),
    [
        ((), False),
        pytest.param(("plan", "apply", "status"), False, marks=pytest.mark.long),
        pytest.param(("plan", "apply", "status"), True, marks=pytest.mark.long),
    ],
)
def test_commands_work_and_none_waits_in_silence(
    tmp_path: Path, verbs: tuple[str, ...], terminal: bool
) -> None:
    """A newcomer's path: each ends with exit code 0, and says what it waits for.

    Every batch is applied within this process too, in the tests of saved plans.
    """
    assert README["commands"](readme(), "run"), "the README has no command that is marked to be run"
    project = tmp_path / "project"
    shutil.copytree(ROOT, project, ignore=NOT_COPIED)
    outputs = []
    for command in newcomers_commands(*verbs):
        heard = listen(
            command, cwd=project, environment=scripts_environment(), terminal=terminal, forked=not verbs
        )
        assert heard.code == 0, f"{command}\n{heard.output}"
        outputs.append(heard.output)
        assert heard.longest_s <= SILENT_S, f"{command}: {heard.longest_s} s of silence after {heard.after}"
    for step in () if terminal else (step for block in blocks(PAGE) for step in steps(block) if step.output):
        assert any(is_shown(step.output, output) for output in outputs), step.command


def test_a_silent_wait_is_noticed_and_work_is_none(tmp_path: Path) -> None:
    """Before, between and after the output."""
    environment = scripts_environment()
    waits = listen("echo a; exec sleep 1.5", cwd=tmp_path, environment=environment, terminal=False)
    assert waits.longest_s > 0.5
    works = listen(
        "i=0; while ((i++ < 200000)); do :; done", cwd=tmp_path, environment=environment, terminal=False
    )
    assert works.longest_s < 0.3


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
