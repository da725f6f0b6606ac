"""The place of a fault in the names that the author gave.

``groups[0].orders[16].price`` becomes ``ladder/rung-17: price``. A group or order without a readable name
keeps its number.
"""

from __future__ import annotations

import re
from typing import Final

from runner.batchfile.document.values import YamlList, YamlMap

_IN_GROUP: Final = r"groups\[([0-9]+)\](?:\.orders\[([0-9]+)\])?(?:\.(.+))?"
_NAME: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"


def named_path(path: str, document: object) -> str:
    """Return a path with the names of its group and order in the place of their numbers."""
    found = re.fullmatch(_IN_GROUP, path)
    return _in_group(path, document, *found.groups()) if found else path


def _in_group(path: str, document: object, number: str, place: str | None, rest: str | None) -> str:
    node = _item(_entry(document, "groups"), number)
    group = _name(node, "name")
    if not group:
        return path
    if place is None:
        return _join_names(group, rest)
    order = _name(_item(_entry(node, "orders"), place), "id")
    if order:
        return _join_names(f"{group}/{order}", rest)
    return _join_names(group, f"orders[{place}]" + (f".{rest}" if rest else ""))


def _join_names(name: str, rest: str | None) -> str:
    return f"{name}: {rest}" if rest else name


def _entry(node: object, key: str) -> object:
    return node.get(key) if isinstance(node, YamlMap) else None


def _item(node: object, number: str) -> object:
    return node[int(number)] if isinstance(node, YamlList) and int(number) < len(node) else None


def _name(node: object, key: str) -> str:
    name = _entry(node, key)
    return str(name) if isinstance(name, str) and re.fullmatch(_NAME, name) else ""
