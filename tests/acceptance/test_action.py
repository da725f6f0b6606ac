"""The action: its scripts, run with bash as a runner does."""

from __future__ import annotations

import os
import re
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.acceptance.ci_jobs import ROOT, Runner
from tests.app.shell import batch, order

ACTION = ROOT / ".github" / "actions" / "order-batch" / "action.yml"
FILES = ROOT / "runner" / "app" / "starter" / "files"
NO_PACKAGES = not (os.environ.get("PIP_NO_INDEX") and os.environ.get("PIP_FIND_LINKS"))


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """A new runner, on which order-batch is installed."""
    made = Runner(tmp_path / "runner")
    programs = made.temp / "order-batch"
    programs.mkdir()
    (programs / "bin").symlink_to(sysconfig.get_path("scripts"))
    return made


def step(name: str) -> dict[str, Any]:
    """One of its steps."""
    steps = yaml.safe_load(ACTION.read_text("utf-8"))["runs"]["steps"]
    (found,) = (step for step in steps if step["name"] == name)
    return dict(found)


def run(runner: Runner, verb: str, *arguments: str) -> tuple[int, str, str]:
    """Run a verb; gives the exit code of the step, that of the verb, and all that was written."""
    runner.expressions = {"inputs.verb": verb, "inputs.arguments": "\n".join(arguments)}
    ended = runner.step(step("Run its verb"), Path())
    return ended.code, ended.outputs.get("exit-code", ""), ended.stdout + ended.stderr


def test_it_runs_one_verb_with_its_arguments_as_they_are(
    runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing in them is run or expanded, blanks stay, and empty lines are none."""
    monkeypatch.chdir(tmp_path)
    batch(order()).rename("a batch.yaml")
    assert run(runner, "validate", "a batch.yaml", "", "--format", "json")[:2] == (0, "0")
    code, ended, output = run(runner, "validate", "$(touch ran); touch ran `touch ran` *.yaml")
    assert (code, ended) == (3, "3")
    assert "$(touch ran)" in output
    assert not Path("ran").exists()


def test_an_answer_is_no_failure_and_what_is_unresolved_is_loud(
    runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2 says that there is something to do; 6 must not be retried."""
    monkeypatch.chdir(tmp_path)
    file = str(batch(order()))
    assert run(runner, "plan", file, "--detailed-exitcode")[:2] == (0, "2")
    (runner.temp / "order-batch/bin").unlink()
    (runner.temp / "order-batch/bin").mkdir()
    program = runner.temp / "order-batch/bin/order-batch"
    program.write_text("#!/bin/sh\nexit 6\n", "utf-8")
    program.chmod(0o755)
    code, ended, output = run(runner, "apply", file)
    assert (code, ended) == (6, "6")
    assert output.startswith("::error title=Unresolved::")


@pytest.mark.parametrize("verb", ["paper", "init", "apply; touch ran", "--help"])
def test_another_verb_is_refused(verb: str, runner: Runner) -> None:
    """And not run."""
    assert run(runner, verb)[0] == 3
    assert not Path("ran").exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# ./order_batch_runner-1-py3-none-any.whl --hash=sha256:ab\n",
        "./order_batch_runner-1-py3-none-any.whl\n",
    ],
)
def test_without_a_wheel_and_its_hash_it_says_so(text: str, runner: Runner) -> None:
    """Before anything is installed."""
    folder = runner.folder / "action"
    folder.mkdir()
    (folder / "requirements.txt").write_text(text, "utf-8")
    runner.expressions["inputs.requirements"] = ""
    ended = runner.step(step("Install order-batch"), Path(), GITHUB_ACTION_PATH=str(folder))
    assert ended.code == 1
    assert "::error title=No order-batch to install::" in ended.stdout


def gitlab_installs(runner: Runner, wheel: Path) -> bool:
    """Return whether what comes before each job of a pipeline on GitLab installs it as well."""
    made = runner.folder / "gitlab"
    program = f'"{runner.temp}/order-batch/bin/order-batch" init {made} --ci gitlab --wheel {wheel}'
    (before,) = yaml.safe_load((FILES / "gitlab/order-batch.yml").read_text("utf-8"))[".order-batch"][
        "before_script"
    ]
    written = runner.script(program, runner.folder)
    ended = runner.script(before, made, CI_PROJECT_DIR=str(made))
    assert (written.code, ended.code) == (0, 0), written.stderr + ended.stdout + ended.stderr
    return ended.stdout.startswith("order-batch ")


@pytest.mark.long
@pytest.mark.skipif(NO_PACKAGES, reason="PIP_NO_INDEX and PIP_FIND_LINKS name no packages, as .ci/run does")
def test_it_installs_the_wheel_of_this_checkout_and_nothing_that_was_changed(runner: Runner) -> None:
    """Every file by its hash: another one is refused."""
    runner.variables["PYTHONPATH"] = ""
    made = runner.folder / "made"
    command = [str(ROOT / ".ci" / "requirements_with_wheel.sh"), str(made)]
    subprocess.run(command, check=True, env=runner.environment(), capture_output=True, timeout=300)
    folder = made / ".github/actions/order-batch"
    runner.expressions["inputs.requirements"] = ""
    (runner.temp / "order-batch/bin").unlink()
    install = step("Install order-batch")
    ended = runner.step(install, made, GITHUB_ACTION_PATH=str(folder))
    assert ended.code == 0, ended.stdout + ended.stderr
    assert re.search(r"^order-batch \d", ended.stdout, re.MULTILINE)
    assert (runner.temp / "path").read_text("utf-8") == f"{runner.temp}/order-batch/bin\n"
    runner.expressions |= {"inputs.verb": "validate", "inputs.arguments": "batches\npolicy.yaml"}
    ended = runner.step(step("Run its verb"), made)
    assert ended.code == 0, ended.stdout + ended.stderr
    (wheel,) = folder.glob("*.whl")
    assert gitlab_installs(runner, wheel)
    wheel.write_bytes(wheel.read_bytes() + b"x")
    ended = runner.step(install, made, GITHUB_ACTION_PATH=str(folder))
    assert ended.code != 0
    assert "DO NOT MATCH THE HASHES" in ended.stderr
