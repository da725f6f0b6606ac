"""The REST calls that show what the account has: Balance and BalanceEx.

Source: https://docs.kraken.com/api/docs/rest-api/get-account-balance
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.paper.state.instruments import balance_code
from runner.paper.state.texts import fixed

if TYPE_CHECKING:
    from runner.paper.exchange.venue import Venue

_DECIMALS = 10


def balance(venue: Venue, *_: Any) -> Any:
    """Return what there is of each currency, what open orders hold included."""
    return {balance_code(asset): fixed(amount, _DECIMALS) for asset, amount in venue.account.balances.items()}


def extended_balance(venue: Venue, *_: Any) -> Any:
    """Return the same with what open spot orders hold of it."""
    return {
        balance_code(asset): {
            "balance": fixed(amount, _DECIMALS),
            "hold_trade": fixed(venue.held_for_spot(asset), _DECIMALS),
        }
        for asset, amount in venue.account.balances.items()
    }
