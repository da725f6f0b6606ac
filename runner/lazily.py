"""Packages that load a module of theirs when the first of its names is used.

Most of what a person waits for when a command starts is loading. A folder of which most commands use one part
has such a door; its names are listed there as in every other.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def load_by_name(folder: str, light_first: Sequence[str]) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of the package of a folder, for the names in its ``__all__``.

    ``light_first`` are its modules. They are looked through in this order, each being loaded, until one has
    the name.
    """
    door = sys.modules[folder]

    def look(name: str) -> Any:
        if name not in door.__all__:
            raise AttributeError(f"module {folder!r} has no attribute {name!r}")
        modules = (import_module(f"{folder}.{module}") for module in light_first)
        value = next(vars(module)[name] for module in modules if name in vars(module))
        setattr(door, name, value)
        return value

    return look
