"""The rules of a targets file that its schema cannot express: sums, bands, and what contradicts itself.

Each rule is a function from the document to faults. They also run on a document that the schema found faulty,
as far as it can be read.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from runner.batchfile.document.limits import MAX_WEIGHTS
from runner.batchfile.document.shares import percent_text, share_of
from runner.batchfile.document.values import Fault, YamlList, YamlMap, shorten, show
from runner.batchfile.hints.similarity import did_you_mean
from runner.batchfile.hints.values import currency_name
from runner.domain import parse_decimal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Check = Callable[[YamlMap], Iterator[Fault]]

_ONE: Final = Decimal(1)
_NO_NODE: Final[Mapping[str, object]] = {}


def _some_weights(root: YamlMap) -> Iterator[Fault]:
    weights = root.get("weights")
    if isinstance(weights, YamlMap) and not weights and not weights.incomplete:
        hint = "write at least one currency, such as {XBT: 50%}"
        yield Fault(root.value_at("weights"), "weights", "there are no weights", hint, code="weights-missing")


def _not_too_many_weights(root: YamlMap) -> Iterator[Fault]:
    weights = _node(root, "weights")
    for currency in islice(weights, MAX_WEIGHTS, None):
        message = f"there are at most {MAX_WEIGHTS} weights; these are {len(weights)}"
        yield Fault(
            root.value_at("weights"),
            "weights",
            message,
            f"leave out {shorten(currency)} and others",
            code="too-much",
        )
        return


def _no_weight_of_the_quote(root: YamlMap) -> Iterator[Fault]:
    weights, quote = _node(root, "weights"), root.get("quote")
    if isinstance(weights, YamlMap) and isinstance(quote, str) and quote in weights:
        message = f"{shorten(quote)} is the quote currency, which has no weight here"
        hint = "leave it out: its share is `target` under `cash`"
        yield Fault(weights.key_at(quote), f"weights.{shorten(quote)}", message, hint, code="weight-of-quote")


def _no_currency_twice(root: YamlMap) -> Iterator[Fault]:
    """Yield currencies that differ from another in upper and lower case alone."""
    for key in ("weights", "keep"):
        node = _node(root, key)
        first: dict[str, str] = {}
        for currency in node:
            other = first.setdefault(currency.upper(), currency)
            if other != currency and isinstance(node, YamlMap):
                message = f"{shorten(currency)} is {shorten(other)} of line {node.key_at(other)[0]} again"
                yield Fault(
                    node.key_at(currency),
                    f"{key}.{shorten(currency)}",
                    message,
                    "keep one of them",
                    code="currency-twice",
                )


def _sum_is_one(root: YamlMap) -> Iterator[Fault]:
    """Yield a fault if weights and cash are not exactly the whole; only if all of them can be read."""
    weights, cash = root.get("weights"), root.get("cash")
    if not isinstance(weights, YamlMap) or weights.incomplete or not weights or not isinstance(cash, YamlMap):
        return
    shares, target = [share_of(text) for text in weights.values()], share_of(cash.get("target"))
    known = [share for share in shares if share is not None and 0 <= share <= _ONE]
    if target is None or not 0 <= target <= _ONE or len(known) < len(shares):
        return
    total = sum(known, target)
    if total == _ONE:
        return
    off = (
        f"{percent_text(_ONE - total)} is missing"
        if total < _ONE
        else f"{percent_text(total - _ONE)} is too much"
    )
    message = f"weights and cash are {percent_text(total)} together: {off}"
    rest = target + _ONE - total
    hint = f"for example target: {percent_text(rest)}" if rest >= 0 else "make the weights smaller"
    yield Fault(cash.value_at("target"), "cash.target", message, hint, code="weights-not-whole")


def _bands_are_wide_enough(root: YamlMap) -> Iterator[Fault]:
    """Yield targets whose band is nothing, and targets whose band reaches 0 %: they would never be bought."""
    band = root.get("band")
    width = partial(_width, band) if isinstance(band, YamlMap) else None
    weights = _node(root, "weights")
    if width is None or not isinstance(weights, YamlMap) or not isinstance(band, YamlMap):
        return
    for currency, text in weights.items():
        target = share_of(text)
        half = None if not target else width(target)
        if target is None or half is None:
            continue
        if not half:
            message = "the band is 0%, which every change of a price leaves"
            hint = "write absolute: 5% and relative: 25%, or others above 0%"
            yield Fault(root.value_at("band"), "band", message, hint, code="band-empty")
            return
        if half >= target:
            message = (
                f"the band is {percent_text(half)} wide on each side of {percent_text(target)}, "
                f"down to 0%: {shorten(currency)} would never be bought"
            )
            yield Fault(
                weights.value_at(currency),
                f"weights.{shorten(currency)}",
                message,
                _narrower(band, target),
                code="band-too-wide",
            )


def _narrower(band: YamlMap, target: Decimal) -> str:
    """Return what makes a band narrower than its target."""
    relative = share_of(band.get("relative"))
    if band.get("use") == "larger" and relative is not None and 0 < relative < 1:
        return "write use: smaller under `band`"
    word = "and" if band.get("use") == "larger" else "or"
    return f"in `band`, write less than {percent_text(target)} as absolute, {word} less than 100% as relative"


def _width(band: YamlMap, target: Decimal) -> Decimal | None:
    absolute, relative = share_of(band.get("absolute")), share_of(band.get("relative"))
    if absolute is None or relative is None:
        return None
    return (max if band.get("use") == "larger" else min)(absolute, relative * target)


def _kept_is_listed(root: YamlMap) -> Iterator[Fault]:
    weights, keep = root.get("weights"), root.get("keep")
    if not isinstance(weights, YamlMap) or weights.incomplete or not weights or not isinstance(keep, YamlMap):
        return
    listed = {currency_name(currency) for currency in weights} | weights.keys()
    for currency in keep:
        at, path = keep.key_at(currency), f"keep.{shorten(currency)}"
        if currency == root.get("quote"):
            hint = "write it as `floor` under `cash`"
            yield Fault(at, path, f"{shorten(currency)} is the quote currency", hint, code="keep-quote")
        elif currency_name(currency) not in listed:
            message = f"there is no weight of {shorten(currency)}, so none of it is ever sold"
            near = did_you_mean(currency, [name for name in weights if name not in keep])
            yield Fault(at, path, message, near or "leave it out", code="keep-without-weight")


def _minimum_is_below_maximum(root: YamlMap) -> Iterator[Fault]:
    order = _node(root, "order")
    minimum, maximum = _number(order.get("minimum")), _number(order.get("maximum"))
    if isinstance(order, YamlMap) and minimum is not None and maximum is not None and minimum > maximum:
        message = f"the maximum {maximum:f} is below the minimum {minimum:f}: no order would ever follow"
        hint = f"write a maximum of {minimum:f} or more, or a smaller minimum"
        yield Fault(order.value_at("maximum"), "order.maximum", message, hint, code="order-maximum-low")


def _times_in_force_fit(root: YamlMap) -> Iterator[Fault]:
    order = _node(root, "order")
    if not isinstance(order, YamlMap) or "timeinforce" not in order:
        return
    force, at, path = order["timeinforce"], order.value_at("timeinforce"), "order.timeinforce"
    if force == "GTD" and "expiretm" not in order and not order.incomplete:
        yield Fault(
            at,
            path,
            "GTD needs `expiretm`, the time when an order ends",
            'write expiretm: "+3600"',
            code="time-in-force-unfit",
        )
    if force in ("GTC", "IOC") and "expiretm" in order:
        yield Fault(
            at,
            path,
            f"`expiretm` is for GTD, not for {force}",
            "write GTD, or leave out `expiretm`",
            code="time-in-force-unfit",
        )
    if force == "IOC" and _posts(order):
        message = "post never trades at once, and IOC only does"
        yield Fault(at, path, message, "leave out one of them", code="time-in-force-unfit")


def _offsets_fit(root: YamlMap) -> Iterator[Fault]:
    """Yield an offset that is meant to trade at once under `post`, which forbids that."""
    order, price = _node(root, "order"), _node(root, "price")
    offset = share_of(price.get("offset"))
    if isinstance(price, YamlMap) and offset is not None and offset < 0 and _posts(order):
        message = f"with {show(price['offset'])} an order is meant to trade at once, and post forbids that"
        hint = f"write {percent_text(-offset)}, or leave post out of `oflags`"
        yield Fault(price.value_at("offset"), "price.offset", message, hint, code="offset-crosses")


def _spreads_may_be(root: YamlMap) -> Iterator[Fault]:
    price = _node(root, "price")
    if isinstance(price, YamlMap) and share_of(price.get("max-spread")) == 0:
        message = "no market has a spread of 0%"
        yield Fault(
            price.value_at("max-spread"),
            "price.max-spread",
            message,
            "write 0.5%, or another share above 0%",
            code="spread-zero",
        )


CHECKS: Final[tuple[Check, ...]] = (
    _some_weights,
    _not_too_many_weights,
    _no_weight_of_the_quote,
    _no_currency_twice,
    _sum_is_one,
    _bands_are_wide_enough,
    _kept_is_listed,
    _minimum_is_below_maximum,
    _times_in_force_fit,
    _offsets_fit,
    _spreads_may_be,
)


def _node(root: YamlMap, key: str) -> Mapping[str, Any]:
    node = root.get(key)
    return node if isinstance(node, YamlMap) else _NO_NODE


def _posts(order: Mapping[str, Any]) -> bool:
    flags = order.get("oflags")
    return isinstance(flags, YamlList) and "post" in flags


def _number(value: object) -> Decimal | None:
    try:
        return parse_decimal(value) if isinstance(value, str) else None
    except ValueError:
        return None
