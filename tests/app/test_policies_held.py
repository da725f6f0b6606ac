"""Policies that cannot be seen are never none, and every plan and result says which ones held."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from runner.batchfile import MAX_FILE_BYTES
from tests.app.policies import MANDATE, SMALL, policy
from tests.app.shell import STATE, Shell, batch, environment, finish, order, requests
from tests.processes.client import launch


def unreadable(kind: str) -> None:
    """Put something in the place of a policy that is none."""
    place = Path("policy.yaml")
    match kind:
        case "dangling link":
            place.symlink_to("nowhere.yaml")
        case "looping link":
            place.symlink_to("policy.yaml")
        case "link below a file":
            Path("file").touch()
            place.symlink_to("file/policy.yaml")
        case "folder":
            place.mkdir()
        case "pipe":
            os.mkfifo(place)
        case "device":
            place.symlink_to("/dev/zero")
        case "too large":
            place.write_bytes(b"#" * (MAX_FILE_BYTES + 1))
        case "not UTF-8":
            place.write_bytes(b"version: 1\nname: \xff\n")
        case "empty":
            place.touch()


UNREADABLE = ["dangling link", "looping link", "link below a file", "folder", "pipe", "device", "too large"]
UNREADABLE += ["not UTF-8", "empty"]


@pytest.mark.parametrize("kind", UNREADABLE)
def test_a_policy_that_cannot_be_read_stops_everything(shell: Shell, kind: str) -> None:
    """It is never taken for none."""
    unreadable(kind)
    for verb in ("validate", "plan", "apply"):
        result = shell(verb, batch(order("a")))
        assert result.code == 3
        assert "policy.yaml:" in result.stdout + result.words
    assert requests() == []


def test_a_policy_that_may_not_be_read_stops_everything(shell: Shell) -> None:
    """Tests that run as root can read the file, and then its rules hold."""
    policy(MANDATE).chmod(0)
    result = shell("apply", batch(order("a")))
    assert result.code == (4 if os.geteuid() == 0 else 3)
    assert requests() == []


@pytest.mark.parametrize("verb", ["validate", "plan", "apply"])
def test_another_spelling_stops_everything(shell: Shell, verb: str) -> None:
    """And the right one is named."""
    policy(MANDATE, path="policy.yml")
    result = shell(verb, batch(order("a")))
    assert result.code == 3
    output = " ".join((result.stdout + result.stderr).split())
    assert "policy.yml" in output
    assert "a policy under this name is not read" in output
    assert "Call it policy.yaml;" in output
    assert requests() == []


@pytest.mark.parametrize("name", ["/dev/stdin", "-", "/dev/fd/0"])
def test_a_batch_from_a_pipe_answers_to_the_policy_where_the_command_runs(shell: Shell, name: str) -> None:
    """And it is said that it does."""
    policy(MANDATE)
    file = batch(order("a"))
    for verb in ("plan", "apply"):
        reader, writer = os.pipe()
        os.write(writer, file.read_bytes())
        os.close(writer)
        piped = finish(launch("runner", verb, name, environment=environment(), streams=(reader, None, None)))
        os.close(reader)
        assert piped.code == 4, piped.stderr
        output = piped.words
        assert f"policies are looked for in {Path.cwd()} as well" in output
        assert "denied by mandate" in output
    assert requests() == []


def test_a_policy_above_holds_as_well(shell: Shell) -> None:
    """Up to the repository's root."""
    Path(".git").mkdir()
    policy(MANDATE)
    policy(SMALL, path="desk/policy.yaml")
    file = batch(order("a")).rename("desk/one.yaml")
    result = shell("apply", file, "--format", "json")
    assert result.code == 4
    assert "denied by policy.yaml/mandate: Only bitcoin" in result.words


def wide(*rules: str) -> list[dict[str, str]]:
    """Two policies that allow all, as results name them."""
    Path(".git").mkdir()
    files = [
        policy(*rules, path="desk/policy.yaml"),
        policy(*rules, "{name: all, check: types, allow: [buy, sell], message: M}"),
    ]
    return [
        {"name": "desk", "file": str(file), "digest": hashlib.sha256(file.read_bytes()).hexdigest()}
        for file in files
    ]


@pytest.mark.parametrize("format", ["text", "json", "markdown", "github", "sarif", "junit"])
def test_every_plan_and_every_result_names_the_policies_that_held(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, format: str
) -> None:
    """With their digests, in every format; and so does the manifest."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    rows = wide(SMALL)
    file = batch(order("a")).rename("desk/one.yaml")
    for verb in ("plan", "apply", "apply"):
        result = shell(verb, file, "--format", format)
        assert result.code == 0
        for row in rows:
            assert row["digest"][:16] in result.stdout
            assert row["file"] in result.stdout
        if format == "github":
            assert all(row["digest"][:16] in (tmp_path / "summary.md").read_text("utf-8") for row in rows)
    manifest = json.loads((STATE / "paper" / "one" / "manifest.json").read_text("utf-8"))
    assert manifest["policies"] == rows


@pytest.mark.parametrize("format", ["text", "json", "markdown", "github", "sarif", "junit"])
def test_that_there_is_no_policy_is_said(shell: Shell, format: str) -> None:
    """In every format."""
    for verb in ("plan", "apply"):
        result = shell(verb, batch(order("a")), "--format", format)
        assert ('"policies": []' if format == "json" else "no policy") in result.stdout
