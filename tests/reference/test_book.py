"""The reference says what the code says."""

from __future__ import annotations

import re

import pytest

from runner.errors import ExitCode
from tests.reference.book import PAGES, path_of
from tests.reference.markdown import MADE
from tests.reference.schemas import schema_page
from tests.source_tree import sources


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_what_is_made_of_the_code(name: str) -> None:
    """After a change: ``python -m tests.reference``."""
    assert path_of(name).read_text("utf-8") == PAGES[name](), "outdated: run python -m tests.reference"


def test_no_page_stays_of_what_is_gone() -> None:
    """A page that says that it is made is one of those that are."""
    folder = path_of("reference")
    made = {path.name for path in folder.glob("*.md") if path.read_text("utf-8").startswith(MADE)}
    assert {f"reference/{name}" for name in made} <= set(PAGES)


def test_each_exit_code_says_whether_it_may_be_retried() -> None:
    """The page about exit codes, which is written by hand, has all of them."""
    page = path_of("reference/exit-codes.md").read_text("utf-8")
    codes = {
        int(code) for row in re.findall(r"^\| ([\d, ]+) \|", page, re.MULTILINE) for code in row.split(",")
    }
    assert codes == set(map(int, ExitCode))


def test_a_field_is_shown_with_its_values_default_and_example() -> None:
    """The parts that a reader of the schema looks for."""
    text = schema_page("batch")
    row = next(line for line in text.splitlines() if line.startswith("| `timeinforce`"))
    assert "`GTC`, `GTD`, `IOC`" in row
    assert "Default: `GTC`" in row
    assert "| `name` | required |" in text
    assert "[Group](#group)" in text
    assert "## Conditional close" in text


def test_each_variable_of_ours_is_explained() -> None:
    """The page about the environment has all that the code names."""
    page = path_of("reference/environment.md").read_text("utf-8")
    named = {
        name
        for path in sources(".")
        for name in re.findall(r"\b(?:KRAKEN|ORDER_BATCH)_[A-Z_]*[A-Z]\b", path.read_text("utf-8"))
    }
    assert {name for name in named if f"`{name}`" not in page} == set()
