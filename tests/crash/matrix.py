"""The crash matrix as tests run it: a part of the instants, and what has to be true of their deaths."""

from __future__ import annotations

import json
from typing import Any

from tests.app.shell import ROOT, environment
from tests.processes.client import launch

LIMIT_S = 240


def campaign(*options: str) -> dict[str, Any]:
    """The figures of ``python -m tests.crash``."""
    with launch("tests.crash", *options, environment=environment(), folder=ROOT) as process:
        stdout, stderr = process.communicate(LIMIT_S)
    assert not stderr, stderr
    figures: dict[str, Any] = json.loads(stdout)
    return figures


def assert_exactly_once(figures: dict[str, Any], *, deaths: int) -> None:
    """Nothing was placed twice, nothing is missing, and every manifest is true."""
    assert figures["wrong"] == []
    assert (figures["duplicates"], figures["losses"]) == (0, 0)
    assert figures["deaths"] >= deaths
