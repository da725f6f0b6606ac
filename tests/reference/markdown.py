"""Tables and text as Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MADE = "<!-- made by `python -m tests.reference`: change what it is made from, not this page -->"


def page(title: str, *parts: str) -> str:
    """Return a whole page."""
    return "\n\n".join(part.strip("\n") for part in (MADE, f"# {title}", *parts) if part.strip()) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; cells may hold Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell(text) for text in line) + " |" for line in lines)


def cell(text: str) -> str:
    """Return a text as it may be put into a cell."""
    return re.sub(r"(?<!\\)\|", r"\\|", " ".join(text.split()))


def prose(text: str) -> str:
    """Return a text that was written for a terminal, so that nothing in it is markup but its code."""
    parts = re.split(r"(``?[^`]+``?)", text)
    return "".join(_escaped(part) if number % 2 == 0 else part for number, part in enumerate(parts))


def _escaped(text: str) -> str:
    text = re.sub(r"([<>*\[\]])", r"\\\1", text)
    return re.sub(r"https://[\w./-]+\w", r"<\g<0>>", text)
