"""Hints for a price, volume or other number that is not in the format's form.

A hint gives a number only where the text can mean no other one, in the currency that the field counts in:
`volume: 100 EUR` is no volume of 100 ETH. ``order`` is the order as far as it could be read.
"""

from __future__ import annotations

import re
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING, Final

from runner.batchfile.document.values import shorten

from .notation import fits, is_sum, readings, result_of, shown, tidied

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Order = Mapping[str, object]

_TIMES: Final = frozenset({"starttm", "expiretm"})
_TEXTS: Final = frozenset({"id", "name", "cl_ord_id", "description", "order", "pair", "message"})
_WHOLE: Final = frozenset({"userref"})
PRICES: Final = frozenset({"price", "price2"})
NUMBERS: Final = PRICES | {"volume"}
_SPANS: Final = {
    "deadline": "write a number of seconds from 2 to 60",
    "max-age": "give its unit, such as 60s",
}
_AMOUNTS: Final = frozenset({"floor", "minimum", "maximum"})

_CURRENCY: Final = r"[A-Za-z]{1,8}|[€$£¥₿]|[A-Z]{1,3}[$]"
_AMOUNT: Final = rf"({_CURRENCY})? ?([-+]?[0-9.][0-9 ,._'\u2019eE-]*?) ?({_CURRENCY})?"
_SIGNS: Final = {"€": "EUR", "$": "USD", "US$": "USD", "£": "GBP", "¥": "JPY", "₿": "XBT"}
_SAME: Final = {"BTC": "XBT", "DOGE": "XDG", "EURO": "EUR", "EUROS": "EUR", "DOLLAR": "USD", "DOLLARS": "USD"}
_NO_CURRENCIES: Final = frozenset({"ABOUT", "APPROX", "AROUND", "AT", "CA", "CIRCA", "MAX", "MIN", "PRICE"})
_PAIR: Final = r"[A-Za-z0-9.]{1,16}/[A-Za-z0-9.]{1,16}"
_THOUSAND: Final = frozenset({"k", "K"})
_POINT_OR_THOUSANDS: Final = r"[1-9][0-9]{0,2}[.][0-9]{3}"
"""Formats in which 1.000 may mean a thousand, because a currency is next to it."""
_UNCLEAR: Final = frozenset({"m", "M", "mn", "mio", "Mio", "bn", "B", "T"})
_RELATIVE: Final = r"([+#-]) ?([0-9.][0-9.,]*) ?(%?)"
_PERCENT: Final = r"([0-9.][0-9.,]*) ?%"
_SHARE_IN_WORDS: Final = r"([+#-]? ?)([0-9]{1,9}(?:[.][0-9]{1,9})?) ?(percent|per cent|pct[.]?|bps?)"
_OF_LAST: Final = (
    r"([0-9]+(?:[.][0-9]+)?) ?[*x\u00d7] ?(?:last|market)|(?:last|market) ?[*x\u00d7] ?([0-9]+(?:[.][0-9]+)?)"
)
_AT_MARKET: Final = frozenset({"market", "mkt", "last", "bid", "ask", "mid", "best"})
_ALL_OF_IT: Final = frozenset({"all", "max", "half", "everything", "rest", "balance", "full"})
_PREFIX: Final = "=@~\u2248<>\u2264\u2265"


def distance_hint(text: str, signs: str) -> str:
    """Return a hint for a distance, which begins with one of ``signs``; empty if the number is unclear."""
    plain = tidied(text).lstrip("+-# ")
    percent = "%" * plain.endswith("%")
    numbers = readings(plain.removesuffix("%").rstrip())
    if len(numbers) != 1:
        return ""
    return "write " + " or ".join(f'"{sign}{numbers[0]}{percent}"' for sign in signs)


def number_hint(field: str, text: str, order: Order) -> str:
    """Return a hint for a text that is no number of the format; empty if nothing is certain."""
    comment = re.fullmatch(r"([^#/]*[^#/ ]) ?(?:#|//).*", text)
    if comment and not text.startswith("#"):
        return "a comment begins with `#` and a blank in front of it"
    plain = as_percent(tidied(text))
    for look in (_relative, _percent, _describe_amount, _amount, _sum):
        hint = look(field, plain, order)
        if hint:
            return hint
    bare = plain.lstrip(_PREFIX).strip("() ")
    return number_hint(field, bare, order) if bare != plain else ""


def as_percent(text: str) -> str:
    """Return a share in words or in hundredths of a percent with its sign; any other text as it is."""
    found = re.fullmatch(_SHARE_IN_WORDS, text, re.IGNORECASE)
    if not found or not fits(found[2]):
        return text
    percent = found[2] if found[3].lower().startswith("p") else shown(Decimal(found[2]) / 100)
    return f"{found[1]}{percent}%"


def refused_hint(field: str | int | None, text: str) -> str:
    """Return a hint for a number that YAML readers disagree about, in any field."""
    if field == "leverage" or field in _SPANS:
        return _SPANS.get(str(field)) or leverage_hint(text)
    if field in _TIMES and ":" in text:
        return "give date, time and offset, such as 2026-11-23T09:00:00Z"
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text.removeprefix("+"))
    found = readings(digits)
    if field in NUMBERS | _AMOUNTS:
        return f"write {sign}{found[0]}" if found else _too_long(digits) or "write a decimal number"
    if field in _WHOLE:
        return f"write {sign}{found[0]}" if found else "write the number in decimal digits"
    if field in _TEXTS or (isinstance(field, str) and not found):
        return f'put it in quotes: "{shorten(text)}"'
    quoted = f'put it in quotes if it is text: "{shorten(text)}"'
    return f"write {sign}{found[0]}, or {quoted}" if found else quoted


def leverage_hint(text: str) -> str:
    """Return a hint for a leverage: the number of times alone; empty if the text is no leverage."""
    plain = tidied(text).lower()
    if plain in _NO_LEVERAGE:
        return "leave it out for an order without leverage"
    found = re.fullmatch(r"(?:x ?)?([0-9]{1,3})(?:[.]0+)?(?: ?(?:x|times|fold|[:/] ?1))?", plain)
    return f"write {int(found[1])}" if found and int(found[1]) > 1 else ""


def decimal_comma_hint(field: str, text: str, order: Order) -> str:
    """Return a hint for a number that a comma cut in two inside braces; ``order`` is its mapping."""
    hint = number_hint(field if field in NUMBERS else "price", text, order)
    found = readings(tidied(text))
    if len(found) == 1:
        return f"the decimal sign is a point: write {found[0]}"
    return hint or "the decimal sign is a point"


_NO_LEVERAGE: Final = frozenset({"0", "1", "none", "no", "1:1", "1x", "x1", "false", "off", "1.0"})


# --- one function for each way to write a number -----------------------------------------------


def _relative(field: str, text: str, _: Order) -> str:
    found = re.fullmatch(_RELATIVE, text)
    if not found:
        return ""
    sign, digits, percent = found.groups()
    if field == "volume":
        return "a volume has no sign; `type` says whether to buy or sell"
    if sign == "#" and field == "price2":
        return "`#` is for `price` only"
    numbers = readings(digits)
    return (
        f'write "{sign}{numbers[0]}{percent}"'
        if len(numbers) == 1
        else _two_ways(numbers) or _too_long(digits)
    )


def _percent(field: str, text: str, order: Order) -> str:
    found = re.fullmatch(_PERCENT, text)
    if not found:
        return ""
    if field == "volume":
        return f"a volume is no share of anything: write how much {_base(order) or 'of the base currency'}"
    numbers = readings(found[1])
    return f'a relative price has a sign in front: "+{numbers[0]}%" or "-{numbers[0]}%"' if numbers else ""


def _describe_amount(field: str, text: str, order: Order) -> str:
    word = text.lower()
    of_last = re.fullmatch(_OF_LAST, word)
    if of_last and field == "price":
        return f"there is no arithmetic here: write the number{_as_share(of_last[1] or of_last[2])}"
    if of_last or re.fullmatch(r"[a-z_ ]+[-+*/] ?[0-9.]+ ?%?|[0-9.]+ ?[-+*/] ?[a-z_]+", word):
        return "there is no arithmetic here: write the number"
    if word in _AT_MARKET and field in PRICES:
        return "a price is a number; an order at market has `ordertype: market` and no `price`"
    if word in _ALL_OF_IT and field == "volume":
        return (
            f"what the account has is not looked up: write how much {_base(order) or 'of the base currency'}"
        )
    return ""


def _as_share(factor: str) -> str:
    percent = (Decimal(factor) - 1) * 100
    if not percent or not fits(shown(abs(percent))) or percent <= -100:
        return ""
    sign, side = ("+", "above") if percent > 0 else ("-", "below")
    return f', or "{sign}{shown(abs(percent))}%" for {shown(abs(percent))} % {side} the last trade'


def _sum(field: str, text: str, _: Order) -> str:
    if not is_sum(text):
        return ""
    result = result_of(text)
    return f"there is no arithmetic here: write {result or 'the number'}"


def _amount(field: str, text: str, order: Order) -> str:
    found = re.fullmatch(_AMOUNT, text)
    if not found:
        return _alone(readings(text)) if readings(text) else ""
    unit, digits = found[1] or found[3] or "", found[2].rstrip()
    if unit in ("e", "E") or (found[1] and found[3]):
        return ""
    if digits[0] in "+-":
        return "a volume has no sign; `type` says whether to buy or sell" if field == "volume" else ""
    numbers = readings(digits)
    if not numbers:
        return _too_long(digits)
    if unit and re.fullmatch(_POINT_OR_THOUSANDS, digits):
        numbers = (digits, digits.replace(".", ""))
    return _with_unit(field, unit, numbers, order) if unit else _alone(numbers)


def _with_unit(field: str, unit: str, numbers: tuple[str, ...], order: Order) -> str:
    if unit in _THOUSAND and len(numbers) == 1:
        return f"write all digits: {shown(Decimal(numbers[0]) * 1000)}"
    if unit in _THOUSAND | _UNCLEAR:
        return "write all digits, without a letter behind them"
    if unit.lower() == "x":
        return f"`leverage: {numbers[0]}` is a separate key; {_counts(field, order)}"
    in_currency = _volume_in if field == "volume" else _price_in
    return in_currency(_currency(unit), numbers, order)


def _price_in(currency: str, numbers: tuple[str, ...], order: Order) -> str:
    quote = _quote(order)
    if currency in _NO_CURRENCIES:
        return _alone(numbers)
    if quote and currency != quote.upper():
        return (
            f"a price of {order.get('pair')} is in {quote}, not in {shorten(currency)}: write it in {quote}"
        )
    return _alone(numbers) + ("" if quote else ", in the currency behind the slash")


def _volume_in(currency: str, numbers: tuple[str, ...], order: Order) -> str:
    """Return a hint for an amount: a number alone only if it counts the currency that a volume counts."""
    base, quote = _base(order), _quote(order)
    if not base:
        return "volume counts the currency before the slash of the pair: write how much of that"
    counted = quote if "viqc" in _flags(order) else base
    if currency == counted.upper():
        return _alone(numbers)
    if currency != quote.upper():
        return f"volume counts {counted}, not {shorten(currency)}: write how much {counted}"
    if len(numbers) > 1:
        return f"volume counts {base}; write how much {base} {' or '.join(numbers)} {quote} are"
    number = numbers[0]
    if order.get("ordertype") == "market" and order.get("type") == "buy" and not _borrows(order):
        spent = f"to spend {number} {quote} at market: `volume: {number}` with `oflags: viqc`"
        return f"volume counts {base}; {spent}"
    return f"volume counts {base}; {_at_limit(number, base, quote, order)}"


def _at_limit(number: str, base: str, quote: str, order: Order) -> str:
    """Return a hint that converts an amount of the quote currency at the order's own limit, if plain."""
    ordertype = str(order.get("ordertype"))
    price = order.get("price" if ordertype == "limit" else "price2" if ordertype.endswith("-limit") else "")
    if not isinstance(price, str) or not re.fullmatch(r"[0-9]+(?:[.][0-9]+)?", price) or not fits(price):
        return f"write how much {base} {number} {quote} are"
    volume = shown((Decimal(number) / Decimal(price)).quantize(Decimal("0.00000001"), ROUND_DOWN))
    if not fits(volume):
        return f"write how much {base} {number} {quote} are"
    return f"{number} {quote} at {shorten(price)} are {volume}: write {volume}"


def _flags(order: Order) -> Sequence[str]:
    flags = order.get("oflags")
    return flags.split(",") if isinstance(flags, str) else flags if isinstance(flags, list) else ()


def _borrows(order: Order) -> bool:
    return "leverage" in order or order.get("margin") is True


def _alone(numbers: tuple[str, ...]) -> str:
    return f"write the number alone: {numbers[0]}" if len(numbers) == 1 else _two_ways(numbers)


def _two_ways(numbers: tuple[str, ...]) -> str:
    if len(numbers) < 2:
        return ""
    if "." in numbers[0]:
        return f"the point is the decimal sign: write {numbers[0]}, or {numbers[1]} if it parts thousands"
    return f"a number has no comma: write {numbers[0]}, or {numbers[1]} if the comma is a decimal sign"


def _too_long(digits: str) -> str:
    if re.fullmatch(r"0*(?:[.]0*)?(?:[eE][-+]?[0-9]+)?", digits):
        return ""
    if re.fullmatch(r"[0-9.]+[eE][-+]?[0-9]+", digits):
        return "write all digits; there are at most 18 on either side of the point"
    whole, _, behind = digits.partition(".")
    if max(len(whole), len(behind)) > 18 and (whole + behind).isdigit():
        return f"at most 18 digits {'before' if len(whole) > 18 else 'behind'} the point"
    return ""


def _counts(field: str, order: Order) -> str:
    if field == "volume":
        return f"volume counts {_base(order) or 'the base currency'}: write how much"
    return "write the price as a number alone"


def _currency(unit: str) -> str:
    upper = _SIGNS.get(unit.upper(), unit.upper())
    return _SAME.get(upper, upper)


def _base(order: Order) -> str:
    return _parts(order)[0]


def _quote(order: Order) -> str:
    return _parts(order)[1]


def _parts(order: Order) -> tuple[str, str]:
    pair = order.get("pair")
    if not isinstance(pair, str) or not re.fullmatch(_PAIR, pair):
        return "", ""
    base, _, quote = pair.partition("/")
    return _SAME.get(base.upper(), base), _SAME.get(quote.upper(), quote)
