"""The pairs that can be traded, with their steps and minimums, as data.

Source: the exchange's AssetPairs as of 2026-08; ``costmin`` is documented for a few pairs and assumed for
the others. A pair has three names: ``XBT/USD`` on the socket, ``XBTUSD`` in ``descr``, ``XXBTZUSD`` in REST.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from msgspec import Struct

from runner.domain import CURRENCY, TOKENIZED
from runner.paper.options.kinds import FeeTier


class Instrument(Struct, frozen=True, kw_only=True, cache_hash=True):
    """One pair. ``tick`` is the step of the price, ``ordermin`` in base units, ``costmin`` in quote units.

    ``wsname``, ``altname`` and ``rest_id`` are its three names, ``asset_class`` is what its base is: a
    currency or a tokenized asset. ``base`` is what is bought or sold, ``quote`` the currency that is paid.
    ``lot_step`` is the smallest step of a volume. A price has ``price_decimals``; in the feeds prices, costs
    and fees have ``shown_decimals``, and in AssetPairs an amount of the quote currency has
    ``cost_decimals``. ``fees`` and leverages are None where the options of the exchange decide.
    """

    wsname: str
    altname: str
    rest_id: str
    base: str
    quote: str
    tick: Decimal
    ordermin: Decimal
    costmin: Decimal
    asset_class: str
    lot_decimals: int
    lot_step: Decimal
    price_decimals: int
    shown_decimals: int
    cost_decimals: int
    status: str = "online"
    fees: tuple[FeeTier, ...] | None = None
    leverage_buy: tuple[str, ...] | None = None
    leverage_sell: tuple[str, ...] | None = None


class Instruments(Mapping[str, Instrument]):
    """The pairs of an exchange by ``wsname``, in their order."""

    def __init__(self, instruments: Iterable[Instrument]) -> None:
        self._by_wsname = {instrument.wsname: instrument for instrument in instruments}
        self._by_any_name = {
            name: instrument
            for instrument in self._by_wsname.values()
            for name in (instrument.wsname, instrument.altname, instrument.rest_id)
        }

    def __getitem__(self, wsname: str) -> Instrument:
        return self._by_wsname[wsname]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_wsname)

    def __len__(self) -> int:
        return len(self._by_wsname)

    def find(self, name: str, *, common_names: bool = False) -> Instrument | None:
        """Return the instrument with this ``wsname``; with ``common_names`` also under BTC and DOGE."""
        if common_names:
            name = "/".join(_COMMON_NAMES.get(part, part) for part in name.split("/"))
        return self._by_wsname.get(name)

    def find_rest(self, name: str) -> Instrument | None:
        """Return the instrument under any of the names that REST understands."""
        return self._by_any_name.get(name)


def asset_code(asset: str) -> str:
    """Return the name of a currency in REST answers: ``XXBT`` for XBT, ``ZEUR`` for EUR, ``SOL`` for SOL."""
    return _ASSET_CODES.get(asset, asset)


def balance_code(asset: str) -> str:
    """Return the name of its balance: that of a tokenized asset has a suffix, as in ``NVDAx.T``."""
    return f"{asset}.T" if asset_class(asset) == TOKENIZED else asset_code(asset)


def asset_class(asset: str) -> str:
    """Return the class of an asset; the name of a tokenized asset ends in a small ``x``."""
    return TOKENIZED if asset.endswith("x") else CURRENCY


def decimals_of(step: Decimal) -> int:
    """Return how many decimals a multiple of a step may have."""
    exponent = step.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return max(0, -exponent)


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
_REST_IDS |= {f"{base}/USD": f"{base}USD" for base in ("NVDAx", "SPYx")}
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
    ("NVDAx/USD SPYx/USD", "0.01", "0.01", 8),
)


def _instrument(wsname: str, tick: Decimal, ordermin: Decimal, lot_decimals: int) -> Instrument:
    base, _, quote = wsname.partition("/")
    price_decimals = decimals_of(tick)
    return Instrument(
        wsname=wsname,
        altname=base + quote,
        rest_id=_REST_IDS.get(wsname) or asset_code(base) + asset_code(quote),
        base=base,
        quote=quote,
        asset_class=asset_class(base),
        tick=tick,
        ordermin=ordermin,
        costmin=Decimal("0.00002") if quote == "XBT" else Decimal("0.5"),
        lot_decimals=lot_decimals,
        lot_step=Decimal(1).scaleb(-lot_decimals),
        price_decimals=price_decimals,
        shown_decimals=max(5, price_decimals),
        cost_decimals=10 if quote == "XBT" else 5,
    )


INSTRUMENTS = Instruments(
    _instrument(wsname, Decimal(tick), Decimal(ordermin), lot_decimals)
    for wsnames, tick, ordermin, lot_decimals in _TABLE
    for wsname in wsnames.split()
)
"""The pairs of the standing market."""
