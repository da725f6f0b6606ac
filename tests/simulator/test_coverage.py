"""The table of what the simulated exchange does is true: it is as generated, and all that it names exists."""

from __future__ import annotations

import ast
import dataclasses
import re
from functools import cache
from pathlib import Path

import pytest

from runner.simulator import Options
from tests.simulator import coverage

ROOT = Path(__file__).parents[2]
ROWS = coverage.rows()
PROOFS = sorted({name for row in ROWS for name in row.proof})
OPTIONS = {item.name for item in dataclasses.fields(Options)}


@cache
def names_in(file: str) -> frozenset[str]:
    """What a test file defines or assigns at its top."""
    body = ast.parse((ROOT / file).read_text("utf-8")).body
    defined = {
        node.name for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    assigned = {
        target.id
        for node in body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return frozenset(defined | assigned)


def test_the_readme_is_as_generated() -> None:
    """After a change of the rows: ``python -m tests.simulator.coverage``."""
    text = coverage.README.read_text("utf-8")

    assert text == coverage.written(text)


@pytest.mark.parametrize("proof", PROOFS)
def test_what_is_named_exists(proof: str) -> None:
    """A test in its file, or an option."""
    if proof.startswith("option:"):
        assert proof.removeprefix("option:") in OPTIONS
    else:
        file, function = coverage.place_of(proof)
        assert function in names_in(file)


def test_every_option_stands_in_the_table() -> None:
    """An option that no row names decides something that nobody knows of."""
    named = {proof.removeprefix("option:") for proof in PROOFS if proof.startswith("option:")}

    assert OPTIONS - named == set()


def test_every_module_that_is_named_exists() -> None:
    """Paths are relative to the package."""
    assert [row.where for row in ROWS if not (ROOT / "runner" / row.where).is_file()] == []


def test_every_row_has_a_proof_and_stands_once() -> None:
    """A fact without a test or an option is a claim."""
    lines = coverage.SOURCE.read_text("utf-8").splitlines()
    keys = [line for line in lines if line.startswith('    "')]

    assert all(row.proof for row in ROWS)
    assert len(keys) == len(set(keys)) == len(ROWS)


def test_the_readme_shows_every_module() -> None:
    """Whoever opens the folder sees where each file belongs."""
    text = coverage.README.read_text("utf-8").partition(coverage.BEGIN)[0]
    modules = {path.name for path in coverage.README.parent.glob("*.py")} - {"__init__.py"}

    assert modules - set(re.findall(r"\w+\.py", text)) == set()
