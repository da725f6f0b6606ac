"""The words that a shell completes beside verbs, options and files. No connection is opened for them.

click calls these functions with what was typed before; a file that is being edited may be broken, and then
there are no words. Values with blanks or colons are left out: bash would take them apart.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import click

_MOST: Final = 500
"""A word is not found in a longer list."""

MOST_BYTES: Final = 1024 * 1024
"""A larger file takes longer to read than a person waits for a word: it offers none."""

_BREAKS: Final = set(" \t\n:'\"\\$`")


def complete_pair(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Return the pairs that begin so; the last one of a list with commas."""
    from runner.api import names  # noqa: PLC0415

    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{pair}" for pair in _beginning(names.pairs(), last, ignore_case=True)]


def complete_currency(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Return the currencies that pairs are paid in."""
    from runner.api import names  # noqa: PLC0415

    return _beginning(sorted({pair.partition("/")[2] for pair in names.pairs()}), incomplete)


def complete_names(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the groups, and orders as ``group/id``, of the files that were typed before."""
    from runner.api import names  # noqa: PLC0415

    return _beginning(_of_files(context, names.order_names), incomplete)


def complete_batch(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the batches in the files that were typed before."""
    from runner.api import names  # noqa: PLC0415

    return _beginning(_of_files(context, names.batch_names), incomplete)


def complete_known_batch(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the batches that have journals in the state folder."""
    from runner.api import names  # noqa: PLC0415

    return _beginning((batch for batch, _ in names.runs_in(_state_dir(context))), incomplete)


def complete_run_key(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Return the run keys that were used before, for the batch that was typed if there is one."""
    from runner.api import names  # noqa: PLC0415

    batches = set(_of_files(context, names.batch_names))
    runs = names.runs_in(_state_dir(context))
    keys = (key for batch, key in runs if key and (not batches or batch in batches))
    return _beginning(keys, incomplete)


def complete_code(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Return the codes that are explained."""
    from runner.report.explaining.topics import topics  # noqa: PLC0415

    return _beginning(topics(), incomplete)


def _of_files(context: click.Context, read: Callable[[Path], Iterable[str]]) -> list[str]:
    return [name for file in _files(context) for name in read(file)]


def _files(context: click.Context) -> list[Path]:
    """Return the files that were typed, but no large ones.

    With an option that lacks its value click leaves them in ``args``.
    """
    given: list[Any] = []
    for name in ("file", "files", "plan"):
        value = context.params.get(name)
        given += value if isinstance(value, tuple | list) else [value]
    named = [each for each in given if each] or context.args
    return [path for path in map(Path, named) if path.is_file() and path.stat().st_size <= MOST_BYTES]


def _state_dir(context: click.Context) -> Path:
    return Path(context.params.get("state_dir") or ".order-batch")


def _beginning(words: Iterable[str], incomplete: str, *, ignore_case: bool = False) -> list[str]:
    """Return the words that begin with what was typed, each once."""
    start = incomplete.upper() if ignore_case else incomplete
    found = dict.fromkeys(
        word
        for word in words
        if (word.upper() if ignore_case else word).startswith(start) and not _BREAKS & set(word)
    )
    return list(found)[:_MOST]
