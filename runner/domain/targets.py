"""The nouns of a targets file: which share of an account each currency should have, and how to get there.

Shares are fractions of one (``50%`` is ``Decimal("0.5")``), money is in the quote currency, spans are
seconds. Nothing here knows YAML, the market, or what follows from a target.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from .batch import Otherwise, Place


class BandLimit(StrEnum):
    """The limit of a band that holds, of its absolute and its relative one."""

    SMALLER = "smaller"
    LARGER = "larger"


class Destination(StrEnum):
    """The weight that a currency outside its band is traded to.

    ``half``: half way between the target and the edge of the band. ``inside``: just inside the edge.
    """

    TARGET = "target"
    HALF = "half"
    INSIDE = "inside"


class TradedAssets(StrEnum):
    """The currencies that are traded once one of them is outside its band."""

    BREACHING = "breaching"
    ALL = "all"


class TradedSides(StrEnum):
    """The sides that are used."""

    BOTH = "both"
    BUY = "buy"
    SELL = "sell"


class PriceFrom(StrEnum):
    """The price that limits are measured from."""

    BID = "bid"
    ASK = "ask"
    MID = "mid"
    LAST = "last"


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The distance from its target at which a currency is traded.

    ``absolute`` is a share of the managed value, ``relative`` one of the target; ``use`` says which holds.
    """

    absolute: Decimal
    relative: Decimal
    use: BandLimit = BandLimit.SMALLER
    to: Destination = Destination.TARGET


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetOrders:
    """The terms that all orders share. ``minimum`` and ``maximum`` bound the cost of one, None: unbounded.

    ``expiretm`` and ``timeinforce`` are Kraken's words, None where the file does not say.
    """

    minimum: Decimal | None = None
    maximum: Decimal | None = None
    oflags: tuple[str, ...] = ()
    timeinforce: str | None = None
    expiretm: str | None = None

    @property
    def post(self) -> bool:
        """True if an order must not trade at once."""
        return "post" in self.oflags


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRule:
    """The limit price of an order, and when a price is no basis for one.

    ``offset`` is a share of the price: sells ask for so much more, buys offer so much less. ``max_spread``
    is a share of the mid, ``max_age`` seconds; None: unbounded.
    """

    source: PriceFrom = PriceFrom.MID
    offset: Decimal
    max_spread: Decimal | None = None
    max_age: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """The seconds that buys wait until all sells are filled, and what happens if they are not."""

    within: int
    otherwise: Otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """A valid targets file: the weights and the cash target are exactly one together.

    ``weights`` are by currency as in ``wsname``, without the quote currency. ``cash_floor`` is never spent;
    ``keep`` are base units that are never sold. ``fee``: a share of an order's cost, None for that of the
    account. ``file`` is the name to print, and ``places`` are those of the weights in it, by currency.
    ``digest`` is the SHA-256 of what it says, in hex, however it is written.
    """

    name: str
    quote: str
    weights: Mapping[str, Decimal]
    cash_target: Decimal
    cash_floor: Decimal
    band: Band
    scope: TradedAssets
    method: TradedSides
    keep: Mapping[str, Decimal]
    order: TargetOrders
    price: PriceRule
    fee: Decimal | None
    fill: Fill
    file: str
    digest: str
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)

    def pair(self, currency: str) -> str:
        """Return the pair in which a currency is traded, as a ``wsname``."""
        return f"{currency}/{self.quote}"
