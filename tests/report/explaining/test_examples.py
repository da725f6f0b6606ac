"""Examples that fit onto a terminal; ``tests/cli/test_help_sections.py`` runs them."""

from __future__ import annotations

import shlex

from runner.report.explaining.examples import EXAMPLES

WIDTH = 80
INDENT = 11
"""That of the manual page; in the help it is less."""


def test_they_fit_below_each_other() -> None:
    """On a terminal of eighty columns, two or three for each verb."""
    for verb, examples in EXAMPLES.items():
        assert len(examples) in (2, 3), verb
        for example in examples:
            assert max(map(len, example.command.splitlines())) <= WIDTH - INDENT, example.command
            assert len(example.purpose) <= WIDTH - INDENT
            assert not example.purpose.endswith((".", ":"))


def test_each_is_a_command_of_its_verb() -> None:
    """As a shell takes it, whatever the number of its lines."""
    for verb, examples in EXAMPLES.items():
        for example in examples:
            command = shlex.split(example.command.replace("\\\n", " "))
            assert command[: 1 + len(verb.split())] == ["order-batch", *verb.split()]
