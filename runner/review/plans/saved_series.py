"""Several saved plans in one file, to be applied in their order. Text in, text out.

Its id is the SHA-256 of all of its other bytes, as that of a single plan, and each plan in it has an id of
its own. So a changed byte is detected wherever it is, and each journal says which plan was applied.
Its shape is published in ``schemas/plans.schema.json``; change both together.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from runner.errors import InvalidInput, Refused, Remedy

from .saved_plan import ID_BYTES, digest_of_text, read_plan, write_plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .saved_plan import SavedPlan

SERIES_VERSION: Final = 1

_HEAD: Final = re.compile(r'\{\n  "plans_version": ([0-9]+),\n  "id": "([0-9a-f]{64})",\n')
_HEAD_BYTES: Final = 128


@dataclass(frozen=True, slots=True)
class SavedSeries:
    """Several saved plans, in the order in which they are applied."""

    id: str
    plans: tuple[SavedPlan, ...]

    def plan_of(self, batch: str, *, name: str) -> SavedPlan:
        """Return the plan of a batch. Raises ``InvalidInput`` where there is none; ``name`` is the file's."""
        found = [plan for plan in self.plans if plan.batch == batch]
        if not found:
            names = ", ".join(plan.batch for plan in self.plans)
            content = f"no plan of the batch {batch}" if batch else "several plans, and one is needed"
            raise InvalidInput(
                f"{name}: it holds {content}",
                details=[f"It holds those of {names}."],
                remedies=[Remedy.BATCH],
            )
        return found[0]


def save_series(plans: Sequence[SavedPlan]) -> SavedSeries:
    """Return several saved plans as one, with its id."""
    series = SavedSeries("", tuple(plans))
    return SavedSeries(digest_of_text(write_series(series)), series.plans)


def write_series(series: SavedSeries) -> str:
    """Return several saved plans as the text of their file; ASCII."""
    plans = ",\n".join(write_plan(plan).rstrip("\n") for plan in series.plans)
    head = f'{{\n  "plans_version": {SERIES_VERSION},\n  "id": {json.dumps(series.id)},\n  "plans": [\n'
    return f"{head}{plans}\n  ]\n}}\n"


def is_saved_series(content: bytes) -> bool:
    """Return whether a file holds several saved plans, even if it was edited."""
    head = content[:_HEAD_BYTES]
    # As with a single plan, one of the other signs must be there too: a batch may speak of anything.
    return b'"plans_version"' in head and (head.startswith(b"{") or ID_BYTES.search(head) is not None)


def read_series(content: bytes, *, name: str) -> SavedSeries:
    """Read several saved plans from a file's bytes; ``name`` is the file's.

    Raises ``Refused`` for a file that was edited, or is of another version.
    """
    text = content.decode("ascii", "replace")
    head = _HEAD.match(text)
    if head is None:
        raise _edited_error(name)
    if int(head.group(1)) != SERIES_VERSION:
        raise Refused(
            f"{name}: saved plans of version {head.group(1)}, which is not known here; nothing was sent",
            details=["Make the plans with the version of order-batch that is to apply them."],
        )
    series = SavedSeries(head.group(2), tuple(_plans_of(text, name)))
    # Written again they must come out the same: what a reviewer's tools show is then what is read here.
    if not series.plans or digest_of_text(text) != series.id or write_series(series) != text:
        raise _edited_error(name)
    return series


def _plans_of(text: str, name: str) -> list[SavedPlan]:
    """Return the plans in a file, each read from its own text, with its own lines."""
    begin, end = text.find("[\n") + 2, text.rfind("\n  ]\n}\n")
    if begin < 2 or end < begin:
        raise _edited_error(name)
    parts = text[begin:end].split("\n},\n{\n")
    whole = [part if part.startswith("{\n") else f"{{\n{part}" for part in parts]
    whole = [part if part.endswith("\n}") else f"{part}\n}}" for part in whole]
    try:
        return [read_plan(f"{part}\n".encode("ascii", "replace"), name=name) for part in whole]
    except Refused:
        raise _edited_error(name) from None


def _edited_error(name: str) -> Refused:
    return Refused(
        f"{name}: these saved plans were edited, or are damaged; nothing was sent",
        details=["Plans are applied as they were saved, to the last byte. Make new ones."],
        remedies=[Remedy.NEW_PLAN],
    )
