"""The crash matrix as tests run it: a part of the instants, and what has to be true of their deaths."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from tests.app.shell import ROOT, environment

LIMIT_S = 240


def campaign(*options: str) -> dict[str, Any]:
    """The figures of ``python -m tests.crash``."""
    command = [sys.executable, "-m", "tests.crash", *options]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    assert not done.stderr, done.stderr
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def assert_exactly_once(figures: dict[str, Any], *, deaths: int) -> None:
    """Nothing was placed twice, nothing is missing, and every manifest told the truth."""
    assert figures["wrong"] == []
    assert (figures["duplicates"], figures["losses"]) == (0, 0)
    assert figures["deaths"] >= deaths
