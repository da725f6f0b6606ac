"""All pages that are made from code, by their path in the documentation."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from tests.docs.pages import DOCS
from tests.reference.commands import command_line_page
from tests.reference.examples import examples_page
from tests.reference.library import library_page
from tests.reference.schemas import names, schema_page
from tests.reference.tables import (
    environment_page,
    errors_page,
    exit_codes_page,
    problems_page,
    second_looks_page,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "reference/command-line.md": command_line_page,
    "reference/errors.md": errors_page,
    "reference/problems.md": problems_page,
    "reference/environment.md": environment_page,
    "reference/exit-codes.md": exit_codes_page,
    "reference/second-looks.md": second_looks_page,
    "reference/api.md": library_page,
    "how-to/examples.md": examples_page,
    **{f"reference/{name}.md": partial(schema_page, name) for name in names()},
}


def path_of(name: str) -> Path:
    """Return where a page is."""
    return DOCS / name
