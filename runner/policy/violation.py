"""The violations of rules by one message, and the denial that follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.domain import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable

_BEGIN = {
    Answer.DENY: "denied by {}: ",
    Answer.WARN: "{} warns: ",
    Answer.UNCHECKED: "{} cannot be checked yet: ",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One rule's violation. ``message`` is the rule's own, ``detail`` what exactly it does not allow."""

    rule: str
    answer: Answer
    message: str
    detail: str

    @property
    def denies(self) -> bool:
        """True if the message must not leave."""
        return self.answer is Answer.DENY

    def __str__(self) -> str:
        return f"{_BEGIN[self.answer].format(self.rule)}{self.message} ({self.detail})"


@dataclass(frozen=True, slots=True)
class Denial:
    """The answer to a message that must not leave: the ``reason`` in one line, for journal and reports."""

    reason: str


def denial_of(violations: Iterable[Violation]) -> Denial | None:
    """Return the denial of a message, with every rule that denies it; None if it may leave."""
    denying = [str(violation) for violation in violations if violation.denies]
    return Denial("; ".join(denying)) if denying else None
