"""The prices, balances, open orders and fees of one moment, from which a rebalance is computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.domain import Balance, Fees, Market, RestingOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The market and the account at ``market.at``.

    ``balances`` are by currency as in ``wsname``; a currency that is not among them is not held. ``fees`` are
    by pair; empty where the targets file gives the fee.
    """

    market: Market
    balances: Mapping[str, Balance]
    orders: tuple[RestingOrder, ...]
    fees: Mapping[str, Fees]
