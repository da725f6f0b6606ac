"""Escaping of untrusted text for each output format.

A batch file, the exchange and a journal may hold anything: none of their text may become markup, a link, a
mention of a person, a workflow command or an element.
"""

from __future__ import annotations

import html
import re
from typing import Final

from runner.harmless import neutral, without_commands

MAX_CODE: Final = 400
"""Characters of one text that a table shows; what is longer is cut, and says so."""

_PLAIN: Final = re.compile(r"[^|\\]*")
_WORDS: Final = re.compile(r"[A-Za-z0-9 .,:/%+()→-]*")
_MARKS: Final = re.compile(r"[^A-Za-z0-9 ]")


def code(text: str, limit: int = MAX_CODE) -> str:
    """Return a text as inline code of markdown, also inside a table: nothing in it is read as anything.

    Code is the one place where no mention, issue number, emoji or link is looked for.
    """
    shown = neutral(text)
    if len(shown) > limit:
        shown = f"{shown[: limit - 1]}…"
    if not shown.strip():
        return "" if not shown else "<code>&#32;</code>"
    if _PLAIN.fullmatch(shown):
        return _span(shown.strip())
    return f"<code>{entities(shown)}</code>"


def words(text: str) -> str:
    """Return a text as it is where it is plain words and numbers, and as code where it is anything else."""
    return text if _WORDS.fullmatch(text) and "//" not in text and "www" not in text else code(text)


def _span(text: str) -> str:
    """Between more backticks than it holds; blanks keep its own apart from ours."""
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    apart = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{ticks}{apart}{text}{apart}{ticks}"


def entities(text: str) -> str:
    """Replace every special character by a character reference.

    Neither markdown nor HTML interprets the result.
    """
    return _MARKS.sub(lambda match: f"&#{ord(match.group())};", neutral(text))


def fence(lines: list[str]) -> str:
    """Return the backticks around a block that no line of it can end."""
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    return "`" * max(3, longest + 1)


def command_text(text: str) -> str:
    """Return the message of a workflow command.

    Source: GitHub's page on workflow commands, and its toolkit.
    """
    harmless = without_commands(neutral(text), "x")  # it follows what makes the line a command
    return harmless.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(text: str) -> str:
    """Return a property of a workflow command, where a colon and a comma have a meaning too."""
    return command_text(text).replace(":", "%3A").replace(",", "%2C")


def xml_text(text: str) -> str:
    """Replace characters that XML 1.0 does not allow by their escapes."""
    return neutral(text)


def sarif_text(text: str) -> str:
    """Return the message of a SARIF result, in which brackets would make a link (section 3.11.6)."""
    return re.sub(r"[\\\[\]]", r"\\\g<0>", neutral(text))


def html_text(text: str) -> str:
    """Return a text inside an HTML element that we write ourselves, such as a summary."""
    return f"<code>{html.escape(neutral(text))}</code>"
