"""No small file keeps the reader busy: four times as much of anything takes four times as many steps.

Steps are counted, not seconds: calls, of Python's own functions too, are the same on every machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.batchfile import parse
from runner.batchfile.document.limits import MAX_GROUPS
from tests.batchfile.burdens import MAKERS
from tests.support.for_each import for_each
from tests.support.steps import MOST, calls, lines

if TYPE_CHECKING:
    from collections.abc import Callable


def growth(name: str, size: int, steps: Callable[[Callable[[], object]], int]) -> float:
    """Return how many times as many steps a file takes that holds four times as much."""
    few, many = MAKERS[name](size).encode(), MAKERS[name](4 * size).encode()
    parse(few, "f")  # what is loaded or put together once is no part of it
    return steps(lambda: parse(many, "f")) / steps(lambda: parse(few, "f"))


@for_each(MAKERS)
def test_four_times_as_much_takes_four_times_as_many_calls(name: str) -> None:
    """Of any part. An unknown name is compared with all others while they are few."""
    assert growth(name, 80 if name == "needs without a target" else 14, calls) <= MOST


@pytest.mark.long
@pytest.mark.parametrize("name", MAKERS)
def test_nothing_grows_faster_in_a_longer_file(name: str) -> None:
    """Loops that call nothing are counted too, and what is small beside the rest of a short file is not small
    here."""
    assert growth(name, MAX_GROUPS // 4, calls) <= MOST
    assert growth(name, 80 if name == "needs without a target" else 32, lines) <= MOST


def test_what_compares_each_with_each_is_found() -> None:
    """The two ways to count see it."""

    def compare(size: int) -> Callable[[], object]:
        return lambda: sum(max(number, other) for number in range(size) for other in range(size))

    for steps in (calls, lines):
        assert steps(compare(96)) / steps(compare(24)) > 10
