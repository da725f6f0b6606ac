"""Untrusted text, made harmless for a terminal, and for a CI system that obeys commands in its log.

GitHub's runner obeys ``::command`` at the start of a line, and ``##[command]`` wherever it is in one; other
systems know ``##vso[``. Source: ActionCommand.cs in GitHub's runner, whose two readers these are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

# A second mark that ends the text may be followed by its bracket in the next piece.
_MARK: Final = re.compile(r"(?<=#)#(?=[A-Za-z]*(?:\[|\Z))")
_COLONS: Final = re.compile(r"((?:^|(?<=[\r\n]))[^\S\r\n]*:):")
_BEGINS: Final = re.compile(r"[^\S\r\n]*:?\Z")


def neutral(text: str) -> str:
    """Text in which every character that does not print is written as its escape; a line break is, too."""
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def printable(name: str) -> str:
    """Return the name of a file as text; bytes that are no text are written as their escapes."""
    return name if name.isascii() else name.encode("utf-8", "backslashreplace").decode("utf-8")


def without_commands(text: str, before: str = "") -> str:
    """Text in which no line is a command to a CI system: a colon or a mark of it is written as its escape.

    ``before`` is what ``context_of`` gave for all that was written before.
    """
    whole = _COLONS.sub(r"\1\\x3a", _MARK.sub(r"\\x23", before + text))
    return whole[len(before) :]


def context_of(text: str, before: str = "") -> str:
    """Return the end of a text, as far as a command may have begun in it."""
    last = re.split(r"[\r\n]", before + text)[-1]
    if _BEGINS.fullmatch(last):
        return last
    return "x#" if last.endswith("#") else "x"


def json_text(content: Mapping[str, Any], *, one_line: bool = False) -> str:
    """Return an object as JSON that ends in a newline: ASCII, and never a command to a CI system."""
    import json  # noqa: PLC0415 - whoever writes text alone does not wait for it

    return json.dumps(content, indent=None if one_line else 2).replace("##", "#\\u0023") + "\n"


def xml_without_commands(text: str) -> str:
    """XML in which a mark of a command is written as its character reference."""
    return text.replace("##", "#&#35;")


def _escape(char: str) -> str:
    return char.encode("unicode_escape", "surrogatepass").decode("ascii")
