"""The day on which a batch was made."""

from __future__ import annotations

import pytest

from runner.batchfile import parse
from runner.domain import parse_rfc3339
from tests.batchfile.files import ORDER, batch_text

NOW = parse_rfc3339("2026-11-29T10:00:00Z")


def created(text: str) -> bytes:
    """A batch with a date."""
    return batch_text(ORDER).replace(b"groups:", b"created: " + text.encode() + b"\ngroups:")


@pytest.mark.parametrize("text", ["2026-11-29", "2020-02-29"])
def test_a_day_that_has_begun_is_kept(text: str) -> None:
    """As the moment at which it began, in UTC."""
    batch = parse(created(text), "f", now=NOW).batch
    assert batch is not None
    assert batch.created == parse_rfc3339(f"{text}T00:00:00Z")


@pytest.mark.parametrize("text", ["2026-11-30", "2999-01-01"])
def test_a_day_in_the_future_is_a_problem_at_its_line(text: str) -> None:
    """Unless the present does not matter, as for an older revision of a file."""
    (problem,) = parse(created(text), "f", now=NOW).problems
    assert str(problem).startswith(f'f:3:10: created: "{text}" is in the future')
    assert parse(created(text), "f").batch is not None


def test_without_a_date_nothing_is_known() -> None:
    """Then an order of the batch may be of any age."""
    batch = parse(batch_text(ORDER), "f", now=NOW).batch
    assert batch is not None
    assert batch.created is None
