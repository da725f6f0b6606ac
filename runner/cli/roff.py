r"""Text in the language of manual pages, in which nothing of it is taken for a request.

A backslash begins an escape there, and a line that begins with a dot or an apostrophe is a request. Hyphens,
quotes and accents are written so that they can be copied into a terminal. Source: groff_man_style(7)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_ESCAPES: Final = {
    "\\": r"\e",
    "-": r"\-",
    "'": r"\(aq",
    "`": r"\(ga",
    "^": r"\(ha",
    "~": r"\(ti",
    '"': r"\(dq",
}
_CODE: Final = re.compile(r"`([^`]+)`")


def escaped(text: str) -> str:
    """Return a text as it is, on one line."""
    line = " ".join(text.split())
    return _guarded("".join(map(_character, line)))


def prose(text: str) -> str:
    """Return a paragraph on one line; what is in backticks is bold."""
    parts = _CODE.split(" ".join(text.split()))
    return _guarded(
        "".join(
            f"\\fB{''.join(map(_character, part))}\\fP" if number % 2 else "".join(map(_character, part))
            for number, part in enumerate(parts)
        )
    )


def verbatim(lines: Iterable[str]) -> list[str]:
    """Return lines as they are, below each other, indented."""
    shown = (_guarded("".join(map(_character, line))) for line in lines)
    return [".RS 4", ".nf", *shown, ".fi", ".RE"]


def heading(text: str, *, within: bool = False) -> str:
    """Return the heading of a section, which is in capitals, or of one ``within`` it."""
    return f'.SS "{escaped(text)}"' if within else f'.SH "{escaped(text.upper())}"'


def item(tag: str, text: str, *, bold: bool = True) -> list[str]:
    """Return a term and what it means."""
    return [".TP", f"\\fB{escaped(tag)}\\fP" if bold else escaped(tag), prose(text) or r"\&"]


def paragraphs(text: str) -> list[str]:
    """Return paragraphs that are separated by empty lines."""
    return [line for part in text.strip().split("\n\n") for line in (".PP", prose(part))]


def _character(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    return char if char.isascii() else f"\\[u{ord(char):04X}]"


def _guarded(line: str) -> str:
    return f"\\&{line}" if line.startswith((".", "'")) else line
