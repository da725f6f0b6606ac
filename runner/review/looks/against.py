"""Orders against the version before: a number that reads like a slip of the one that was there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.domain import grouped
from runner.review.plans.batch_diff import ChangeKind

from .second_look import Code
from .slips import Slip, slip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.review.plans.batch_diff import Diff

    from .second_look import SecondLook
    from .survey import Survey

NUMBERS: Final = ("price", "price2", "volume", "close.price", "close.price2")

_CODES: Final = {Slip.MAGNITUDE: Code.POINT_MOVED, Slip.SWAPPED: Code.DIGITS_SWAPPED}


def against_looks(survey: Survey, diff: Diff | None) -> Iterator[SecondLook]:
    """Yield a look at each order with a number that may be a slip; what changes little may be meant."""
    if diff is None:
        return
    orders = {(examined.key.group, examined.key.id): examined for examined in survey.orders}
    for group in diff.groups:
        for change in group.orders:
            examined = orders.get((group.name, change.id))
            if examined is None or change.kind is not ChangeKind.CHANGED:
                continue
            for field in change.fields:
                if field.name in NUMBERS and field.was is not None and field.now is not None:
                    found = slip(field.was, field.now)
                    code = _CODES.get(found) if found is not None else None
                    if code is not None:
                        was, now = grouped(field.was), grouped(field.now)
                        yield examined.look(code, f"its {field.name} is {now}, where it was {was} before")
