"""Options by name, as a command line or a scenario file gives them: from text to values of the right kind."""

from __future__ import annotations

import difflib
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import structs

from runner.paper.state.options import Options

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORDS = {"none": None, "true": True, "false": False}


def with_named(options: Options, texts: Mapping[str, str]) -> Options:
    """Return the options with those that are named.

    Raises ``ValueError`` with what is wrong and what is right.
    """
    return structs.replace(options, **{name: value_of(name, text) for name, text in texts.items()})


def value_of(name: str, text: str) -> Any:
    """Return the value that a text gives the option of that name. Raises ``ValueError``."""
    kinds = _kinds()
    if name not in kinds:
        close = difflib.get_close_matches(name, kinds, 1)
        known = f"did you mean {close[0]}?" if close else "runner/paper/state/options.py lists them"
        raise ValueError(f"there is no option {name}: {known}")
    try:
        return msgspec.convert(_WORDS.get(text.lower(), text), kinds[name], strict=False)
    except msgspec.ValidationError as error:
        reason = str(error)[:1].lower() + str(error)[1:]
        raise ValueError(f"option {name}: {text} does not fit: {reason}") from None


@cache
def _kinds() -> dict[str, Any]:
    """Return the options that have one value each; lists of them are no text."""
    return {field.name: field.type for field in structs.fields(Options) if "tuple" not in str(field.type)}
