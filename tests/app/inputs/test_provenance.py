"""Plan, saved plan and manifest name the version of the file, and who made them where."""

from __future__ import annotations

import getpass
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.app.shell import Shell, batch, order

GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_ACTOR": "ann\x1b[31m",
    "GITHUB_REPOSITORY": "desk/plans",
    "GITHUB_REF": "refs/heads/main",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_RUN_ID": "7",
    "GITHUB_RUN_ATTEMPT": "2",
}
NO_CI = {"ci": None, "run": None, "actor": None, "repository": None, "ref": None}


def git(*args: str) -> str:
    """The output of git."""
    return subprocess.run(["git", *args], check=True, capture_output=True, text=True).stdout.strip()


def committed(path: Path) -> str:
    """The commit of a new repository that holds a file."""
    git("init", "--quiet", "--initial-branch", "main")
    git("config", "user.name", "a")
    git("config", "user.email", "a@example.org")
    git("add", str(path))
    git("commit", "--quiet", "--message", "one")
    return git("rev-parse", "HEAD")


def provenance(shell: Shell, file: Path) -> dict[str, Any]:
    """The provenance of a plan."""
    shown: dict[str, Any] = shell("plan", file, "--format", "json").json["provenance"]
    return shown


def test_the_commit_of_a_file_and_whether_it_was_changed_since(shell: Shell) -> None:
    """A file that is not in the commit was changed as well."""
    file = batch(order())
    commit = committed(file)
    known = provenance(shell, file)
    assert known == {
        "revision": commit,
        "dirty": False,
        "user": getpass.getuser(),
        "host": os.uname().nodename,
        **NO_CI,
    }
    file.write_text(file.read_text("utf-8") + "# later\n", "utf-8")
    assert provenance(shell, file) == {**known, "dirty": True}
    assert provenance(shell, batch(order(), name="two")) == {**known, "dirty": True}


def test_without_a_repository_nothing_is_known_of_a_version(shell: Shell) -> None:
    """Neither is it clean."""
    known = provenance(shell, batch(order()))
    assert (known["revision"], known["dirty"]) == (None, None)


def test_a_repository_without_a_commit_has_no_version(shell: Shell) -> None:
    """Git gets no further question."""
    git("init", "--quiet")
    assert provenance(shell, batch(order()))["revision"] is None


def test_a_result_is_the_same_in_every_format(shell: Shell) -> None:
    """Manifest, text and comment."""
    file = batch(order())
    commit = committed(file)
    plan = shell("plan", file)
    assert f"commit {commit[:12]}, by {getpass.getuser()}" in " ".join(plan.stdout.split())
    assert f"commit {commit[:12]}" in shell("plan", file, "--format", "markdown").stdout
    result = shell("apply", file, "--format", "json")
    assert result.json["provenance"]["revision"] == commit
    Draft202012Validator(shell("schema", "manifest").json).validate(result.json)


def test_a_saved_plan_keeps_the_version_that_it_was_made_of(shell: Shell) -> None:
    """The run that applies it adds its own user and host."""
    file = batch(order())
    commit = committed(file)
    assert shell("plan", file, "--out", "plan.json").code == 0
    Draft202012Validator(shell("schema", "plan").json).validate(
        json.loads(Path("plan.json").read_text("utf-8"))
    )
    file.write_text("nothing", "utf-8")
    known = shell("apply", "plan.json", "--format", "json").json["provenance"]
    assert (known["revision"], known["dirty"], known["user"]) == (commit, False, getpass.getuser())


def test_in_ci_its_own_variables_say_who_and_where(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """They come from outside: no character of them reaches a terminal unseen."""
    for name, value in GITHUB.items():
        monkeypatch.setenv(name, value)
    known = provenance(shell, batch(order()))
    assert {name: known[name] for name in NO_CI} == {
        "ci": "GitHub Actions",
        "run": "https://github.com/desk/plans/actions/runs/7/attempts/2",
        "actor": "ann\\x1b[31m",
        "repository": "desk/plans",
        "ref": "refs/heads/main",
    }


def test_gitlab(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names its job's address itself."""
    monkeypatch.setenv("GITLAB_CI", "true")
    monkeypatch.setenv("GITLAB_USER_LOGIN", "ann")
    monkeypatch.setenv("CI_JOB_URL", "https://gitlab.example/j/3")
    known = provenance(shell, batch(order()))
    assert (known["ci"], known["actor"], known["run"]) == ("GitLab CI", "ann", "https://gitlab.example/j/3")
