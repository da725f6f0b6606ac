"""The open orders in a whole answer, each read as the client reads it while an answer arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.kraken import resting_order_reader

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.domain import Instrument, RestingOrder


def resting_orders(result: Any, instruments: Iterable[Instrument] = ()) -> tuple[RestingOrder, ...]:
    """The orders in the ``result`` of OpenOrders."""
    read = resting_order_reader(instruments)
    return tuple(read(txid, fields) for txid, fields in result["open"].items())
