"""The front doors of the package's folders: what each offers, and who comes in where."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.source_tree import ROOT, called, folder_of, imported, place, tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INNER_DOORS = {"runtime.driver", "runtime.storage"}
"""Rooms with a front door."""
LOADED_ONE_AT_A_TIME = {
    "app",
    "app.inputs",
    "app.access",
    "app.checks",
    "app.rehearsal",
    "app.team",
    "net",
    "runtime",
    "runtime.kraken",
    "runtime.team_ledger",
    "paper.server",
    "report.explaining",
}
"""Folders without a façade: each of their modules loads something heavy (Trio, HTTP, a web server, psycopg),
and a front door that offers them all would load everything for whoever wants one."""


def back_doors(path: Path) -> Iterator[str]:
    """Imports of a module inside another folder of the package, as ``path -> module``."""
    home = path.relative_to(ROOT).parts[1]
    for node in imported(path):
        if node.level == 0 and (node.module or "").startswith("runner."):
            steps = (node.module or "").split(".")[1:]
            one_module = ".".join(steps[:-1]) in LOADED_ONE_AT_A_TIME
            if len(steps) > 1 and steps[0] != home and not one_module and ".".join(steps) not in INNER_DOORS:
                yield f"{place(path)} -> {node.module}"


def taken_from_facades(path: Path) -> Iterator[str]:
    """The names that a module imports from the front doors of other folders, as ``folder.name``."""
    inside = f"{folder_of(path)}."
    for node in imported(path):
        if node.level == 0 and (node.module or "").startswith("runner."):
            folder = (node.module or "").removeprefix("runner.")
            if not inside.startswith(f"{folder if folder in INNER_DOORS else folder.partition('.')[0]}."):
                yield from (f"{folder}.{alias.name}" for alias in node.names)


def offered_names(path: Path) -> list[str]:
    """The names in the ``__all__`` of a module."""
    assigned = [node for node in tree(path).body if isinstance(node, ast.Assign)]
    public = [node for node in assigned if called(node.targets[0]) == "__all__"]
    return [name for node in public for name in ast.literal_eval(node.value)]


def imports_something(path: Path) -> bool:
    """Return whether a façade offers names from its modules."""
    return any(isinstance(node, ast.ImportFrom) and node.level for node in tree(path).body)
