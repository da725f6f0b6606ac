"""Several saved plans in one file: read back as they were written, and refused with a byte changed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from runner.batchfile import load_schema
from runner.errors import InvalidInput, Refused
from runner.review import is_saved_plan, is_saved_series, read_series, save_series, write_plan, write_series
from tests.review.saved_plans import SOURCE, saved

OTHER = SOURCE.replace(b"name: weekly", b"name: daily")
SERIES = save_series([saved(), saved(OTHER)])
TEXT = write_series(SERIES)


def refused(text: str) -> bool:
    """Return whether a file is refused."""
    try:
        read_series(text.encode(), name="plans.json")
    except Refused:
        return True
    return False


def test_plans_read_back_as_they_were_written() -> None:
    """In their order, to the last byte; one alone is several as well."""
    for series in (SERIES, save_series([saved()])):
        text = write_series(series)
        assert read_series(text.encode(), name="plans.json") == series
        assert is_saved_series(text.encode())
        assert json.loads(text)["id"] == series.id
    assert not is_saved_series(write_plan(saved()).encode())
    assert not is_saved_series(b'"plans_version"')  # A batch that is spelt wrong, or speaks of one.
    assert is_saved_plan(write_plan(saved()).encode())


def test_the_file_keeps_the_published_schema() -> None:
    """And each plan in it that of a plan."""
    registry = Registry().with_resources(
        [("urn:order-batch:schema:plan:3", Resource.from_contents(load_schema("plan")))]
    )
    validator = Draft202012Validator(load_schema("plans"), registry=registry)
    assert list(validator.iter_errors(json.loads(TEXT))) == []
    assert list(validator.iter_errors({**json.loads(TEXT), "plans": []}))


@given(at=st.integers(0, len(TEXT) - 1), char=st.characters(min_codepoint=32, max_codepoint=126))
def test_a_changed_byte_is_detected(at: int, char: str) -> None:
    """Wherever it is."""
    assert refused(TEXT[:at] + char + TEXT[at + 1 :]) == (TEXT[at] != char)


def test_plans_keep_their_order_and_their_number() -> None:
    """The id covers both."""
    first, second = (write_plan(plan).rstrip("\n") for plan in SERIES.plans)
    assert refused(TEXT.replace(first, "X").replace(second, first).replace("X", second))
    assert refused(TEXT.replace(f"{first},\n", ""))
    assert refused(TEXT.replace(f"{first},\n{second}", ""))
    assert refused(TEXT.replace('"plans_version": 1', '"plans_version": 2'))
    assert refused("{}")


def test_a_plan_is_found_by_the_name_of_its_batch() -> None:
    """Without one, and with an unknown one, the names are said."""
    assert SERIES.plan_of("daily", name="plans.json").batch == "daily"
    for name, words in (("", "several plans, and one is needed"), ("x", "no plan of the batch x")):
        with pytest.raises(InvalidInput, match=words) as caught:
            SERIES.plan_of(name, name="plans.json")
        assert caught.value.details == ("It holds those of weekly, daily.",)
