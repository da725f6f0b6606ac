"""One account and one market: the whole state, and the few ways to change it.

The steps of an order's life (write, publish, end) are here. Their order is decided in ``matching_engine.py``.
Connections, subscriptions and tokens are not known here.
"""

from __future__ import annotations

import heapq
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from runner.kraken import AddOrder
from runner.paper.public.market_tape import MarketTape
from runner.paper.state.account import ZERO, Account, Hold
from runner.paper.state.book import OrderBook
from runner.paper.state.changes import Change, OrderChange, OrderUpdate, Trade
from runner.paper.state.fees import Fees
from runner.paper.state.ledger import Ledger, LedgerEntry, LedgerType
from runner.paper.state.margin import Position, Positions
from runner.paper.state.market import Market, Quote
from runner.paper.state.orders import BookedOrder, CancelReason, Status, Terms
from runner.paper.state.rates import Rates

from .order_context import OrderContext

if TYPE_CHECKING:
    from runner.paper.options.options import Options
    from runner.paper.state.instruments import Instrument

    from .opening import Opening


REMINDERS_SPARE = 1000
"""Maximum number of stale reminders, in addition to two for each open order."""


class State(Struct, frozen=True):
    """All that is kept between runs, as one value that can be compared.

    ``cancel_at`` is when ``cancelAllOrdersAfter`` fires, ``written_off`` what the account could not pay.
    """

    status: str
    balances: dict[str, Decimal]
    holds: dict[str, Hold]
    quotes: dict[str, Quote]
    live: dict[str, BookedOrder]
    ended: dict[str, BookedOrder]
    trades: tuple[Trade, ...]
    positions: dict[str, Position]
    cancel_at: float | None
    written_off: dict[str, Decimal]
    ledger: tuple[LedgerEntry, ...]


class Venue:
    """One account, one book, and the quotes of all pairs."""

    def __init__(self, *, seed: str, options: Options, opening: Opening) -> None:
        self.seed = seed
        self.options = options
        self.account = Account({asset: Decimal(amount) for asset, amount in opening.balances})
        # A trade changes two balances.
        self.ledger = Ledger(self.account, 2 * options.records.trades_kept)
        self.ledger.begin(opening.opened)
        self.book = OrderBook(options.records.ended_orders_kept)
        self.market = Market(options.market.depth, options.market.levels, opening.instruments)
        self.tape = MarketTape(opening.opened)
        self.positions = Positions(self.account, self.market)
        self.fees = Fees(options, self.market)
        self.trades: list[Trade] = []
        self.traded = 0
        self.amended = 0
        self.status = "online"
        self.rates = Rates(options)
        self.cancel_at: float | None = None
        self.written_off: dict[str, Decimal] = {}
        self.moved: dict[str, None] = {}  # pairs whose triggers are to be looked at
        self._closing: list[tuple[Terms, Decimal]] = []  # fills whose ``close`` is to be placed
        self._numbers = 0
        self._changes: list[Change] = []
        self._due: list[tuple[float, int, str]] = []

    def take_changes(self) -> list[Change]:
        """Return the changes since the last call, and forget them; empty if nothing has changed."""
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
            self.positions.all(),
            self.cancel_at,
            dict(self.written_off),
            self.ledger.entries,
        )

    # --- queries --------------------------------------------------------------------------------

    def cancel(self, txid: str, reason: CancelReason, now: float) -> None:
        """End a live order."""
        self.end(self.book.live[txid], Status.CANCELED, now, reason)

    def cancel_all(self, reason: CancelReason, now: float) -> int:
        """End every live order; how many there were."""
        txids = list(self.book.live)
        for txid in txids:
            self.cancel(txid, reason, now)
        return len(txids)

    def timer(self) -> float | None:
        """Return the Unix time at which the next order starts or expires or all are canceled, or None."""
        while self._due and self._due[0][2] not in self.book.live:
            heapq.heappop(self._due)
        due = self._due[0][0] if self._due else None
        if self.cancel_at is None or self.status == "maintenance":
            return due
        return self.cancel_at if due is None else min(due, self.cancel_at)

    def held_for_spot(self, asset: str) -> Decimal:
        """Return the amount of a currency that spot orders hold, without what margin orders hold."""
        spot = (txid for txid, order in self.book.live.items() if order.terms.leverage is None)
        return sum((self.account.held_by(txid) for txid in spot if self.account.holds_of(txid, asset)), ZERO)

    def crosses(self, terms: Terms) -> bool:
        """Return whether the limit of an order, if it has one, meets the crowd's quote."""
        return terms.limit is not None and self.market.quote(terms.pair).crossed_by(terms.type, terms.limit)

    # --- the steps of an order's life -------------------------------------------------------------

    def order_context(self, request: AddOrder, instrument: Instrument, now: float) -> OrderContext:
        """Return a request, and all that its acceptance depends on."""
        return OrderContext(
            request=request,
            instrument=instrument,
            quote=self.market.quote(instrument.wsname),
            status=self.status,
            account=self.account,
            book=self.book,
            positions=self.positions,
            options=self.options,
            now=now,
        )

    def next_number(self) -> int:
        """Return the number of a new order, or the new place in the queue of an old one."""
        self._numbers += 1
        return self._numbers - 1

    def remind(self, moment: float, terms: Terms) -> None:
        """Look at an order again at this moment."""
        heapq.heappush(self._due, (moment, terms.number, terms.txid))
        if len(self._due) > REMINDERS_SPARE + 2 * len(self.book.live):
            # Most are about orders that ended before their time.
            self._due = [due for due in self._due if due[2] in self.book.live]
            heapq.heapify(self._due)

    def write(self, order: BookedOrder) -> None:
        """Store the current state of an order in the book."""
        self.book.put(order, keep_since=order.updated - self.options.rest.lag_s)

    def report(self, order: BookedOrder, change: OrderChange) -> None:
        """Publish an update of an order in the feed."""
        self._changes.append(OrderUpdate(order, change))

    def touch(self) -> None:
        """Note a change that is kept but not published in a feed."""
        self._changes.append(None)

    def report_trade(self, order: BookedOrder, trade: Trade) -> None:
        """Store a trade and publish it in both feeds; its consequences become due."""
        self.traded += 1
        self.trades.append(trade)
        self.tape.traded(trade, self.market.quote(trade.order.pair))
        if len(self.trades) > self.options.records.trades_kept:
            del self.trades[0]
        self.report(order, OrderChange.FILLED)
        self._changes.append(trade)
        if trade.order.close is not None:
            self._closing.append((trade.order, trade.volume))
        self.moved.setdefault(trade.order.pair)

    def end(self, order: BookedOrder, status: Status, now: float, reason: str | None = None) -> BookedOrder:
        """End an order and publish that; return the ended order."""
        order = order.stepped(status, now, reason)
        self.account.release(order.terms.txid)
        self.write(order)
        self.report(order, OrderChange.ENDED)
        return order

    def pay(self, refid: str, asset: str, profit: Decimal, fee: Decimal, now: float) -> None:
        """Book a profit or a loss, and a fee. Orders give way to it; what is not there is written off."""
        amount = profit - fee
        for txid in list(self.book.live) if -amount > self.account.available(asset) else ():
            if self.account.holds_of(txid, asset):
                self.cancel(txid, CancelReason.NO_FUNDS, now)
            if -amount <= self.account.available(asset):
                break
        paid = max(amount, -self.account.available(asset))
        if paid != amount:
            self.written_off[asset] = self.written_off.get(asset, ZERO) + paid - amount
        self.ledger.book(LedgerType.MARGIN, refid=refid, now=now, asset=asset, amount=paid + fee, fee=fee)
