"""The checks for which the exchange refuses an order: a list, each with one documented error string.

A check returns the string or None. They run in order, and the first string is the answer; so a check may rely
on the earlier ones. To add a rule, add a function to the list; for a field that few orders have, the list
skips the check without it. Source: https://docs.kraken.com/api/docs/guides/spot-errors
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.paper.options.kinds import CrossedTrigger, PostOnlyRefusal
from runner.paper.state.orders import reached

from . import margin_rules, order_fields
from .error_texts import UNAVAILABLE, invalid
from .order_context import status_of

if TYPE_CHECKING:
    from decimal import Decimal

    from runner.kraken import AddOrder
    from runner.paper.options.options import Options
    from runner.paper.state.instruments import Instrument
    from runner.paper.state.orders import Terms

    from .order_context import OrderContext, ResolvedOrder

FREE_TEXT_MAX = 18
"""Longer client order ids are UUIDs."""

EXPIRE_AHEAD_MAX_S = 31 * 86400.0

_STP_TYPES = (None, "cancel_newest", "cancel_oldest", "cancel_both")
_TIMES_IN_FORCE = (None, "GTC", "GTD", "IOC")
_OFLAGS = ("fcib", "fciq", "nompp", "post", "viqc")
_CLOSE_TYPES = (
    "limit",
    "stop-loss",
    "take-profit",
    "stop-loss-limit",
    "take-profit-limit",
    "trailing-stop",
    "trailing-stop-limit",
)


# What an order type takes as a price: the signs that it may have, where "" is an absolute price.
_NOTHING: tuple[str, ...] = ()
_ANY = ("", "+", "-", "#")
_PLUS = ("+",)
_ABSOLUTE_OR_SIGNED = ("", "+", "-")
_SIGNED = ("+", "-")

_PRICES = {
    "market": (_NOTHING, _NOTHING),
    "limit": (_ANY, _NOTHING),
    "stop-loss": (_ANY, _NOTHING),
    "take-profit": (_ANY, _NOTHING),
    "stop-loss-limit": (_ANY, _ABSOLUTE_OR_SIGNED),
    "take-profit-limit": (_ANY, _ABSOLUTE_OR_SIGNED),
    "trailing-stop": (_PLUS, _NOTHING),
    "trailing-stop-limit": (_PLUS, _SIGNED),
    "settle-position": (_NOTHING, _NOTHING),
}


def validate_order(context: OrderContext) -> ResolvedOrder | str:
    """Return the order as resolved, or the error string of the first check that fails."""
    problem = _check_form(context)
    if problem is not None:
        return problem
    resolved = context.resolve()
    return _check_context(context, resolved) or resolved


def check_alone(context: OrderContext) -> str | None:
    """Return the error of an order that no account could place in this market, or None.

    What depends on funds, positions and other orders is not looked at.
    """
    return _check_form(context) or _minimums(context, context.resolve())


def _check_form(context: OrderContext) -> str | None:
    """Return the error of a request whose form is wrong or that comes at the wrong time, or None."""
    request = context.request
    timed = request.timeinforce == "GTD" or request.expiretm is not None or request.starttm is not None
    return (
        _choices(request)
        or _market_state(context)
        or (None if request.deadline is None else _deadline(request.deadline, context))
        or _volume(context)
        or _prices(context)
        or _tick(context)
        or (None if request.oflags is None else _flags(context))
        or (_times(context) if timed else None)
        or margin_rules.form(context)
        or _close(context)
        or (None if request.userref is None else _userref(request.userref))
        or (None if request.cl_ord_id is None else _cl_ord_id(request.cl_ord_id, context))
    )


def _check_context(context: OrderContext, resolved: ResolvedOrder) -> str | None:
    """Return the error of a well-formed order that the market or the account does not allow, or None."""
    terms = resolved.terms
    return (
        _minimums(context, resolved)
        or (None if terms.leverage is None else margin_rules.room(context, resolved))
        or (None if terms.stop is None else _trigger(context, terms, terms.stop))
        or (_post_only(context, terms) if "post" in terms.oflags else None)
        or (None if terms.starttm is None else _check_scheduled(context))
        or _funds(context, resolved)
    )


def _choices(request: AddOrder) -> str | None:
    if request.type not in ("buy", "sell"):
        return invalid("type")
    if request.ordertype not in _PRICES:
        return invalid("ordertype")
    if request.timeinforce not in _TIMES_IN_FORCE:
        return invalid("timeinforce")
    if request.stp_type not in _STP_TYPES:
        return invalid("stp_type")
    return None


def _market_state(context: OrderContext) -> str | None:
    """Check the state of the exchange or, while that is online, of the pair."""
    request, state = context.request, context.status
    if state == "online":
        state = status_of(context.instrument, context.options)
    match state:
        case "online":
            return None
        case "reduce_only" if request.reduce_only:
            return None
        case "post_only" if request.ordertype == "limit" and "post" in (request.oflags or ""):
            return None
        case "limit_only" if request.ordertype == "limit":
            return None
        case "cancel_only" | "post_only" | "limit_only" | "reduce_only" as mode:
            return f"EService:Market in {mode} mode"
        case _:
            return UNAVAILABLE


def _deadline(text: str, context: OrderContext) -> str | None:
    return deadline_problem(text, context.options, context.now)


def deadline_problem(text: str, options: Options, now: float) -> str | None:
    """Return the error of a deadline that has elapsed, is too near or too far, or is no time; or None."""
    try:
        deadline = order_fields.deadline(text)
    except ValueError:
        return invalid("deadline")
    if deadline - now > options.deadlines.ahead_max_s:
        return invalid("deadline")
    if now > deadline:
        return options.errors.deadline_elapsed
    return invalid("deadline") if deadline - now < options.deadlines.ahead_min_s else None


def _volume(context: OrderContext) -> str | None:
    try:
        volume = order_fields.number(context.request.volume or "")
    except ValueError:
        return invalid("volume")
    inexact = volume % context.instrument.lot_step
    return invalid("volume") if inexact and not context.options.requests.truncate_volume else None


def _prices(context: OrderContext) -> str | None:
    request, options = context.request, context.options
    first, second = _PRICES[request.ordertype]
    problem = _price_form("price", request.price, first, options)
    if problem is not None or (request.price2 is None and not second):
        return problem
    return _price_form("price2", request.price2, second, options)


def _price_form(field: str, text: str | None, signs: tuple[str, ...], options: Options) -> str | None:
    if not signs:
        return None if text is None else _about(field, options.errors.extra_price)
    if text is None:
        return _about(field, options.errors.missing_price)
    try:
        sign = order_fields.price(text).sign
    except ValueError:
        return invalid(field)
    return None if sign in signs else "EOrder:Invalid price"


def _about(field: str, error: str) -> str:
    return error.removesuffix("price") + field if error.endswith(":price") else error


def _tick(context: OrderContext) -> str | None:
    limit, stop = context.prices()
    problem = None if limit is None else _on_tick(limit, context.instrument)
    return problem if stop is None or problem is not None else _on_tick(stop, context.instrument)


def _on_tick(value: Decimal, instrument: Instrument) -> str | None:
    if value <= 0:
        return "EOrder:Invalid price"
    return "EOrder:Tick size check failed" if value % instrument.tick else None


def _trigger(context: OrderContext, terms: Terms, stop: Decimal) -> str | None:
    options = context.options
    if options.orders.crossed_trigger is CrossedTrigger.FIRE:
        return None
    passed = reached(terms.type, terms.ordertype, stop, context.quote.last)
    return options.errors.crossed_trigger if passed else None


def _flags(context: OrderContext) -> str | None:
    request = context.request
    try:
        flags = context.flags()
    except ValueError:
        return invalid("oflags")
    if not flags:
        return None
    market_buy = request.ordertype == "market" and request.type == "buy"
    wrong = (
        any(flag not in _OFLAGS for flag in flags)
        or {"fcib", "fciq"} <= set(flags)
        or ("post" in flags and (request.ordertype != "limit" or request.timeinforce == "IOC"))
        or ("viqc" in flags and (not market_buy or context.leverage() is not None))
    )
    return invalid("oflags") if wrong else None


def _times(context: OrderContext) -> str | None:
    request, now = context.request, context.now
    try:
        order_fields.when(request.starttm, now)
    except ValueError:
        return invalid("starttm")
    try:
        expires = order_fields.when(request.expiretm, now)
    except ValueError:
        return invalid("expiretm")
    if request.timeinforce != "GTD":
        return None if expires is None or context.options.orders.expiretm_without_gtd else invalid("expiretm")
    if expires is None or not now < expires <= now + EXPIRE_AHEAD_MAX_S:
        return invalid("expiretm")
    return invalid("expiretm") if expires - now < context.options.orders.expire_ahead_min_s else None


def _close(context: OrderContext) -> str | None:
    request = context.request
    if request.close_ordertype is None:
        orphan = request.close_price is not None or request.close_price2 is not None
        return invalid("close[ordertype]") if orphan else None
    if request.close_ordertype not in _CLOSE_TYPES:
        return invalid("close[ordertype]")
    wants = _PRICES[request.close_ordertype]
    texts = (request.close_price, request.close_price2)
    for field, text, signs in zip(("close[price]", "close[price2]"), texts, wants, strict=True):
        problem = _price_form(field, text, signs, context.options)
        if problem is not None:
            return invalid(field)
        if text is not None and not order_fields.price(text).relative:
            problem = _on_tick(order_fields.price(text).amount, context.instrument)
        if problem is not None:
            return problem
    return None


def _userref(text: str) -> str | None:
    try:
        order_fields.userref(text)
    except ValueError:
        return invalid("userref")
    return None


def _cl_ord_id(text: str, context: OrderContext) -> str | None:
    request, options = context.request, context.options
    if request.userref is not None or request.close_ordertype is not None:
        return invalid("cl_ord_id")
    try:
        key = context.cl_ord_key()
    except ValueError:
        return invalid("cl_ord_id")
    if len(text) <= FREE_TEXT_MAX and not re.fullmatch(f"(?:{options.requests.cl_ord_id_character})*", text):
        return invalid("cl_ord_id")
    return options.errors.duplicate_cl_ord_id if context.book.with_cl_ord_key(key) is not None else None


def _minimums(context: OrderContext, resolved: ResolvedOrder) -> str | None:
    volume = resolved.terms.volume
    if volume < context.instrument.ordermin:
        return "EOrder:Order minimum not met"
    cost = volume * resolved.reckoned_at
    return "EOrder:Cost minimum not met" if cost < context.instrument.costmin else None


def _post_only(context: OrderContext, terms: Terms) -> str | None:
    if context.options.orders.post_only_refusal is PostOnlyRefusal.CANCEL or terms.limit is None:
        return None
    return "EOrder:Post only order" if context.quote.crossed_by(terms.type, terms.limit) else None


def _check_scheduled(context: OrderContext) -> str | None:
    most = context.options.limits.scheduled_orders_max
    if most is None:
        return None
    live = context.book.live.values()
    scheduled = sum(order.terms.starttm is not None and order.status == "pending" for order in live)
    return "EOrder:Scheduled orders limit exceeded" if scheduled >= most else None


def _funds(context: OrderContext, resolved: ResolvedOrder) -> str | None:
    hold = resolved.hold
    if hold.amount <= context.account.available(hold.asset):
        return None
    return "EOrder:Insufficient funds" if resolved.terms.leverage is None else "EOrder:Insufficient margin"
