"""A second look as a value, and the codes that name its kinds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from runner.domain import Answer

if TYPE_CHECKING:
    from decimal import Decimal

    from runner.domain import OrderKey, Place


class Code(StrEnum):
    """The kind of a second look. The value names it in outputs and policies, so it is never renamed."""

    TRADES_AT_ONCE = "trades-at-once"
    TRIGGER_PASSED = "trigger-passed"
    FAR_FROM_MARKET = "far-from-market"
    LIMIT_FAR = "limit-far-from-trigger"
    LIMIT_SIDE = "limit-before-trigger"
    CLOSE_SIDE = "close-wrong-side"
    CLOSE_FAR = "close-far-away"
    VOLUME_PEERS = "volume-unlike-peers"
    WORTH_PEERS = "worth-unlike-peers"
    PRICE_PEERS = "price-unlike-peers"
    PRICE_SERIES = "price-breaks-series"
    VOLUME_SERIES = "volume-breaks-series"
    DISTANCE_SERIES = "distance-breaks-series"
    LONE_SIDE = "lone-side"
    LONE_PAIR = "lone-pair"
    DIGITS_SWAPPED = "digits-swapped"
    POINT_MOVED = "point-moved"
    SELLS_ALL = "sells-all"
    LARGE_SHARE = "large-share"
    STALE_PRICE = "stale-price"


CODE_WORDS: Final = {
    Code.TRADES_AT_ONCE: "A limit order would trade at once.",
    Code.TRIGGER_PASSED: "The market has passed a trigger already.",
    Code.FAR_FROM_MARKET: "A price is less than half or more than twice the market's.",
    Code.LIMIT_FAR: "A limit is far through its own trigger.",
    Code.LIMIT_SIDE: "A limit lies before its own trigger, as if the two were exchanged.",
    Code.CLOSE_SIDE: "A conditional close would trade as soon as its order is filled.",
    Code.CLOSE_FAR: "A conditional close is far from the price of its order.",
    Code.VOLUME_PEERS: "A volume is many times those of its peers, or a small part of them.",
    Code.WORTH_PEERS: "A worth is many times those of its peers, or a small part of them.",
    Code.PRICE_PEERS: "A price is many times those of its peers, or a small part of them.",
    Code.PRICE_SERIES: "A price breaks the series of its ladder.",
    Code.VOLUME_SERIES: "A volume breaks the series of its ladder.",
    Code.DISTANCE_SERIES: "The second price of an order is at another distance than those of its neighbours.",
    Code.LONE_SIDE: "An order is on the other side than all orders around it.",
    Code.LONE_PAIR: "An order is of another pair than all orders around it.",
    Code.DIGITS_SWAPPED: "Two digits are exchanged against the version before.",
    Code.POINT_MOVED: "A number is ten times what it was in the version before, or a tenth of it.",
    Code.SELLS_ALL: "The batch sells all that the account holds of a currency, or more.",
    Code.LARGE_SHARE: "One order is worth more than a tenth of the account.",
    Code.STALE_PRICE: "The prices of a pair are older than a minute.",
}
"""One sentence per code that explains it."""

NEEDS_PRICES: Final = frozenset(
    {
        Code.TRADES_AT_ONCE,
        Code.TRIGGER_PASSED,
        Code.FAR_FROM_MARKET,
        Code.CLOSE_SIDE,
        Code.WORTH_PEERS,
        Code.LARGE_SHARE,
        Code.STALE_PRICE,
    }
)
"""The kinds that say nothing where the market is not known."""

NEEDS_BALANCES: Final = frozenset({Code.SELLS_ALL, Code.LARGE_SHARE})
"""The kinds that say nothing where the balances are not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLook:
    """One reason to look at an order again.

    ``message`` has the figure and the usual one. ``severity`` is ``warn``, or ``deny`` where a policy wants
    it so. ``at_stake`` is the money that the order may move, in the review's currency; None if it is unknown.
    """

    code: Code
    order: OrderKey
    place: Place
    message: str
    at_stake: Decimal | None
    severity: Answer = Answer.WARN

    @property
    def denies(self) -> bool:
        """True if nothing may be sent because of it."""
        return self.severity is Answer.DENY
