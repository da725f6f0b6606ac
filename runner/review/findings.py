"""The findings of a review: what is wrong with an order, or with what is to be canceled.

A finding is a value with its place in the file. An error is what the exchange would refuse, or what cannot
have been meant; nothing is sent while there is one. A warning is reported and stops nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from runner.domain import Place


class Severity(StrEnum):
    """The severity of a finding."""

    ERROR = "error"
    WARNING = "warning"


class FindingRule(StrEnum):
    """The rule that was checked. The value names it in every output, so it is never renamed."""

    UNKNOWN_PAIR = "unknown-pair"
    PAIR_STATUS = "pair-status"
    TICK_SIZE = "tick-size"
    LOT_DECIMALS = "lot-decimals"
    ORDERMIN = "ordermin"
    COSTMIN = "costmin"
    LEVERAGE = "leverage"
    NO_PRICE = "no-price"
    EMPTY_BOOK = "empty-book"
    POST_CROSSES = "post-crosses"
    SELF_CROSS = "self-cross"
    BALANCE = "balance"
    OPEN_ORDERS = "open-orders"
    STARTTM = "starttm"
    EXPIRETM = "expiretm"
    CANCEL_NOT_OPEN = "cancel-not-open"
    RELIES_ON_ENDED = "relies-on-ended"
    OWN_ID = "own-id"


RULE_WORDS: Final = {
    FindingRule.UNKNOWN_PAIR: "The exchange does not have the pair.",
    FindingRule.PAIR_STATUS: "The pair does not take such orders at the moment.",
    FindingRule.TICK_SIZE: "A price is not a multiple of the pair's tick size.",
    FindingRule.LOT_DECIMALS: "A volume has more decimals than the pair takes.",
    FindingRule.ORDERMIN: "A volume is below the pair's minimum.",
    FindingRule.COSTMIN: "An order costs less than the pair's minimum.",
    FindingRule.LEVERAGE: "The leverage is not offered for the pair and side.",
    FindingRule.NO_PRICE: "A relative price comes to nothing or less.",
    FindingRule.EMPTY_BOOK: "A side of the book is empty, or cannot be read.",
    FindingRule.POST_CROSSES: "An order with `post` would trade at once.",
    FindingRule.SELF_CROSS: "Two orders of the account would trade with each other.",
    FindingRule.BALANCE: "The account cannot pay for an order when its turn comes.",
    FindingRule.OPEN_ORDERS: "More orders would be open on a pair than an account may have.",
    FindingRule.STARTTM: "An order's start is over.",
    FindingRule.EXPIRETM: "An order's expiry is over, or makes no sense.",
    FindingRule.CANCEL_NOT_OPEN: "What is to be canceled is not open.",
    FindingRule.RELIES_ON_ENDED: "A cancellation relies on an order that is not open any more.",
    FindingRule.OWN_ID: "An order that the batch did not place carries the client order id of its author.",
}
"""One sentence per rule that explains it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong.

    ``subject`` is the order (``group/id``) or what a cancellation names; ``hint`` is the remedy, or empty.
    """

    file: str
    place: Place
    subject: str
    rule: FindingRule
    severity: Severity
    message: str
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.place.line}:{self.place.column}"
        hint = f" ({self.hint})" if self.hint else ""
        return f"{where}: {self.severity.value}: {self.subject}: {self.message}{hint} [{self.rule.value}]"
