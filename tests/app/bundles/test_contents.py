"""The last run of a journal, as a bundle shows it."""

from __future__ import annotations

from runner.app.bundles.contents import last_run, policy_name
from runner.journal import OrderAbsent, RunEnded, RunStarted

AT = "2026-11-22T07:00:10.000000Z"
STARTED = RunStarted(
    at=AT, tool="t", batch="b", run_key="", venue="paper", file="b.yaml", digest="f" * 64, groups=()
)
ENDED = RunEnded(at=AT, outcome="done")
ABSENT = OrderAbsent(at=AT, group="g", id="a", reason="not there")


def test_a_journal_without_a_run_has_no_last_one() -> None:
    """It is no evidence of any."""
    assert last_run([]) is None
    assert last_run([ABSENT, ENDED]) is None


def test_all_before_the_last_start_is_of_earlier_runs() -> None:
    """And all after it its own."""
    run = last_run([STARTED, ABSENT, ENDED, STARTED, ENDED])
    assert run is not None
    assert run.before == (STARTED, ABSENT, ENDED)
    assert run.entries == (STARTED, ENDED)
    assert run.events_text().count(b"\n") == 2


def test_policies_are_numbered() -> None:
    """Their own names may be the same, or lead out of a folder."""
    assert policy_name(1) == "policies/1.yaml"
