"""The pairs that can be traded, with their steps and minimums, as data.

Source: the exchange's AssetPairs as of 2026-08; ``costmin`` is documented for a few pairs and assumed for
the others. A pair has three names: ``XBT/USD`` on the socket, ``XBTUSD`` in ``descr``, ``XXBTZUSD`` in REST.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property


@dataclass(frozen=True, kw_only=True)
class Instrument:
    """One pair. ``tick`` is the step of the price, ``ordermin`` in base units, ``costmin`` in quote units."""

    wsname: str
    tick: Decimal
    ordermin: Decimal
    costmin: Decimal
    lot_decimals: int = 8

    @cached_property
    def base(self) -> str:
        """The currency that is bought or sold."""
        return self.wsname.partition("/")[0]

    @cached_property
    def quote(self) -> str:
        """The currency that is paid."""
        return self.wsname.partition("/")[2]

    @cached_property
    def altname(self) -> str:
        """The name without the slash, as in ``descr``."""
        return self.base + self.quote

    @cached_property
    def rest_id(self) -> str:
        """The key in REST answers; old assets carry their class letter in front there."""
        return _REST_IDS.get(self.wsname) or asset_code(self.base) + asset_code(self.quote)

    @cached_property
    def price_decimals(self) -> int:
        """Decimals of a price."""
        return _decimals(self.tick)

    @cached_property
    def shown_decimals(self) -> int:
        """Decimals of prices, costs and fees in the feeds: five, or more where a price needs more."""
        return max(5, self.price_decimals)

    @cached_property
    def cost_decimals(self) -> int:
        """Decimals of an amount of the quote currency in AssetPairs."""
        return 10 if self.quote == "XBT" else 5

    @cached_property
    def lot_step(self) -> Decimal:
        """The smallest step of a volume."""
        return Decimal(1).scaleb(-self.lot_decimals)


def asset_code(asset: str) -> str:
    """The name of a currency in REST answers: ``XXBT`` for XBT, ``ZEUR`` for EUR, ``SOL`` for SOL."""
    return _ASSET_CODES.get(asset, asset)


def find(name: str, *, common_names: bool = False) -> Instrument | None:
    """The instrument with this ``wsname``; with ``common_names`` also under BTC and DOGE."""
    if common_names:
        name = "/".join(_COMMON_NAMES.get(part, part) for part in name.split("/"))
    return INSTRUMENTS.get(name)


def find_rest(name: str) -> Instrument | None:
    """The instrument under any of the names that REST understands."""
    return _BY_ANY_NAME.get(name)


def _decimals(step: Decimal) -> int:
    exponent = step.as_tuple().exponent
    assert isinstance(exponent, int)
    return -exponent


_COMMON_NAMES = {"BTC": "XBT", "DOGE": "XDG"}

_ASSET_CODES = {
    "USD": "ZUSD",
    "EUR": "ZEUR",
    "GBP": "ZGBP",
    "XBT": "XXBT",
    "ETH": "XETH",
    "XRP": "XXRP",
    "LTC": "XLTC",
    "XDG": "XXDG",
    "XLM": "XXLM",
    "XMR": "XXMR",
    "ETC": "XETC",
    "ZEC": "XZEC",
}

# Pairs whose REST key is not simply made of the two asset codes.
_REST_IDS = {
    "XBT/USDT": "XBTUSDT",
    "ETH/USDT": "ETHUSDT",
    "XDG/USD": "XDGUSD",
} | {
    f"{base}/USD": f"{base}USD"
    for base in ("SOL", "ADA", "DOT", "LINK", "AVAX", "USDC", "TRX", "ATOM", "UNI")
}
_REST_IDS |= {f"{base}/USD": f"{base}USD" for base in ("BCH", "ALGO", "AAVE", "NEAR", "FIL", "SUI", "PEPE")}
_REST_IDS |= {"SHIB/USD": "SHIBUSD", "SOL/EUR": "SOLEUR"}

# wsnames, tick, ordermin, lot decimals
_TABLE = (
    ("XBT/USD XBT/EUR XBT/GBP XBT/USDT", "0.1", "0.00005", 8),
    ("ETH/USD ETH/EUR ETH/USDT", "0.01", "0.002", 8),
    ("ETH/XBT", "0.00001", "0.002", 8),
    ("SOL/USD SOL/EUR", "0.01", "0.02", 8),
    ("XRP/USD XRP/EUR", "0.00001", "2", 8),
    ("ADA/USD", "0.000001", "4.4", 8),
    ("DOT/USD", "0.0001", "0.6", 8),
    ("LTC/USD", "0.01", "0.05", 8),
    ("XDG/USD", "0.0000001", "13", 8),
    ("LINK/USD", "0.00001", "0.2", 8),
    ("AVAX/USD", "0.01", "0.1", 8),
    ("USDT/USD", "0.00001", "5", 8),
    ("USDC/USD", "0.0001", "5", 8),
    ("EUR/USD", "0.00001", "0.5", 8),
    ("XLM/USD", "0.000001", "20", 8),
    ("TRX/USD", "0.000001", "19", 8),
    ("ATOM/USD", "0.0001", "0.5", 8),
    ("UNI/USD", "0.001", "0.3", 8),
    ("BCH/USD", "0.01", "0.01", 8),
    ("XMR/USD", "0.01", "0.015", 8),
    ("ETC/USD", "0.001", "0.3", 8),
    ("ALGO/USD", "0.00001", "10", 8),
    ("AAVE/USD", "0.01", "0.015", 8),
    ("ZEC/USD", "0.01", "0.1", 8),
    ("NEAR/USD FIL/USD", "0.001", "0.7", 8),
    ("SUI/USD", "0.0001", "0.9", 5),
    ("PEPE/USD", "0.000000001", "250000", 5),
    ("SHIB/USD", "0.00000001", "160000", 5),
)


def _costmin(wsname: str) -> Decimal:
    return Decimal("0.00002") if wsname.endswith("/XBT") else Decimal("0.5")


INSTRUMENTS = {
    wsname: Instrument(
        wsname=wsname,
        tick=Decimal(tick),
        ordermin=Decimal(ordermin),
        costmin=_costmin(wsname),
        lot_decimals=lot_decimals,
    )
    for wsnames, tick, ordermin, lot_decimals in _TABLE
    for wsname in wsnames.split()
}
"""All pairs by ``wsname``, in the order of the table."""

_BY_ANY_NAME = {name: one for one in INSTRUMENTS.values() for name in (one.wsname, one.altname, one.rest_id)}
