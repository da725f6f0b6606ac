"""Broken batch files and what is said about them: each `invalid/NAME.yaml` beside its `NAME.problems`.

A new case is a new file. Write `tests/acceptance/batches/invalid/NAME.yaml`, then let
`python tests/acceptance/test_invalid_batches.py NAME` write what is said about it today, and read that
as its author would: does it say what is wrong, where, and what to write instead? Without a name, all
are written anew; `git diff` then shows what changed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from runner.batchfile import parse

FOLDER = Path(__file__).parent / "batches" / "invalid"
CASES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


def said_about(name: str) -> str:
    """One line a problem, without the name of the file; raises if the file is valid after all."""
    parsed = parse((FOLDER / f"{name}.yaml").read_bytes(), "FILE")
    assert parsed.batch is None, f"{name}.yaml is valid"
    return "".join(str(problem).removeprefix("FILE:") + "\n" for problem in parsed.problems)


@pytest.mark.parametrize("name", CASES)
def test_a_broken_file_gets_exactly_these_problems(name: str) -> None:
    """All problems of a file come out at once, in the file's order, each with its line and column."""
    expected = (FOLDER / f"{name}.problems").read_text(encoding="utf-8")
    assert said_about(name) == expected


def test_the_corpus_is_complete() -> None:
    """Every expectation belongs to a file, and there are enough of them to mean something."""
    assert sorted(path.stem for path in FOLDER.glob("*.problems")) == CASES
    assert len(CASES) >= 70


if __name__ == "__main__":
    for case in sys.argv[1:] or CASES:
        (FOLDER / f"{case}.problems").write_text(said_about(case), encoding="utf-8")
        print(f"--- {case}\n{said_about(case)}", end="")
