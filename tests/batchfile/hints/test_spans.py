"""The time that a barrier waits, written in other ways: the hint is a span that the format takes."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from runner.batchfile import load_schema, parse
from runner.batchfile.hints.spans import LONGEST_S, SHORTEST_S, span_hint
from tests.support.for_each import for_each

PATTERN = load_schema("batch")["$defs"]["need"]["properties"]["within"]["pattern"]
UNITS = {"s": 1, "sec": 1, "seconds": 1, "m": 60, "min": 60, "minutes": 60, "h": 3600, "hours": 3600}


@for_each(
    [
        ("15", "give its unit: 15s, 15m or 15h"),
        ("900", "give its unit: 900s or 900m"),
        ("3", "give its unit: 3m or 3h"),
        ("80000", "give its unit: 80000s"),
        ("100000", "write 24h, the longest"),
        ("0", "write 5s, the shortest"),
        ("15 min", "write 15m"),
        ("15M", "write 15m"),
        ("0.5h", "write 30m"),
        ("1h30m", "write 90m"),
        ("1 hour and 30 minutes", "write 90m"),
        ("PT15M", "write 15m"),
        ("P1DT1S", "write 24h, the longest"),
        ("4.5s", "write 5s, the shortest"),
        ("90 min", "write 90m"),
        ("1 day", "write 24h"),
        ("soon", "write 15m for a quarter of an hour"),
        ("15 parsecs", "write 15m for a quarter of an hour"),
        ("PT", "write 15m for a quarter of an hour"),
        ("", "write 15m for a quarter of an hour"),
    ]
)
def test_hints_for_spans(text: str, hint: str) -> None:
    """The same time where it is possible, else the nearest that is."""
    assert span_hint(text) == hint


@given(st.text(max_size=30) | st.from_regex(r"[0-9]{1,12}[.]?[0-9]{0,3} ?[smhdwSMH]{0,3}", fullmatch=True))
def test_what_is_suggested_is_taken(text: str) -> None:
    """Each suggestion is valid."""
    hint = span_hint(text)
    spans = re.findall(r"\b[0-9]+[a-z]\b", hint)
    assert spans
    assert all(re.fullmatch(PATTERN, span) for span in spans)


@given(number=st.integers(1, 10**6), unit=st.sampled_from(sorted(UNITS)))
def test_a_span_keeps_its_length(number: int, unit: str) -> None:
    """If the format has one of that length."""
    (span,) = re.findall(r"write ([0-9]+)([smh])", span_hint(f"{number} {unit}"))
    wanted = min(max(number * UNITS[unit], SHORTEST_S), LONGEST_S)
    assert int(span[0]) * UNITS[span[1]] == wanted


def test_hints_are_reached_from_a_file() -> None:
    """Also for a number without quotes."""
    parsed = parse(
        b"version: 1\nname: n\ngroups:\n  - {name: a, cancel: [OUEMWD-CUO73-YYCBEK]}\n"
        b"  - {name: b, needs: [{group: a, until: filled, within: 15}], cancel: [OUEMWD-CUO73-YYCBEL]}\n",
        "b.yaml",
    )
    assert "give its unit: 15s, 15m or 15h" in [problem.hint for problem in parsed.problems]
