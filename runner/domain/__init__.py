"""Nouns and their rules, for everyone above. No text formats, no wire, no I/O.

A module is loaded when the first of its names is asked for: who validates a file waits for no policy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .batch import (
        OWN_ORDERS_HINT,
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
        own_orders_message,
    )
    from .identity import (
        RUN_KEY_PLACEHOLDER,
        RunId,
        content_digest,
        derived_cl_ord_id,
        derived_userref,
        filled_id,
    )
    from .market import (
        CURRENCY,
        TOKENIZED,
        Account,
        Balance,
        FeeTier,
        Gap,
        Instrument,
        Market,
        Quote,
        RestingOrder,
        Subject,
    )
    from .money import Price, amount_text, decimal_text, parse_decimal, parse_price
    from .outcome import CancelOutcome, GroupOutcome, OrderOutcome, OrderState, RunOutcome
    from .owner import Owner, account_by_key, may_be_iban
    from .policy import (
        Against,
        AllowedOrdertypes,
        AllowedPairs,
        AllowedTimes,
        AllowedTypes,
        AllowedVenues,
        Answer,
        Check,
        Collar,
        MostAlike,
        MostCancels,
        MostLeverage,
        MostNotional,
        MostOrders,
        MostRejects,
        MostVolume,
        Only,
        Per,
        Policy,
        PolicyFile,
        RequiredFields,
        Rule,
        Window,
        join,
    )
    from .problem import Problem
    from .scenario import (
        Act,
        FaultRule,
        Goodbye,
        MessageRate,
        Moment,
        NamedOption,
        QuoteMove,
        Scenario,
        acts_on,
    )
    from .secret import Secret
    from .times import parse_duration, parse_rfc3339, rfc3339, seconds

    Content = Batch | Policy | Scenario
    """What a file holds that can be checked."""

__all__ = [
    "CURRENCY",
    "OWN_ORDERS_HINT",
    "RUN_KEY_PLACEHOLDER",
    "TOKENIZED",
    "Account",
    "Act",
    "Against",
    "AllowedOrdertypes",
    "AllowedPairs",
    "AllowedTimes",
    "AllowedTypes",
    "AllowedVenues",
    "Answer",
    "Balance",
    "Batch",
    "CancelOutcome",
    "CancelPlaced",
    "CancelTxid",
    "CancelUserref",
    "Cancellation",
    "Check",
    "Close",
    "Collar",
    "FaultRule",
    "FeeTier",
    "Gap",
    "Goodbye",
    "Group",
    "GroupOutcome",
    "Instrument",
    "Market",
    "MessageRate",
    "Moment",
    "MostAlike",
    "MostCancels",
    "MostLeverage",
    "MostNotional",
    "MostOrders",
    "MostRejects",
    "MostVolume",
    "NamedOption",
    "OnReject",
    "Only",
    "Order",
    "OrderKey",
    "OrderOutcome",
    "OrderState",
    "Owner",
    "Per",
    "Place",
    "Policy",
    "PolicyFile",
    "Price",
    "Problem",
    "Quote",
    "QuoteMove",
    "RequiredFields",
    "RestingOrder",
    "Rule",
    "RunId",
    "RunOutcome",
    "Scenario",
    "Secret",
    "Subject",
    "Window",
    "account_by_key",
    "acts_on",
    "amount_text",
    "content_digest",
    "decimal_text",
    "derived_cl_ord_id",
    "derived_userref",
    "filled_id",
    "join",
    "may_be_iban",
    "own_orders_message",
    "parse_decimal",
    "parse_duration",
    "parse_price",
    "parse_rfc3339",
    "rfc3339",
    "seconds",
]

_LIGHT_FIRST = (
    "batch",
    "problem",
    "identity",
    "times",
    "money",
    "outcome",
    "secret",
    "owner",
    "market",
    "scenario",
    "policy",
)


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    modules = (import_module(f".{module}", __name__) for module in _LIGHT_FIRST)
    value = next(vars(module)[name] for module in modules if name in vars(module))
    globals()[name] = value
    return value
