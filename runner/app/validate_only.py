"""``apply --validate-only``: the exchange judges each order, nothing is placed, and nothing of it is kept.

The journal and the manifest in the state folder do not change: a later run could misread them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from runner.errors import Refused, Remedy
from runner.execution import orphaned_cancels
from runner.planning import orders_in_doubt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.planning import Plan

NOTHING_IS_PLACED: Final = (
    "Each order is sent to be validated, as if it came first; nothing is placed, and nothing is canceled."
)


def refuse_in_doubt(plan: Plan) -> None:
    """Raise ``Refused`` when an earlier run left anything in doubt: that only a real run settles."""
    doubted, canceling = orders_in_doubt(plan), orphaned_cancels(plan)
    if doubted:
        names = ", ".join(str(order.key) for order in doubted[:3])
        raise Refused(
            f"{names}: an earlier run may have placed this; nothing was sent",
            details=[_A_REAL_RUN],
            remedies=[Remedy.REAL_RUN],
        )
    if canceling:
        refs = ", ".join(cancel.ref for cancel in canceling[:3])
        raise Refused(
            f"{refs}: an earlier run may have canceled this, and the file no longer has it; nothing was sent",
            details=[_A_REAL_RUN],
            remedies=[Remedy.REAL_RUN],
        )


_A_REAL_RUN: Final = "A run that places orders looks it up before it sends anything."


def as_validation(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return the manifest of a run that had orders validated, which says so."""
    return {**result, "validate_only": True}
