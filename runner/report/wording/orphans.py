"""Describe the cancellations that an earlier run left open and the file no longer has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from runner.report.humanize import moment

from .cancels import left_fate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.planning import PlannedCancel


def describe_orphan(cancel: PlannedCancel) -> str:
    """Return what the records say of a cancellation that was left open, in a few words."""
    return (
        "its outcome is not known"
        if cancel.recorded_end is None
        else left_fate(structs.asdict(cancel.recorded_end))
    )


def orphan_notes(cancel: PlannedCancel) -> Iterator[str]:
    """Yield what there is to know of it: who requested it, and its outcome."""
    if cancel.left_open is not None:
        requested_at = moment(cancel.left_open.requested_at)
        yield f"{cancel.left_open.group} requested it at {requested_at}; it is not sent again"
        yield describe_orphan(cancel)
