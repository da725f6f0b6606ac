"""Cases of one test that need nothing of their own are tried together where all tests are run.

Each test costs some milliseconds in the process that runs it and in the one that reports it, which for a pure
function is more than the case does. Whoever runs a folder, a file or a test has each case for itself.
"""

from __future__ import annotations

import inspect
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.for_each import for_each

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def merged(items: Iterable[pytest.Item]) -> Iterator[pytest.Item]:
    """Yield the tests in their order, those of one function as one where they may be."""
    for _, group in groupby(items, key=_function):
        cases = list(group)
        if len(cases) > 1 and all(map(_needs_nothing, cases)):
            yield _one_test(cases)
        else:
            yield from cases


def _function(item: pytest.Item) -> object:
    return (item.parent, item.originalname) if isinstance(item, pytest.Function) else item


def _needs_nothing(item: Any) -> bool:
    """Whether a case has its arguments alone: no fixture, no mark, no event loop."""
    if type(item) is not pytest.Function or not hasattr(item, "callspec"):
        return False
    return (
        all(mark.name == "parametrize" for mark in item.iter_markers())
        and set(item.fixturenames) == set(item.callspec.params)
        and not inspect.iscoroutinefunction(item.function)
    )


def _one_test(cases: list[Any]) -> pytest.Item:
    @for_each(cases)
    def all_cases(case: Any) -> None:
        case.obj(**case.callspec.params)

    first = cases[0]
    test: pytest.Item = pytest.Function.from_parent(first.parent, name=first.originalname, callobj=all_cases)
    return test
