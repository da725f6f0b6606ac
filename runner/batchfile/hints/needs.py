"""Hints for what a group needs, where it is written in another way: under its name, or beside `needs`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from runner.batchfile.document.values import YamlMap, shorten

from .keys import meant_key

if TYPE_CHECKING:
    from runner.batchfile.document.broken_rule import Error

NEED_EXAMPLES: Final = {"until": "write until: filled", "within": "write within: 15m, or another time"}

_KEYS: Final = ("group", "until", "within", "otherwise")
_NAME: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"


def need_under_its_name(error: Error) -> str:
    """Return the one unknown key of a need without a group, as in `- sell: filled`; else empty."""
    node, steps = error.value, error.steps
    if len(steps) < 2 or steps[-2] != "needs" or not isinstance(node, YamlMap) or "group" in node:
        return ""
    return _name_as_key(node)


def _name_as_key(node: YamlMap) -> str:
    unknown = [key for key in node if key not in _KEYS and not meant_key(key, _KEYS, node)]
    return unknown[0] if len(unknown) == 1 and re.fullmatch(_NAME, unknown[0]) else ""


def no_list_hint(node: YamlMap) -> str:
    """Return a hint for a mapping in place of the list of needs."""
    if "group" not in node and (name := _name_as_key(node)):
        return f"it is a list: write [{_need(name, node)}]"
    return "it is a list: put `- ` before its first key, or brackets around its braces"


def need_key_hint(error: Error, key: str) -> str:
    """Return a hint for a key that there is not, if it is about a need; else empty."""
    if key == need_under_its_name(error):
        return f"write {_need(key, error.value)}"
    steps = error.steps
    if len(steps) == 2 and steps[0] == "groups" and key in _KEYS[1:]:
        return "it belongs to a needed group: write needs: [{group: ..., until: filled, within: 15m}]"
    return ""


def _need(name: str, node: YamlMap) -> str:
    """Return a need as the format has it, with what was written of it."""
    written: dict[str, Any] = {"within": "15m"}
    for part in (node, node[name]):
        if isinstance(part, YamlMap):
            written |= {key: part[key] for key in _KEYS[2:] if isinstance(part.get(key), str)}
    fields = "".join(f", {key}: {shorten(text)}" for key, text in written.items())
    return f"{{group: {shorten(name)}, until: filled{fields}}}"
