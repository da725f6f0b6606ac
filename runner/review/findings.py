"""What a reviewer is told is wrong with an order, or with what is to be canceled.

A finding is a value with its place in the file. An error is what the exchange would refuse, or what nobody
can have meant; nothing is sent while there is one. A warning is said and stops nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.domain import Place


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    WARNING = "warning"


class Rule(StrEnum):
    """What was looked at. The value names it in every output, so it is never renamed."""

    UNKNOWN_PAIR = "unknown-pair"
    PAIR_STATUS = "pair-status"
    TICK_SIZE = "tick-size"
    LOT_DECIMALS = "lot-decimals"
    ORDERMIN = "ordermin"
    COSTMIN = "costmin"
    LEVERAGE = "leverage"
    POST_CROSSES = "post-crosses"
    SELF_CROSS = "self-cross"
    BALANCE = "balance"
    OPEN_ORDERS = "open-orders"
    STARTTM = "starttm"
    EXPIRETM = "expiretm"
    CANCEL_NOT_OPEN = "cancel-not-open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong. ``subject`` is the order (``group/id``) or what a cancellation names;
    ``hint`` is what to write instead, or empty.
    """

    file: str
    place: Place
    subject: str
    rule: Rule
    severity: Severity
    message: str
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.place.line}:{self.place.column}"
        hint = f" ({self.hint})" if self.hint else ""
        return f"{where}: {self.severity.value}: {self.subject}: {self.message}{hint} [{self.rule.value}]"
