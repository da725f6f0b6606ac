"""Options: each is named, explained, and has a default that is used when nothing is said."""

from __future__ import annotations

import ast
import inspect
from itertools import pairwise

import pytest
from msgspec import NODEFAULT, structs

from runner.paper import Options
from runner.paper.state import options as module


def documented() -> set[str]:
    """The names of options that are followed by a sentence."""
    (body,) = [
        node.body
        for node in ast.parse(inspect.getsource(module)).body
        if isinstance(node, ast.ClassDef) and node.name == "Options"
    ]
    pairs = pairwise(body)
    return {
        first.target.id
        for first, second in pairs
        if isinstance(first, ast.AnnAssign)
        and isinstance(first.target, ast.Name)
        and isinstance(second, ast.Expr)
    }


@pytest.mark.parametrize("item", structs.fields(Options), ids=lambda item: item.name)
def test_every_option_has_a_default_and_a_sentence(item: structs.FieldInfo) -> None:
    """A point that no document settles is never a silent choice."""
    assert item.default is not NODEFAULT
    assert item.name in documented()
