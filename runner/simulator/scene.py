"""An order as it arrives, and what it means beside the market, the account and the book.

Whether it is taken is decided in ``validation.py`` and ``margin_rules.py``.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from . import holds, reading
from .lazy import lazy
from .options import FeeCurrency

if TYPE_CHECKING:
    from runner.protocol import AddOrder

    from .account import Account, Hold
    from .book import OrderBook
    from .instruments import Instrument
    from .margin import Positions
    from .market import Quote
    from .options import Options


class Scene(Struct, frozen=True, kw_only=True, eq=False, dict=True):
    """An order as it arrives, and everything that its acceptance depends on.

    What it means is worked out when it is first asked for; so ask only when its form has been checked.
    """

    request: AddOrder
    instrument: Instrument
    quote: Quote
    status: str
    account: Account
    book: OrderBook
    positions: Positions
    options: Options
    now: float

    @lazy
    def prices(self) -> tuple[Decimal | None, Decimal | None]:
        """The limit and the trigger, resolved."""
        return reading.limit_and_stop(self.request, self.instrument, self.quote.last)

    @lazy
    def flags(self) -> tuple[str, ...]:
        """The ``oflags`` that were written."""
        return reading.oflags(self.request.oflags, lenient=self.options.lenient_oflags)

    @property
    def oflags(self) -> tuple[str, ...]:
        """The flags of the order, with the currency of its fee."""
        flags = self.flags
        if "fcib" in flags or "fciq" in flags:
            return flags
        return (*flags, "fciq" if self.request.type == "buy" else "fcib")

    @lazy
    def cl_ord_key(self) -> str:
        """What the ``cl_ord_id`` of an order that has one is compared by."""
        return reading.cl_ord_key(self.request.cl_ord_id or "", folds=self.options.cl_ord_id_folds)

    @property
    def state(self) -> str:
        """The state of the exchange, or, while that is online, of the pair."""
        if self.status != "online" or not self.options.pair_states:
            return self.status
        return dict(self.options.pair_states).get(self.instrument.wsname, "online")

    @lazy
    def leverage(self) -> str | None:
        """What the order borrows by, or None for a spot order; ``margin`` asks for the most there is."""
        if self.request.leverage is None and self.request.margin:
            return self.options.leverages[-1]
        return self.request.leverage

    @lazy
    def volume(self) -> Decimal:
        """Base units; with ``viqc`` the volume was given in the quote currency."""
        volume = reading.number(self.request.volume or "")
        if not volume and self.options.zero_volume_closes and self.leverage is not None:
            return self.opposite
        if "viqc" in self.flags:
            volume /= self.quote.ask
        step = self.instrument.lot_step
        return volume // step * step

    @property
    def opposite(self) -> Decimal:
        """Base units of positions that the order could close."""
        if not self.positions:
            return Decimal(0)
        other = "sell" if self.request.type == "buy" else "buy"
        return self.positions.volume(self.instrument.wsname, other)

    @lazy
    def reference_price(self) -> Decimal:
        """What the order is reckoned at: its limit, else its trigger, else how far it has to go."""
        limit, stop = self.prices
        return limit or stop or self.quote.worst(self.request.type, self.volume)

    @lazy
    def fee_in_base(self) -> bool:
        """Whether the exchange takes its fee in the base currency."""
        preference = self.options.fee_currency
        if preference is FeeCurrency.QUOTE or self.leverage is not None:
            return False
        by_default = preference is FeeCurrency.DEFAULTS and self.request.type == "sell"
        return "fcib" in self.flags or (by_default and "fciq" not in self.flags)

    @lazy
    def hold(self) -> Hold:
        """What the order would hold."""
        wish = holds.Wish(
            self.instrument.wsname,
            self.request.type,
            self.request.ordertype,
            self.volume,
            self.reference_price,
            self.leverage,
            self.fee_in_base,
        )
        return holds.needed(wish, self.positions, self.options)
