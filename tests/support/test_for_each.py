"""Every case is tried, and the failure names those that fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.for_each import for_each


def test_each_case_that_fails_is_named_with_its_message() -> None:
    """Also a defect: the cases after it are tried all the same."""
    tried: list[object] = []

    @for_each([(Path("a/one.yaml"), 1), (Path("a/two.yaml"), 0), (Path("a/three.yaml"), 3)], [1, 2])
    def test(file: Path, number: int, other: int) -> None:
        tried.append((file.stem, other))
        assert 6 // number != 3, "three is too many"

    with pytest.raises(AssertionError) as caught:
        test()
    assert len(tried) == 6
    message = str(caught.value)
    assert message.startswith("2 of 6 cases fail\n\ntwo, 0, 1\nZeroDivisionError: ")
    assert "\n\ntwo, 0, 2\n" in message
    assert "one" not in message


def test_an_assertion_has_its_values() -> None:
    """As in any other test."""

    @for_each([7])
    def test(number: int) -> None:
        assert number == 8

    with pytest.raises(AssertionError, match="7\nAssertionError: assert 7 == 8"):
        test()


def test_without_a_case_there_is_no_test() -> None:
    """A folder that is empty by mistake is noticed."""
    with pytest.raises(AssertionError, match="no case"):
        for_each([])
