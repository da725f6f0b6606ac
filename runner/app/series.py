"""Several files, one after another: what those before one leave behind, and what all have in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runner.errors import InvalidInput
from runner.review import account_after, ids_taken, sent_by

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from runner.domain import Account, OrderKey
    from runner.planning import Plan
    from runner.policy import SentCancel, SentOrder
    from runner.review import Review


@dataclass(slots=True)
class Predecessors:
    """The plans before one: the account as they leave it, their reviews, and what they will have sent."""

    account: Account | None
    reviews: list[Review] = field(default_factory=list)
    sent: list[SentOrder | SentCancel] = field(default_factory=list)

    def add(self, review: Review) -> None:
        """Add a plan that will be carried out."""
        self.account = account_after(review)
        self.reviews.append(review)
        self.sent += sent_by(review.plan, review.now)

    def taken(self, plan: Plan) -> Mapping[OrderKey, str]:
        """Return a reason for each order of a plan whose id they have given away."""
        return ids_taken(plan, self.reviews)


def refuse_same_journals(folders: Sequence[tuple[str, Path]]) -> None:
    """Raise ``InvalidInput`` if two files, each with the folder of its journal, are the same batch."""
    known: dict[Path, str] = {}
    for file, folder in folders:
        if folder in known:
            raise InvalidInput(
                f"{known[folder]} and {file} are the same batch, {folder.name}; nothing was sent",
                details=["A batch is known by its name: give one of them another name, or leave it out."],
            )
        known[folder] = file
