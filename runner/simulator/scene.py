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
from .orders import CloseTerms, Terms

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

    @property
    def flags(self) -> tuple[str, ...]:
        """The ``oflags`` that were written."""
        text = self.request.oflags
        return () if text is None else reading.oflags(text, lenient=self.options.lenient_oflags)

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

    @property
    def leverage(self) -> str | None:
        """What the order borrows by, or None for a spot order; ``margin`` asks for the most there is."""
        if self.request.leverage is None and self.request.margin:
            return self.options.leverages[-1]
        return self.request.leverage

    @property
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
    def terms(self) -> Terms:
        """The terms that the request means at this moment, before it has an id and a number."""
        request, now = self.request, self.now
        limit, stop = self.prices
        flags, leverage = self.flags, self.leverage
        starttm = None if request.starttm is None else reading.when(request.starttm, now)
        # By their places: to look two dozen names up would take longer than all that they stand for.
        return Terms(
            "",
            0,
            self.instrument.wsname,
            request.type,
            request.ordertype,
            self.volume,
            now,
            request.price,
            request.price2,
            limit,
            stop,
            _with_fee_currency(flags, request.type),
            request.timeinforce or "GTC",
            0 if request.userref is None else reading.userref(request.userref),
            request.cl_ord_id,
            None if request.cl_ord_id is None else self.cl_ord_key,
            leverage,
            None if starttm is None or starttm <= now else starttm,
            None if request.expiretm is None else reading.when(request.expiretm, now),
            None if request.close_ordertype is None else _close(request.close_ordertype, request),
            leverage is None and _fee_in_base(flags, request.type, self.options.fee_currency),
            request.stp_type or "cancel_newest",
            bool(request.reduce_only),
            None,
            request.sender_sub_id,
        )

    @property
    def reference_price(self) -> Decimal:
        """What the order is reckoned at: its limit, else its trigger, else how far it has to go."""
        limit, stop = self.prices
        return limit or stop or self.quote.worst(self.request.type, self.terms.volume)

    @lazy
    def hold(self) -> Hold:
        """What the order would hold."""
        terms = self.terms
        wish = holds.of_terms(terms, terms.volume, self.reference_price)
        return holds.needed(wish, self.positions, self.options)


def _with_fee_currency(flags: tuple[str, ...], type: str) -> tuple[str, ...]:
    if "fcib" in flags or "fciq" in flags:
        return flags
    return (*flags, "fciq" if type == "buy" else "fcib")


def _fee_in_base(flags: tuple[str, ...], type: str, preference: FeeCurrency) -> bool:
    """Whether the exchange takes the fee of a spot order in the base currency."""
    if preference is FeeCurrency.QUOTE:
        return False
    by_default = preference is FeeCurrency.DEFAULTS and type == "sell"
    return "fcib" in flags or (by_default and "fciq" not in flags)


def _close(ordertype: str, request: AddOrder) -> CloseTerms:
    return CloseTerms(ordertype=ordertype, price=request.close_price, price2=request.close_price2)
