"""Trouble at the writes of a run on a team's ledger, while four others wait: 0 twice, 0 lost, 0 over."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.app.shell import ROOT, environment
from tests.postgres.server import missing
from tests.processes.client import launch

LIMIT_S = 3_000
pytestmark = [
    pytest.mark.timeout(LIMIT_S),
    pytest.mark.skipif(bool(missing()), reason=missing()),
]


def test_a_commit_whose_answer_is_lost() -> None:
    """The intents are durable, and their sender does not hear of it: it sends nothing, the next run does."""
    figures = campaign("--how", "cut_after", "--about", "order-intent", "--instants", "1")
    assert_all_is_well(figures)
    assert "insert into chunk: order-intent" in str(figures["instants"])


@pytest.mark.long
@pytest.mark.parametrize("how", ["killed", "stopped", "cut_before", "cut_after", "cut_late", "crashed"])
def test_at_every_write(how: str) -> None:
    """Around each row that a run writes."""
    figures = campaign("--how", how, "--about", "into chunk")
    assert_all_is_well(figures)
    assert figures["points"] >= 4


def campaign(*options: str) -> dict[str, Any]:
    """The figures of ``python -m tests.crash.team``."""
    with launch("tests.crash.team", *options, environment=environment(), folder=ROOT) as process:
        stdout, stderr = process.communicate(LIMIT_S)
    assert not stderr, stderr
    figures: dict[str, Any] = json.loads(stdout)
    return figures


def assert_all_is_well(figures: dict[str, Any]) -> None:
    """Nothing is wrong, and something was tried."""
    assert figures["wrong"] == []
    names = ("duplicates", "losses", "over_a_day_limit", "plans_used_twice")
    assert [figures[name] for name in names] == [0, 0, 0, 0]
    assert figures["points"] > 0
