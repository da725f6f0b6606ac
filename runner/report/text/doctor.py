"""The checks of a set-up as text: one line for each finding, and below it what to do."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from runner.report.lines import Line, Span, Style, hang, indent, line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_STATES: Final = MappingProxyType(
    {
        "ok": ("ok", Style.GOOD),
        "unchecked": ("not checked", Style.DOUBT),
        "warning": ("warning", Style.WARNING),
        "failed": ("failed", Style.BAD),
    }
)
_LABELS: Final = MappingProxyType({"tls": "TLS", "state-folder": "state folder"})
_LABEL_WIDTH: Final = 14
_STATE_WIDTH: Final = 13
_CURE_INDENT: Final = 4
_WIDEST: Final = 100
"""A cure is a sentence, which is hard to read along the whole of a wide terminal."""


def doctor_lines(result: Mapping[str, Any], width: int) -> list[Line]:
    """Return the checks of a set-up in lines of at most ``width`` columns."""
    width = min(width, _WIDEST)
    return [*_checks(result, width), (), *hang(_summary(result), width, 2)]


def _checks(result: Mapping[str, Any], width: int) -> Iterator[Line]:
    for check in result["checks"]:
        label = _LABELS.get(check["check"], check["check"])
        for finding in check["findings"]:
            word, style = _STATES[finding["state"]]
            head = line(
                Span(label.ljust(_LABEL_WIDTH), Style.NAME),
                Span(word, style),
                " " * (_STATE_WIDTH - len(word)),
                finding["message"],
            )
            yield from hang(head, width, _LABEL_WIDTH + _STATE_WIDTH)
            if finding["cure"]:
                cure = line(Span("cure: ", Style.QUIET), finding["cure"])
                yield from (indent(piece, _CURE_INDENT) for piece in hang(cure, width - _CURE_INDENT, 6))
            label = ""


def _summary(result: Mapping[str, Any]) -> Line:
    word, style = _STATES[result["state"]]
    where = f"`{result['for']} --venue {result['venue']}`"
    ends = {
        "ok": f"{where} has what it needs",
        "warning": f"{where} has what it needs; look at the warnings",
        "unchecked": f"whether {where} has what it needs is not known",
        "failed": f"as it is, {where} ends with exit code {result['exit_code']}",
    }
    return line(Span(word, style), f": {ends[result['state']]}")
