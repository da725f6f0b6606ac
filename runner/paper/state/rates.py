"""The trading rate counters and the cap of open orders, enforced: requests over the limit are refused.

It decides from what was charged and from the age of orders; it books and ends nothing. What the documents
leave open is an option.
Source: https://docs.kraken.com/api/docs/guides/spot-ratelimits
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.kraken import LIMITS, RateCounter, Transaction, cost, fixed_cost

if TYPE_CHECKING:
    from runner.paper.options.options import Options

    from .book import OrderBook
    from .orders import BookedOrder

OVER = "EOrder:Rate limit exceeded"
OVER_IN_ALL = "EOrder:Domain rate limit exceeded"
TOO_MANY_OPEN = "EOrder:Orders limit exceeded"

_NEVER_REST = ("market", "settle-position")


class Rates:
    """The counters of one account, one for each pair.

    ``lenient``: charge, and refuse nothing, as when a past is repeated in which nothing was refused.
    ``batch``: requests come as one batch. Its cancellations are documented to be taken over the limit too,
    and its additions to cost half.
    """

    def __init__(self, options: Options) -> None:
        self._options = options
        self._limits = LIMITS[options.limits.tier]
        self._counters: dict[str, RateCounter] = {}
        self.lenient = False
        self.batch = False

    @property
    def enforced(self) -> bool:
        """True if transactions over the limits are refused."""
        return self._options.limits.enforce_rates and not self.lenient

    def reported_count(self, pair: str, now: float) -> int | str:
        """Return the counter of a pair as the feed shows it."""
        level = self._counter(pair).at(now)
        return int(level) if self._options.feeds.whole_ratecount else f"{level:.2f}"

    def charge(self, transaction: Transaction, pair: str, now: float, age_s: float = 0.0) -> str | None:
        """Charge a transaction; return its error if it goes over the limit.

        Then only its fixed part is charged.
        """
        counter = self._counter(pair)
        part = 0.5 if self.batch and transaction is Transaction.ADD else 1
        charged: float = cost(transaction, age_s) * part
        after = counter.charged(charged, now)
        problem = self._problem(after.level, charged, now)
        if problem is not None:
            if self._may_refuse(transaction):
                counted = self._options.limits.refused_transactions_count
                charged = fixed_cost(transaction) * part if counted else 0
                after = counter.charged(charged, now)
            else:
                problem = None
        self._counters[pair] = after
        return problem

    def charge_change(self, transaction: Transaction, order: BookedOrder, now: float) -> str | None:
        """Charge the change of a live order; its age counts from its creation or its last amendment."""
        # When it was amended is not kept; what came after that makes it rather too young.
        since = order.updated if order.amended else order.terms.opentm
        return self.charge(transaction, order.terms.pair, now, age_s=now - since)

    def charge_all(self, pairs: set[str], now: float) -> None:
        """Charge the cancellation of everything: the same for each pair, and never refused."""
        for pair in sorted(pairs):
            self._counters[pair] = self._counter(pair).charged(self._options.limits.cancel_all_cost, now)

    def too_many(self, pair: str, ordertype: str, book: OrderBook) -> str | None:
        """Return the error of one more order that may rest, where too many do."""
        most = self._limits.open_orders_max
        if book.count(pair) < most or not self.enforced or ordertype in _NEVER_REST:
            return None
        counted = sum(self._counts(order) for order in book.live.values() if order.terms.pair == pair)
        return TOO_MANY_OPEN if counted >= most else None

    def _counts(self, order: BookedOrder) -> bool:
        """Return whether an order counts as open."""
        if order.terms.starttm is not None and order.status == "pending":
            return self._options.limits.scheduled_counts_as_open
        return self._options.limits.untriggered_counts_as_open or not order.terms.triggered

    def _may_refuse(self, transaction: Transaction) -> bool:
        if transaction is Transaction.CANCEL and (self.batch or not self._options.limits.cancels_refused):
            return False
        return self.enforced

    def _problem(self, level: float, charged: float, now: float) -> str | None:
        """Return the error of a transaction of this cost that brings its pair's counter to this level."""
        threshold = self._limits.threshold
        if level > threshold or (level == threshold and self._options.limits.threshold_is_over):
            return OVER
        most = self._options.limits.domain_rate_max
        if most is None:
            return None
        return (
            OVER_IN_ALL
            if charged + sum(counter.at(now) for counter in self._counters.values()) > most
            else None
        )

    def _counter(self, pair: str) -> RateCounter:
        counter = self._counters.get(pair)
        return counter or RateCounter(self._limits.decay_per_s, stepped=self._options.limits.stepped_decay)
