"""The options by which a person gets past an error: named by the command line alone."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.cli.remedies import OPTIONS, explain
from runner.cli.verbs import order_batch
from runner.errors import Refused, Remedy
from tests.support.for_each import for_each

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNNER = Path(__file__).parents[2] / "runner"
OPTION = re.compile(r"(?<![\w-])(?<!git rm -r )--[a-z][a-z-]+")
NAMES_OPTIONS = ("cli", "report")
GIT = "runtime/storage/git.py"
"""Passes options to git."""


def verbs(group: click.Group) -> Iterator[click.Command]:
    for command in group.commands.values():
        yield from verbs(command) if isinstance(command, click.Group) else [command]


@for_each(Remedy)
def test_each_remedy_names_an_option_that_there_is(remedy: Remedy) -> None:
    """Each argument of the library has its option."""
    options = {name for verb in verbs(order_batch) for option in verb.params for name in option.opts}
    named = set(OPTION.findall(OPTIONS[remedy]))
    assert named
    assert named <= options


def test_offline_is_described_for_each_verb_that_offers_it() -> None:
    """A status has no prices to leave out."""
    words = OPTIONS[Remedy.OFFLINE]
    assert all(verb in words for verb in ("--offline", "a plan", "a status"))


def test_the_options_come_after_the_details() -> None:
    """A library caller reads the details alone."""
    error = Refused("no", details=["Because."], remedies=[Remedy.SKIP_CHECKS])
    assert not OPTION.search(" ".join(error.details))
    explain(error)
    assert error.details == ("Because.", OPTIONS[Remedy.SKIP_CHECKS])


def test_no_other_module_names_an_option_in_its_texts() -> None:
    """A program that calls the library has arguments, not options."""
    found = [
        f"{path.relative_to(RUNNER)}:{line}: {text}"
        for path in sorted(RUNNER.rglob("*.py"))
        if path.relative_to(RUNNER).parts[0] not in NAMES_OPTIONS and not path.match(GIT)
        if "--" in path.read_text(encoding="utf-8")
        for line, text in texts(ast.parse(path.read_text(encoding="utf-8")))
        if OPTION.search(text)
    ]
    assert found == []


def texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the text constants of a module that are no docstring and no statement."""
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in statements:
            yield node.lineno, node.value
