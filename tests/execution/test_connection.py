"""Connecting: at once after a drop, ever more slowly after failures, and never without end."""

from __future__ import annotations

from decimal import Decimal

import pytest

from runner.execution import Connect, ConnectFailed
from runner.execution.connection import (
    FIRST_ATTEMPTS,
    MAX_ATTEMPTS,
    READY_WAIT_S,
    STEADY_S,
    Link,
    clock_problem,
    refusal,
)
from runner.kraken import ErrorText, ExchangeStatus
from tests.execution.builders import NOW

LIMIT_PER_10_MIN = 150


def connected(now: float = NOW) -> Link:
    """A link that is up."""
    link = Link()
    assert link.next_attempt(now) == Connect(fresh_token=False)
    link.ready()
    return link


def test_one_attempt_at_a_time() -> None:
    """While one is under way, or has succeeded, none is wanted."""
    link = Link()
    assert not link.up
    assert link.timer() == 0.0
    assert link.next_attempt(NOW) is not None
    assert link.next_attempt(NOW) is None
    assert link.timer() == NOW + READY_WAIT_S
    link.ready()
    assert (link.up, link.next_attempt(NOW), link.timer()) == (True, None, None)


@pytest.mark.parametrize(("sent_anything", "limit"), [(False, FIRST_ATTEMPTS), (True, MAX_ATTEMPTS)])
def test_attempts_are_limited(sent_anything: bool, limit: int) -> None:
    """A run that has sent nothing gives up soon; one that has left something at stake, late."""
    link, now, attempts = Link(), NOW, 0
    while not link.gave_up:
        assert link.next_attempt(now) is not None
        attempts += 1
        link.fail(ConnectFailed("refused"), now, sent_anything=sent_anything)
        assert link.reason == "refused"
        now = max(now, link.timer() or now)
    assert attempts == limit
    assert (link.timer(), link.next_attempt(now + 9)) == (None, None)


def test_failures_are_spaced_out() -> None:
    """At once after the first, then within five seconds, as after maintenance."""
    link, now, waits = Link(), NOW, []
    for _ in range(7):
        assert link.next_attempt(now) is not None
        link.fail(ConnectFailed("refused"), now, sent_anything=True)
        due = link.timer()
        assert due is not None
        assert link.next_attempt(due - 0.001) is None or due == now
        waits.append(due - now)
        now = due
    assert waits == [0.0, 0.5, 1.0, 2.0, 5.0, 5.0, 5.0]


def test_connections_that_break_at_once_are_spaced_out_and_limited() -> None:
    """A snapshot that is always followed by a break must not lead to a ban of the address."""
    link, now = Link(), NOW
    while not link.gave_up:
        assert link.next_attempt(now) is not None
        link.ready()
        link.lose("closed", now + 0.1)
        now = max(now + 0.1, link.timer() or 0.0)
    assert link.attempts == MAX_ATTEMPTS < LIMIT_PER_10_MIN
    assert now - NOW > 5 * (MAX_ATTEMPTS - 6)


def test_a_connection_that_lasted_is_renewed_at_once() -> None:
    """An ordinary drop after a while has nothing to do with failures long ago."""
    link = Link()
    for moment in (NOW, NOW + 10):
        assert link.next_attempt(moment) is not None
        link.ready()
        link.lose("closed", moment + 1)
    assert link.next_attempt(NOW + 20) is not None
    link.ready()
    link.lose("closed", NOW + 20 + STEADY_S)
    assert link.timer() == NOW + 20 + STEADY_S


def test_an_attempt_that_takes_too_long_has_failed() -> None:
    """Connected or not: without a snapshot it is of no use."""
    link = Link()
    link.next_attempt(NOW)
    link.on_time(NOW + READY_WAIT_S - 0.001, sent_anything=False)
    assert link.timer() == NOW + READY_WAIT_S
    link.on_time(NOW + READY_WAIT_S, sent_anything=False)
    assert link.next_attempt(NOW + READY_WAIT_S) is not None
    assert link.reason == "no openOrders snapshot within 20 s"


def test_refused_credentials_are_not_tried_again() -> None:
    """The answer will be the same."""
    link = Link()
    link.next_attempt(NOW)
    link.fail(ConnectFailed("EAPI:Invalid key", final=True), NOW, sent_anything=True)
    assert link.gave_up


def test_a_refused_token_is_replaced_once() -> None:
    """The next attempt takes a new one, the one after that keeps it."""
    link = Link()
    link.next_attempt(NOW)
    link.fail(ConnectFailed("ESession:Invalid session", token_refused=True), NOW, sent_anything=False)
    assert link.next_attempt(NOW) == Connect(fresh_token=True)
    link.ready()
    link.lose("closed", NOW + 1)
    assert link.next_attempt(NOW + 9) == Connect(fresh_token=False)
    link.ready()
    link.lose("the token was refused", NOW + 10)
    link.refresh_token()
    assert link.next_attempt(NOW + 20) == Connect(fresh_token=True)


@pytest.mark.parametrize(
    ("status", "adds", "cancels"),
    [
        (None, True, True),
        ("online", True, True),
        ("cancel_only", False, True),
        ("post_only", False, True),
        ("limit_only", False, True),
        ("maintenance", False, False),
        ("a_status_of_tomorrow", False, False),
    ],
)
def test_status_says_what_may_be_sent(status: str | None, adds: bool, cancels: bool) -> None:
    """An unknown status is a reason to send nothing, and so is a link that is down."""
    link = connected()
    link.status = status and ExchangeStatus(status)
    assert (link.may_add, link.may_cancel) == (adds, cancels)
    link.lose("closed", NOW)
    assert (link.may_add, link.may_cancel) == (False, False)
    assert link.status is None


def test_a_status_belongs_to_its_connection() -> None:
    """An attempt that failed after the greeting leaves nothing behind."""
    link = Link()
    link.next_attempt(NOW)
    link.status = ExchangeStatus("maintenance")
    link.fail(ConnectFailed("no snapshot"), NOW, sent_anything=True)
    link.next_attempt(NOW)
    link.ready()
    assert link.may_add


@pytest.mark.parametrize(
    ("skew", "fine"),
    [
        (None, True),
        ((-0.4, 0.7), True),
        ((4.9, 5.9), True),
        ((5.1, 6.1), False),
        ((-6.1, -5.1), False),
        ((-5.9, -4.9), True),
        ((3600.0, 3601.0), False),
    ],
)
def test_a_clock_is_right_within_half_a_deadline(skew: tuple[float, float] | None, fine: bool) -> None:
    """A skew within the measurement's error is let pass; one that is certainly too large is not."""
    complaint = clock_problem(skew, Decimal(10))
    assert (complaint is None) is fine
    assert complaint is None or "a deadline of 10 s allows 5.0 s" in complaint


@pytest.mark.parametrize(
    ("error", "final", "token_refused"),
    [
        ("EGeneral:Permission denied", True, False),
        ("EAPI:Invalid key", True, False),
        ("ESession:Invalid session", False, True),
        ("EService:Unavailable", False, False),
    ],
)
def test_a_refused_subscription_is_a_failed_attempt(error: str, final: bool, token_refused: bool) -> None:
    """One that a new token may mend, or another attempt, or nothing."""
    assert refusal(ErrorText.of(error)) == ConnectFailed(error, final=final, token_refused=token_refused)


# --- connections that come to nothing ---


@pytest.mark.parametrize(("sent_anything", "limit"), [(False, FIRST_ATTEMPTS), (True, MAX_ATTEMPTS)])
@pytest.mark.parametrize("up", [False, True])
def test_connections_that_end_at_once_count_like_refused_ones(
    up: bool, sent_anything: bool, limit: int
) -> None:
    """With a snapshot or without: an exchange that opens and closes the door is left as soon."""
    link, now = Link(), NOW
    while not link.gave_up:
        assert link.next_attempt(now) is not None
        if up:
            link.ready()
        link.lose("closed", now, sent_anything=sent_anything)
        now = max(now, link.timer() or now)
    assert link.attempts == limit


def test_connections_that_last_are_no_failures_in_a_row() -> None:
    """A run that waits for long before it sends anything may be cut now and then."""
    link, now = Link(), NOW
    for _ in range(2 * FIRST_ATTEMPTS):
        assert link.next_attempt(now) is not None
        link.ready()
        now += STEADY_S
        link.lose("closed", now, sent_anything=False)
        assert not link.gave_up
        now = max(now, link.timer() or now)


@pytest.mark.parametrize(
    ("error", "final"),
    [("EGeneral:Temporary lockout", True), ("EGeneral:Permission denied", True), ("EAPI:Invalid key", True)],
)
def test_an_error_that_answers_nothing_ends_the_attempt_if_it_is_a_verdict(error: str, final: bool) -> None:
    """With the exchange's own words."""
    link = Link()
    link.next_attempt(NOW)
    link.on_error(ErrorText.of(error), NOW, sent_anything=False)
    assert (link.gave_up, link.reason) == (final, error)


def test_an_error_that_answers_nothing_is_kept_for_the_end_of_the_attempt() -> None:
    """Once; the next attempt has other errors."""
    link = Link()
    link.next_attempt(NOW)
    link.on_error(ErrorText.of("EService:Whatever"), NOW, sent_anything=False)
    link.on_time(NOW + READY_WAIT_S, sent_anything=False)
    assert link.reason == "no openOrders snapshot within 20 s; the exchange had reported: EService:Whatever"
    link.next_attempt(NOW + READY_WAIT_S)
    link.fail(ConnectFailed("refused"), NOW + READY_WAIT_S, sent_anything=False)
    assert link.reason == "refused"


def test_an_attempt_that_waits_for_its_token_has_not_failed() -> None:
    """Its time begins anew each time that it is said."""
    link = Link()
    link.next_attempt(NOW)
    link.still_connecting(NOW + READY_WAIT_S - 1)
    link.on_time(NOW + READY_WAIT_S + 1, sent_anything=False)
    assert link.timer() == NOW + READY_WAIT_S - 1 + READY_WAIT_S
    link.on_time(NOW + 2 * READY_WAIT_S - 1, sent_anything=False)
    assert link.failures == 1


def test_what_was_given_up_stays_given_up_for_its_reason() -> None:
    """The connection no longer matters afterwards."""
    link = connected()
    link.give_up("EGeneral:Temporary lockout")
    link.lose("closed", NOW)
    assert (link.gave_up, link.reason, link.next_attempt(NOW + 60)) == (
        True,
        "EGeneral:Temporary lockout",
        None,
    )
