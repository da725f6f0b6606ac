"""Orders that an earlier run left open and that are no longer in the file, in words."""

from __future__ import annotations

import pytest
from msgspec import structs

from runner.domain import CancelOutcome, Place
from runner.journal import CancelLeftOpen
from runner.planning import PlannedCancel
from runner.planning.order_ends import OrderEnd
from runner.report.wording.orphans import describe_orphan, orphan_notes

LEFT = CancelLeftOpen(group="enter", requested_at="2026-11-22T07:00:10.000000Z")
CANCEL = PlannedCancel(
    ref="O1", place=Place(0, 0), sent_as="O1", order=None, userref=False, known=None, left_open=LEFT
)


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (None, "its outcome is not known"),
        (OrderEnd(CancelOutcome.OPEN), "it is still open"),
        (OrderEnd(CancelOutcome.GONE), "it is not open, and the exchange's records do not know it"),
        (OrderEnd(CancelOutcome.CANCELED, "1", "0"), "it was canceled"),
        (OrderEnd(CancelOutcome.CANCELED, "1", "0.5"), "it was canceled: 0.5 of 1"),
        (OrderEnd(CancelOutcome.CLOSED, "1", "1"), "it was filled before it could be canceled: 1"),
    ],
)
def test_what_became_of_it(end: OrderEnd | None, words: str) -> None:
    """Open, ended, unknown, or never queried."""
    assert describe_orphan(structs.replace(CANCEL, recorded_end=end)) == words


def test_the_origin_of_a_cancellation_is_named() -> None:
    """A cancellation that the file has needs no such words."""
    first, _ = orphan_notes(CANCEL)
    assert first.startswith("enter requested it at ")
    assert not list(orphan_notes(structs.replace(CANCEL, left_open=None)))
