"""A finding is one line that leads to its place."""

from __future__ import annotations

from dataclasses import replace

from runner.domain import Place
from runner.review import Finding, Severity
from runner.review.findings import FindingRule

FINDING = Finding(
    file="a.yaml",
    place=Place(7, 10),
    subject="one/buy",
    rule=FindingRule.TICK_SIZE,
    severity=Severity.ERROR,
    message="price 1.23 is wrong",
    hint="write 1.2",
)


def test_a_finding_reads_like_a_compilers() -> None:
    """File, line and column first, so that an editor can jump there; the rule last."""
    assert str(FINDING) == "a.yaml:7:10: error: one/buy: price 1.23 is wrong (write 1.2) [tick-size]"
    quiet = replace(FINDING, hint="", severity=Severity.WARNING)
    assert str(quiet) == "a.yaml:7:10: warning: one/buy: price 1.23 is wrong [tick-size]"
