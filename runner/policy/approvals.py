"""The approvals of a plan that count for the rules of a policy. Whatever is in doubt does not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from runner.domain import Approval, ApprovalRule


class ApprovalStatus(StrEnum):
    """The weight of a person's last word on a plan, for one rule at one time."""

    COUNTS = "counts"
    NONE = "none"
    REVOKED = "revoked"
    EXPIRED = "expired"
    FUTURE = "future"
    APPLIES = "applies"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """The approvals that a run needs: those of a saved ``plan``, by its id, for all ``rules``.

    ``applying`` are the names under which whoever applies it is known. Theirs do not count.
    """

    plan: str
    rules: tuple[ApprovalRule, ...]
    applying: frozenset[str] = frozenset()

    def tallies(self, recorded: Sequence[Approval], now: float, user: str = "") -> tuple[Tally, ...]:
        """Count what was recorded of the plan for each rule.

        ``user`` is the ledger's name of whoever applies it, empty if that is open.
        """
        return tuple(tally(rule, recorded, now=now, applying={*self.applying, user}) for rule in self.rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The approvals that count for a rule, and the people who could give one: all others that may."""

    rule: ApprovalRule
    given: tuple[Approval, ...]
    eligible: tuple[str, ...]
    statuses: Mapping[str, ApprovalStatus]

    @property
    def missing(self) -> int:
        """The number of approvals that are missing."""
        return max(0, self.rule.least - len(self.given))

    def __str__(self) -> str:
        given = f" ({', '.join(each.by for each in self.given)})" if self.given else ""
        text = f"policy {self.rule.policy}: {len(self.given)} of {self.rule.least} approvals{given}"
        if not self.missing:
            return text
        *others, last = self.eligible or ("none else",)
        could = f"{', '.join(others)} or {last}" if others else last
        return f"{text}; {could} could still"


def latest_by_person(recorded: Iterable[Approval]) -> dict[str, Approval]:
    """Return the last word of each person, given all in the order in which they were recorded."""
    return {each.by: each for each in recorded}


def tally(
    rule: ApprovalRule, recorded: Sequence[Approval], *, now: float, applying: Collection[str] = ()
) -> Tally:
    """Count the approvals of a plan for a rule. ``now`` is by the clock that stamped them.

    ``recorded`` are all words on this plan, in order. Those named in ``applying``
    do not count, whatever they approved.
    """
    words = latest_by_person(recorded)
    statuses = {name: _status(rule, words.get(name), now, name in applying) for name in rule.approvers}
    counted = [name for name, status in statuses.items() if status is ApprovalStatus.COUNTS]
    return Tally(
        rule=rule,
        given=tuple(words[name] for name in counted),
        eligible=tuple(
            name for name, at in statuses.items() if at not in (ApprovalStatus.COUNTS, ApprovalStatus.APPLIES)
        ),
        statuses=statuses,
    )


def given_in(tallies: Iterable[Tally]) -> tuple[Approval, ...]:
    """Return the approvals that count for any of some rules, each once, in the order of their times."""
    found = {each.by: each for tally in tallies for each in tally.given}
    return tuple(sorted(found.values(), key=lambda each: (each.at, each.by)))


def _status(rule: ApprovalRule, word: Approval | None, now: float, applies: bool) -> ApprovalStatus:
    if applies:
        return ApprovalStatus.APPLIES
    if word is None:
        return ApprovalStatus.NONE
    if word.revoked:
        return ApprovalStatus.REVOKED
    if word.at > now:
        return ApprovalStatus.FUTURE
    # Written so that a time that is no number does not count.
    return ApprovalStatus.COUNTS if now - word.at <= rule.within_s else ApprovalStatus.EXPIRED
