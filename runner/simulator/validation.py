"""Why the exchange would not take an order: a list of checks, each with one documented error string.

A check returns the string or None. They run in order, and the first string is the answer; so a check may
rely on what those before it have established. Adding a rule is adding a function to the list.
Source: https://docs.kraken.com/api/docs/guides/spot-errors
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from runner.domain import parse_rfc3339

from . import margin_rules, reading, triggers
from .options import CrossedTrigger, PostOnlyRefusal

if TYPE_CHECKING:
    from decimal import Decimal

    from .instruments import Instrument
    from .options import Options
    from .scene import Scene

UNAVAILABLE = "EService:Unavailable"
DEADLINE_ELAPSED = "EService:Deadline elapsed"

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


def invalid(field: str) -> str:
    """The error string for a field that cannot be read or must not be there."""
    return f"EGeneral:Invalid arguments:{field}"


def first_problem(scene: Scene) -> str | None:
    """The error string of the first check that fails, or None."""
    for check in _CHECKS:
        problem = check(scene)
        if problem is not None:
            return problem
    if scene.hold.amount <= scene.account.available(scene.hold.asset):
        return None
    return "EOrder:Insufficient funds" if scene.leverage is None else "EOrder:Insufficient margin"


def _words(scene: Scene) -> str | None:
    request = scene.request
    if request.type not in ("buy", "sell"):
        return invalid("type")
    if request.ordertype not in _PRICES:
        return invalid("ordertype")
    if request.timeinforce not in _TIMES_IN_FORCE:
        return invalid("timeinforce")
    if request.stp_type not in _STP_TYPES:
        return invalid("stp_type")
    return None


def _market_state(scene: Scene) -> str | None:
    request = scene.request
    match scene.state:
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


def _deadline(scene: Scene) -> str | None:
    if scene.request.deadline is None:
        return None
    try:
        deadline = parse_rfc3339(scene.request.deadline)
    except ValueError:
        return invalid("deadline")
    if deadline - scene.now > scene.options.deadline_ahead_max_s:
        return invalid("deadline")
    if scene.now > deadline:
        return DEADLINE_ELAPSED
    too_near = deadline - scene.now < scene.options.deadline_ahead_min_s
    return invalid("deadline") if too_near else None


def _volume(scene: Scene) -> str | None:
    try:
        volume = reading.number(scene.request.volume or "")
    except ValueError:
        return invalid("volume")
    exact = volume == volume.quantize(scene.instrument.lot_step)
    return None if exact or scene.options.truncate_volume else invalid("volume")


def _prices(scene: Scene) -> str | None:
    request, options = scene.request, scene.options
    first, second = _PRICES[request.ordertype]
    problem = _price_form("price", request.price, first, options)
    return problem or _price_form("price2", request.price2, second, options)


def _price_form(field: str, text: str | None, signs: tuple[str, ...], options: Options) -> str | None:
    if not signs:
        return None if text is None else _about(field, options.extra_price_error)
    if text is None:
        return _about(field, options.missing_price_error)
    try:
        sign = reading.price(text).sign
    except ValueError:
        return invalid(field)
    return None if sign in signs else "EOrder:Invalid price"


def _about(field: str, error: str) -> str:
    return error.removesuffix("price") + field if error.endswith(":price") else error


def _tick(scene: Scene) -> str | None:
    for value in scene.prices:
        problem = None if value is None else _on_tick(value, scene.instrument)
        if problem is not None:
            return problem
    return None


def _on_tick(value: Decimal, instrument: Instrument) -> str | None:
    if value <= 0:
        return "EOrder:Invalid price"
    return "EOrder:Tick size check failed" if value % instrument.tick else None


def _trigger(scene: Scene) -> str | None:
    options, request = scene.options, scene.request
    if options.crossed_trigger is CrossedTrigger.FIRE:
        return None
    _, stop = scene.prices
    passed = stop is not None and triggers.reached(request.type, request.ordertype, stop, scene.quote.last)
    return options.crossed_trigger_error if passed else None


def _flags(scene: Scene) -> str | None:
    request = scene.request
    try:
        flags = scene.flags
    except ValueError:
        return invalid("oflags")
    if not flags:
        return None
    market_buy = request.ordertype == "market" and request.type == "buy"
    wrong = (
        any(flag not in _OFLAGS for flag in flags)
        or {"fcib", "fciq"} <= set(flags)
        or ("post" in flags and (request.ordertype != "limit" or request.timeinforce == "IOC"))
        or ("viqc" in flags and (not market_buy or scene.leverage is not None))
    )
    return invalid("oflags") if wrong else None


def _times(scene: Scene) -> str | None:
    request, now = scene.request, scene.now
    try:
        reading.when(request.starttm, now)
    except ValueError:
        return invalid("starttm")
    try:
        expires = reading.when(request.expiretm, now)
    except ValueError:
        return invalid("expiretm")
    if request.timeinforce != "GTD":
        return None if expires is None or scene.options.expiretm_without_gtd else invalid("expiretm")
    if expires is None or not now < expires <= now + EXPIRE_AHEAD_MAX_S:
        return invalid("expiretm")
    return invalid("expiretm") if expires - now < scene.options.expire_ahead_min_s else None


def _close(scene: Scene) -> str | None:
    request = scene.request
    if request.close_ordertype is None:
        orphan = request.close_price is not None or request.close_price2 is not None
        return invalid("close[ordertype]") if orphan else None
    if request.close_ordertype not in _CLOSE_TYPES:
        return invalid("close[ordertype]")
    wants = _PRICES[request.close_ordertype]
    texts = (request.close_price, request.close_price2)
    for field, text, signs in zip(("close[price]", "close[price2]"), texts, wants, strict=True):
        problem = _price_form(field, text, signs, scene.options)
        if problem is not None:
            return invalid(field)
        if text is not None and not reading.price(text).relative:
            problem = _on_tick(reading.price(text).amount, scene.instrument)
        if problem is not None:
            return problem
    return None


def _client_ids(scene: Scene) -> str | None:
    request, options = scene.request, scene.options
    if request.userref is not None:
        try:
            reading.userref(request.userref)
        except ValueError:
            return invalid("userref")
    if request.cl_ord_id is None:
        return None
    if request.userref is not None or request.close_ordertype is not None:
        return invalid("cl_ord_id")
    try:
        key = reading.cl_ord_key(request.cl_ord_id, folds=options.cl_ord_id_folds)
    except ValueError:
        return invalid("cl_ord_id")
    if len(request.cl_ord_id) <= FREE_TEXT_MAX and not re.fullmatch(
        f"(?:{options.cl_ord_id_character})*", request.cl_ord_id
    ):
        return invalid("cl_ord_id")
    return options.duplicate_cl_ord_id_error if scene.book.with_cl_ord_key(key) is not None else None


def _minimums(scene: Scene) -> str | None:
    if scene.volume < scene.instrument.ordermin:
        return "EOrder:Order minimum not met"
    cost = scene.volume * scene.reference_price
    return "EOrder:Cost minimum not met" if cost < scene.instrument.costmin else None


def _post_only(scene: Scene) -> str | None:
    if scene.options.post_only_refusal is PostOnlyRefusal.CANCEL:
        return None
    return "EOrder:Post only order" if "post" in scene.flags and would_take(scene) else None


def _scheduled(scene: Scene) -> str | None:
    most = scene.options.scheduled_orders_max
    if most is None:
        return None
    starts = reading.when(scene.request.starttm, scene.now)
    if starts is None or starts <= scene.now:
        return None
    live = scene.book.live.values()
    scheduled = sum(one.terms.starttm is not None and one.status == "pending" for one in live)
    return "EOrder:Scheduled orders limit exceeded" if scheduled >= most else None


_CHECKS: tuple[Callable[[Scene], str | None], ...] = (
    _words,
    _market_state,
    _deadline,
    _volume,
    _prices,
    _tick,
    _flags,
    _times,
    margin_rules.form,
    _close,
    _client_ids,
    _minimums,
    margin_rules.room,
    _trigger,
    _post_only,
    _scheduled,
)


def would_take(scene: Scene) -> bool:
    """Whether a limit order would trade at once."""
    if scene.request.ordertype != "limit":
        return False
    limit, _ = scene.prices
    return limit is not None and scene.quote.crossed_by(scene.request.type, limit)
