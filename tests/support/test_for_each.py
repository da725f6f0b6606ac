"""Every case is tried, and the failure names those that fail."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

import pytest

from tests.support.for_each import for_each


class Colour(Enum):
    """Members of a class."""

    RED = 1
    BLUE = 2


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


def test_a_case_without_its_exception_fails() -> None:
    """And is named, though pytest has an end of its own for it."""

    @for_each([1, 0, 2])
    def test(number: int) -> None:
        with pytest.raises(ZeroDivisionError):
            assert 1 / number

    with pytest.raises(AssertionError, match="2 of 3 cases fail\n\n1\nFailed: DID NOT RAISE"):
        test()


def test_a_case_that_skips_ends_no_other() -> None:
    """Where all of them do, the test is skipped."""
    tried = []

    def test(number: int) -> None:
        tried.append(number)
        if number < 3:
            pytest.skip("small")

    for_each([1, 3, 2, 4])(test)()
    assert tried == [1, 3, 2, 4]
    with pytest.raises(pytest.skip.Exception, match="small"):
        for_each([1, 2])(test)()


def test_cases_may_be_made_when_the_test_is_run() -> None:
    """And not when it is collected; there has to be one then."""
    tried: list[int] = []

    def cases() -> list[int]:
        return made

    made: list[int] = []
    test = for_each(cases, [1])(lambda number, _: tried.append(number))
    with pytest.raises(AssertionError, match="no case"):
        test()
    made.extend((4, 5))
    test()
    assert tried == [4, 5]


def test_a_class_that_has_members_is_a_list() -> None:
    """Though it can be called as well."""
    tried: list[object] = []
    for_each(Colour)(tried.append)()
    assert tried == [Colour.RED, Colour.BLUE]
