"""Why the exchange would not take an order: a list of checks, each with one documented error string.

A check returns the string or None. They run in order, and the first string is the answer; so a check may
rely on what those before it have established. Adding a rule is adding a function to the list.
Source: https://docs.kraken.com/api/docs/guides/spot-errors
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from typing import TYPE_CHECKING

from runner.domain import parse_rfc3339

from . import reading
from .options import PostOnlyRefusal

if TYPE_CHECKING:
    from runner.protocol import AddOrder

    from .account import Account, Hold
    from .instruments import Instrument
    from .market import Quote
    from .options import Options
    from .orders import OrderBook

UNAVAILABLE = "EService:Unavailable"

DEADLINE_AHEAD_MAX_S = 60.0
EXPIRE_AHEAD_MAX_S = 31 * 86400.0

_STP_TYPES = ("cancel_newest", "cancel_oldest", "cancel_both")
_TIMES_IN_FORCE = ("GTC", "GTD", "IOC")
_OFLAGS = ("fcib", "fciq", "nompp", "post", "viqc")
_LEVERAGES = ("2", "3", "4", "5")
_CLOSE_TYPES = (
    "limit",
    "stop-loss",
    "take-profit",
    "stop-loss-limit",
    "take-profit-limit",
    "trailing-stop",
    "trailing-stop-limit",
)


class _Wants(Enum):
    """What an order type takes as a price."""

    NOTHING = auto()
    ANY = auto()
    PLUS = auto()
    ABSOLUTE_OR_SIGNED = auto()
    SIGNED = auto()


_PRICES = {
    "market": (_Wants.NOTHING, _Wants.NOTHING),
    "limit": (_Wants.ANY, _Wants.NOTHING),
    "stop-loss": (_Wants.ANY, _Wants.NOTHING),
    "take-profit": (_Wants.ANY, _Wants.NOTHING),
    "stop-loss-limit": (_Wants.ANY, _Wants.ABSOLUTE_OR_SIGNED),
    "take-profit-limit": (_Wants.ANY, _Wants.ABSOLUTE_OR_SIGNED),
    "trailing-stop": (_Wants.PLUS, _Wants.NOTHING),
    "trailing-stop-limit": (_Wants.PLUS, _Wants.SIGNED),
    "settle-position": (_Wants.NOTHING, _Wants.NOTHING),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """An order as it arrives, and everything that its acceptance depends on."""

    request: AddOrder
    instrument: Instrument
    quote: Quote
    status: str
    account: Account
    book: OrderBook
    options: Options
    now: float


def invalid(field: str) -> str:
    """The error string for a field that cannot be read or must not be there."""
    return f"EGeneral:Invalid arguments:{field}"


def first_problem(scene: Scene, needed: Callable[[Scene], Hold]) -> str | None:
    """The error string of the first check that fails, or None. ``needed`` says what the order would hold."""
    for check in _CHECKS:
        problem = check(scene)
        if problem is not None:
            return problem
    hold = needed(scene)
    return "EOrder:Insufficient funds" if hold.amount > scene.account.available(hold.asset) else None


def _words(scene: Scene) -> str | None:
    request = scene.request
    if request.type not in ("buy", "sell"):
        return invalid("type")
    if request.ordertype not in _PRICES:
        return invalid("ordertype")
    if request.timeinforce not in (None, *_TIMES_IN_FORCE):
        return invalid("timeinforce")
    if request.stp_type not in (None, *_STP_TYPES):
        return invalid("stp_type")
    return None


def _market_state(scene: Scene) -> str | None:
    request = scene.request
    match scene.status:
        case "online":
            return None
        case "post_only" if request.ordertype == "limit" and "post" in (request.oflags or ""):
            return None
        case "limit_only" if request.ordertype == "limit":
            return None
        case "cancel_only" | "post_only" | "limit_only" as mode:
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
    if deadline - scene.now > DEADLINE_AHEAD_MAX_S:
        return invalid("deadline")
    return "EService:Deadline elapsed" if scene.now > deadline else None


def _volume(scene: Scene) -> str | None:
    try:
        volume = reading.number(scene.request.volume or "")
    except ValueError:
        return invalid("volume")
    exact = volume == volume.quantize(scene.instrument.lot_step)
    return None if exact or scene.options.truncate_volume else invalid("volume")


def _prices(scene: Scene) -> str | None:
    request, options = scene.request, scene.options
    wants = _PRICES[request.ordertype]
    for field, text, want in zip(("price", "price2"), (request.price, request.price2), wants, strict=True):
        problem = _price_form(field, text, want, options)
        if problem is not None:
            return problem
    return None


def _price_form(field: str, text: str | None, want: _Wants, options: Options) -> str | None:
    if want is _Wants.NOTHING:
        return None if text is None else _about(field, options.extra_price_error)
    if text is None:
        return _about(field, options.missing_price_error)
    try:
        sign = reading.price(text).sign
    except ValueError:
        return invalid(field)
    allowed = {
        _Wants.ANY: ("", "+", "-", "#"),
        _Wants.PLUS: ("+",),
        _Wants.ABSOLUTE_OR_SIGNED: ("", "+", "-"),
        _Wants.SIGNED: ("+", "-"),
    }[want]
    return None if sign in allowed else "EOrder:Invalid price"


def _about(field: str, error: str) -> str:
    return error.removesuffix("price") + field if error.endswith(":price") else error


def _tick(scene: Scene) -> str | None:
    tick = scene.instrument.tick
    for value in reading.limit_and_stop(scene.request, scene.instrument, scene.quote.last):
        if value is not None and value <= 0:
            return "EOrder:Invalid price"
        if value is not None and value % tick:
            return "EOrder:Tick size check failed"
    return None


def _flags(scene: Scene) -> str | None:
    request = scene.request
    try:
        flags = reading.oflags(request.oflags, lenient=scene.options.lenient_oflags)
    except ValueError:
        return invalid("oflags")
    market_buy = request.ordertype == "market" and request.type == "buy"
    wrong = (
        any(flag not in _OFLAGS for flag in flags)
        or {"fcib", "fciq"} <= set(flags)
        or ("post" in flags and (request.ordertype != "limit" or request.timeinforce == "IOC"))
        or ("viqc" in flags and (not market_buy or request.leverage is not None))
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
    return None


def _margin(scene: Scene) -> str | None:
    request = scene.request
    if request.leverage is not None and request.leverage not in _LEVERAGES:
        return invalid("leverage")
    if request.leverage is not None and request.margin:
        return invalid("margin")
    on_margin = request.leverage is not None or bool(request.margin)
    if request.ordertype == "settle-position":
        return "EOrder:Unknown position" if on_margin else invalid("leverage")
    if request.reduce_only:
        return "EOrder:Reduce only:No position exists" if on_margin else invalid("reduce_only")
    return None


def _close(scene: Scene) -> str | None:
    request = scene.request
    if request.close_ordertype is None:
        orphan = request.close_price is not None or request.close_price2 is not None
        return invalid("close[ordertype]") if orphan else None
    if request.close_ordertype not in _CLOSE_TYPES:
        return invalid("close[ordertype]")
    wants = _PRICES[request.close_ordertype]
    texts = (request.close_price, request.close_price2)
    for field, text, want in zip(("close[price]", "close[price2]"), texts, wants, strict=True):
        problem = _price_form(field, text, want, scene.options)
        if problem is not None:
            return invalid(field)
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
    return options.duplicate_cl_ord_id_error if scene.book.with_cl_ord_key(key) is not None else None


def _minimums(scene: Scene) -> str | None:
    volume, reference = amount(scene), reference_price(scene)
    if volume < scene.instrument.ordermin:
        return "EOrder:Order minimum not met"
    return "EOrder:Cost minimum not met" if volume * reference < scene.instrument.costmin else None


def _post_only(scene: Scene) -> str | None:
    if scene.options.post_only_refusal is PostOnlyRefusal.CANCEL:
        return None
    return "EOrder:Post only order" if would_take(scene) and "post" in (scene.request.oflags or "") else None


_CHECKS: tuple[Callable[[Scene], str | None], ...] = (
    _words,
    _market_state,
    _deadline,
    _volume,
    _prices,
    _tick,
    _flags,
    _times,
    _margin,
    _close,
    _client_ids,
    _minimums,
    _post_only,
)


def amount(scene: Scene) -> Decimal:
    """The volume in base units; with ``viqc`` the volume was given in the quote currency."""
    volume = reading.number(scene.request.volume or "")
    if "viqc" in reading.oflags(scene.request.oflags, lenient=scene.options.lenient_oflags):
        volume /= scene.quote.ask
    step = scene.instrument.lot_step
    return volume // step * step


def reference_price(scene: Scene) -> Decimal:
    """The price that the order is reckoned at: its limit, else its trigger, else the opposite quote."""
    limit, stop = reading.limit_and_stop(scene.request, scene.instrument, scene.quote.last)
    return limit or stop or scene.quote.opposite(scene.request.type)


def would_take(scene: Scene) -> bool:
    """Whether a limit order would trade at once."""
    if scene.request.ordertype != "limit":
        return False
    limit, _ = reading.limit_and_stop(scene.request, scene.instrument, scene.quote.last)
    return limit is not None and scene.quote.crossed_by(scene.request.type, limit)
