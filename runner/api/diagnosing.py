"""The check of a set-up before anything is done with it: what ``order-batch doctor`` shows."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from runner.app.doctor import (
    Check,
    Finding,
    Purpose,
    State,
    examine,
    exit_code_of_findings,
    findings_object,
)
from runner.app.hosts import Host, TrioProgram

from .collector import Collector
from .job import families

if TYPE_CHECKING:
    from runner.app.console import Console
    from runner.errors import ExitCode

    from .halting import Site

__all__ = ["Check", "Diagnosis", "Finding", "Purpose", "State", "diagnose"]

_IN_TRIO: Final = TrioProgram()


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The findings about a set-up, at least one for each ``Check``.

    ``exit_code`` is the one with which the command would end: ``DONE`` if nothing is in its way, and
    ``INCOMPLETE`` if that is not known, because a check could not be made.
    """

    exit_code: ExitCode
    findings: tuple[Finding, ...]
    text: str = field(repr=False)

    @property
    def result(self) -> dict[str, Any]:
        """A copy of the findings, in the form of the schema ``doctor``."""
        return json.loads(self.text)  # type: ignore[no-any-return]


async def diagnose(
    site: Site,
    purpose: Purpose = Purpose.APPLY,
    *,
    deadline_s: int = 10,
    console: Console | None = None,
    host: Host = _IN_TRIO,
) -> Diagnosis:
    """Return what is wrong with a set-up for a command, each with a cure. Changes nothing anywhere.

    No order is sent, nothing is written, and no lock is taken. ``deadline_s`` is that of orders, which
    decides how far the clocks may be apart. What is wrong is a finding and raises nothing.
    """
    out = Collector(console)
    job = site.job()
    target = job.target()
    with families():
        findings = await examine(
            target, job.variables(), purpose=purpose, deadline_s=deadline_s, host=host, say=out.note
        )
    return Diagnosis(
        exit_code=exit_code_of_findings(findings),
        findings=findings,
        text=json.dumps(findings_object(findings, purpose, target.venue)),
    )
