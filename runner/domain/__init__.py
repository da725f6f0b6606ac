"""Nouns and their rules, for everyone above. No text formats, no wire, no I/O."""

from .batch import (
    Batch,
    Cancellation,
    CancelPlaced,
    CancelTxid,
    CancelUserref,
    Close,
    Group,
    OnReject,
    Order,
    OrderKey,
    Place,
)
from .identity import RunId, content_digest, derived_cl_ord_id, derived_userref
from .market import Account, Balance, FeeTier, Instrument, Market, Quote, RestingOrder
from .money import Price, amount_text, decimal_text, parse_decimal, parse_price
from .outcome import CancelOutcome, GroupOutcome, OrderOutcome, RunOutcome
from .problem import Problem
from .secret import Secret
from .times import parse_duration, parse_rfc3339, rfc3339, seconds

__all__ = [
    "Account",
    "Balance",
    "Batch",
    "CancelOutcome",
    "CancelPlaced",
    "CancelTxid",
    "CancelUserref",
    "Cancellation",
    "Close",
    "FeeTier",
    "Group",
    "GroupOutcome",
    "Instrument",
    "Market",
    "OnReject",
    "Order",
    "OrderKey",
    "OrderOutcome",
    "Place",
    "Price",
    "Problem",
    "Quote",
    "RestingOrder",
    "RunId",
    "RunOutcome",
    "Secret",
    "amount_text",
    "content_digest",
    "decimal_text",
    "derived_cl_ord_id",
    "derived_userref",
    "parse_decimal",
    "parse_duration",
    "parse_price",
    "parse_rfc3339",
    "rfc3339",
    "seconds",
]
