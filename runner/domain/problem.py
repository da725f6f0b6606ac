"""A problem in a file is a value: all of them are collected and shown at once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong, and where. ``line`` and ``column`` start at 1.

    ``rule`` names what it breaks where that is a rule of a policy, else it is empty; ``warning``: it stops
    nothing. ``path`` is where in the document (``groups[0].orders[2].price``; empty for the whole file),
    ``hint`` what to write instead, or empty.
    """

    file: str
    line: int
    column: int
    path: str
    message: str
    hint: str = ""
    rule: str = ""
    warning: bool = False

    def __str__(self) -> str:
        path = f"{self.path}: " if self.path else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.file}:{self.line}:{self.column}: {path}{self.message}{hint}"
