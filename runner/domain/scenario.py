"""The nouns of a scenario: how the simulated exchange is to behave worse than it has to, and when.

What a fault does to a message is decided by the simulated exchange, its form in a file by the reader.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from .batch import Place

REQUESTS = (
    "addOrder",
    "amendOrder",
    "cancelAll",
    "cancelAllOrdersAfter",
    "cancelOrder",
    "editOrder",
    "ping",
    "subscribe",
    "unsubscribe",
)
"""The messages that a client sends."""

MESSAGES = (
    "addOrderStatus",
    "amendOrderStatus",
    "book",
    "cancelAllOrdersAfterStatus",
    "cancelAllStatus",
    "cancelOrderStatus",
    "editOrderStatus",
    "error",
    "ohlc",
    "openOrders",
    "ownTrades",
    "pong",
    "spread",
    "subscriptionStatus",
    "systemStatus",
    "ticker",
    "trade",
)
"""The messages that the exchange sends; heartbeats come from the connection itself."""

REST_CALLS = (
    "AddOrder",
    "AddOrderBatch",
    "AmendOrder",
    "AssetPairs",
    "Assets",
    "Balance",
    "BalanceEx",
    "CancelAll",
    "CancelAllOrdersAfter",
    "CancelOrder",
    "CancelOrderBatch",
    "ClosedOrders",
    "Depth",
    "EditOrder",
    "GetApiKeyInfo",
    "GetWebSocketsToken",
    "Ledgers",
    "OHLC",
    "OpenOrders",
    "OpenPositions",
    "QueryLedgers",
    "QueryOrders",
    "QueryTrades",
    "Spread",
    "SystemStatus",
    "Ticker",
    "Time",
    "TradeBalance",
    "Trades",
    "TradesHistory",
    "TradeVolume",
)
"""Calls over HTTP, by the last part of their path."""

FAULT_TARGETS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"requests": REQUESTS, "messages": MESSAGES, "REST calls": REST_CALLS}
)
"""The names that a fault may be about, in groups."""


class FaultAction(StrEnum):
    """The effect of a fault on a message.

    ``end``: the order is taken, and ended by the exchange. ``rename``: the reply names another order than was
    booked. ``contradict``: the reply comes as it is, and once more under another txid. ``hide``: a message of
    the feed comes without its orders, which come later or not at all; no number is missing.
    """

    REJECT = "reject"
    LOSE = "lose"
    DELAY = "delay"
    DUPLICATE = "duplicate"
    REORDER = "reorder"
    MUTE = "mute"
    DISCONNECT = "disconnect"
    END = "end"
    RENAME = "rename"
    CONTRADICT = "contradict"
    HIDE = "hide"


ACTS_ON_REQUESTS = (
    FaultAction.REJECT,
    FaultAction.LOSE,
    FaultAction.DELAY,
    FaultAction.MUTE,
    FaultAction.DISCONNECT,
)
ACTS_ON_MESSAGES = (
    FaultAction.LOSE,
    FaultAction.DELAY,
    FaultAction.DUPLICATE,
    FaultAction.REORDER,
    FaultAction.MUTE,
    FaultAction.DISCONNECT,
)
ACTS_ON_CALLS = (FaultAction.REJECT, FaultAction.LOSE, FaultAction.DELAY)


def acts_on(name: str) -> tuple[FaultAction, ...]:
    """Return what can be done to a request, a message or a REST call of this name."""
    if name == "addOrder":
        return (*ACTS_ON_REQUESTS, FaultAction.END)
    if name == "openOrders":
        return (*ACTS_ON_MESSAGES, FaultAction.HIDE)
    if name == "addOrderStatus":
        return (*ACTS_ON_MESSAGES, FaultAction.REJECT, FaultAction.RENAME, FaultAction.CONTRADICT)
    if name in REQUESTS:
        return ACTS_ON_REQUESTS
    return ACTS_ON_MESSAGES if name in MESSAGES else ACTS_ON_CALLS


OptionValue = str | bool | Sequence[str | Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRule:
    """One rule: to which messages it may happen, how often, and what.

    ``where`` are fields that must have these texts. The first ``skip`` messages that fit are let through,
    then it happens ``times`` times (None: always), each time by a ``chance`` between 0 and 1. ``error`` is
    for ``reject``, and the reason for ``end``; ``seconds`` says for how long, for ``delay``, ``reorder`` and
    ``mute`` and ``hide`` (None: for good), and how long after it was taken, for ``end``.
    """

    on: str
    act: FaultAction
    where: tuple[tuple[str, str], ...] = ()
    skip: int = 0
    times: int | None = None
    chance: Decimal = Decimal(1)
    error: str = ""
    seconds: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteMove:
    """The quote that a pair's market moves to."""

    pair: str
    bid: Decimal
    ask: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEvent:
    """An event ``at_s`` seconds after the exchange has opened: exactly one of the other fields is set."""

    at_s: Decimal
    status: str | None = None
    quote: QuoteMove | None = None
    disconnect: bool = False
    unsubscribe: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseFrame:
    """The WebSocket close code and the reason by which a connection ends; 1006 is to end without a word."""

    code: int = 1001
    reason: str = "going away"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRate:
    """The rate at which a connection may send messages: ``burst`` at once, ``per_s`` in the long run.

    Beyond it, ``bare`` answers without an ``event``, as has been seen; otherwise as documented.
    """

    per_s: Decimal
    burst: int
    bare: bool = False


class NamedOption(NamedTuple):
    """An option of the simulated exchange by its whole name, such as ``limits.tier``.

    Its value is as in the file: text, also for a number, true or false, or a list of values or of mappings.
    """

    name: str
    value: OptionValue
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A bad day. Times are seconds; ``latency_s`` and up to ``jitter_s`` more apply to each way.

    ``close_frame`` is how connections end that a fault or the timeline ends. ``options`` decide what the
    documents leave open.
    ``clock_skew_s`` is how far the exchange's clock is ahead. The same ``seed`` selects the same messages.
    """

    name: str
    description: str = ""
    seed: int = 0
    latency_s: Decimal = Decimal(0)
    jitter_s: Decimal = Decimal(0)
    rest_lag_s: Decimal = Decimal(0)
    clock_skew_s: Decimal = Decimal(0)
    message_rate: MessageRate | None = None
    close_frame: CloseFrame = CloseFrame()
    options: tuple[NamedOption, ...] = ()
    faults: tuple[FaultRule, ...] = ()
    timeline: tuple[TimelineEvent, ...] = ()


def find_option(guess: str, names: Iterable[str]) -> str:
    """Return the option (``fees.taker``) that a wrong name was meant for; empty if there is none near.

    The words of a name may come in any order, with or without its group: ``taker``, ``taker_fee``.
    """
    known = list(names)
    leaf = guess.rpartition(".")[2]
    for words in (_words_of(guess), _words_of(leaf)):
        for name in known:
            group, _, own = name.partition(".")
            if words in (_words_of(own), _words_of(group) | _words_of(own)):
                return name
    leaves = {name.partition(".")[2]: name for name in reversed(known)}
    near = difflib.get_close_matches(guess, known, 1) or difflib.get_close_matches(leaf, leaves, 1)
    return leaves.get(near[0], near[0]) if near else ""


def _words_of(name: str) -> set[str]:
    """Return the words of a name in the singular."""
    return {word.removesuffix("s") or word for word in re.split(r"[^a-z0-9]+", name.lower()) if word}
