"""Query the outcome of orphaned cancellations, for a plan or a status to show.

A run queries them itself, until the records are up to date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.execution import orphaned_cancels, queries_for, with_recorded_ends

if TYPE_CHECKING:
    from runner.kraken import OpenOrder
    from runner.planning import Plan
    from runner.runtime.kraken.access import KrakenAccess


async def query_orphaned_cancels(access: KrakenAccess, plan: Plan) -> Plan:
    """Return the plan with their outcome by the records; unchanged if the key may not query those.

    Raises ``AccessFailed``.
    """
    from runner.net.failures import AccessFailed  # noqa: PLC0415 - offline loads no sockets

    if not orphaned_cancels(plan) or not access.has_credentials:
        return plan
    orders: list[OpenOrder] = []
    try:
        for question in queries_for(orphaned_cancels(plan)):
            orders += await access.query_orders(question)
    except AccessFailed as failure:
        if failure.not_permitted:
            return plan
        raise
    return with_recorded_ends(plan, orders)
