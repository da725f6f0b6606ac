"""Booking, trading and ending orders: the one place where book, account and market change together.

It decides what happens to orders and says so as changes, in the order in which they happened. It knows no
connection, no subscription and no token.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from runner.protocol import AddOrder, AddOrderStatus

from . import ids, instruments, reading, shapes, validation
from .account import Account, Hold, rounded_down, rounded_up
from .market import Market, Quote, by_priority
from .options import ValidateReply
from .orders import BookedOrder, CancelReason, CloseTerms, OrderBook, Status, Terms
from .shapes import Trade
from .validation import Scene

if TYPE_CHECKING:
    from .instruments import Instrument
    from .opening import Opening
    from .options import Options


@dataclass(frozen=True, slots=True)
class OrderUpdate:
    """Something about an order that the openOrders feed tells; sparse but for a new order."""

    txid: str
    fields: dict[str, Any]


Change = OrderUpdate | Trade


@dataclass(frozen=True, slots=True)
class State:
    """All that is kept between runs, as one value that can be compared."""

    status: str
    balances: dict[str, Decimal]
    holds: dict[str, Hold]
    quotes: dict[str, Quote]
    live: dict[str, BookedOrder]
    ended: dict[str, BookedOrder]
    trades: tuple[Trade, ...]


class Venue:
    """One account, one book, and the quotes of all pairs."""

    def __init__(self, *, seed: str, options: Options, opening: Opening) -> None:
        self.options = options
        self.account = Account({asset: Decimal(amount) for asset, amount in opening.balances})
        self.book = OrderBook()
        self.market = Market(options.depth)
        self.trades: list[Trade] = []
        self.status = "online"
        self._seed = seed
        self._orders = 0
        self._changes: list[Change] = []
        self._due: list[tuple[float, int, str]] = []
        for pair, bid, ask in opening.quotes:
            self.market.move(pair, Decimal(bid), Decimal(ask))
        for standing in opening.orders:
            request = AddOrder(
                pair=standing.pair,
                type=standing.type,
                ordertype="limit",
                price=standing.price,
                volume=standing.volume,
            )
            scene = self._scene(request, instruments.INSTRUMENTS[standing.pair], opening.opened)
            self._book(scene, standing.txid)
        self._changes.clear()

    def take_changes(self) -> list[Change]:
        """What has happened since the last call; empty when nothing has changed."""
        changes, self._changes = self._changes, []
        return changes

    def state(self) -> State:
        """Everything that must be the same after a replay."""
        return State(
            self.status,
            self.account.balances,
            self.account.holds,
            self.market.quotes,
            dict(self.book.live),
            dict(self.book.ended),
            tuple(self.trades),
        )

    def place(self, request: AddOrder, now: float) -> AddOrderStatus:
        """Take an order, or say in the exchange's words why not."""
        instrument = instruments.find(request.pair, common_names=self.options.common_names)
        if instrument is None:
            return _rejected(request, "EQuery:Unknown asset pair")
        scene = self._scene(request, instrument, now)
        problem = validation.first_problem(scene, _needed)
        if problem is not None:
            return _rejected(request, problem)
        if self._validates(request.validate):
            return self._accepted(request, _terms(scene, "", self._orders), validated=True)
        terms = self._book(scene, ids.order_id(self._seed, self._orders))
        return self._accepted(request, terms)

    def cancel(self, txid: str, reason: CancelReason, now: float) -> None:
        """End a live order."""
        self._end(self.book.live[txid], Status.CANCELED, now, reason)

    def quote(self, pair: str, bid: Decimal, ask: Decimal, now: float) -> None:
        """Move a pair's market, and fill the resting orders that it crosses at their own prices."""
        self.market.move(pair, bid, ask)
        resting = [
            order
            for order in self.book.live.values()
            if order.terms.pair == pair and order.status is Status.OPEN and order.terms.ordertype == "limit"
        ]
        for order in by_priority(resting):
            self._fill(order, now, resting=True)

    def timer(self) -> float | None:
        """When the next order starts or expires, or None."""
        while self._due and self._due[0][2] not in self.book.live:
            heapq.heappop(self._due)
        return self._due[0][0] if self._due else None

    def advance(self, now: float) -> None:
        """Let orders start and expire whose time has come."""
        while (due := self.timer()) is not None and due <= now:
            _, _, txid = heapq.heappop(self._due)
            order = self.book.live[txid]
            if order.terms.expiretm is not None and order.terms.expiretm <= due:
                self._end(order, Status.EXPIRED, due, CancelReason.EXPIRED)
            elif order.status is Status.PENDING:
                self._start(order, due)

    def _scene(self, request: AddOrder, instrument: Instrument, now: float) -> Scene:
        return Scene(
            request=request,
            instrument=instrument,
            quote=self.market.quote(instrument.wsname),
            status=self.status,
            account=self.account,
            book=self.book,
            options=self.options,
            now=now,
        )

    def _validates(self, validate: str | bool | None) -> bool:
        if self.options.validate_false_validates:
            return validate is not None
        return validate is True or (isinstance(validate, str) and validate.lower() == "true")

    def _accepted(self, request: AddOrder, terms: Terms, *, validated: bool = False) -> AddOrderStatus:
        txid: str | None = terms.txid
        if validated:
            txid = "" if self.options.validate_reply is ValidateReply.EMPTY_TXID else None
        return AddOrderStatus(
            status="ok",
            txid=txid,
            descr=shapes.descr(terms, price_decimals=self.options.descr_price_decimals),
            cl_ord_id=request.cl_ord_id,
            reqid=request.reqid,
        )

    def _book(self, scene: Scene, txid: str) -> Terms:
        terms = _terms(scene, txid, self._orders)
        self._orders += 1
        order = BookedOrder(terms=terms, updated=scene.now)
        self.account.hold(txid, _needed(scene))
        self._write(order)
        self._changes.append(OrderUpdate(txid, shapes.full(order)))
        for moment in (terms.starttm, terms.expiretm):
            if moment is not None:
                heapq.heappush(self._due, (moment, terms.number, txid))
        if terms.starttm is None:
            self._start(order, scene.now)
        return terms

    def _start(self, order: BookedOrder, now: float) -> None:
        quote = self.market.quote(order.terms.pair)
        limit = order.terms.limit
        if "post" in order.terms.oflags and limit is not None and quote.crossed_by(order.terms.type, limit):
            self._end(order, Status.CANCELED, now, CancelReason.POST_ONLY)
            return
        order = order.stepped(Status.OPEN, now)
        self._write(order)
        self._changes.append(OrderUpdate(order.txid, shapes.opened(order)))
        if not order.terms.triggered:
            self._fill(order, now, resting=False)

    def _fill(self, order: BookedOrder, now: float, *, resting: bool) -> None:
        """Trade what can be traded at once, then end what may not rest."""
        terms, quote = order.terms, self.market.quote(order.terms.pair)
        volume = Decimal(0)
        if terms.limit is None or quote.crossed_by(terms.type, terms.limit):
            volume = quote.on_offer(terms.type, order.remaining)
        price = terms.limit if resting and terms.limit is not None else quote.opposite(terms.type)
        rate = self.options.maker_fee if resting else self.options.taker_fee
        if volume and not self._affordable(order, volume * price, rate):
            self._end(order, Status.CANCELED, now, CancelReason.NO_FUNDS)
            return
        if volume:
            order = self._trade(order, volume, price, rate, now)
        if not order.remaining:
            self._end(order, Status.CLOSED, now)
        elif terms.ordertype == "market":
            self._end(order, Status.CANCELED, now, CancelReason.NO_LIQUIDITY)
        elif terms.timeinforce == "IOC":
            self._end(order, Status.CANCELED, now, CancelReason.IMMEDIATE)

    def _affordable(self, order: BookedOrder, cost: Decimal, rate: Decimal) -> bool:
        # Only a market order that was scheduled can be short: its hold was reckoned at an older price.
        if order.terms.type == "sell":
            return True
        asset = instruments.INSTRUMENTS[order.terms.pair].quote
        held = self.account.holds[order.txid].amount
        return cost + cost * rate <= self.account.available(asset) + held

    def _trade(
        self, order: BookedOrder, volume: Decimal, price: Decimal, rate: Decimal, now: float
    ) -> BookedOrder:
        terms, instrument = order.terms, instruments.INSTRUMENTS[order.terms.pair]
        cost = rounded_down(volume * price)
        fee = rounded_down(cost * rate)
        sign = 1 if terms.type == "buy" else -1
        self.account.release(order.txid)
        self.account.move(instrument.quote, -sign * cost - fee)
        self.account.move(instrument.base, sign * volume)
        self.market.take(terms.pair, terms.type, volume, price)
        order = order.filled(volume, cost, fee, now)
        self.account.hold(order.txid, _hold(terms, order.remaining, price, self.options))
        self._write(order)
        number = len(self.trades)
        trade = Trade(
            trade_id=ids.trade_id(self._seed, number),
            number=number,
            order=terms,
            price=price,
            volume=volume,
            cost=cost,
            fee=fee,
            time=now,
        )
        self.trades.append(trade)
        self._changes += [OrderUpdate(order.txid, shapes.progressed(order)), trade]
        return order

    def _end(
        self, order: BookedOrder, status: Status, now: float, reason: CancelReason | None = None
    ) -> None:
        order = order.stepped(status, now, reason)
        self.account.release(order.txid)
        self._write(order)
        self._changes.append(OrderUpdate(order.txid, shapes.ended(order)))

    def _write(self, order: BookedOrder) -> None:
        self.book.put(order, keep_since=order.updated - self.options.rest_lag_s)


def _rejected(request: AddOrder, error: str) -> AddOrderStatus:
    return AddOrderStatus(status="error", errorMessage=error, reqid=request.reqid)


def _needed(scene: Scene) -> Hold:
    request, instrument = scene.request, scene.instrument
    volume, price = validation.amount(scene), validation.reference_price(scene)
    return _held(request.type, instrument, volume, price, scene.options)


def _hold(terms: Terms, remaining: Decimal, price: Decimal, options: Options) -> Hold:
    price = terms.limit or terms.stop or price
    return _held(terms.type, instruments.INSTRUMENTS[terms.pair], remaining, price, options)


def _held(type: str, instrument: Instrument, volume: Decimal, price: Decimal, options: Options) -> Hold:
    """What an order may still take: base units when it sells, cost and the higher fee when it buys."""
    if type == "sell":
        return Hold(instrument.base, volume)
    cost = rounded_up(volume * price)
    return Hold(instrument.quote, cost + rounded_up(cost * max(options.taker_fee, options.maker_fee)))


def _terms(scene: Scene, txid: str, number: int) -> Terms:
    request, options = scene.request, scene.options
    limit, stop = reading.limit_and_stop(request, scene.instrument, scene.quote.last)
    starttm = reading.when(request.starttm, scene.now)
    return Terms(
        txid=txid,
        number=number,
        pair=scene.instrument.wsname,
        type=request.type,
        ordertype=request.ordertype,
        volume=validation.amount(scene),
        opentm=scene.now,
        price=request.price,
        price2=request.price2,
        limit=limit,
        stop=stop,
        oflags=_oflags(request, options),
        timeinforce=request.timeinforce or "GTC",
        userref=0 if request.userref is None else reading.userref(request.userref),
        cl_ord_id=request.cl_ord_id,
        cl_ord_key=_cl_ord_key(request, options),
        leverage=request.leverage,
        starttm=None if starttm is None or starttm <= scene.now else starttm,
        expiretm=reading.when(request.expiretm, scene.now),
        close=_close(request),
    )


def _oflags(request: AddOrder, options: Options) -> tuple[str, ...]:
    flags = reading.oflags(request.oflags, lenient=options.lenient_oflags)
    if "fcib" in flags or "fciq" in flags:
        return flags
    return (*flags, "fciq" if request.type == "buy" else "fcib")


def _cl_ord_key(request: AddOrder, options: Options) -> str | None:
    if request.cl_ord_id is None:
        return None
    return reading.cl_ord_key(request.cl_ord_id, folds=options.cl_ord_id_folds)


def _close(request: AddOrder) -> CloseTerms | None:
    if request.close_ordertype is None:
        return None
    return CloseTerms(
        ordertype=request.close_ordertype, price=request.close_price, price2=request.close_price2
    )
