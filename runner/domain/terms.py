"""The terms of an order, with its numbers as numbers; what is sent is the text of its author.

Source of the fields: https://docs.kraken.com/api/docs/websocket-v1/addorder
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from .batch import is_in_quote
from .money import parse_price

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from .money import Price

UNPRICED: Final = frozenset({"market", "settle-position"})
"""Order types without a price: they are filled at once, or not at all."""


class Leg(NamedTuple):
    """An order, or the conditional close that it brings along, which trades on the other side.

    ``name`` is empty for the order itself. ``post``: it never takes; where it would, the exchange refuses it.
    """

    name: str
    type: str
    ordertype: str
    price: Price | None = None
    price2: Price | None = None
    post: bool = False

    @classmethod
    def of(
        cls,
        name: str,
        type: str,
        ordertype: str,
        price: str | None,
        price2: str | None,
        *,
        post: bool = False,
    ) -> Leg:
        """Return a leg with its prices parsed. Raises ``ValueError``."""
        return cls(
            name,
            type,
            ordertype,
            parse_price(price) if price else None,
            parse_price(price2) if price2 else None,
            post,
        )

    @property
    def priced(self) -> bool:
        """True if it has its own price."""
        return self.price is not None and self.ordertype not in UNPRICED


class OrderTerms(NamedTuple):
    """The terms of an order. ``volume`` is in base units, or in quote units if it is ``in_quote``.

    ``starttm`` and ``expiretm`` have Kraken's forms: ``0``, ``+n`` seconds, or Unix seconds.
    """

    pair: str
    order: Leg
    close: Leg | None
    volume: Decimal | None
    flags: tuple[str, ...]
    leverage: str | None
    margin: bool
    reduce_only: bool
    starttm: str | None
    expiretm: str | None
    timeinforce: str | None

    @property
    def type(self) -> str:
        """The side, ``buy`` or ``sell``."""
        return self.order.type

    @property
    def ordertype(self) -> str:
        """The order type in Kraken's words."""
        return self.order.ordertype

    @property
    def base(self) -> str:
        """The base currency."""
        return self.pair.partition("/")[0]

    @property
    def quote(self) -> str:
        """The quote currency."""
        return self.pair.partition("/")[2]

    @property
    def legs(self) -> tuple[Leg, ...]:
        """The order, then its conditional close if it has one."""
        return (self.order,) if self.close is None else (self.order, self.close)

    @property
    def in_quote(self) -> bool:
        """True if the volume is an amount of money in the quote currency."""
        return is_in_quote(self.flags)

    @property
    def on_margin(self) -> bool:
        """True if it is paid for with borrowed money, or settles such a debt."""
        return bool(self.leverage or self.margin or self.ordertype == "settle-position")

    @property
    def ends_at_once(self) -> bool:
        """True if it never rests: what is not executed on arrival is canceled."""
        return ends_at_once(self.ordertype, self.timeinforce)

    @property
    def named_worth(self) -> Decimal | None:
        """Its worth by its own prices, in the quote currency; None if the market decides."""
        return named_worth(self.volume, (self.order.price, self.order.price2), in_quote=self.in_quote)

    def starts_at(self, now: float) -> float | None:
        """Return its start in Unix seconds if it arrived now; None for at once."""
        return _moment(self.starttm, now)

    def expires_at(self, now: float) -> float | None:
        """Return its expiry in Unix seconds if it arrived now; None for never."""
        return _moment(self.expiretm, now)

    def starts_later(self, now: float) -> bool:
        """Return whether it waits for its start, whatever the market does until then."""
        start = self.starts_at(now)
        return start is not None and start > now


def ends_at_once(ordertype: str, timeinforce: str | None) -> bool:
    """Return whether such an order never rests: what is not executed on arrival is canceled."""
    return timeinforce == "IOC" or ordertype in UNPRICED


def named_worth(volume: Decimal | None, prices: Iterable[Price | None], *, in_quote: bool) -> Decimal | None:
    """Return the volume times the highest absolute price; None if the market decides.

    A volume in the quote currency is the worth.
    """
    if volume is None or in_quote:
        return volume
    amounts = [price.amount for price in prices if price is not None and not price.relative]
    return volume * max(amounts) if amounts else None


def _moment(text: str | None, now: float) -> float | None:
    if text is None:
        return None
    if text.startswith("+"):
        return now + int(text[1:])
    return int(text) or None
