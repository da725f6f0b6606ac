"""Refusals in the shape of the request that they answer.

Which error is due is decided elsewhere; here is only what it looks like on the wire.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.kraken import (
    AddOrder,
    AddOrderStatus,
    AmendOrder,
    AmendOrderStatus,
    CancelAll,
    CancelAllOrdersAfter,
    CancelAllOrdersAfterStatus,
    CancelAllStatus,
    CancelOrder,
    CancelOrderStatus,
    EditOrder,
    EditOrderStatus,
    ErrorReply,
    Subscribe,
    SubscriptionStatus,
    Unsubscribe,
)
from runner.paper.exchange.error_texts import invalid

if TYPE_CHECKING:
    from runner.kraken import FrameError, Reply, Request
    from runner.paper.options.options import Options

_STATUS_MESSAGES: dict[str, type[Any]] = {
    AddOrder.event: AddOrderStatus,
    CancelOrder.event: CancelOrderStatus,
    EditOrder.event: EditOrderStatus,
    AmendOrder.event: AmendOrderStatus,
    CancelAll.event: CancelAllStatus,
    CancelAllOrdersAfter.event: CancelAllOrdersAfterStatus,
    Subscribe.event: SubscriptionStatus,
    Unsubscribe.event: SubscriptionStatus,
}

_SUBSCRIPTION_TEXTS = {
    "subscription": "Subscription field must be an object",
    "pair": "Pair field must be an array",
}


def refused(request: Request, error: str) -> Reply:
    """Return the answer to a request that is not carried out."""
    if isinstance(request, Subscribe | Unsubscribe):
        name = request.subscription.get("name")
        subscription = {"name": name} if isinstance(name, str) else {}
        return SubscriptionStatus(
            status="error", errorMessage=error, subscription=subscription, reqid=request.reqid
        )
    return _status(request.event, error, request.reqid)


def error_reply(error: FrameError, options: Options) -> Reply:
    """Return the answer to a frame that could not be read."""
    field = _field(error)
    if error.event in (Subscribe.event, Unsubscribe.event):
        return _status(error.event, _SUBSCRIPTION_TEXTS.get(field, "Malformed request"), error.reqid)
    if error.event in _STATUS_MESSAGES:
        return _status(error.event, invalid(field), error.reqid)
    unknown = str(error) == "unknown event"
    text = options.errors.unknown_event if unknown else options.errors.malformed
    return ErrorReply(errorMessage=text, reqid=error.reqid)


def _status(event: str, error: str, reqid: int | None) -> Reply:
    message: Reply = _STATUS_MESSAGES[event](status="error", errorMessage=error, reqid=reqid)
    return message


def _field(error: FrameError) -> str:
    """Return the wire name of the field that a frame got wrong; the error's text begins with it."""
    return str(error).partition(" ")[0]
