"""The page that says why there is no result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.report.diagnostics import remarks_of_problems

from .elements import element
from .page import page_of
from .remarks import remarks_section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.domain import Problem
    from runner.errors import OrderBatchError


def failure_page(error: OrderBatchError, problems: Sequence[Problem]) -> str:
    """Return the page of a command that gave up."""
    return page_of(
        "order-batch gave up",
        [
            element("header", element("h1", "order-batch gave up")),
            element("p", str(error), class_="headline bad"),
            *(element("p", detail) for detail in error.details),
            *remarks_section(remarks_of_problems(problems)),
        ],
    )
