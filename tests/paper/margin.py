"""An account that trades on margin, and every margin order that the exchange refuses or takes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from runner.paper import Options
from runner.paper.exchange.opening import Opening
from runner.paper.options.options import FeeOptions, MarginOptions
from tests.paper.builders import Desk

CASH = Opening(
    balances=(("EUR", "1000"), ("ETH", "1")),
    quotes=(("ETH/EUR", "100.00", "100.10"),),
)
FREE = Options(fees=FeeOptions(taker=Decimal(0), maker=Decimal(0)))
MARKET: dict[str, Any] = {"ordertype": "market", "price": None, "leverage": "2"}

LONG = MARKET | {"volume": "1"}
SHORT = LONG | {"type": "sell"}
SETTLE = SHORT | {"ordertype": "settle-position"}
INVALID = "EGeneral:Invalid arguments:"

CASES: list[tuple[str | None, Options, list[dict[str, Any]], dict[str, Any]]] = [
    (INVALID + "leverage", Options(), [], LONG | {"leverage": "7"}),
    (None, Options(margin=MarginOptions(leverages=(2, 7))), [], LONG | {"leverage": "7"}),
    (INVALID + "margin", Options(), [], LONG | {"margin": True}),
    (INVALID + "leverage", Options(), [], SETTLE | {"leverage": None}),
    ("EOrder:Unknown position", Options(), [], SETTLE),
    ("EOrder:Unknown position", Options(), [SHORT], SETTLE),
    (None, Options(), [LONG], SETTLE),
    (INVALID + "reduce_only", Options(), [], LONG | {"leverage": None, "reduce_only": True}),
    ("EOrder:Reduce only:No position exists", Options(), [], SHORT | {"reduce_only": True}),
    ("EOrder:Reduce only:Non-PC", Options(), [SHORT], SHORT | {"reduce_only": True}),
    (None, Options(), [LONG], SHORT | {"reduce_only": True}),
    ("EOrder:Insufficient margin", Options(), [], LONG | {"volume": "30"}),
    ("EOrder:Cannot open position", Options(margin=MarginOptions(allowed=False)), [], LONG),
    (
        "EOrder:Cannot open opposing position",
        Options(margin=MarginOptions(opposing_position=False)),
        [LONG],
        SHORT | {"volume": "2"},
    ),
    ("EOrder:Positions limit exceeded", Options(margin=MarginOptions(positions_max=1)), [LONG], LONG),
    (None, Options(margin=MarginOptions(positions_max=1)), [LONG], SHORT),
    (
        "EOrder:Margin position size exceeded",
        Options(margin=MarginOptions(position_volume_max=Decimal("1.5"))),
        [LONG],
        LONG,
    ),
    ("EOrder:Margin allowance exceeded", Options(margin=MarginOptions(allowance=Decimal(150))), [LONG], LONG),
    ("EOrder:Margin level too low", Options(margin=MarginOptions(level_min=Decimal(10**6))), [LONG], LONG),
    (None, Options(), [LONG], SHORT | {"volume": "0"}),
    (
        "EOrder:Order minimum not met",
        Options(margin=MarginOptions(zero_volume_closes=False)),
        [LONG],
        SHORT | {"volume": "0"},
    ),
]


def desk(options: Options = FREE) -> Desk:
    """A thousand euros, one unit, and ETH at 100."""
    return Desk(options=options, opening=CASH)
