"""One test of many small cases: for a pure function, where a separate test costs more than its work.

All cases are tried, and each that fails is named with its own message. Cases that a person runs one at a time
are parameters of a test, as pytest has them.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    Cases: TypeAlias = Iterable[Any] | Callable[[], Iterable[Any]]


def for_each(
    *lists: Iterable[Any] | Callable[[], Iterable[Any]],
) -> Callable[[Callable[..., object]], Callable[[], None]]:
    """Return a decorator: the test is tried with each case, or each combination of cases from several lists.

    A tuple is several arguments. A file is named by its stem. A case that skips ends no other. A
    list that takes long to make is given as the function that makes it, which is called when the test is run.
    """
    late = not all(isinstance(given, Iterable) for given in lists)
    known = [] if late else _cases(*lists)

    def decorate(test: Callable[..., object]) -> Callable[[], None]:
        def all_cases() -> None:
            cases = _cases(*lists) if late else known
            ends = [(case, error) for case in cases if (error := _failure(test, case)) is not None]
            failures = [end for end in ends if not isinstance(end[1], pytest.skip.Exception)]
            if failures:
                failed = [f"{_name(case)}\n{type(error).__name__}: {error}" for case, error in failures]
                message = f"{len(failures)} of {len(cases)} cases fail\n\n" + "\n\n".join(failed)
                raise AssertionError(message) from failures[0][1]
            if len(ends) == len(cases):
                raise ends[0][1]

        for name in ("__name__", "__doc__", "__module__"):
            setattr(all_cases, name, getattr(test, name))
        return all_cases

    return decorate


def _cases(*lists: Cases) -> list[list[Any]]:
    made = [given if isinstance(given, Iterable) else given() for given in lists]
    cases = [
        [part for case in combination for part in (case if isinstance(case, tuple) else (case,))]
        for combination in product(*made)
    ]
    assert cases, "there is no case to be tried"
    return cases


def _failure(test: Callable[..., object], case: list[Any]) -> BaseException | None:
    try:
        test(*case)
    except (Exception, pytest.fail.Exception, pytest.skip.Exception) as error:
        return error
    return None


def _name(case: list[Any]) -> str:
    return ", ".join(str(getattr(part, "stem", part)) for part in case)
