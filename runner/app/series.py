"""Several files, one after another: what those before one leave behind, and what all have in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runner.errors import InvalidInput, OrderBatchError, input_error
from runner.review import account_after, ids_taken, sent_by

from .inputs.batches import load_all

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from runner.domain import Account, OrderKey
    from runner.planning import Plan
    from runner.policy import SentCancel, SentOrder
    from runner.review import Review

    from .inputs.batches import Loaded, Target


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


@dataclass(frozen=True, slots=True)
class Entry:
    """A batch of several, as it was read. ``loaded`` is None if that failed, and ``error`` is why."""

    target: Target
    loaded: Loaded | None
    error: OrderBatchError | None

    @property
    def file(self) -> str:
        """The name of the batch file; that of a saved plan as it was when the plan was made."""
        return str(self.target.file) if self.loaded is None else self.loaded.batch.file

    @property
    def batch(self) -> str:
        """The name of the batch, empty if it could not be read."""
        return "" if self.loaded is None else self.loaded.batch.name


def load_each(targets: Sequence[Target]) -> list[Entry]:
    """Read all files; a file of saved plans comes as its batches. What is wrong with one hides no other."""
    found: list[Entry] = []
    for target in targets:
        try:
            loaded = load_all(target)
        except OSError as error:
            found.append(Entry(target, None, input_error(error)))
        except OrderBatchError as error:
            found.append(Entry(target, None, error))
        else:
            found += [_entry(place, each) for place, each in loaded]
    return found


def _entry(target: Target, loaded: Loaded | OrderBatchError) -> Entry:
    if isinstance(loaded, OrderBatchError):
        return Entry(target, None, loaded)
    return Entry(target, loaded, None)


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
