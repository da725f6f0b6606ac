"""The current status of each order of the file, from the journal and from the exchange.

If the exchange was not read, only the journal is shown, which does not know later events.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from msgspec import structs

from runner.domain import Otherwise, describe_barrier
from runner.planning import JournalState, fill_statuses, newest_execution
from runner.report.humanize import count, moment
from runner.report.lines import Line, Span, Style, hang, line
from runner.report.text.layout.table import Block, Row, block_lines
from runner.report.text.plans.plan import target, title, what
from runner.report.wording.barriers import outcome_span, status_notes
from runner.report.wording.executions import describe_execution
from runner.report.wording.orders import describe_sent_order
from runner.report.wording.orphans import orphan_notes

from .result import cancel_row, outcome_word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from runner.domain import HaltInForce, OrderKey
    from runner.kraken import OpenOrder
    from runner.planning import Contradiction, FillStatus, Plan, PlannedCancel, PlannedGroup, PlannedOrder
    from runner.report.base import StatusResult


def status_lines(result: StatusResult, width: int) -> list[Line]:
    """Return the status as lines of at most ``width`` columns, except for long words."""
    plan, manifest, shown, denied, read_at, halt = result
    lines = [*hang(title("status of ", plan), width, 2), *hang(last_run(manifest), width, 2)]
    if halt is not None:
        lines += hang(halt_line(halt), width, 2)
    if (left := switch_line(manifest)) is not None:
        lines += hang(left, width, 2)
    lines += block_lines(status_blocks(plan, manifest, shown, read_at), width)
    for contradiction in denied:
        lines += hang(line(Span("contradicted: ", Style.BAD), str(contradiction)), width, 2)
    return [*lines, (), *hang(status_summary(plan, denied), width, 2)]


def status_blocks(
    plan: Plan,
    manifest: Mapping[str, Any] | None,
    shown: Mapping[OrderKey, OpenOrder | None] | None,
    read_at: str = "",
) -> list[Block]:
    """Return the groups with their rows."""
    taken_back = _taken_back(manifest)
    waits = [
        (status.group, _wait_row(status, read_at)) for status in fill_statuses(plan, manifest, shown, read_at)
    ]
    return [
        Block(
            line(Span(group.name, Style.NAME)),
            (*(row for name, row in waits if name == group.name), *_rows(group, taken_back, shown, read_at)),
        )
        for group in plan.groups
    ]


def _wait_row(status: FillStatus, read_at: str) -> Row:
    barrier = status.barrier
    terms = describe_barrier(barrier.group, barrier.within, barrier.otherwise.value)
    passes = barrier.otherwise is Otherwise.PROCEED
    word = outcome_span(status.outcome, passes=passes)
    return Row(cells=(word,), body=line(f"needs {terms}"), notes=tuple(status_notes(status, read_at)))


def _taken_back(manifest: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the fate of the orders that a group placed and then took back, by ``group/id``."""
    groups = manifest["groups"] if manifest else ()
    return {
        result["order"]: result["outcome"]
        for group in groups
        for result in group.get("unwind", {}).get("results", ())
    }


def last_run(manifest: Mapping[str, Any] | None) -> Line:
    """Return a line that says how the last run ended, and when."""
    if manifest is None:
        return line("it was never applied, as far as the journal here says")
    ended = manifest["finished_at"]
    when = f"ended {moment(ended)}" if ended else f"started {moment(manifest['started_at'])}"
    reason = f" ({manifest['reason']})" if manifest["reason"] else ""
    whose = f", for {manifest['account']} at {manifest['exchange']}" if manifest["account"] else ""
    return line("last run: ", Span(manifest["outcome"], Style.NAME), f"{reason}, {when}{whose}")


def switch_line(manifest: Mapping[str, Any] | None) -> Line | None:
    """Return a line about a dead man's switch that may still be armed, None without one."""
    switch = manifest.get("dead_man") if manifest else None
    if switch is None or switch["disarmed_at"] is not None:
        return None
    until = f"until {moment(switch['may_fire_until'])} " if switch["may_fire_until"] else ""
    what = (
        f" of {switch['timeout_s']} s is not known to be off: {until}it may cancel every order of the account"
    )
    return line(Span("the dead man's switch", Style.DOUBT), what)


def halt_line(halt: HaltInForce) -> Line:
    """Return a line that says what is halted, by whom, since when and why."""
    who = f", by {halt.by} on {halt.host} since {moment(halt.at)}, because: {halt.reason}"
    return line(Span(f"halted: {halt.place}", Style.BAD), who)


def _rows(
    group: PlannedGroup,
    taken_back: Mapping[str, str],
    shown: Mapping[OrderKey, OpenOrder | None] | None,
    read_at: str,
) -> Iterator[Row]:
    for order in group.orders:
        record = None if shown is None else shown.get(order.key)
        execution = newest_execution(order, record, read_at)
        paid = describe_execution(execution)
        seen = (paid,) if paid else ()
        if shown is not None:
            seen = (_describe_shown(record, execution),)
        yield _order_row(order, taken_back.get(str(order.key)), seen)
    yield from map(_cancel_row, group.cancel)


def _describe_shown(order: OpenOrder | None, execution: Mapping[str, Any] | None) -> str:
    """Return what the exchange has of an order."""
    if order is None:
        return "not at the exchange"
    of = f" of {order.vol}" if order.vol else ""
    paid = describe_execution(execution, of=of)
    return f"at the exchange: {order.status or 'open'}, {paid or f'{order.executed}{of} executed'}"


def _order_row(order: PlannedOrder, taken_back: str | None, seen: tuple[str, ...]) -> Row:
    known = order.known
    txid = (Span(known.txid),) if known and known.txid else ()
    sent = describe_sent_order(known.request, known.descr) if known else ""
    notes = [known.error] if known and known.error else []
    notes += seen
    if taken_back:
        notes.append(f"taken back: {taken_back}")
    if order.journal_state is JournalState.CHANGED and order.unrecorded:
        notes.append("the journal lacks its request")
    elif order.journal_state is JournalState.CHANGED:
        notes.append("the file has other terms now, which is refused under this id")
    return Row(
        cells=(_word(order), Span(str(order.key) if order.orphaned else order.key.id), *txid),
        body=line(sent or what(order)),
        notes=tuple(line(note) for note in notes),
    )


def _word(order: PlannedOrder) -> Span:
    known = order.known
    match order.journal_state:
        case JournalState.UNKNOWN:
            return Span("in doubt", Style.DOUBT)
        case JournalState.CHANGED:
            return Span("changed", Style.BAD)
        case _:
            return outcome_word(known.outcome) if known and known.outcome else Span("not sent", Style.QUIET)


def _cancel_row(cancel: PlannedCancel) -> Row:
    known = cancel.known
    if cancel.left_open:
        return Row(
            cells=(Span("left open", Style.DOUBT),),
            body=line(f"cancel {target(cancel)}"),
            notes=tuple(map(line, orphan_notes(cancel))),
        )
    if known is None:
        word = Span("in doubt", Style.DOUBT) if cancel.in_doubt else Span("not sent", Style.QUIET)
        return Row(cells=(word,), body=line(f"cancel {target(cancel)}"))
    txids = known.matched if cancel.userref else (known.txid,)
    named = ", ".join(text for text in txids if text != target(cancel))
    return cancel_row(structs.asdict(known), line("  ".join(filter(None, (target(cancel), named)))))


def status_summary(plan: Plan, denied: Sequence[Contradiction] = ()) -> Line:
    """Count the orders by their fate, and what the exchange contradicts of it, in one line."""
    words = Counter(_word(order).text for order in plan.orders())
    counted = ", ".join(f"{number} {word}" for word, number in words.items()) or "no orders"
    cancels = [cancel for group in plan.groups for cancel in group.cancel if cancel.in_doubt]
    if left := sum(cancel.left_open is not None for cancel in cancels):
        counted += f", {count(left, 'cancellation')} no longer in the file"
    if len(cancels) > left:
        counted += f", {count(len(cancels) - left, 'cancellation')} in doubt"
    advice = "; apply looks up what is in doubt before it sends anything" if plan.in_doubt else ""
    claims = count(len(denied), "claim")
    against = f"the exchange contradicts {claims} of the journal: apply is refused; " if denied else ""
    return line(Span(against, Style.BAD), Span(counted, Style.NAME), advice)
