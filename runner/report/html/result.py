"""The page of a run: what became of every order and cancellation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from runner.domain import OrderOutcome, RunOutcome
from runner.report.diagnostics import remarks_of_result
from runner.report.lines import plain
from runner.report.result_summary import advice_lines, summary_line
from runner.report.text.runs.result import outcome_word, result_blocks, result_title
from runner.report.wording.approvals import approvals_of_run
from runner.report.wording.barriers import describe_end, describe_need, end_word
from runner.report.wording.orders import describe_sent_order
from runner.report.wording.policies import DIGEST_DIGITS, describe_policies, policies_of_run
from runner.report.wording.provenance import describe_provenance

from .elements import STYLE_CLASSES, element, lines_element, section, styled, table
from .orders import Cell, OrderRow, orders_section
from .page import page_of
from .remarks import remarks_section

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from xml.etree import ElementTree as ET

    from runner.report.base import RunResult

_WIDTH: Final = 110
_KINDS: Final = {
    RunOutcome.DONE: "good",
    RunOutcome.UNRESOLVED: "doubt",
    RunOutcome.UNFINISHED: "doubt",
    RunOutcome.INTERRUPTED: "warning",
    RunOutcome.HALTED: "doubt",
}
_HEAD: Final = (
    *("group", "order", "outcome", "side", "volume", "pair", "type", "price"),
    *("executed", "average price", "cost", "fee", "slippage", "txid", "line"),
)
_NUMBERS: Final = (4, 7, 8, 9, 10, 11, 12, 14)


def result_page(result: RunResult) -> str:
    """Return the page of a run as text."""
    manifest, path, elapsed_s = result
    name = plain(result_title(manifest)).capitalize()
    kind = outcome_kind(manifest["outcome"])
    advice = advice_lines(manifest, _WIDTH)
    parts = [
        _header(manifest, name, path),
        element("p", *styled(summary_line(manifest, elapsed_s)), class_=f"headline {kind}"),
        *([lines_element(advice)] if advice else []),
        *remarks_section(remarks_of_result(manifest)),
        _groups(manifest),
        _orders(manifest),
        *_cancellations(manifest),
    ]
    return page_of(name, parts)


def outcome_kind(outcome: str) -> str:
    """Return the class of a run's outcome on a page."""
    return _KINDS.get(RunOutcome(outcome), "bad")


def _header(manifest: Mapping[str, Any], name: str, path: str) -> ET.Element:
    facts = [
        f"{manifest['started_at']} to {manifest['finished_at'] or 'an unknown end'}",
        f"account {manifest['account'] or 'unknown'} at {manifest['exchange'] or manifest['venue']}",
        describe_provenance(manifest.get("provenance")),
        describe_policies(policies_of_run(manifest), digits=DIGEST_DIGITS),
        *approvals_of_run(manifest),
        f"{manifest['tool']}, SHA-256 of the file {manifest['digest']}",
        f"manifest {path}" if path else "",
    ]
    return element(
        "header", element("h1", name), *(element("p", fact, class_="quiet") for fact in facts if fact)
    )


def _groups(manifest: Mapping[str, Any]) -> ET.Element:
    headings = [element("span", *styled(block.heading)) for block in result_blocks(manifest)]
    waits = [
        "; ".join(_wait(group, barrier) for barrier in group.get("barriers", ()))
        for group in manifest["groups"]
    ]
    if not any(waits):
        return section("Groups", table(("group and outcome",), zip(headings)), id="groups")
    rows = zip(headings, waits, strict=True)
    return section("Groups", table(("group and outcome", "waited for"), rows), id="groups")


def _wait(group: Mapping[str, Any], barrier: Mapping[str, Any]) -> str:
    end = describe_end(group, barrier)
    return f"{end_word(group, barrier)}: {describe_need(barrier)}{f' ({end})' if end else ''}"


def _orders(manifest: Mapping[str, Any]) -> ET.Element:
    listed = [
        OrderRow(_cells(group["name"], order)) for group in manifest["groups"] for order in group["orders"]
    ]
    return orders_section(_HEAD, listed, _NUMBERS)


def _cells(group: str, order: Mapping[str, Any]) -> tuple[Cell, ...]:
    request = order["request"] or {}
    word = outcome_word(OrderOutcome(order["outcome"]))
    side = str(request.get("type", ""))
    prices = [str(request[name]) for name in ("price", "price2") if request.get(name)]
    return (
        Cell(str(order.get("group", group))),
        Cell(order["id"]),
        Cell(f"{word.text} before" if order["already"] else word.text, STYLE_CLASSES.get(word.style, "")),
        Cell(side, side),
        Cell(str(request.get("volume", ""))),
        Cell(str(request.get("pair", ""))),
        Cell(str(request.get("ordertype", "")) or describe_sent_order(None, order["descr"])),
        Cell(" → ".join(prices)),
        *_execution(order),
        Cell(", ".join(order.get("txids") or filter(None, [order["txid"]]))),
        Cell(str(order["line"] or "")),
    )


def _execution(order: Mapping[str, Any]) -> Iterator[Cell]:
    """Yield what was paid, to the exchange's last digit; nothing where that is not known."""
    execution = order.get("execution") or {}
    currency = execution.get("fee_currency") or ""
    yield Cell(execution.get("vol_exec") or order["vol_exec"] or "")
    yield Cell(execution.get("avg_price") or "")
    for name in ("cost", "fee"):
        yield Cell(f"{execution[name]} {currency}".strip() if execution.get(name) else "")
    yield Cell(f"{execution['slippage_percent']} %" if execution.get("slippage_percent") else "")


def _cancellations(manifest: Mapping[str, Any]) -> Iterator[ET.Element]:
    rows = [
        (group["name"], part, str(result["outcome"]), _canceled(result), result["reason"] or "")
        for group in manifest["groups"]
        for part in ("unwind", "cancel")
        for result in group.get(part, {"results": ()})["results"]
    ]
    if rows:
        head = ("group", "", "outcome", "what", "the exchange's reason")
        yield section("Cancellations", table(head, rows), id="cancellations")


def _canceled(result: Mapping[str, Any]) -> str:
    named = [str(result[name]) for name in ("order", "userref") if name in result]
    txids = result.get("matched") or filter(None, [result["txid"]])
    executed = [f"{result['vol_exec']} executed"] if result.get("vol_exec") else []
    return ", ".join([*named, *map(str, txids), *executed])
