"""Lines that are whole and hold what no run can have written: each is refused with its number."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from runner.errors import ExitCode, Refused
from runner.journal import fold, manifest, read_entries, seal_all, unseal_all, unseal_entries
from runner.journal.shapes import FOR_PEOPLE
from runner.planning import plan
from tests.execution.builders import FIRST, batch, group, order
from tests.simulation.world import World
from tests.support.for_each import for_each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.domain import Batch

Path = tuple[str | int, ...]

WRONG: tuple[Any, ...] = (5, -1, None, True, "x", "", [], {}, [1], {"a": 1}, 1.5)


def written() -> tuple[Batch, list[dict[str, Any]]]:
    """A batch, and the journal of a run that has placed and canceled."""
    world, text = World(), batch(group("one", "a", order("b", userref="17"), cancel=f"[{FIRST}]"))
    world.apply(text)
    return text, json.loads(json.dumps(world.journal))


BATCH, JOURNAL = written()


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Each value in a line, by where it is."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        yield from paths(inner, (*path, name))


def damaged(number: int, path: Path, wrong: Any) -> list[dict[str, Any]]:
    """The journal with one value of one line in place of another."""
    contents: list[dict[str, Any]] = json.loads(json.dumps(JOURNAL))
    place: Any = contents[number]
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = wrong
    return contents


def refusal_of(contents: list[dict[str, Any]]) -> Refused | None:
    """The refusal to read a journal with these lines, the same from both of its readers."""
    text, refusals = seal_all(contents).decode(), []
    for read in (unseal_all, unseal_entries):
        try:
            read(text, name="journal.jsonl")
        except Refused as refused:
            refusals.append(refused)
    assert len({str(refused) for refused in refusals}) == len(refusals) // 2
    return refusals[0] if refusals else None


PLACES = [(number, path) for number, line in enumerate(JOURNAL) for path in paths(line) if path != ("entry",)]


@for_each(PLACES)
def test_a_damaged_value_is_refused_at_its_line_or_does_no_harm(number: int, path: Path) -> None:
    """In any place; never an error that names no line."""
    for wrong in WRONG:
        contents = damaged(number, path, wrong)
        refused = refusal_of(contents)
        if refused is None:
            ledger = fold(read_entries(contents))
            manifest(ledger)
            with suppress(Refused):  # It is another order's, which the file does not have.
                plan(BATCH, ledger, run_key="", venue="paper")
        else:
            assert str(refused).startswith(f"journal.jsonl:{number + 1}: this line of the journal is damaged")
            assert (refused.exit_code, len(refused.details)) == (ExitCode.REFUSED, 1)


@pytest.mark.parametrize(
    ("entry", "path"),
    [
        ("order-placed", ("txid",)),
        ("order-intent", ("reqid",)),
        ("order-intent", ("request", "price")),
        ("group-states", ("states", "a")),
        ("run-ended", ("outcome",)),
        ("run-started", ("groups", 0, "orders", 0, "line")),
        ("run-started", ("at",)),
    ],
)
def test_a_value_of_the_wrong_kind_is_damage(entry: str, path: Path) -> None:
    """A list is no id, no number, no state and no time."""
    number = next(n for n, line in enumerate(JOURNAL) if line["entry"] == entry)
    with pytest.raises(Refused, match=rf"^j:{number + 1}: "):
        unseal_all(seal_all(damaged(number, path, [1])).decode(), name="j")


def test_texts_for_people_may_be_of_any_type() -> None:
    """A later version may say more in them."""
    ended = next(n for n, line in enumerate(JOURNAL) if line["entry"] == "run-started")
    assert "tool" in FOR_PEOPLE
    assert unseal_all(seal_all(damaged(ended, ("tool",), {"name": 1})).decode(), name="j")
