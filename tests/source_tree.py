"""The project's own source as syntax trees, and the few questions that rules ask of a node."""

from __future__ import annotations

import ast
import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ROOT = Path(__file__).resolve().parent.parent

Function = ast.FunctionDef | ast.AsyncFunctionDef


RULED = (
    *(ast.Attribute, ast.Call, ast.Compare, ast.Constant, ast.ExceptHandler, ast.MatchValue),
    *(ast.Import, ast.ImportFrom, ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef),
    *(ast.AsyncFor, ast.AsyncWith, ast.Await, ast.comprehension),
)
"""The nodes that a rule may speak of, less than half of all."""


BLOCKS = ("body", "orelse", "handlers", "finalbody", "cases")
"""The fields of a statement that hold statements."""


@cache
def owned_nodes(path: Path) -> list[tuple[str, ast.AST]]:
    """Every node of a file that a rule may speak of, with the dotted name of the class or function that it is
    in (a function owns itself)."""
    return [(owner, node) for owner, node in _all_nodes(tree(path)) if isinstance(node, RULED)]


def _all_nodes(module: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    stack: list[tuple[str, ast.AST]] = [("", module)]
    while stack:
        owner, node = stack.pop()
        if isinstance(node, Function | ast.ClassDef):
            owner = f"{owner}.{node.name}".lstrip(".")
        yield owner, node
        for value in vars(node).values():  # as ast.iter_child_nodes does, in half the time
            if isinstance(value, ast.AST):
                stack.append((owner, value))
            elif isinstance(value, list):
                stack += [(owner, child) for child in value if isinstance(child, ast.AST)]


@cache
def statements(path: Path) -> list[tuple[str, ast.AST]]:
    """The module of a file and its statements, with owners as above, without the many expressions in them."""
    stack: list[tuple[str, ast.AST]] = [("", tree(path))]
    found = []
    while stack:
        owner, node = stack.pop()
        if isinstance(node, Function | ast.ClassDef):
            owner = f"{owner}.{node.name}".lstrip(".")
        found.append((owner, node))
        stack += [(owner, child) for name in BLOCKS for child in getattr(node, name, ())]
    return found


def imported(path: Path) -> Iterator[ast.ImportFrom]:
    """Return what a file takes from other modules, as ``from module import names``."""
    return (node for _, node in statements(path) if isinstance(node, ast.ImportFrom))


def mentioning(word: str, *parts: str) -> list[Path]:
    """The Python files among parts of the package in whose text there is a word."""
    return [path for path in sources(*parts) if word in path.read_text("utf-8")]


def sources(*parts: str) -> list[Path]:
    """The Python files in parts of the package, each a file or a folder."""
    paths = [(ROOT / "runner" / part).resolve() for part in parts]
    return sorted(file for path in paths for file in (path.rglob("*.py") if path.is_dir() else [path]))


@cache
def tree(path: Path) -> ast.Module:
    """A file as a syntax tree."""
    return ast.parse(path.read_text("utf-8"))


def offences(
    looks_wrong: Callable[[ast.AST], bool],
    *parts: str,
    within: Iterable[Path] | None = None,
    nodes: Callable[[Path], list[tuple[str, ast.AST]]] = owned_nodes,
) -> set[str]:
    """Return where a rule is broken, in parts of the package or in some files, as ``path::function``."""
    return {
        f"{place(path)}::{owner}"
        for path in (sources(*parts) if within is None else within)
        for owner, node in nodes(path)
        if looks_wrong(node)
    }


def lines_of(path: Path) -> int:
    """Return how many lines a file has."""
    return len(path.read_text("utf-8").splitlines())


def place(path: Path) -> str:
    """A path as it is written in an exception."""
    return path.relative_to(ROOT).as_posix()


def folder_of(path: Path) -> str:
    """The folder of a module below the package, with dots."""
    return ".".join(path.relative_to(ROOT / "runner").parts[:-1])


def imports(node: ast.AST, *modules: str) -> bool:
    """Return whether a node imports one of the modules, or something from it."""
    match node:
        case ast.Import(names):
            named = [alias.name for alias in names]
        case ast.ImportFrom(module=str(module), names=names, level=0):
            named = [module, *(f"{module}.{alias.name}" for alias in names)]
        case _:
            return False
    return any(name == module or name.startswith(f"{module}.") for name in named for module in modules)


def calls(node: ast.AST, *names: str) -> bool:
    """Return whether a node calls something of that name, with or without a dot before it."""
    return isinstance(node, ast.Call) and called(node.func) in names


def called(node: ast.AST) -> str:
    """The last part of a dotted name."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def parameters(function: Function) -> list[str]:
    """The names of a function's parameters."""
    return [item.arg for item in (*function.args.args, *function.args.kwonlyargs)]


def seconds_of(call: ast.AST) -> float:
    """The number that is written as a call's first argument; infinite if none can be read there."""
    match call:
        case ast.Call(args=[ast.Constant(value=int() | float() as seconds), *_]):
            return seconds
        case _:
            return math.inf
