"""The approvals of saved plans as lines of text: who gave which, and what each policy still needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import duration_text, rfc3339
from runner.report.humanize import moment
from runner.report.lines import Line, Span, Style, hang, line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.review import PlanApprovals


def plan_approval_lines(status: PlanApprovals, width: int) -> Iterator[Line]:
    """Yield what is known of a saved plan's approvals, in lines of at most ``width`` columns."""
    saved = status.saved
    key = f"@{saved.run_key}" if saved.run_key else ""
    until = moment(saved.expires_at)
    yield from hang(
        line(
            Span(f"{saved.batch}{key}", Style.NAME), f", plan {saved.id[:12]}, may be applied until {until}"
        ),
        width,
        2,
    )
    for each in status.approvals:
        word = Span("revoked", Style.WARNING) if each.revoked else Span("approved", Style.GOOD)
        when = moment(rfc3339(each.at))
        yield from hang(
            line("  ", word, " by ", Span(each.by, Style.NAME), f", {when}: {each.reason}"), width, 4
        )
    if not status.approvals:
        yield line(Span("  no word on it yet", Style.QUIET))
    for tally in status.tallies:
        style = Style.WARNING if tally.missing else Style.GOOD
        within = duration_text(tally.rule.within_s)
        yield from hang(line("  ", Span(str(tally), style), f" (each counts for {within})"), width, 4)
    if not status.tallies:
        yield line(Span("  no policy requires approvals of it", Style.QUIET))
