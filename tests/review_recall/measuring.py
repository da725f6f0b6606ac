"""The review of a drawn batch, and of one with a mistake in it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from runner.batchfile import parse
from runner.journal import fold
from runner.planning import plan
from runner.review import review
from tests.review_recall import mistakes
from tests.review_recall.honest import MARKET, NOW, account, drawn

if TYPE_CHECKING:
    from runner.review import Review
    from tests.review_recall.honest import Draft

ACCOUNT = account()
_MORE_TRIES = 20


@dataclass(frozen=True)
class Verdict:
    """A mistake, and what became of it. ``flagged``: a second look names the order; ``refused``: a check
    does, whose error is on top as well.
    """

    seed: int
    batch: str
    kind: str
    order: str
    text: str
    flagged: bool
    refused: bool

    @property
    def found(self) -> bool:
        """True if the reviewer is shown the order."""
        return self.flagged or self.refused


def reviewed(content: bytes) -> Review | None:
    """Return the review of a batch file; None if it is no valid batch."""
    batch = parse(content, "drawn.yaml").batch
    if batch is None:
        return None
    found = plan(batch, fold([]), run_key="", venue="paper")
    return review(found, MARKET, ACCOUNT, NOW)


def false_alarms(seed: int, fewest: int, most: int) -> tuple[Draft, Review]:
    """Return an honest batch with its review, in which there should be no second look."""
    draft = drawn(seed, fewest, most)
    found = reviewed(draft.yaml())
    assert found is not None, f"seed {seed}: {parse(draft.yaml(), 'drawn.yaml').problems[:3]}"
    return draft, found


def verdict(seed: int, fewest: int, most: int) -> tuple[Verdict, Review]:
    """Return the verdict on a batch with one mistake, which is valid all the same, and its review."""
    random = Random(f"mistake {seed}")
    for _ in range(_MORE_TRIES):
        draft = drawn(seed, fewest, most)
        kind, order = mistakes.make(draft, random)
        found = reviewed(draft.yaml())
        if found is not None:
            flagged = any(str(look.order) == order for look in found.second_looks)
            refused = any(error.subject == order for error in found.errors)
            text = next(line.text() for group, line in draft.orders if f"{group}/{line.id}" == order)
            return Verdict(seed, draft.kind, kind, order, text, flagged, refused), found
    raise AssertionError(f"seed {seed}: no mistake leaves a valid file")
