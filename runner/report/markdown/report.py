"""Results as markdown that fits a pull-request comment: the summary first, then problems, details folded.

The content of the rows is made by the terminal report; this module puts it into tables. Text of a file or of
the exchange is written as code, which is not interpreted as markdown.
"""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from runner.domain import Batch, grouped
from runner.kraken import message_of
from runner.planning import MAY_SEND
from runner.report.alike import merge_alike, more_words
from runner.report.base import PlanResult, Report
from runner.report.diagnostics import (
    Level,
    Remark,
    remarks_of_contradictions,
    remarks_of_error,
    remarks_of_orphans,
    remarks_of_plan,
    remarks_of_problems,
    remarks_of_result,
)
from runner.report.humanize import count
from runner.report.lines import plain
from runner.report.result_summary import summary_line
from runner.report.text.plans.forecast import describe_forecast
from runner.report.text.plans.plan import plan_blocks, plan_summary
from runner.report.text.runs.result import paid_line, result_blocks, result_word
from runner.report.text.runs.status import halt_line, last_run, status_blocks, status_summary, switch_line
from runner.report.text.validation import other_kind
from runner.report.wording.approvals import approvals_of_run, required_of_plan
from runner.report.wording.policies import describe_policies, policies_of_plan, policies_of_run
from runner.report.wording.provenance import describe_provenance, provenance_of_plan
from runner.report.wording.refusals import refusals
from runner.report.wording.rejects import explained_rejects, sentence

from .difference import difference_section
from .drawing import drawing_sections
from .escaping import code, fence, words
from .flow import flow_sections
from .halting import halt_page, resume_page
from .marks import marked
from .page import COMMENT_BYTES, OPENED_ROWS, Section, page_of
from .review import balances_section, looks_section, market_section, review_top, sides_section, traded_section

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from runner.domain import Content, Problem
    from runner.errors import OrderBatchError
    from runner.planning import Plan
    from runner.report.base import FileResult, RebalanceResult, RunResult, SeriesResult, StatusResult
    from runner.report.text.layout.table import Block, Row
    from runner.review import Review

MOST_ROWS: Final = 150
"""With more orders those that need a look are shown, and samples of the others."""

_SIDES: Final = {"buy": "🟩", "sell": "🟥"}

_LEVELS: Final = {Level.ERROR: "🔴\N{NO-BREAK SPACE}error", Level.WARNING: "🟡\N{NO-BREAK SPACE}warning"}
_MORE: Final = "`--format json` shows them all"


class MarkdownReport(Report):
    """The writer of ``--format markdown``.

    ``limit`` is the longest page, in bytes; ``more`` says where to read what has no room.
    """

    def __init__(
        self, write: Callable[[str], object], *, limit: int = COMMENT_BYTES, more: str = _MORE
    ) -> None:
        self._write = write
        self._limit = limit
        self._more = more

    def validated(self, files: Sequence[FileResult]) -> None:
        """Write what was found in batch files."""
        problems = remarks_of_problems(problem for _, _, found in files for problem in found)
        bad = sum(remark.level is Level.ERROR for remark in problems)
        verdict = f"**{count(bad, 'problem')}**" if bad else "**valid**"
        top = [f"### {count(len(files), 'batch file', 'batch files')}: {verdict}"]
        rows = tuple(_file_row(*file) for file in files)
        table = Section(
            head=("| | file | batch | orders | cancellations |", "|---|---|---|--:|--:|"), rows=rows
        )
        self._page(top, [*_remarks(problems), table])

    def plan(self, result: PlanResult) -> None:
        """Write what a run would do, and what is different about it."""
        plan, review, diff = result
        top = _top("Plan", plan.run.batch, plan.run.run_key, plan.venue, plan.file)
        top += ["", code(describe_policies(policies_of_plan(plan)))]
        top += [part for text in required_of_plan(plan) for part in ("", code(text))]
        top += ["", f"**{plain(plan_summary(plan, review))}.**", *(review_top(review) if review else [])]
        if plan.forecast is not None and plan.forecast.orders and not refusals(plan, review):
            top += ["", f"{describe_forecast(plan.forecast)}."]
        sections = [
            *looks_section(review),
            *market_section(review),
            *drawing_sections(review),
            *flow_sections(plan),
            *_remarks(remarks_of_plan(plan, review)),
            *_money(plan, review),
        ]
        if diff is not None:
            sections.append(difference_section(diff))
        sections.append(_orders(plan, review))
        sections.append(_messages(plan))
        self._page([*top], [*sections, _footer(plan.digest, provenance_of_plan(plan))])

    def run(self, result: RunResult) -> None:
        """Write what a run did. The path of its manifest is left out: readers of a comment cannot use it."""
        manifest, _, elapsed_s = result
        top = _top(result_word(manifest), *(manifest[name] for name in ("batch", "run_key", "venue", "file")))
        top += ["", code(describe_policies(policies_of_run(manifest)))]
        top += [part for text in approvals_of_run(manifest) for part in ("", code(text))]
        without_reason = {**manifest, "reason": ""}
        top += ["", f"**{plain(summary_line(without_reason, elapsed_s))}**"]
        top += [code(manifest["reason"])] if manifest["reason"] else []
        top += ["", words(f"{paid}.")] if (paid := plain(paid_line(manifest))) else []
        sections = [*_remarks(remarks_of_result(manifest)), _explanations(manifest)]
        sections.append(_blocks("Every order and cancellation", result_blocks(manifest)))
        self._page(top, [*sections, _footer(manifest["digest"], manifest.get("provenance"))])

    def halted(self, result: Mapping[str, Any]) -> None:
        """Write what a halt did."""
        self._page(*halt_page(result))

    def resumed(self, result: Mapping[str, Any]) -> None:
        """Write which halt has ended."""
        self._page(resume_page(result), [])

    def series(self, result: SeriesResult) -> None:
        """Write a summary of several files, and a section for each."""
        from .series import series_page  # noqa: PLC0415

        self._write(
            series_page(result, limit=self._limit, more=self._more, render=self._render, remarks=_remarks)
        )

    def _render(self, result: PlanResult | RunResult, limit: int) -> str:
        parts: list[str] = []
        report = MarkdownReport(parts.append, limit=limit, more=self._more)
        report.plan(result) if isinstance(result, PlanResult) else report.run(result)
        return "".join(parts)

    def status(self, result: StatusResult) -> None:
        """Write what the journal says, and what the exchange says."""
        plan, manifest, shown, denied, read_at, halt = result
        top = _top("Status", plan.run.batch, plan.run.run_key, plan.venue, plan.file)
        lines = (None if halt is None else halt_line(halt), switch_line(manifest))
        top += [part for line in lines if line is not None for part in ("", code(plain(line)))]
        top += ["", f"**{plain(status_summary(plan, denied))}**", "", code(plain(last_run(manifest)))]
        held = [*remarks_of_orphans(plan), *remarks_of_contradictions(denied, plan.file)]
        sections = [*_remarks(held)]
        sections.append(
            _blocks("Every order and cancellation", status_blocks(plan, manifest, shown, read_at))
        )
        self._page(top, sections)

    def rebalance(self, result: RebalanceResult) -> None:
        """Write what follows from a targets file."""
        from .rebalance import rebalance_sections, rebalance_top  # noqa: PLC0415

        self._page(rebalance_top(result), rebalance_sections(result))

    def failed(self, error: OrderBatchError, problems: Sequence[Problem]) -> None:
        """Write why there is no result."""
        remarks = remarks_of_problems(problems) or [remarks_of_error(error, "")]
        self._page(["### order-batch gave up", "", code(str(error))], _remarks(remarks))

    def _page(self, top: list[str], sections: list[Section]) -> None:
        self._write(page_of(top, sections, limit=self._limit, more=self._more))


def _top(verb: str, batch: str, run_key: str, venue: str, file: str) -> list[str]:
    key = f", run key {code(run_key)}" if run_key else ""
    return [f"### {verb} of {code(batch)} at {venue}", "", f"{code(file)}{key}"]


def _remarks(remarks: Sequence[Remark]) -> list[Section]:
    """Return a section with what is wrong; it comes first, and is open as long as it is short."""
    if not remarks:
        return []
    counted = Counter(remark.level for remark in remarks)
    title = ", ".join(count(counted[level], level.value) for level in Level if counted[level])
    merged = merge_alike(remarks, lambda remark: ((remark.level, remark.rule, remark.file), remark.message))
    rows = tuple(
        f"| {_LEVELS[remark.level]} | {code(_place(remark))} | {code(remark.subject)} | "
        f"{_message(remark, [other.line for other in others])} |"
        for remark, others in merged
    )
    head = ("| | where | what | why |", "|---|---|---|---|")
    return [Section(title=f"<b>{title}</b>", opened=len(rows) <= OPENED_ROWS, head=head, rows=rows)]


def _explanations(manifest: Mapping[str, Any]) -> Section:
    """Return a section with what the exchange's errors mean, each once; empty without any."""
    rows = tuple(
        f"| {code(known.text)} | {number} | {sentence(known.meaning)} | {sentence(known.cure)} |"
        for known, number in explained_rejects(manifest)
    )
    head = (
        ("| the exchange said | orders | what that means | what to do |", "|---|--:|---|---|") if rows else ()
    )
    return Section(head=head, rows=rows, noun="explanations")


def _place(remark: Remark) -> str:
    return f"{remark.file}:{remark.line}:{remark.column}" if remark.file else ""


def _message(remark: Remark, others: Sequence[int]) -> str:
    hint = f"<br>{code(remark.hint)}" if remark.hint else ""
    more = f"<br>**{more_words(others)}**" if others else ""
    return f"{code(remark.message)}{hint}{more}"


def _money(plan: Plan, review: Review | None) -> list[Section]:
    """Return sections with the money; without a market that is what the file says of volumes."""
    if review is None or review.market is None:
        return [_sides(plan)]
    balances = balances_section(review)
    return [sides_section(review), *traded_section(review), *([balances] if balances else [])]


def _sides(plan: Plan) -> Section:
    """Return a section with what would be sent on each side of each pair."""
    volumes: dict[tuple[str, str, str], Decimal] = {}
    numbers: Counter[tuple[str, str, str]] = Counter()
    for order in plan.orders():
        if plan.becomes(order) in MAY_SEND:
            terms = order.terms
            key = (terms.pair, terms.type, terms.quote if terms.in_quote else terms.base)
            volumes[key] = volumes.get(key, Decimal()) + (terms.volume or Decimal())
            numbers[key] += 1
    rows = tuple(
        f"| {code(pair)} | {type} | {numbers[pair, type, unit]} | {words(f'{volume:f} {unit}')} |"
        for (pair, type, unit), volume in volumes.items()
    )
    head = ("| pair | side | orders | volume |", "|---|---|--:|--:|") if rows else ()
    return Section(head=head, rows=rows, noun="sums")


def _orders(plan: Plan, review: Review | None) -> Section:
    """Return a section with the orders of a plan, their terms in columns, and its cancellations."""
    blocks = plan_blocks(plan, review, most=MOST_ROWS)
    number = sum(len(group.orders) + len(group.cancel) for group in plan.groups)
    head = (
        "| | order | side | volume | pair | price | worth | distance | line |",
        "|---|---|---|--:|---|--:|--:|--:|--:|",
    )
    rows = []
    for block in blocks:
        name, *terms = block.heading
        label = "".join(span.text for span in terms).strip()
        rows.append(f"| | **{code(name.text)}** {code(label)} | | | | | | | |")
        rows += map(_planned_row, block.rows)
    opened = len(rows) <= OPENED_ROWS
    return Section(
        title=f"Every order and cancellation ({number:,})", opened=opened, head=head, rows=tuple(rows)
    )


def _planned_row(row: Row) -> str:
    word, *names = row.cells
    number = "" if row.line is None else str(row.line or "-")
    fields = row.fields
    parts = [code(span.text) for span in names if span.text]
    texts = [fields.more if fields else plain(row.body), *map(plain, row.notes)]
    parts += [code(text) for text in texts if text]
    terms = ("", "", "", "")
    if fields is not None:
        price = words(f"{fields.ordertype} {grouped(fields.price)}".strip())
        side = f"{_SIDES.get(fields.side, '')}\N{NO-BREAK SPACE}{fields.side}"
        terms = (side, words(grouped(fields.volume)), code(fields.pair), price)
    what = f"**{parts[0]}**<br>{'<br>'.join(parts[1:])}" if row.odd and parts else "<br>".join(parts)
    cells = (marked(word) if word.text else "", what, *terms, words(row.worth), words(row.distance), number)
    return f"| {' | '.join(cells)} |"


def _blocks(title: str, blocks: Sequence[Block]) -> Section:
    number = sum(len(block.rows) for block in blocks)
    head = ("| | order | what | line |", "|---|---|---|--:|")
    return Section(title=f"{title} ({number:,})", head=head, rows=tuple(_rows(blocks)))


def _rows(blocks: Sequence[Block]) -> list[str]:
    lines = []
    for block in blocks:
        name, *terms = block.heading
        words = "".join(span.text for span in terms).strip()
        lines.append(f"| | **{code(name.text)}** | {code(words)} | |")
        lines += map(_row, block.rows)
    return lines


def _row(row: Row) -> str:
    word, *names = row.cells
    number = "" if row.line is None else str(row.line or "-")
    what = [code(text) for text in (plain(row.body), *map(plain, row.notes)) if text]
    named = "<br>".join(code(span.text) for span in names)
    what += filter(None, [" · ".join(words(text) for text in (row.worth, row.distance) if text)])
    return f"| {marked(word)} | {named} | {'<br>'.join(what)} | {number} |"


def _messages(plan: Plan) -> Section:
    """Return a section with the messages that would leave, word by word; empty if none would."""
    rows = [
        json.dumps(message_of(order.request)) for order in plan.orders() if plan.becomes(order) in MAY_SEND
    ]
    if not rows:
        return Section()
    ticks = fence(rows)
    title = "The messages, but for <code>reqid</code>, <code>deadline</code> and <code>token</code>"
    return Section(title=title, head=(f"{ticks}json",), rows=tuple(rows), foot=(ticks,), noun="messages")


def _file_row(file: str, batch: Content | None, problems: Sequence[Problem]) -> str:
    if batch is None:
        return f"| 🔴 | {code(file)} | {count(len(problems), 'problem')} | | |"
    if not isinstance(batch, Batch):
        kind, name, held = other_kind(batch)
        named = f" {code(name)}" if name else ""
        return f"| 🟢 | {code(file)} | {kind}{named}{f', {held}' if held else ''} | | |"
    orders = sum(len(group.orders) for group in batch.groups)
    cancels = sum(len(group.cancel) for group in batch.groups)
    return f"| 🟢 | {code(file)} | {code(batch.name)} | {orders} | {cancels} |"


def _footer(digest: str, provenance: Mapping[str, Any] | None) -> Section:
    source = describe_provenance(provenance)
    origin = f"{code(source)} · " if source else ""
    return Section(rows=(f"<sub>{origin}SHA-256 of the file: {code(digest[:16])}</sub>",))
