"""Cancellations that an earlier run has settled, and those that it has not."""

from __future__ import annotations

import pytest

from runner.domain import CancelOutcome, Place, parse_rfc3339
from runner.domain.times import RECORDS_LAG_S
from runner.journal import CancelRecord
from runner.planning import PlannedCancel

REQUESTED = "2026-11-22T09:00:00.000000Z"
SOON, LATE = "2026-11-22T09:00:05.000000Z", "2026-11-22T09:01:15.000000Z"
GONE = CancelOutcome.GONE


def planned(
    outcome: CancelOutcome,
    recorded_at: str | None,
    *,
    requested_at: str | None = REQUESTED,
    userref: bool = True,
) -> PlannedCancel:
    """A cancellation of which an earlier run learned something."""
    known = CancelRecord(txid="17", outcome=outcome, requested_at=requested_at, recorded_at=recorded_at)
    ref = "userref:17" if userref else "17"
    return PlannedCancel(ref=ref, place=Place(1, 1), sent_as="17", order=None, userref=userref, known=known)


@pytest.mark.parametrize(("recorded_at", "settled"), [(SOON, False), (LATE, True)])
def test_an_unused_user_reference_needs_records_that_cannot_lag(recorded_at: str, settled: bool) -> None:
    """Before that it is looked for again, among the orders that were open at the time of the request."""
    cancel = planned(GONE, recorded_at)
    assert (cancel.settled, cancel.retry_lookup) == (settled, not settled)
    assert cancel.opened_until == (0.0 if settled else parse_rfc3339(REQUESTED))
    assert parse_rfc3339(LATE) - parse_rfc3339(REQUESTED) == RECORDS_LAG_S


def test_a_journal_without_the_time_of_a_request_shows_nothing_as_younger() -> None:
    """So it stays settled: an order that was not meant is not canceled."""
    assert planned(GONE, SOON, requested_at=None).settled


def test_an_id_that_was_unknown_is_always_looked_for() -> None:
    """It names one order, and no younger one."""
    cancel = planned(GONE, LATE, userref=False)
    assert (cancel.settled, cancel.retry_lookup, cancel.opened_until) == (False, True, 0.0)


def test_what_was_canceled_is_settled() -> None:
    """With a user reference or an id."""
    assert planned(CancelOutcome.CANCELED, SOON).settled
    assert not planned(CancelOutcome.OPEN, SOON).settled
