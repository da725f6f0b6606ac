"""Mistakes in the text that explain why the YAML parser failed, but that its message does not name.

A merge that was not finished, a placeholder, a colon without a blank, a blank that is none, a `#` in braces.
It looks at the lines between the place where a construct began and the place where it broke.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from runner.batchfile.document.values import Fault, Lines, shorten
from runner.batchfile.hints import templates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LINES_BEFORE: Final = 3
_LOOKED_AT: Final = 20_000
"""Characters: what is further away explains nothing."""
_MARKER: Final = re.compile(r"^(?:<{7}|>{7}|\|{7}|={7})(?=[ \r]|$)[^\n]*", re.MULTILINE)
_KEYS: Final = (
    "version|name|description|repeat|defaults|groups|needs|on_reject|orders|cancel|id|pair|type|ordertype|price|price2"
    "|volume|leverage|margin|reduce_only|oflags|starttm|expiretm|deadline|userref|cl_ord_id|stp_type|timeinforce|close"
    "|order|rules|check|message|answer|only|most|per|currency|faults|timeline|seed"
    "|quote|weights|cash|target|floor|band|absolute|relative|scope|method|keep|minimum|maximum|offset|fees|fill|within"
)
_SHARE: Final = r"[A-Z][A-Z0-9.]{1,15}x?"
"""A currency, which is the key of its share in a targets file."""
_NO_BLANK_BEFORE_SHARE: Final = re.compile(rf"(?m)(?:^[ ]*|[{{,][ ]*)(({_SHARE}):([0-9][0-9.]*%))")
_NO_COMMA_AFTER_SHARE: Final = re.compile(rf"[{{,][ ]*{_SHARE}: [0-9.]+%[ ]+({_SHARE}):[ ]")
_NO_BLANK: Final = re.compile(rf"(?m)(?:^[ ]*(?:-[ ]+)?|[{{,][ ]*)(({_KEYS}):([^\s:,}}][^\n,}}]*))")
_NO_BLANK_AFTER_DASH: Final = re.compile(rf"(?m)^[ ]*(-({_KEYS}|[a-z_]+):[ ])")
_NO_BLANK_BEFORE_BRACE: Final = re.compile(r"(?m)^[ ]*(-)([{\[])")
_NO_COLON: Final = re.compile(rf"(?m)^[ ]*(?:-[ ]+)?(({_KEYS})[ ]+([^\s:#,{{}}\[\]][^\n:#{{}}]*))$")
_ODD_BLANK: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u200b\u202f\u205f\u3000]")
_ODD_COLON: Final = re.compile(rf"(?m)^[ ]*(?:-[ ]+)?(?:{_KEYS})([\uff1a\ufe55\ufe30])")
_ODD_DASH: Final = re.compile(rf"(?m)^[ ]*([\u2013\u2014\u2022*\u00b7\u2010\u2011\u2212])[ ]*(?:{_KEYS}):")
_EQUALS: Final = re.compile(rf"(?m)^[ ]*(?:-[ ]+)?(({_KEYS})[ ]*=[ ]*([^\s=][^\n]*))")
_IN_BRACES: Final = re.compile(r"[{,\[][^#\n{,\[]{0,200}[ ](#(?:[0-9][0-9.]{0,40}%?)?)")
_NO_COMMA: Final = re.compile(rf"[{{,][ ]*(?:{_KEYS}):[ ][^,{{}}\[\]\n]{{1,100}}?[ ]({_KEYS}):[ ]")
_SEMICOLON: Final = re.compile(r"[{;,][ ]*[a-z_0-9]{2,20}:[ ][^\n{};,]{1,100}(;)[ ]*[a-z_0-9]{2,20}:[ ]")


def seen_in(text: str, begun: int, broke: int) -> Fault | None:
    """Return the mistake that explains why reading ended, between two lines (from 0).

    None if there is none.
    """
    lines = Lines(text)
    start = _start_of(text, lines, begun, broke)
    end = min(lines.start_of(broke + 1), lines.start_of(broke) + _LOOKED_AT)
    start = max(start, end - _LOOKED_AT)
    for look in _LOOKS:
        for fault in look(text, start, end, lines):
            return fault
    return None


def _start_of(text: str, lines: Lines, begun: int, broke: int) -> int:
    """Return the line some lines above the break, or where the construct began if that is earlier."""
    line, left = broke, _LINES_BEFORE
    while line > 0 and left:
        line -= 1
        left -= bool(text[lines.start_of(line) : lines.start_of(line + 1)].strip())
    return lines.start_of(min(line, begun))


def _conflict(text: str, _: int, __: int, lines: Lines) -> Iterator[Fault]:
    markers = list(_MARKER.finditer(text))
    if any(marker.group()[0] in "<>" for marker in markers):
        message = f"a merge was not finished here: `{shorten(markers[0].group().rstrip())}`"
        numbers = ", ".join(str(lines.at(marker.start())[0]) for marker in markers[:5])
        hint = f"keep one of the two versions, and remove the marks (lines {numbers})"
        yield Fault(lines.at(markers[0].start()), "", message, hint, code="merge-conflict")
    elif markers:
        yield Fault(
            lines.at(markers[0].start()),
            "",
            "a mark of a merge is left",
            "remove the line",
            code="merge-conflict",
        )


def _template(text: str, start: int, end: int, lines: Lines) -> Iterator[Fault]:
    found = templates.placeholder(text, start, end)
    if found:
        yield Fault(
            lines.at(found.start()), "", templates.message(found[0]), templates.HINT, code="template-unfilled"
        )


def _colon(text: str, start: int, end: int, lines: Lines) -> Iterator[Fault]:
    found = _NO_BLANK.search(text, start, end) or _NO_BLANK_BEFORE_SHARE.search(text, start, end)
    if found:
        hint = f"write {found[2]}: {shorten(found[3].strip())}"
        yield Fault(
            lines.at(found.start(1)),
            "",
            "a space is missing after the colon",
            hint,
            code="yaml-space-missing",
        )
        return
    found = _NO_BLANK_AFTER_DASH.search(text, start, end)
    if found:
        hint = f"write - {found[1][1:].strip()}"
        yield Fault(
            lines.at(found.start(1)), "", "a space is missing after the dash", hint, code="yaml-space-missing"
        )
        return
    found = _NO_BLANK_BEFORE_BRACE.search(text, start, end)
    if found:
        yield Fault(
            lines.at(found.start(1)),
            "",
            "a space is missing after the dash",
            f"write - {found[2]}",
            code="yaml-space-missing",
        )


def _odd_letters(text: str, start: int, end: int, lines: Lines) -> Iterator[Fault]:
    found = _ODD_BLANK.search(text, start, end)
    if found:
        code = ord(found[0])
        message = f"the blank here is U+{code:04X}, which is none to YAML"
        yield Fault(
            lines.at(found.start()),
            "",
            message,
            "write an ordinary space (U+0020)",
            code="yaml-odd-character",
        )
    for pattern, instead in ((_ODD_COLON, "`:` and a space"), (_ODD_DASH, "`- `")):
        found = pattern.search(text, start, end)
        if found:
            message = f"`{found[1]}` (U+{ord(found[1]):04X}) means nothing to YAML here"
            yield Fault(lines.at(found.start(1)), "", message, f"write {instead}", code="yaml-odd-character")


def _equals(text: str, start: int, end: int, lines: Lines) -> Iterator[Fault]:
    found = _EQUALS.search(text, start, end)
    if found:
        hint = f"write {found[2]}: {shorten(found[3].strip())}"
        yield Fault(
            lines.at(found.start(1)), "", "a key ends with a colon, not with `=`", hint, code="yaml-separator"
        )


def _comment_in_braces(text: str, start: int, end: int, lines: Lines) -> Iterator[Fault]:
    found = _IN_BRACES.search(text, start, end)
    if not found:
        return
    message = "`#` starts a comment in YAML, so the rest of this line is not read"
    hint = (
        f'put it in quotes: "{found[1]}"'
        if len(found[1]) > 1
        else "put the comment behind the closing bracket, or on a separate line"
    )
    yield Fault(lines.at(found.start(1)), "", message, hint, code="yaml-comment")


def _separators(text: str, start: int, end: int, lines: Lines) -> Iterator[Fault]:
    found = _SEMICOLON.search(text, start, end)
    if found:
        yield Fault(
            lines.at(found.start(1)),
            "",
            "entries in { } are separated by commas",
            "write `,` for `;`",
            code="yaml-separator",
        )
        return
    found = _NO_COMMA.search(text, start, end) or _NO_COMMA_AFTER_SHARE.search(text, start, end)
    if found:
        message = f"a comma is missing before `{found[1]}`"
        yield Fault(lines.at(found.start(1)), "", message, f"write `, {found[1]}:`", code="yaml-separator")


def _no_colon(text: str, start: int, end: int, lines: Lines) -> Iterator[Fault]:
    found = _NO_COLON.search(text, start, end)
    if found:
        hint = f"write {found[2]}: {shorten(found[3].strip())}"
        yield Fault(
            lines.at(found.start(1)), "", "a colon is missing after the key", hint, code="yaml-separator"
        )


def _closed_twice(text: str, start: int, end: int, lines: Lines) -> Iterator[Fault]:
    for opens, closes in ("{}", "[]"):
        last = text.rfind(closes, start, end)
        if last >= 0 and text.count(closes, 0, end) > text.count(opens, 0, end):
            yield Fault(
                lines.at(last), "", f"this `{closes}` closes nothing", "remove it", code="yaml-not-closed"
            )


_LOOKS: Final[tuple[Callable[[str, int, int, Lines], Iterator[Fault]], ...]] = (
    _conflict,
    _template,
    _odd_letters,
    _colon,
    _equals,
    _comment_in_braces,
    _separators,
    _no_colon,
    _closed_twice,
)
