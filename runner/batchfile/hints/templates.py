"""Placeholders of other tools, which nothing fills in here: ``${PRICE}``, ``{{ price }}``, ``%PRICE%``."""

from __future__ import annotations

import re
from typing import Final

from runner.batchfile.document.values import shorten

_PLACEHOLDER: Final = (
    r"\$\{\{[^\n}]{0,200}\}\}|\$\{[^\n}]{0,200}\}|\$\([^\n)]{0,200}\)|\{\{[^\n}]{0,200}\}\}|\{%[^\n%]{0,200}%\}"
    r"|<%[^\n%]{0,200}%>|\$[A-Za-z_][A-Za-z0-9_]{0,63}|(?<![A-Za-z0-9])%[A-Za-z_][A-Za-z0-9_]{0,63}%"
)
HINT: Final = "write the value itself, or have another program fill in the file before"


def placeholder(text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
    """Return the first placeholder in a part of a text."""
    return re.compile(_PLACEHOLDER).search(text, start, len(text) if end is None else end)


def message(found: str) -> str:
    """Return the message for a placeholder."""
    return f"variables such as `{shorten(found)}` are not filled in here"
