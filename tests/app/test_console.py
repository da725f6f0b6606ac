"""The console that a command shows its results to."""

from __future__ import annotations

import inspect

from runner.app.console import Console
from runner.report import Output
from tests.support.for_each import for_each

METHODS = [name for name, method in vars(Console).items() if inspect.isfunction(method) and name[0] != "_"]


@for_each(METHODS)
def test_the_output_for_people_is_one(name: str) -> None:
    """Each method takes what a command gives."""
    expected, actual = (list(inspect.signature(getattr(of, name)).parameters) for of in (Console, Output))
    assert actual == expected


def test_there_is_something_to_show() -> None:
    """The list above is not empty by mistake."""
    assert {"plan", "manifest", "status", "note"} <= set(METHODS)
