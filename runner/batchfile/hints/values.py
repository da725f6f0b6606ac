"""Hints on what to write instead: near words, words of other interfaces, and forms that people carry over.

A hint only ever adds to a problem that was found elsewhere; an empty text means that there is no hint.
Patterns that only hints need are texts: ``re`` compiles one on first use, and keeps it.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING, Final

from runner.batchfile.document.values import NumberText, shorten

from . import templates
from .notation import readings, shown, tidied
from .numbers import NUMBERS, leverage_hint, number_hint
from .similarity import LONGEST_WORD, nearest
from .spans import span_hint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LONGEST_TEXT = 200
_NO_ORDER: Final[Mapping[str, object]] = {}
_LIKE_A_VALUE: Final = 0.75
"""The choices of a field mean very different things: only a typing error is corrected."""

_BOOLEANS: Final = {
    **dict.fromkeys(("yes", "on", "true", "y", "1"), "true"),
    **dict.fromkeys(("no", "off", "false", "n", "0"), "false"),
}

_EXPLAINED_VALUES: Final = {
    "fok": "v1 has no FOK; IOC cancels what does not trade at once",
    "iceberg": "v1 has no iceberg orders",
    "gtx": "post only is a separate flag: oflags: post, with timeinforce: GTC",
    "day": "v1 has no orders for a day: GTD with `expiretm`",
    **dict.fromkeys(("goodtilcanceled", "goodtillcanceled", "goodtilcancelled", "goodtillcancelled"), "GTC"),
    **dict.fromkeys(("gtt", "goodtildate", "goodtilldate"), "GTD"),
    "immediateorcancel": "IOC",
    **dict.fromkeys(("long", "bid", "purchase", "b"), "buy"),
    **dict.fromkeys(("short", "ask", "offer", "s"), "sell"),
    **dict.fromkeys(("stop", "stopmarket", "sl"), "stop-loss"),
    **dict.fromkeys(("stoplimit", "sll"), "stop-loss-limit"),
    **dict.fromkeys(("tp", "takeprofitmarket"), "take-profit"),
    **dict.fromkeys(("lmt", "l"), "limit"),
    **dict.fromkeys(("mkt", "m"), "market"),
    **dict.fromkeys(("trailing", "trailingstoploss", "trail"), "trailing-stop"),
    "postonly": "post",
    "reduceonly": "it is a separate key: reduce_only: true",
    "abort": "stop",
    "rollback": "unwind",
    "ignore": "continue",
    **dict.fromkeys(("fill", "full", "executed", "closed"), "filled"),
    **dict.fromkeys(("accepted", "placed", "open"), "where that is enough, write the group's name alone"),
    **dict.fromkeys(("continue", "send", "go", "goahead", "buy"), "proceed"),
    **dict.fromkeys(("skip", "fail", "error", "halt", "none", "nothing", "end", "wait"), "stop"),
    **dict.fromkeys(("unwind", "undo", "takeback", "cancelall", "cancelrest"), "cancel"),
    "fcib": "a fee in the base currency comes on top of what is sold: write fciq, or leave it out",
    "viqc": "it is for buying at market only: leave it out",
    "edge": "on the edge it would trade again at once: write inside",
    **dict.fromkeys(("min", "narrower", "less"), "smaller"),
    **dict.fromkeys(("max", "wider", "more"), "larger"),
    **dict.fromkeys(("breach", "breached", "out", "outside"), "breaching"),
    **dict.fromkeys(("buyonly", "buys"), "buy"),
    **dict.fromkeys(("sellonly", "sells"), "sell"),
    **dict.fromkeys(("middle", "midpoint"), "mid"),
}

_V1_NAMES: Final = {
    **{
        "BTC": "XBT",
        "DOGE": "XDG",
        "XXBT": "XBT",
        "XXDG": "XDG",
        "XETH": "ETH",
        "XXRP": "XRP",
        "XLTC": "LTC",
    },
    **{f"Z{currency}": currency for currency in ("EUR", "USD", "GBP", "CAD", "JPY", "AUD")},
}
_QUOTES: Final = ("USDT", "USDC", "USD", "EUR", "GBP", "CAD", "CHF", "JPY", "AUD", "XBT", "BTC", "ETH")
_SMALL_TIME: Final = r"[1-9][0-9]{0,7}"
_FRACTION_TIME: Final = r"([0-9-]+T[0-9:]+)[.][0-9]+(Z|[+-][0-9:]+)"
_PAIR: Final = r"[A-Z0-9][A-Z0-9.]{0,15}x?/[A-Z0-9][A-Z0-9.]{0,15}"
_SECONDS: Final = r"[+]?([0-9.,]{1,20}) ?(s|sec|seconds?|ms|m|min|h)?"
_SIGNS: Final = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₿": "XBT"}
_OTHER_FLAGS: Final = {"post-only": "post", "postonly": "post", "maker-only": "post", "maker": "post"}
_BARE_TIME: Final = (
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?)? ?([Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
_SPAN: Final = r"[+]? ?([1-9][0-9]{0,8}) ?(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?)"
_UNITS: Final = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hour", "hours"), 3_600),
    **dict.fromkeys(("d", "day", "days"), 86_400),
    **dict.fromkeys(("w", "week", "weeks"), 604_800),
}


def value_hint(value: object, choices: Sequence[str]) -> str:
    """Return a hint for a value that is none of a few choices; empty if nothing is near."""
    if not isinstance(value, str):
        return ""
    if found := templates.placeholder(value):
        return _variable_hint(found[0])
    word = _join_words(tidied(value[:LONGEST_WORD]))
    for choice in choices:
        if _join_words(choice) == word:
            return f"did you mean `{choice}`?"
    explained = _EXPLAINED_VALUES.get(word, "")
    for choice in (explained, _EXPLAINED_VALUES.get(explained, "")):
        if choice in choices:
            return f"did you mean `{choice}`?"
    if " " in explained:
        return explained
    meant = nearest(value.replace("_", "-"), choices, _LIKE_A_VALUE)
    only = f"write {choices[0]}" if len(choices) == 1 else ""
    return f"did you mean `{meant}`?" if meant else only


def _join_words(word: str) -> str:
    return re.sub(r"[-_ ]", "", word.lower())


def _variable_hint(found: str) -> str:
    return f"{templates.message(found)}: {templates.HINT}"


def text_hint(field: str, text: str, order: Mapping[str, object] = _NO_ORDER) -> str:
    """Return a hint for a text in the wrong form for its field; ``order`` is the mapping that it is in."""
    if len(text) > _LONGEST_TEXT:
        return f"this one has {len(text):,} characters"
    if found := templates.placeholder(text):
        return _variable_hint(found[0])
    if " //" in text:
        return "a comment begins with `#` and a blank in front of it, not with `//`"
    if field in NUMBERS:
        return number_hint(field, text, order)
    maker = _TEXT_HINTS.get(field)
    return maker(text) if maker else ""


def pair_hint(text: str) -> str:
    """Return the pair as v1 names it, from the ways in which other interfaces name it."""
    plain = re.sub(r"^[A-Z]{3,10}:(?=[A-Z]{5,})", "", tidied(text)).replace(" ", "")
    plain = "".join(_SIGNS.get(letter, letter) for letter in re.sub(r"[-_:|\\]", "/", plain))
    base, _, quote = (
        plain.partition("/")
        if "/" in plain
        else _split_pair(plain.replace(".", "") if plain.count(".") == 1 else plain)
    )
    if re.fullmatch(r"[A-Za-z0-9]{2,10}/?", plain) and not quote:
        name = currency_name(plain.strip("/"))
        return f"write the second currency too, such as {name}/{'USD' if name.endswith('x') else 'EUR'}"
    meant = f"{currency_name(base)}/{currency_name(quote)}"
    return f"did you mean `{shorten(meant)}`?" if re.fullmatch(_PAIR, meant) and meant != text else ""


def currency_name(name: str) -> str:
    """Return a currency in the letters of v1: capitals, but for the x that ends a tokenized stock's name."""
    stock = re.fullmatch(r"([A-Z.]{1,6})x", name)
    upper = name if stock else name.upper()
    return _V1_NAMES.get(upper, upper)


def _split_pair(text: str) -> tuple[str, str, str]:
    for quote in _QUOTES:
        if text.upper().endswith(quote) and len(text) > len(quote):
            base = text[: -len(quote)]
            base = base.removesuffix("Z") if base.startswith("X") and len(base) == 5 else base
            return base, "/", quote
    return "", "", ""


def _time_hint(text: str) -> str:
    plain = tidied(text)
    if re.fullmatch(_SMALL_TIME, plain):
        return f'seconds from now have a + in front: "+{plain}"'
    if re.fullmatch(r"[0-9]{13}", plain):
        return f"these are milliseconds: write {plain[:10]}"
    span = re.fullmatch(_SPAN, plain, re.IGNORECASE)
    if span and 0 < (seconds := int(span[1]) * _UNITS[span[2].lower()]) < 10**9:
        return f'in seconds from now: "+{seconds}"'
    fraction = re.fullmatch(_FRACTION_TIME, plain)
    if fraction:
        return f"whole seconds only: {fraction[1]}{fraction[2]}"
    return "write 0" if plain.lower() in ("now", "never") else _date_hint(plain)


def _date_hint(text: str) -> str:
    found = re.fullmatch(_BARE_TIME, _year_first(text))
    if not found:
        return ""
    offset = found[4] or ""
    whole = f"{found[1]}T{found[2] or '00:00'}{found[3] or ':00'}{offset.upper() or 'Z'}"
    return f"write {whole}" if offset else f"give date, time and offset: {whole}, if that is UTC"


def _year_first(text: str) -> str:
    """Return a date with its year in front, as far as its numbers can be read in one way alone."""
    found = re.fullmatch(r"([0-9]{1,4})([./-])([0-9]{1,2})\2([0-9]{1,4})((?:[T ].*)?)", text)
    if not found:
        return text
    first, point, second, last, rest = found.groups()
    if len(first) == 4:
        year, month, day = first, second, last
    elif len(last) == 4 and (point == "." or int(first) > 12):
        year, month, day = last, second, first
    elif len(last) == 4 and int(second) > 12:
        year, month, day = last, first, second
    else:
        return text
    return f"{year}-{int(month):02}-{int(day):02}{rest}" if int(month) <= 12 and len(day) < 3 else text


def _day_hint(text: str) -> str:
    day = _year_first(tidied(text))
    return f"write {day}" if day != text and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day) else ""


def _deadline_hint(text: str) -> str:
    found = re.fullmatch(_SECONDS, tidied(text))
    if not found:
        return "an absolute time makes no sense in a file that is kept" if "T" in text else ""
    seconds = readings(found[1])
    if len(seconds) != 1:
        return ""
    number = seconds[0]
    if found[2] == "ms":
        number = shown(Decimal(number) / 1000)
    if not 2 <= Decimal(number) <= 60 or found[2] in ("m", "min", "h"):
        return "write a number of seconds from 2 to 60"
    return f"write {shown(Decimal(number).quantize(Decimal('0.001'), ROUND_DOWN))}"


def _flags_hint(text: str) -> str:
    tight = re.sub(r"[ ,;|+]+", ",", tidied(text).lower())
    tight = ",".join(_OTHER_FLAGS.get(flag.replace("_", "-"), flag) for flag in tight.split(","))
    known = "(fcib|fciq|nompp|post|viqc)"
    if tight in ("reduce-only", "reduce_only", "reduceonly"):
        return "it is a separate key: reduce_only: true"
    return f"write {tight}" if tight != text and re.fullmatch(f"{known}(,{known})*", tight) else ""


def _userref_hint(text: str) -> str:
    plain = tidied(text)
    if re.fullmatch(r"[+]?0*[1-9][0-9]{0,8}", plain):
        return f"write {plain.lstrip('+0')}"
    return "" if re.fullmatch(r"[-+]?[0-9.,_ ]+", plain) else "an id of letters goes to `cl_ord_id`"


def _version_hint(text: str) -> str:
    return "write version: 1" if re.fullmatch(r"v?1(?:[.]0+)*", tidied(text).lower()) else ""


def _name_hint(text: str) -> str:
    if len(text) > LONGEST_WORD:
        return f"this one has {len(text):,} characters"
    tidy = name_of(text)
    return f"for example {tidy}" if tidy and tidy != text else ""


def name_of(text: str) -> str:
    """Return a text as a name: its letters without their accents, a dash for all else.

    Empty if nothing is left.
    """
    letters = unicodedata.normalize("NFKD", tidied(text).replace("ß", "ss"))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    tidy = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-._")
    return (
        tidy if sum(letter.isalnum() for letter in plain) == sum(letter.isalnum() for letter in tidy) else ""
    )


def _percent_hint(text: str) -> str:
    return f"write {text}%" if re.fullmatch(r"[0-9]{1,6}([.][0-9]{1,6})?", text) else ""


def _time_of_day_hint(text: str) -> str:
    found = re.fullmatch(r"([0-9]{1,2})(?::([0-9]{2}))?(?::00)?", text)
    return f'write "{int(found[1]):02d}:{found[2] or "00"}"' if found and int(found[1]) < 24 else ""


def _length_hint(text: str) -> str:
    return f"this one has {len(text)} characters" if len(text) > 18 else ""


_TEXT_HINTS: Final = {
    "pair": pair_hint,
    "pairs": pair_hint,
    "allow": pair_hint,
    "above": _percent_hint,
    "below": _percent_hint,
    "share": _percent_hint,
    "from": _time_of_day_hint,
    "to": _time_of_day_hint,
    "starttm": _time_hint,
    "expiretm": _time_hint,
    "created": _day_hint,
    "deadline": _deadline_hint,
    "within": span_hint,
    "oflags": _flags_hint,
    "name": _name_hint,
    "id": _name_hint,
    "needs": _name_hint,
    "cl_ord_id": _length_hint,
    "leverage": leverage_hint,
    "userref": _userref_hint,
    "version": _version_hint,
}


def kind_hint(field: str, value: object, wanted: Sequence[str]) -> str:
    """Return a hint for a value of the wrong kind; ``wanted`` are the kinds that the schema allows."""
    if field == "margin" and "boolean" in wanted and isinstance(value, str):
        times = leverage_hint(value)
        if times.startswith("write "):
            written = times.replace(" ", " leverage: ")
            return f"`margin: true` is the highest leverage of the pair; for this one {written}"
    if "boolean" in wanted:
        meant = _BOOLEANS.get(tidied(value).lower()) if isinstance(value, str) else None
        return (
            f"write {meant}"
            if meant
            else "write true or false, without quotes"
            if isinstance(value, str)
            else ""
        )
    if "string" in wanted and isinstance(value, (NumberText, bool)):
        return _quotes_hint(field, value)
    if "array" in wanted and field == "needs" and str(value).lower() in ("none", "nothing", "false", "[]"):
        return "write [] to start at once"
    if "array" in wanted and field in _LISTS_OF_TEXTS and isinstance(value, str):
        return f"write [{', '.join(re.split(r'[ ,;]+', shorten(value).strip(' ,;')))}]"
    return ""


def _quotes_hint(field: str, value: NumberText | bool) -> str:
    if field == "within" and isinstance(value, NumberText):
        return span_hint(value)
    text = value if isinstance(value, str) else str(value).lower()
    return f'put it in quotes: "{shorten(text)}"'


_LISTS_OF_TEXTS: Final = frozenset(
    {"needs", "allow", "require", "pairs", "types", "ordertypes", "groups", "venues", "days"}
)
