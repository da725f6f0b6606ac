"""The shipped files, with their blanks filled in."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from runner.app.starter.templates import requirements, schema_text, template

ROOT = Path(__file__).resolve().parents[3]
FILES = ROOT / "runner" / "app" / "starter" / "files"
PIN = re.compile(r"^([\w.-]+)==([^\s;]+)[^\n]*\\\n((?:    --hash=sha256:\w{64}[^\n]*\n)+)", re.M)


def test_a_blank_is_filled_in_and_none_is_forgotten() -> None:
    """Several files become one."""
    assert b"currency: USD" in template("policy.yaml", quote="USD")
    with pytest.raises(AssertionError):
        template("policy.yaml")
    assert template("gitignore", "vscode.json").endswith(template("vscode.json"))


def test_a_schema_is_as_it_is_printed() -> None:
    """So that a file of it can be compared with a later version."""
    assert json.loads(schema_text("batch")) == json.loads(
        (ROOT / "schemas/batch.schema.json").read_text("utf-8")
    )


def test_a_wheel_is_named_with_its_hash_or_it_is_said_how() -> None:
    """Without a wheel, no line is a requirement."""
    lines = requirements(("x.whl", "ab"), "1").decode().splitlines()
    assert "./x.whl --hash=sha256:ab" in lines
    without = requirements(None, "0.1.0").decode().splitlines()
    named = [line for line in without if "order_batch_runner-0.1.0-py3-none-any.whl" in line]
    assert named
    assert all(line.startswith("#") for line in named)


def test_what_ci_installs_is_what_the_project_is_tested_with() -> None:
    """The versions and hashes are those of .ci/constraints.txt, and all that the program needs is there."""
    ours = {name: (version, hashes) for name, version, hashes in PIN.findall(_text(".ci/constraints.txt"))}
    theirs = {
        name: (version, hashes) for name, version, hashes in PIN.findall(_text(FILES / "requirements.txt"))
    }
    assert theirs
    assert {name: ours.get(name) for name in theirs} == theirs, "run .ci/constraints"
    needed = tomllib.loads(_text("pyproject.toml"))["project"]["dependencies"]
    assert {Requirement(text).name.lower() for text in needed} <= set(theirs), "run .ci/constraints"


def test_our_own_action_is_the_one_that_we_give_away() -> None:
    """The tests try the same files that users get."""
    ours = ROOT / ".github" / "actions" / "order-batch"
    assert (ours / "action.yml").read_bytes() == template("github/action.yml")


def test_each_action_has_one_version_and_it_is_pinned() -> None:
    """In all that is given away, and in our own CI."""
    texts = [
        path.read_text("utf-8")
        for path in [*(FILES / "github").iterdir(), *(ROOT / ".github/workflows").iterdir()]
    ]
    used = {use for text in texts for use in re.findall(r"uses: (\S+)( # v[\d.]+)?", text)}
    others = {use for use in used if not use[0].startswith("$/")}
    assert all(
        re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}", name) and version for name, version in others
    ), others
    assert len({name.partition("@")[0] for name, _ in others}) == len(others)


def _text(path: Path | str) -> str:
    return (ROOT / path).read_text("utf-8")
