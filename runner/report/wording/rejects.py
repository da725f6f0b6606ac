"""The explanations of what the exchange said no to: each once, with the number of orders it is about."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from runner.domain import OrderOutcome
from runner.kraken import explain
from runner.report.humanize import count
from runner.report.lines import Span, Style, hang, line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.kraken import Explanation
    from runner.report.lines import Line


def explained_rejects(manifest: Mapping[str, Any]) -> list[tuple[Explanation, int]]:
    """Return the explanations of the errors of a result with their number of orders, the most first."""
    errors = [
        order["error"]
        for group in manifest["groups"]
        for order in group["orders"]
        if order["error"] and order["outcome"] in (OrderOutcome.REJECTED, OrderOutcome.ENDED)
    ]
    found = Counter(known for error in errors if (known := explain(error)) is not None)
    return found.most_common()


def reject_lines(manifest: Mapping[str, Any], width: int) -> list[Line]:
    """Return a piece of text for each explanation: what it means, and what to do about it."""
    lines: list[Line] = []
    for known, number in explained_rejects(manifest):
        head = line(Span(known.text, Style.NAME), f" ({count(number, 'order')}): {known.meaning}.")
        lines += [*hang(head, width, 2), *hang(line(f"  {sentence(known.cure)}"), width, 2)]
    return lines


def sentence(text: str) -> str:
    """Return words as a sentence."""
    return f"{text[:1].upper()}{text[1:]}."


def reject_objects(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the explanations for programs."""
    return [
        {"error": known.text, "orders": number, "meaning": known.meaning, "cure": known.cure}
        for known, number in explained_rejects(manifest)
    ]
