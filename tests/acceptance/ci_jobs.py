"""The scripts of workflows and pipelines, run as a runner does: with bash, in checkouts of a bare origin.

What a service does itself is done here in its place: expressions are looked up, and GitHub's command line is
a script that keeps comments and pull requests in a file. Nothing leaves this machine.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from tests.processes.program import put_into

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 120
_EXPRESSION = re.compile(r"\$\{\{ *(.*?) *\}\}")
_IDENTITY = ("-c", "user.name=A", "-c", "user.email=a@example.org")


@dataclass
class Ended:
    """The end of a step, and the outputs that it set."""

    code: int
    stdout: str
    stderr: str
    outputs: dict[str, str] = field(default_factory=dict)


@dataclass
class Runner:
    """A machine with a folder for checkouts, one for what is temporary, and an order-batch on PATH.

    ``variables`` are in the environment of each step, ``expressions`` what a service knows.
    """

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    expressions: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("bin", "temp", "home"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        gh = self.folder / "bin" / "gh"
        script, kept = ROOT / "tests/acceptance/gh_script.py", self.folder / "gh.json"
        gh.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "{kept}" "$@"\n', "utf-8")
        gh.chmod(0o755)
        self.variables = {**put_into(self.folder / "bin"), **self.variables}

    @property
    def temp(self) -> Path:
        """Return what the runner calls RUNNER_TEMP."""
        return self.folder / "temp"

    @property
    def github(self) -> dict[str, Any]:
        """The comments and pull requests there are, and the calls that made them."""
        found: dict[str, Any] = json.loads((self.folder / "gh.json").read_text("utf-8"))
        return found

    def environment(self) -> dict[str, str]:
        """The environment of a step, without the variables of this process."""
        path = (str(self.folder / "bin"), sysconfig.get_path("scripts"), os.environ.get("PATH", ""))
        packages = {name: text for name, text in os.environ.items() if name.startswith("PIP_")}
        return {
            **packages,
            "PATH": os.pathsep.join(path),
            "HOME": str(self.folder / "home"),
            "PYTHONPATH": str(ROOT),
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_REPOSITORY": "owner/desk",
            **self.variables,
        }

    def script(self, script: str, cwd: Path, **variables: str) -> Ended:
        """Run a script as GitHub and GitLab do: bash that stops at the first failure."""
        assert not _EXPRESSION.search(script), "an expression in a script is run as part of it"
        outputs, summary = self.temp / "outputs", self.temp / "summary"
        outputs.write_text("", "utf-8")
        own = {
            "GITHUB_OUTPUT": str(outputs),
            "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_PATH": str(self.temp / "path"),
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=cwd,
            env={**self.environment(), **own, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        pairs = (line.partition("=")[::2] for line in outputs.read_text("utf-8").splitlines())
        return Ended(done.returncode, done.stdout, done.stderr, dict(pairs))

    def step(self, step: Mapping[str, Any], cwd: Path, **variables: str) -> Ended:
        """Run a step of a workflow, its expressions looked up; ``variables`` go over its own."""
        given = {name: self.value(str(text)) for name, text in step.get("env", {}).items()}
        return self.script(step["run"], cwd, **{**given, **variables})

    def value(self, text: str) -> str:
        """Return a text with its expressions looked up; one that is not known is an error."""
        return _EXPRESSION.sub(lambda match: self.expressions[match[1]], text)


def git(cwd: Path, *args: str) -> str:
    """Run git in a folder; gives its output."""
    done = subprocess.run(["git", *_IDENTITY, *args], cwd=cwd, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def origin(folder: Path) -> Path:
    """Make a bare repository that takes push options, and an empty checkout of it."""
    bare, work = folder / "owner" / "desk.git", folder / "work"
    bare.parent.mkdir()
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    git(bare, "config", "receive.advertisePushOptions", "true")
    git(folder, "clone", "--quiet", str(bare), str(work))
    git(work, "switch", "--quiet", "--create", "main")
    return work


def commit(work: Path, message: str) -> str:
    """Commit all there is, and push it; gives the id."""
    git(work, "add", "--all")
    git(work, "commit", "--quiet", "--message", message)
    git(work, "push", "--quiet", "origin", "HEAD")
    return git(work, "rev-parse", "HEAD")


def checkout(work: Path, at: Path, ref: str = "main") -> Path:
    """Check out the origin of a work tree in another place, with its whole history."""
    git(work, "clone", "--quiet", "--branch", ref, git(work, "remote", "get-url", "origin"), str(at))
    return at


def steps(workflow: Path, job: str) -> dict[str, dict[str, Any]]:
    """Return the steps of a job that are scripts, by name."""
    content = yaml.safe_load(workflow.read_text("utf-8"))
    return {step["name"]: step for step in content["jobs"][job]["steps"] if "run" in step}
