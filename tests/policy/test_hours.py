"""Windows of time: their edges, the days of a time zone, clocks that are set, and orders that begin later."""

from __future__ import annotations

from datetime import UTC

import pytest

from runner.batchfile.zones import zone_named
from runner.domain import AllowedTimes, Window, parse_rfc3339
from runner.policy.hours import outside, wrong_hours
from tests.policy.builders import context
from tests.support.for_each import for_each

EVENING = AllowedTimes((Window((2,), 22 * 60, 4 * 60),))
OFFICE = AllowedTimes((Window((0, 1, 2, 3, 4), 8 * 60, 17 * 60 + 30),))
BERLIN = zone_named("Europe/Berlin")
EVERY_DAY = tuple(range(7))
NOON = "2026-11-18T12:00:00Z"  # a Wednesday


def said(times: AllowedTimes, now: str = NOON, **fields: str) -> list[str]:
    """Return what is wrong with the hours of an order."""
    return list(wrong_hours(times, context(now=parse_rfc3339(now), **fields)))


def berlin(begin: int, end: int, days: tuple[int, ...] = EVERY_DAY) -> AllowedTimes:
    """A window of Berlin's clocks, in minutes."""
    return AllowedTimes((Window(days, begin, end),), BERLIN)


@pytest.mark.parametrize(
    ("times", "now", "wrong"),
    [
        (OFFICE, "2026-11-18T07:59:59Z", True),
        (OFFICE, "2026-11-18T08:00:00Z", False),
        (OFFICE, "2026-11-18T17:29:59Z", False),
        (OFFICE, "2026-11-18T17:30:00Z", True),
        (OFFICE, "2026-11-21T12:00:00Z", True),
        (EVENING, "2026-11-18T21:59:59Z", True),
        (EVENING, "2026-11-18T23:00:00Z", False),
        (EVENING, "2026-11-19T03:59:59Z", False),
        (EVENING, "2026-11-19T04:00:00Z", True),
        (EVENING, "2026-11-19T23:00:00Z", True),
        (EVENING, "2026-11-18T03:00:00Z", True),
    ],
)
def test_windows_begin_and_end_on_the_minute(times: AllowedTimes, now: str, wrong: bool) -> None:
    """The end is not part of a window; one over midnight belongs to the day on which it begins."""
    assert outside(times, parse_rfc3339(now)) is wrong


def test_a_window_of_the_whole_day() -> None:
    """To 24:00, or to its own beginning."""
    for end in (24 * 60, 0):
        always = AllowedTimes((Window(tuple(range(7)), 0, end),))
        assert not outside(always, parse_rfc3339("2026-11-18T00:00:00Z"))
        assert not outside(always, parse_rfc3339("2026-11-18T23:59:59Z"))


@pytest.mark.parametrize(
    ("now", "wrong"),
    [
        ("2026-07-15T05:59:59Z", True),
        ("2026-07-15T06:00:00Z", False),
        ("2026-07-15T15:30:00Z", True),
        ("2026-11-18T06:59:59Z", True),
        ("2026-11-18T07:00:00Z", False),
        ("2026-11-18T16:29:59Z", False),
        ("2026-11-18T16:30:00Z", True),
    ],
)
def test_hours_follow_the_clocks_of_the_zone(now: str, wrong: bool) -> None:
    """From eight to half past five in Berlin, in summer and in winter."""
    assert outside(AllowedTimes(OFFICE.windows, BERLIN), parse_rfc3339(now)) is wrong


def test_days_turn_in_the_zone() -> None:
    """Monday begins in Berlin while it is Sunday in UTC."""
    monday = berlin(0, 24 * 60, days=(0,))
    assert outside(monday, parse_rfc3339("2026-11-15T22:59:59Z"))
    assert not outside(monday, parse_rfc3339("2026-11-15T23:00:00Z"))
    assert not outside(monday, parse_rfc3339("2026-11-16T22:59:59Z"))
    assert outside(monday, parse_rfc3339("2026-11-16T23:00:00Z"))


@for_each(
    [
        # On 25 October 2026 the hour from 02:00 to 03:00 happens twice: from 00:00 and from 01:00 UTC on.
        (60, 150, "2026-10-25T00:29:00Z", False),
        (60, 150, "2026-10-25T00:31:00Z", True),
        (60, 150, "2026-10-25T01:15:00Z", True),
        (150, 300, "2026-10-25T00:45:00Z", True),
        (150, 300, "2026-10-25T01:29:00Z", True),
        (150, 300, "2026-10-25T01:31:00Z", False),
        (135, 165, "2026-10-25T00:20:00Z", True),
        (135, 165, "2026-10-25T01:20:00Z", True),
        (60, 240, "2026-10-25T00:30:00Z", False),
        (60, 240, "2026-10-25T01:30:00Z", False),
        # On 29 March 2026 the hour from 02:00 to 03:00 does not happen: 03:00 follows at 01:00 UTC.
        (150, 300, "2026-03-29T01:15:00Z", True),
        (150, 300, "2026-03-29T01:31:00Z", False),
        (60, 150, "2026-03-29T00:29:00Z", False),
        (60, 150, "2026-03-29T00:31:00Z", True),
        (130, 140, "2026-03-29T00:15:00Z", True),
        (130, 140, "2026-03-29T01:15:00Z", True),
    ]
)
def test_where_clocks_are_set_the_narrower_window_holds(begin: int, end: int, now: str, wrong: bool) -> None:
    """A time with two meanings, or none, lets nothing pass that might be outside."""
    assert outside(berlin(begin, end), parse_rfc3339(now)) is wrong


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, []),
        ({"starttm": "0"}, []),
        ({"starttm": "+3600"}, []),
        ({"starttm": "+43200"}, ["it starts on 2026-11-19 00:00 UTC"]),
        ({"starttm": "1795046400"}, ["it starts on 2026-11-19 00:00 UTC"]),
        ({"starttm": "1795003200"}, []),  # it is over: the order would start at once
    ],
)
def test_an_order_that_waits_begins_within_the_hours(fields: dict[str, str], words: list[str]) -> None:
    """That it leaves by day does not help."""
    assert said(OFFICE, **fields) == words


def test_both_are_said_of_an_order_that_leaves_and_begins_outside() -> None:
    """It leaves at night, and begins in the next."""
    at = "2026-11-18T22:00:00Z"
    assert said(AllowedTimes(OFFICE.windows, BERLIN), at, starttm="+86400") == [
        "it is 2026-11-18 23:00 Europe/Berlin",
        "it starts on 2026-11-19 23:00 Europe/Berlin",
    ]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, ["it may rest after 2026-11-18 17:30 UTC"]),
        ({"expiretm": "+3600"}, ["it may rest after 2026-11-18 17:30 UTC"]),  # GTC: it does not end
        ({"timeinforce": "GTD", "expiretm": "+19800"}, []),
        (
            {"timeinforce": "GTD", "expiretm": "+19860"},
            ["it may rest until 2026-11-18 17:31 UTC, after 2026-11-18 17:30 UTC"],
        ),
        ({"timeinforce": "IOC"}, []),
        ({"ordertype": "market"}, []),
        ({"ordertype": "market", "starttm": "+3600"}, []),
        (
            {"ordertype": "stop-loss-limit", "timeinforce": "IOC"},
            ["it may rest after 2026-11-18 17:30 UTC"],
        ),
        (
            {"ordertype": "market", "close_ordertype": "limit"},
            ["it may rest after 2026-11-18 17:30 UTC"],
        ),
        (
            {"timeinforce": "GTD", "starttm": "+72000", "expiretm": "+75600"},
            [],  # it begins and ends on the next morning
        ),
    ],
)
def test_where_nothing_may_rest_orders_end_with_the_window(fields: dict[str, str], words: list[str]) -> None:
    """At market, at once or never, or by an end of their own."""
    assert said(AllowedTimes(OFFICE.windows, UTC, rest=False), **fields) == words
