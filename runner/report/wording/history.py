"""Runs of all batches in the words that every format uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.domain import OrderOutcome, amount_text
from runner.report.humanize import count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.journal import PastRun, RunMoney

NOTHING_TRADED = "nothing traded"


def describe_orders(run: PastRun) -> str:
    """Return the orders of a run by outcome: ``3 placed (1 already), 1 rejected``."""
    already = run.orders.get("already", 0)
    parts = []
    for outcome in OrderOutcome:
        if number := run.orders.get(outcome.value, 0):
            before = f" ({already} already)" if outcome is OrderOutcome.PLACED and already else ""
            parts.append(f"{number} {outcome.value}{before}")
    return ", ".join(parts) or "no orders"


def describe_who(run: PastRun) -> str:
    """Return who began a run, and where."""
    return ", ".join([run.who or "unknown", *(each for each in (run.host, run.job) if each)])


def describe_worth(money: RunMoney) -> str:
    """Return what orders have traded, with what is not known of it: ``1,200.00 EUR + 1 unknown``."""
    if not money.currency:
        return f"{count(money.unknown, 'order')} unknown"
    if not money.known:
        return f"unknown {money.currency} ({count(money.unknown, 'order')})"
    more = f" + {money.unknown} unknown" if money.unknown else ""
    return f"{amount_text(money.worth, money.currency)}{more}"


def describe_fees(money: RunMoney) -> str:
    """Return the fees, empty where none are known."""
    if not money.known:
        return ""
    return amount_text(money.fees, money.currency)


def describe_money(amounts: Iterable[RunMoney]) -> str:
    """Return what was traded in each currency, with the fees and what is not known of it."""
    return "; ".join(map(_one, amounts)) or NOTHING_TRADED


def _one(money: RunMoney) -> str:
    fees = describe_fees(money)
    parts = [describe_worth(money), *([f"fees {fees}"] if fees else [])]
    parts += [f"{count(money.open, 'order')} open when last seen"] if money.open else []
    return ", ".join(parts)
