"""REST answers about markets and accounts, read into the nouns of ``runner.domain``.

Parsing is tolerant if nothing depends on it: numbers may be text or JSON numbers, unknown fields are ignored,
and unreadable pairs are left out unless they were requested. Requested data that cannot be read is a
``FrameError``: unknown is neither zero nor empty.
Sources: https://docs.kraken.com/api/docs/rest-api/get-tradable-asset-pairs, get-ticker-information,
get-extended-balance and get-open-orders.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from runner.domain import CURRENCY, Balance, FeeTier, Instrument, MarketStatus, Quote, RestingOrder, seconds
from runner.kraken.wire.codec import FrameError
from runner.kraken.wire.events import ExchangeStatus
from runner.kraken.wire.open_order import OpenOrder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

TICKER_PATH: Final = "/0/public/Ticker"
BALANCE_EX_PATH: Final = "/0/private/BalanceEx"

MAX_DIGITS: Final = 28
"""Precision of decimals; a longer number would be rounded."""

_SPENDABLE_SUFFIX: Final = ".F"
"""Balances that earn rewards and are traded under the plain name; other suffixes are locked up."""

_TOKENIZED_SUFFIX: Final = ".T"
"""Balances of tokenized assets, whose plain names may contain a dot (``BRK.Bx``)."""

_PLAIN: Final = re.compile(r"[+-]?[0-9]*\.?[0-9]*(?:[eE][+-]?[0-9]+)?")
"""Decimal reads more than anybody writes: underscores, blanks around it, digits of other scripts."""

# The currencies that have a class letter in front in REST answers; no new ones are made.
_CODES: Final = {
    f"{letter}{name}": name
    for letter, names in (
        ("X", "XBT ETH ETC LTC MLN REP XDG XLM XMR XRP ZEC ICN"),
        ("Z", "AUD CAD EUR GBP JPY USD"),
    )
    for name in names.split()
}


def currency_of(code: str) -> str:
    """Return the name that a currency has in ``wsname``: ``XBT`` for ``XXBT``, ``EUR`` for ``ZEUR``."""
    return _CODES.get(code, code)


def exchange_status_from(result: Any) -> ExchangeStatus:
    """Return the state of the exchange in an answer of SystemStatus. Raises ``FrameError``.

    Source: https://docs.kraken.com/api/docs/rest-api/get-system-status
    """
    match result:
        case {"status": str(word)} if word:
            return ExchangeStatus(word)
        case _:
            raise FrameError("no status in the answer")


def instruments_from(
    result: Any, *, wanted: Iterable[str] = (), may_be_none: bool = False
) -> dict[str, Instrument]:
    """Return the pairs in an answer of AssetPairs by ``wsname``.

    Raises ``FrameError``, also for an answer without a pair unless there ``may_be_none``, and for a
    ``wanted`` pair that is in it and cannot be read.
    """
    instruments: dict[str, Instrument] = {}
    unread: list[str] = []
    for rest_id, fields in _entries(result, "pairs"):
        instrument = _instrument(rest_id, fields)
        if instrument is None:
            unread.append(_text(_mapping(fields).get("wsname")))
        else:
            instruments[instrument.wsname] = instrument
    lost = [pair for pair in wanted if pair in unread]
    if lost:
        raise FrameError(f"{lost[0]} cannot be read")
    if not instruments and not (may_be_none and not result):
        raise FrameError("no pairs in the answer")
    return instruments


def quotes_from(result: Any, instruments: Iterable[Instrument], at: float) -> dict[str, Quote]:
    """Return the quotes in an answer of Ticker by ``wsname``, as far as their pairs are known.

    ``at`` is Unix seconds. Raises ``FrameError``.
    """
    names = names_of(instruments)
    quotes = {names[key]: _quote(fields, at) for key, fields in _entries(result, "quotes") if key in names}
    return {pair: quote for pair, quote in quotes.items() if quote is not None}


def quoted_in(result: Any, instruments: Iterable[Instrument]) -> set[str]:
    """Return the pairs (``wsname``) in an answer of Ticker, including those without offers.

    Raises ``FrameError``.
    """
    names = names_of(instruments)
    return {names[key] for key, fields in _entries(result, "quotes") if key in names and _has_price(fields)}


def balances_from(result: Any) -> dict[str, Balance]:
    """Return the balances in an answer of BalanceEx, or of Balance, by currency.

    Raises ``FrameError``, also for one that cannot be read: it would pass for zero. Credit counts as owned.
    What is staked or bonded does not: no order can take it.
    """
    totals: dict[str, Balance] = {}
    for code, fields in _entries(result, "balances"):
        name = currency_of(code.removesuffix(_SPENDABLE_SUFFIX).removesuffix(_TOKENIZED_SUFFIX))
        if "." not in name or code.endswith(_TOKENIZED_SUFFIX):
            balance = _balance(code, fields)
            before = totals.get(name, Balance(Decimal()))
            totals[name] = Balance(before.total + balance.total, before.held + balance.held)
    return totals


def resting_order_reader(instruments: Iterable[Instrument] = ()) -> Callable[[str, Any], RestingOrder]:
    """Return the parser of one order of OpenOrders, given its txid and its fields.

    It raises ``FrameError``. A pair that is not in ``instruments`` keeps the exchange's name.
    """
    names = {
        name: instrument.wsname
        for instrument in instruments
        for name in (instrument.altname, instrument.rest_id)
        if name
    }
    return lambda txid, fields: _resting(txid, _mapping(fields), names)


def _entries(result: Any, what: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(result, dict):
        raise FrameError(f"no {what} in the answer")
    yield from result.items()


def number_from(value: Any) -> Decimal | None:
    """Parse a number from a string or a JSON number; None for anything else and for absurd values."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    if isinstance(value, str) and not _PLAIN.fullmatch(value):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    if not number.is_finite() or len(number.as_tuple().digits) > MAX_DIGITS:
        return None
    return number if abs(number.adjusted()) <= MAX_DIGITS else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


# --- pairs and quotes ------------------------------------------------------------------------


def _instrument(rest_id: str, fields: Any) -> Instrument | None:
    fields = _mapping(fields)
    wsname, lot_decimals = _text(fields.get("wsname")), fields.get("lot_decimals")
    base, slash, quote = wsname.partition("/")
    tick_size = _tick_size(fields)
    if not (base and slash and quote and tick_size) or not _is_small(lot_decimals):
        return None
    return Instrument(
        wsname=wsname,
        altname=_text(fields.get("altname")) or base + quote,
        base=base,
        quote=quote,
        tick_size=tick_size,
        lot_decimals=lot_decimals,
        rest_id=rest_id,
        base_code=_text(fields.get("base")) or base,
        quote_code=_text(fields.get("quote")) or quote,
        asset_class=_text(fields.get("aclass_base")) or CURRENCY,
        ordermin=price_from(fields.get("ordermin")),
        costmin=price_from(fields.get("costmin")),
        status=_text(fields.get("status")) or MarketStatus.ONLINE,
        leverage_buy=_leverages(fields.get("leverage_buy")),
        leverage_sell=_leverages(fields.get("leverage_sell")),
        fees_taker=_tiers(fields.get("fees")),
        fees_maker=_tiers(fields.get("fees_maker")),
    )


def _tick_size(fields: Mapping[str, Any]) -> Decimal | None:
    """Return the step of the price; older answers gave the number of its decimals alone."""
    tick_size, decimals = price_from(fields.get("tick_size")), fields.get("pair_decimals")
    if tick_size is not None:
        return tick_size
    return Decimal(1).scaleb(-decimals) if _is_small(decimals) else None


def _is_small(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_DIGITS


def _leverages(value: Any) -> tuple[int, ...]:
    items = value if isinstance(value, list) else []
    return tuple(item for item in items if isinstance(item, int) and not isinstance(item, bool))


def _tiers(value: Any) -> tuple[FeeTier, ...]:
    tiers = []
    for item in value if isinstance(value, list) else []:
        match item:
            case [volume, percent]:
                numbers = number_from(volume), number_from(percent)
                if numbers[0] is not None and numbers[1] is not None:
                    tiers.append(FeeTier(numbers[0], numbers[1]))
    return tuple(sorted(tiers, key=lambda tier: tier.volume))


def names_of(instruments: Iterable[Instrument]) -> dict[str, str]:
    """Return the ``wsname`` of each pair by all that REST answers may call it."""
    return {
        name: instrument.wsname
        for instrument in instruments
        for name in (instrument.rest_id, instrument.altname, instrument.wsname)
        if name
    }


def _has_price(fields: Any) -> bool:
    numbers = (number_from(_first(_mapping(fields).get(name))) for name in ("b", "a", "c"))
    return any(number is not None for number in numbers)


def _quote(fields: Any, at: float) -> Quote | None:
    fields = _mapping(fields)
    bid, ask, last = (price_from(_first(fields.get(name))) for name in ("b", "a", "c"))
    if bid is None and ask is None and last is None:
        return None
    return Quote(bid=bid, ask=ask, last=last, at=at)


def price_from(value: Any) -> Decimal | None:
    """Return a price of the market as text or a number; None for what is no price.

    The exchange says 0 where a side of the book is empty or nothing was ever traded. Nothing trades at 0 or
    less, and what cannot be read proves nothing.
    """
    number = number_from(value)
    return number if number is not None and number > 0 else None


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else None


# --- accounts --------------------------------------------------------------------------------


def _balance(code: str, fields: Any) -> Balance:
    if not isinstance(fields, dict):
        return Balance(_require_number(code, fields))
    total = _require_number(code, fields.get("balance"))
    credit, used, held = (
        _require_number(code, fields.get(name, "0")) for name in ("credit", "credit_used", "hold_trade")
    )
    return Balance(total + credit - used, held)


def _require_number(name: str, value: Any) -> Decimal:
    number = number_from(value)
    if number is None:
        raise FrameError(f"{name[:40]} is no number")
    return number


def _resting(txid: str, fields: Mapping[str, Any], names: Mapping[str, str]) -> RestingOrder:
    descr = _mapping(fields.get("descr"))
    order = OpenOrder.read(txid, fields)
    volume = _require_number(f"the volume of {txid}", fields.get("vol"))
    ordertype, pair = _text(descr.get("ordertype")), _text(descr.get("pair"))
    price, stop = _prices(ordertype, fields, descr)
    opened = number_from(fields.get("opentm"))
    leverage = _text(descr.get("leverage")).removesuffix(":1")
    return RestingOrder(
        txid=txid,
        pair=names.get(pair, pair),
        type=_text(descr.get("type")),
        ordertype=ordertype,
        volume=volume,
        executed=_require_number(f"the executed volume of {txid}", fields.get("vol_exec", "0")),
        price=price,
        stop=stop,
        userref=order.userref,
        cl_ord_id=order.cl_ord_id,
        leverage=leverage if leverage not in ("", "none", "0") else None,
        opened=None if opened is None else seconds(opened),
        descr=_text(descr.get("order")),
    )


def _prices(
    ordertype: str, fields: Mapping[str, Any], descr: Mapping[str, Any]
) -> tuple[Decimal | None, Decimal | None]:
    """Limit and trigger. ``limitprice`` and ``stopprice`` are 0 while unused; then ``descr`` has them."""
    limit, stop = number_from(fields.get("limitprice")), number_from(fields.get("stopprice"))
    first, second = number_from(descr.get("price")), number_from(descr.get("price2"))
    if ordertype == "limit":
        return limit or first or None, None
    if ordertype.endswith("-limit"):
        return limit or second or None, stop or first or None
    return None, None if ordertype == "market" else (stop or first or None)
