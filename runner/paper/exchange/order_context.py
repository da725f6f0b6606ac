"""An incoming order with its context: market, account and book.

Its acceptance is decided in ``validation.py`` and ``margin_rules.py``.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from runner.domain import CURRENCY
from runner.paper.options.kinds import FeeCurrency
from runner.paper.state import holds
from runner.paper.state.orders import OTHER_SIDE, CloseTerms, Terms

from . import order_fields

if TYPE_CHECKING:
    from runner.kraken import AddOrder
    from runner.paper.options.options import Options
    from runner.paper.state.account import Account, Hold
    from runner.paper.state.book import OrderBook
    from runner.paper.state.instruments import Instrument
    from runner.paper.state.margin import Positions
    from runner.paper.state.market import Quote


class ResolvedOrder(Struct, frozen=True):
    """An order as resolved: its terms, before it has an id and a number, and its hold if it is placed.

    ``reckoned_at`` is the price that its cost is reckoned at: its limit, else its trigger, else the last
    price that it has to go to in the market.
    """

    terms: Terms
    reckoned_at: Decimal
    hold: Hold


def leverages_of(instrument: Instrument, options: Options, type: str) -> tuple[str, ...]:
    """Return the leverages that a pair offers to a ``buy`` or a ``sell``: its own, or those of the options.

    Tokenized assets are not traded on margin.
    """
    own = instrument.leverage_buy if type == "buy" else instrument.leverage_sell
    if own is not None:
        return own
    return tuple(map(str, options.margin.leverages)) if instrument.asset_class == CURRENCY else ()


def status_of(instrument: Instrument, options: Options) -> str:
    """Return the status of a pair: what the options say of it, else its own."""
    return options.market.status_of(instrument.wsname) or instrument.status


class OrderContext(Struct, frozen=True, kw_only=True, eq=False):
    """An incoming order, and everything that its acceptance depends on.

    The methods parse fields of the request, so call each only after the field was checked.
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

    def prices(self) -> tuple[Decimal | None, Decimal | None]:
        """Return the limit and the trigger, resolved."""
        return order_fields.limit_and_stop(self.request, self.instrument, self.quote.last)

    def flags(self) -> tuple[str, ...]:
        """Return the ``oflags`` that were written."""
        return order_fields.oflags(self.request.oflags, lenient=self.options.requests.lenient_oflags)

    def cl_ord_key(self) -> str:
        """Return the form of the order's ``cl_ord_id`` by which ids are compared; the order must have one."""
        return order_fields.cl_ord_key(
            self.request.cl_ord_id or "", folds=self.options.requests.cl_ord_id_folds
        )

    def leverage(self) -> str | None:
        """Return the order's leverage, or None for a spot order; ``margin`` means the highest available."""
        if self.request.leverage is None and self.request.margin:
            offered = leverages_of(self.instrument, self.options, self.request.type)
            return offered[-1] if offered else None
        return self.request.leverage

    def volume(self) -> Decimal:
        """Return the base units; with ``viqc`` the volume was given in the quote currency."""
        volume = order_fields.number(self.request.volume or "")
        if not volume and self.options.margin.zero_volume_closes and self.leverage() is not None:
            return self.opposite()
        if self.request.oflags is not None and "viqc" in self.flags():
            volume /= self.quote.ask
        step = self.instrument.lot_step
        return volume // step * step

    def opposite(self) -> Decimal:
        """Return the base units of positions that the order could close."""
        if not self.positions:
            return Decimal(0)
        return self.positions.volume(self.instrument.wsname, OTHER_SIDE[self.request.type])

    def resolve(self) -> ResolvedOrder:
        """Return the order as resolved at this moment."""
        terms = self._terms()
        price = terms.limit or terms.stop or self.quote.worst(terms.type, terms.volume)
        hold_request = holds.of_terms(terms, terms.volume, price)
        return ResolvedOrder(terms, price, holds.needed(hold_request, self.positions, self.options))

    def _terms(self) -> Terms:
        request, now = self.request, self.now
        limit, stop = self.prices()
        flags = () if request.oflags is None else self.flags()
        leverage = self.leverage()
        starttm = None if request.starttm is None else order_fields.when(request.starttm, now)
        return Terms(
            txid="",
            number=0,
            instrument=self.instrument,
            type=request.type,
            ordertype=request.ordertype,
            volume=self.volume(),
            opentm=now,
            price=request.price,
            price2=request.price2,
            limit=limit,
            stop=stop,
            oflags=_with_fee_currency(flags, request.type),
            timeinforce=request.timeinforce or "GTC",
            userref=0 if request.userref is None else order_fields.userref(request.userref),
            cl_ord_id=request.cl_ord_id,
            cl_ord_key=None if request.cl_ord_id is None else self.cl_ord_key(),
            leverage=leverage,
            starttm=None if starttm is None or starttm <= now else starttm,
            expiretm=None if request.expiretm is None else order_fields.when(request.expiretm, now),
            close=None if request.close_ordertype is None else _close(request.close_ordertype, request),
            fee_in_base=leverage is None and _fee_in_base(flags, request.type, self.options.fees.currency),
            stp_type=request.stp_type or "cancel_newest",
            reduce_only=bool(request.reduce_only),
            sender_sub_id=request.sender_sub_id,
        )


def _with_fee_currency(flags: tuple[str, ...], type: str) -> tuple[str, ...]:
    if "fcib" in flags or "fciq" in flags:
        return flags
    return (*flags, "fciq" if type == "buy" else "fcib")


def _fee_in_base(flags: tuple[str, ...], type: str, preference: FeeCurrency) -> bool:
    """Return whether the exchange takes the fee of a spot order in the base currency."""
    if "fcib" in flags:
        return preference is not FeeCurrency.QUOTE
    return type == "sell" and "fciq" not in flags and preference is FeeCurrency.DEFAULTS


def _close(ordertype: str, request: AddOrder) -> CloseTerms:
    return CloseTerms(ordertype=ordertype, price=request.close_price, price2=request.close_price2)
