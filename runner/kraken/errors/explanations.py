"""The meaning of each error text of the exchange, and its remedy, for people.

A row explains a text that is documented or was seen; its kind in ``error_texts`` decides what a run does
about it. Reasons for which the exchange ends an accepted order are explained as well.
Source: https://docs.kraken.com/api/docs/guides/spot-errors
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct


class Explanation(Struct, frozen=True):
    """An error ``text`` without its details, its ``meaning``, and the ``cure``."""

    text: str
    meaning: str
    cure: str


_ROWS: Final = (
    (
        "EOrder:Insufficient funds",
        "the account has too little of the currency that the order is paid with; open orders hold some of it",
        "lower the volume, cancel what holds money, or deposit; a plan with a key shows what is left",
    ),
    (
        "EOrder:Insufficient margin",
        "the exchange has no more margin to lend for this pair at the moment",
        "lower the volume or the leverage, or try again later",
    ),
    (
        "EOrder:Margin allowance exceeded",
        "the account may not borrow so much",
        "close positions, or lower the volume",
    ),
    (
        "EOrder:Margin level too low",
        "the account's equity is too low for its margin",
        "close positions, or deposit collateral",
    ),
    (
        "EOrder:Margin position size exceeded",
        "the position in this pair would be larger than is allowed",
        "lower the volume, or close a part of the position",
    ),
    (
        "EOrder:Cannot open position",
        "the account may not trade this pair on margin",
        "leave `leverage` and `margin` out, or have margin trading enabled",
    ),
    (
        "EOrder:Cannot open opposing position",
        "there is a position on the other side of this pair",
        "close it first, with `reduce_only` or `settle-position`",
    ),
    (
        "EOrder:Unknown position",
        "there is no position that the order could settle",
        "look at the open positions; it may have been closed before",
    ),
    (
        "EOrder:Reduce only",
        "a `reduce_only` order finds no position that it could reduce",
        "look at the open positions; leave `reduce_only` out to open one",
    ),
    (
        "EOrder:Orders limit exceeded",
        "the pair has as many open orders as the account's tier allows",
        "cancel some, or write `hold: true` on the group, so that each order waits for room",
    ),
    (
        "EOrder:Positions limit exceeded",
        "the account has as many open positions as it may",
        "close some",
    ),
    (
        "EOrder:Scheduled orders limit exceeded",
        "the account has as many orders with a `starttm` as it may",
        "cancel some, or send them later",
    ),
    (
        "EOrder:Rate limit exceeded",
        "too many orders and cancellations of this pair in too short a time, of all programs of the account",
        "see that the tier is the account's own and that nothing else trades; then apply the file again",
    ),
    (
        "EOrder:Domain rate limit exceeded",
        "too many orders of the whole account in too short a time",
        "see what else trades for the account; then apply the file again",
    ),
    (
        "EOrder:Order minimum not met",
        "the volume is below the pair's `ordermin`",
        "raise the volume; a plan shows the minimum",
    ),
    (
        "EOrder:Cost minimum not met",
        "volume times price is below the pair's `costmin`",
        "raise the volume; a plan shows the minimum",
    ),
    (
        "EOrder:Tick size check failed",
        "the price is no multiple of the pair's tick size",
        "round the price; a plan shows the nearest one",
    ),
    (
        "EOrder:Invalid price",
        "the price does not fit the order type or the market, or has too many decimals",
        "see that limit and trigger are on the right side of the market and on the pair's tick",
    ),
    (
        "EOrder:Post only order",
        "the order would have traded at once, which `post` forbids",
        "move its price away from the market, or leave `post` out",
    ),
    (
        "EOrder:Duplicate",
        "an open order has this `cl_ord_id` already",
        "give it another id; it is looked up before it is sent again",
    ),
    (
        "EGeneral:Invalid arguments:Index unavailable",
        "there is no index price for this pair, which the trigger needs",
        "use a trigger on the last price",
    ),
    (
        "EGeneral:Invalid arguments",
        "a field of the message is wrong; the exchange says which behind the colon, if at all",
        "compare the message that the plan shows with Kraken's page of `addOrder`",
    ),
    (
        "EQuery:Unknown asset pair",
        "the exchange does not have this pair under this name",
        "write its `wsname`, such as XBT/USD in place of BTC/USD",
    ),
    (
        "EService:Deadline elapsed",
        "the order came later than its deadline, and was not placed",
        "look at the connection and the clock of this machine, or give deadlines more seconds",
    ),
    (
        "EOrder:Deadline exceeded",
        "by the exchange's clock the deadline is over, or too far ahead",
        "set the clock of this machine",
    ),
    (
        "EService:Market in cancel_only mode",
        "the market takes cancellations alone at the moment",
        "apply the file again once it is online: https://status.kraken.com",
    ),
    (
        "EService:Market in post_only mode",
        "the market takes only orders with `post` at the moment",
        "apply the file again once it is online: https://status.kraken.com",
    ),
    (
        "EService:Market in limit_only mode",
        "the market takes limit orders alone at the moment",
        "apply the file again once it is online: https://status.kraken.com",
    ),
    (
        "EService:Unavailable",
        "the exchange is out of service",
        "apply the file again later; what is in doubt is looked up first",
    ),
    (
        "EService:Busy",
        "the exchange has too much to do",
        "apply the file again later; what is in doubt is looked up first",
    ),
    (
        "EService:Throttled",
        "too many calls of this key; the number is when calls are answered again, in Unix seconds",
        "wait until then, and see what else uses this key",
    ),
    (
        "EGeneral:Internal error",
        "something went wrong inside the exchange",
        "apply the file again: what is in doubt is looked up before anything is sent",
    ),
    (
        "EGeneral:Temporary lockout",
        "the account is shut out for about a quarter of an hour",
        "wait as long; each try before makes it last longer",
    ),
    (
        "EGeneral:Permission denied",
        "the API key may not do this",
        "give it *Create & modify orders* and *Cancel & close orders* in its settings",
    ),
    (
        "EGeneral:Too many requests",
        "too many requests in too short a time",
        "wait a while, and see what else uses this account",
    ),
    (
        "EGeneral:Unknown method",
        "the exchange does not know such a message",
        "see that the address is Kraken's WebSocket API v1",
    ),
    (
        "EAPI:Rate limit exceeded",
        "the key has made too many calls in too short a time",
        "wait a while, or give each program its own key",
    ),
    (
        "EAuth:Rate limit exceeded",
        "there were too many attempts to authenticate",
        "wait a quarter of an hour, and see what else uses this key",
    ),
    (
        "EAuth:Too many requests",
        "there were too many attempts to authenticate",
        "wait a quarter of an hour, and see what else uses this key",
    ),
    ("EAPI:Invalid key", "the exchange does not know this API key", "put the key right"),
    (
        "EAPI:Invalid signature",
        "the secret does not belong to the API key",
        "put the secret right",
    ),
    (
        "EAPI:Invalid nonce",
        "another program uses the same key, or the clock of this machine went back",
        "give each program its own key",
    ),
    (
        "EAPI:Invalid token",
        "the WebSocket token has run out or was replaced",
        "apply the file again: each run takes a new one",
    ),
    ("EAPI:Bad request", "the exchange could not read the call", "see that the address is Kraken's"),
    (
        "ESession:Invalid session",
        "the WebSocket token has run out or was replaced",
        "apply the file again: each run takes a new one",
    ),
    (
        "EAuth:Account temporary disabled",
        "the exchange has disabled the account for a while",
        "ask the exchange's support",
    ),
    (
        "EAuth:Account unconfirmed",
        "the account is not confirmed",
        "confirm it, as the exchange requested by mail",
    ),
    (
        "EAccount:Invalid permissions",
        "the account may not trade this: its tier, its country or the asset does not allow it",
        "leave the order out, or have the account verified for it",
    ),
    (
        "ETrade:Invalid request",
        "the exchange cannot make sense of the order",
        "compare the message that the plan shows with Kraken's page of `addOrder`",
    ),
    (
        "EBM:limit exceeded:CAL",
        "the account is over a limit that the exchange has set it",
        "ask the exchange's support what it may trade",
    ),
    (
        "EOrder:Unknown order",
        "the order is not open: it was filled or canceled, or never existed",
        "look at the status of the batch",
    ),
    (
        "EOrder:Invalid order",
        "the order is not open: it was filled or canceled, or never existed",
        "look at the status of the batch",
    ),
    (
        "Exceeded msg rate",
        "too many messages on one connection; one of them was dropped",
        "apply the file again: what is in doubt is looked up first",
    ),
    (
        "Malformed request",
        "the exchange could not read the message",
        "please report it: the message is this program's",
    ),
    (
        "Self trade prevented",
        "the order would have traded with another one of the same account",
        "cancel the other one first, or say with `stp_type` which of the two is to end",
    ),
    (
        "Insufficient liquidity",
        "the market offers less at the moment",
        "lower the volume, or use a limit order",
    ),
    (
        "Immediate or cancel",
        "what an IOC order cannot trade on arrival is canceled",
        "move its limit towards the market, or let it rest with GTC",
    ),
)
_NO_FURTHER_WORD: Final = r"(?! ?\w)"
_DUPLICATE: Final = "EOrder:Duplicate"
_BY_LENGTH: Final = sorted(_ROWS, key=lambda row: (row[0] != _DUPLICATE, -len(row[0])))
"""The texts that say more are tried first, and the one that may occur in the details of others."""

_MAX_TEXT: Final = 1_000


def explain(text: str) -> Explanation | None:
    """Return what an error text means; None for one that is not in the table.

    Remarks in parentheses and details after a colon do not count; the reason of an end has no prefix.
    """
    looked_at = text[:_MAX_TEXT]
    for pattern, row in _PATTERNS:
        if pattern.search(looked_at):
            return row
    return None


def _pattern(text: str) -> re.Pattern[str]:
    prefix, _, words = text.rpartition(":") if text.startswith("EOrder:") else ("", "", text)
    if text == _DUPLICATE:  # The exchange's own words are not documented.
        return re.compile(r"E[a-z]+:.*\bduplicate\b", re.IGNORECASE)
    optional = f"(?:{re.escape(prefix)}:)?" if prefix else ""
    return re.compile(rf"(?<![\w:]){optional}{re.escape(words)}{_NO_FURTHER_WORD}", re.IGNORECASE)


EXPLANATIONS: Final = tuple(Explanation(*row) for row in _ROWS)
"""Each text that is explained."""

_PATTERNS: Final = tuple((_pattern(row[0]), Explanation(*row)) for row in _BY_LENGTH)
