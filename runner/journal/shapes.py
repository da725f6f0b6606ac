"""The values of a journal's lines, checked when they are read.

A line may be whole and hold a value that no run has written: by an edit with a new checksum, or by a defect.
Texts for people may be of any type, since a later version may say more in them. Knows no file.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import msgspec

from runner.domain import CancelOutcome, GroupOutcome, OrderState, Otherwise, RunOutcome, parse_rfc3339

from .entries import CancelSettled, FillsAwaited, GroupEnded, GroupStates, RunEnded, RunStarted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .entries import Entry

FOR_PEOPLE: Final = frozenset({"reason", "error", "descr", "tool"})
"""Fields that only people read."""

_OUTCOMES: Final = {CancelSettled: CancelOutcome, GroupEnded: GroupOutcome, RunEnded: RunOutcome}


class _ListedOrder(msgspec.Struct):
    id: str
    line: int = 0
    column: int = 0
    cl_ord_id: str | None = None
    userref: str | None = None
    content: str | None = None
    group: str = ""


class _ListedCancel(msgspec.Struct):
    ref: str
    line: int = 0
    column: int = 0
    group: str = ""


class _ListedBarrier(msgspec.Struct):
    group: str
    within: int
    otherwise: Otherwise
    line: int = 0
    column: int = 0


class _ListedGroup(msgspec.Struct):
    name: str
    needs: list[str] = []
    on_reject: str = ""
    orders: list[_ListedOrder] = []
    cancel: list[_ListedCancel] = []
    barriers: list[_ListedBarrier] = []


@lru_cache(maxsize=16)  # All that a turn has written bears the same time.
def _check_time(text: str) -> None:
    parse_rfc3339(text)


def check(entry: Entry) -> None:
    """Raise ``ValueError`` where an entry holds what no run can have written."""
    _check_time(entry.at)
    match entry:
        case RunStarted():
            msgspec.convert(entry.groups, tuple[_ListedGroup, ...])
        case GroupStates():
            for state in entry.states.values():
                OrderState(state)
        case FillsAwaited():
            parse_rfc3339(entry.until)
            Otherwise(entry.otherwise)
        case CancelSettled() | GroupEnded() | RunEnded():
            _OUTCOMES[type(entry)](entry.outcome)
        case _:
            request: Mapping[str, Any] | None = getattr(entry, "request", None)
            if request is not None and (deadline := request.get("deadline")) is not None:
                parse_rfc3339(str(deadline))
