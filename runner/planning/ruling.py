"""A violation of a policy to an order or a cancellation of a plan, with its place in the batch file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.domain import Answer, Problem

if TYPE_CHECKING:
    from runner.domain import OrderKey, Place
    from runner.policy import Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A violation with its place in the batch file; ``subject`` names what is at that place.

    ``order`` is the order that it concerns, None if it concerns the cancellation of ``group``.
    """

    violation: Violation
    subject: str
    place: Place
    group: str = ""
    order: OrderKey | None = None

    def problem(self, file: str) -> Problem:
        """Return it as a problem of a batch file, at its line."""
        violation = self.violation
        return Problem(
            file,
            self.place.line,
            self.place.column,
            self.subject,
            f"{_WORDS[violation.answer]} {violation.rule}: {violation.message}",
            violation.detail,
            rule=f"policy-{violation.answer.value}",
            warning=not violation.denies,
        )

    def row(self) -> dict[str, str | int]:
        """Return it as plain data."""
        violation = self.violation
        return {
            "rule": violation.rule,
            "answer": violation.answer.value,
            "message": violation.message,
            "detail": violation.detail,
            "subject": self.subject,
            "line": self.place.line,
            "column": self.place.column,
        }


_WORDS = {
    Answer.DENY: "denied by",
    Answer.WARN: "warning of",
    Answer.UNCHECKED: "not checked for",
}
