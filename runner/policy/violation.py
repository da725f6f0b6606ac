"""The violations of a rule to one message: values, so that all of them can be shown at once."""

from __future__ import annotations

from dataclasses import dataclass

from runner.domain import Answer

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


def reason(violations: tuple[Violation, ...]) -> str:
    """Return why a message must not leave, in one line; empty if it may."""
    return "; ".join(str(violation) for violation in violations if violation.denies)
