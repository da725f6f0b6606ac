"""Hints for an option of the simulated exchange under a wrong name, or outside of its group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.batchfile.document.values import YamlMap, shorten

from .similarity import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def option_hint(
    steps: Sequence[str], key: str, beside: Mapping[str, object], schema: Mapping[str, Any]
) -> str:
    """Return where an option is, and under which name; ``schema`` is that of all ``options``.

    ``steps`` lead to the mapping with the wrong key: to all options, to a group, or to a row of one.
    """
    groups = {name: list(group["properties"]) for name, group in schema["properties"].items()}
    if len(steps) == 1 and isinstance(beside[key], YamlMap):
        return _group_hint(key, beside, list(groups))
    return _single_hint(steps, key, beside, groups) if len(steps) < 3 else ""


def _group_hint(key: str, beside: Mapping[str, object], groups: list[str]) -> str:
    meant = nearest(key, groups)
    if meant in beside:
        return f"`{meant}` is here already: put it there"
    return f"did you mean `{meant}`?" if meant else f"known: {', '.join(groups)}"


def _single_hint(
    steps: Sequence[str], key: str, beside: Mapping[str, object], groups: Mapping[str, list[str]]
) -> str:
    from runner.domain import find_option  # noqa: PLC0415 - most files have no options

    names = [f"{group}.{option}" for group, options in groups.items() for option in options]
    group, _, option = find_option(".".join([*steps[1:], key]), names).partition(".")
    if not option:
        return f"known: {', '.join(groups[steps[1]] if len(steps) > 1 else groups)}"
    if len(steps) == 1 and group not in beside:
        return f"options are in groups: write {group}: {{{option}: {_shown(beside[key])}}}"
    return (
        f"did you mean `{option}`?" if steps[1:] == [group] else f"did you mean `{option}` under `{group}`?"
    )


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return shorten(value) if isinstance(value, str) else "..."
