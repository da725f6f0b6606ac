"""Unix seconds and RFC 3339, both ways."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.domain import duration_text, parse_duration, parse_rfc3339, rfc3339, seconds

SECONDS = st.integers(0, 4_000_000_000_000_000).map(lambda micros: micros / 1_000_000)


@pytest.mark.parametrize(
    ("unix_s", "digits", "text"),
    [
        (0, 6, "1970-01-01T00:00:00.000000Z"),
        (1_795_330_810.123456, 6, "2026-11-22T07:00:10.123456Z"),
        (1_795_330_810.1239, 3, "2026-11-22T07:00:10.123Z"),
        (1_795_330_810, 3, "2026-11-22T07:00:10.000Z"),
    ],
)
def test_a_time_is_written_in_utc(unix_s, digits, text):
    """Always with the same number of digits, milliseconds cut and not rounded up."""
    assert rfc3339(unix_s, digits=digits) == text


@given(SECONDS)
def test_a_time_reads_back(unix_s):
    """Microseconds survive the text."""
    assert parse_rfc3339(rfc3339(unix_s)) == pytest.approx(unix_s, abs=1e-6)
    assert 0 <= unix_s - parse_rfc3339(rfc3339(unix_s, digits=3)) + 1e-6 < 0.001 + 2e-6


@given(SECONDS, SECONDS)
def test_texts_sort_as_the_times_do(first, second):
    """One width, one zone: a journal sorts as text."""
    assert (rfc3339(first) <= rfc3339(second)) is (first <= second)


def test_an_offset_is_counted():
    """The same moment, said in Berlin."""
    assert parse_rfc3339("2026-11-22T08:00:10+01:00") == 1_795_330_810
    assert parse_rfc3339("2026-11-22T07:00:10Z") == 1_795_330_810


@pytest.mark.parametrize("text", ["2026-11-22T07:00:10", "2026-11-22", "", "soon", "2026-13-01T00:00:00Z"])
def test_a_time_without_an_offset_is_refused(text):
    """Local time means something else on each machine."""
    with pytest.raises(ValueError):
        parse_rfc3339(text)


def test_a_time_is_counted_to_the_microsecond() -> None:
    """An author's decimal becomes a time of the clock."""
    assert seconds(Decimal("2.5")) == 2.5
    assert seconds(Decimal(10)) == 10.0
    assert seconds(Decimal("0.0000019")) == 0.000001


@pytest.mark.parametrize(
    ("text", "span_s"), [("1s", 1), ("90s", 90), ("30m", 1800), ("24h", 86_400), ("7d", 604_800)]
)
def test_a_span_is_written_with_its_unit(text: str, span_s: int) -> None:
    """A whole number and one letter."""
    assert parse_duration(text) == span_s


@pytest.mark.parametrize("text", ["", "24", "0h", "-1h", "1.5h", "1 h", "1w", "1h\n", "soon", "12345678s"])
def test_what_is_no_span_is_refused(text: str) -> None:
    """A span of no length is none."""
    with pytest.raises(ValueError):
        parse_duration(text)


@given(st.integers(1, 10**6))
def test_a_span_is_written_as_it_is_read(seconds: int) -> None:
    """In the largest unit in which it is a whole number, up to hours."""
    assert parse_duration(duration_text(seconds)) == seconds


def test_spans_in_their_largest_unit() -> None:
    """As people write them."""
    assert [duration_text(span) for span in (5, 90, 900, 3600, 86_400)] == ["5s", "90s", "15m", "1h", "24h"]
