"""A problem in a file is a value: all of them are collected and shown at once."""

from __future__ import annotations

from typing import NamedTuple


class Problem(NamedTuple):
    """One thing that is wrong, and where. ``line`` and ``column`` start at 1.

    ``rule`` is the code of its kind, as ``order-id-twice`` or ``policy-deny``; ``warning``: it stops
    nothing. ``path`` is where in the document, by the names that it gives (``ladder/rung-17: price``) and by
    numbers where it gives none (``groups[0].orders[2].price``); empty for the whole file. ``hint`` is what to
    write instead, or empty. ``source`` is the line, or a part of it, and ``mark`` the place in it, from 0.
    """

    file: str
    line: int
    column: int
    path: str
    message: str
    hint: str = ""
    rule: str = ""
    warning: bool = False
    source: str = ""
    mark: int = 0

    def __str__(self) -> str:
        path = f"{self.path}: " if self.path else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.file}:{self.line}:{self.column}: {path}{self.message}{hint}"
