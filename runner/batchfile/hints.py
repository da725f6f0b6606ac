"""What to write instead: near words, words of other interfaces, and forms that people carry over.

It only ever adds to a problem that was found elsewhere; an empty text means that nothing helps.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Final

from .document import NumberText, shorten
from .scalars import refused_number

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST_WORD = 64
_LONGEST_TEXT = 200
_MOST_CHOICES = 200

_OTHER_KEYS: Final = {
    "side": "type", "direction": "type", "action": "type", "buy_sell": "type",
    "symbol": "pair", "market": "pair", "instrument": "pair", "ticker": "pair",
    "quantity": "volume", "qty": "volume", "size": "volume", "amount": "volume", "order_qty": "volume",
    "limit_price": "price", "limit": "price", "trigger_price": "price", "stop_price": "price",
    "order_type": "ordertype", "kind": "ordertype",
    "tif": "timeinforce", "time_in_force": "timeinforce",
    "flags": "oflags", "post_only": "oflags", "stptype": "stp_type",
    "expire_time": "expiretm", "start_time": "starttm",
    "client_order_id": "cl_ord_id", "order_userref": "userref",
    "depends_on": "needs", "after": "needs", "dependencies": "needs",
    "cancelled": "cancel", "canceled": "cancel", "cancels": "cancel", "cancellations": "cancel",
    "on_error": "on_reject", "on_failure": "on_reject", "default": "defaults",
    "close[ordertype]": "close", "close[price]": "close", "close[price2]": "close",
}  # fmt: skip

_EXPLAINED_KEYS: Final = {
    "id": "each order has its own id",
    "event": "the runner adds it",
    "token": "the runner adds it, and it belongs in no file",
    "reqid": "the runner adds it",
    "validate": "`order-batch validate` and `plan` try a file without placing anything",
    "trigger": "v1 has no choice of the trigger's price",
    "displayvol": "v1 has no iceberg orders",
    "sender_sub_id": "it is for institutions and not supported",
    "txid": "a transaction id stands alone: - OUEMWD-CUO73-YYCBEK",
}

_EXPLAINED_VALUES: Final = {
    "fok": "v1 has no FOK; IOC cancels what does not trade at once",
    "iceberg": "v1 has no iceberg orders",
    "good-til-canceled": "GTC",
    "long": "did you mean `buy`?",
    "short": "did you mean `sell`?",
    "stop": "did you mean `stop-loss`?",
    "stop-limit": "did you mean `stop-loss-limit`?",
    "abort": "did you mean `stop`?",
    "rollback": "did you mean `unwind`?",
    "ignore": "did you mean `continue`?",
}

_V1_NAMES: Final = {"BTC": "XBT", "DOGE": "XDG", "XXBT": "XBT", "XXDG": "XDG", "XETH": "ETH"}
_QUOTES: Final = ("USDT", "USDC", "USD", "EUR", "GBP", "CAD", "CHF", "JPY", "AUD", "XBT", "BTC", "ETH")
_SMALL_TIME = re.compile(r"[1-9][0-9]{0,7}")
_FRACTION_TIME = re.compile(r"([0-9-]+T[0-9:]+)[.][0-9]+(Z|[+-][0-9:]+)")
_BARE_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?")


def did_you_mean(word: str, choices: Sequence[str]) -> str:
    """The choice that looks most like a word, as a question; empty if none does."""
    best = nearest(word, choices)
    return f"did you mean `{best}`?" if best else ""


def nearest(word: str, choices: Sequence[str]) -> str:
    """The choice that looks most like a word; a different case counts as nothing."""
    if len(word) > _LONGEST_WORD:
        return ""
    folded = {choice.lower(): choice for choice in choices[:_MOST_CHOICES]}
    found = difflib.get_close_matches(word.lower(), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else ""


def meant_key(key: str, known: Sequence[str]) -> str:
    """The key that an author meant with one that does not exist; empty if nobody can tell."""
    other = _OTHER_KEYS.get(key.lower())
    if other in known:
        return str(other)
    return "" if key in _EXPLAINED_KEYS else nearest(key, known)


def key_hint(key: str, known: Sequence[str]) -> str:
    """What to write instead of a key that does not exist."""
    meant = meant_key(key, known)
    if key == "post_only" and meant:
        return "write oflags: post"
    if key.startswith("close[") and meant:
        return "write close: {ordertype: ..., price: ...}"
    if meant:
        return f"did you mean `{meant}`?"
    return _EXPLAINED_KEYS.get(key, "")


def value_hint(value: object, choices: Sequence[str]) -> str:
    """What to write instead of a value that is none of a few choices."""
    if not isinstance(value, str):
        return ""
    return _EXPLAINED_VALUES.get(value.lower()) or did_you_mean(value.replace("_", "-"), choices)


def text_hint(field: str, text: str) -> str:
    """What to write instead of a text that has not the form that a field wants."""
    if len(text) > _LONGEST_TEXT:
        return f"this one has {len(text):,} characters"
    refused = refused_number(text)
    if field in _NUMBER_FIELDS and refused is not None:
        return refused.hint
    if field in _NUMBER_FIELDS:
        return _number_hint(field, text)
    maker = _TEXT_HINTS.get(field)
    return maker(text) if maker else ""


def pair_hint(text: str) -> str:
    """The pair as v1 names it, from the ways in which other interfaces name it."""
    upper = text.upper().replace("-", "/").replace("_", "/").replace(" ", "")
    base, _, quote = upper.partition("/")
    if not quote:
        base, quote = _split_pair(upper)
    base, quote = _V1_NAMES.get(base, base), _V1_NAMES.get(quote, quote)
    meant = f"{base}/{quote}"
    return f"did you mean `{shorten(meant)}`?" if base and quote and meant != text else ""


def _split_pair(text: str) -> tuple[str, str]:
    for quote in _QUOTES:
        if text.endswith(quote) and len(text) > len(quote):
            base = text.removesuffix(quote)
            return (base.removesuffix("Z") if base.startswith("X") and len(base) == 5 else base), quote
    return "", ""


def _number_hint(field: str, text: str) -> str:
    for pattern, fields, hint in _NUMBER_HINTS:
        found = re.fullmatch(pattern, text)
        if found and field in fields:
            return hint.format(shorten(found[1]), plain=shorten(text.replace(",", "")))
    return ""


def _time_hint(text: str) -> str:
    if _SMALL_TIME.fullmatch(text):
        return f'seconds from now have a + in front: "+{text}"'
    fraction = _FRACTION_TIME.fullmatch(text)
    if fraction:
        return f"whole seconds only: {fraction[1]}{fraction[2]}"
    if _BARE_TIME.fullmatch(text):
        return "give date, time and offset: 2026-11-23T09:00:00Z"
    return ""


def _deadline_hint(text: str) -> str:
    if text.startswith("+"):
        return f"write {text[1:]}"
    return "an absolute time makes no sense in a file that is kept" if "T" in text else ""


def _cancel_hint(text: str) -> str:
    if re.fullmatch(r"-?[0-9]{1,10}", text):
        return f"for a user reference write {{userref: {text}}}"
    if re.fullmatch(r"[A-Za-z0-9._-]{1,64}/[A-Za-z0-9._-]{1,64}", text):
        return f"for an order of this batch write {{order: {shorten(text)}}}"
    if re.fullmatch(r"T[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{6}", text):
        return "this is the id of a trade; an order's begins with O"
    if re.fullmatch(r"o[a-z0-9]{5}-[a-z0-9]{5}-[a-z0-9]{6}", text, re.IGNORECASE):
        return f"in capitals: {text.upper()}"
    return ""


def _order_hint(text: str) -> str:
    return "" if "/" in text else f"write the group too, such as enter/{shorten(text)}"


def _flags_hint(text: str) -> str:
    tight = re.sub(r"[ ,;|]+", ",", text.strip().lower())
    known = "(fcib|fciq|nompp|post|viqc)"
    return f"write {tight}" if tight != text and re.fullmatch(f"{known}(,{known})*", tight) else ""


def _leverage_hint(text: str) -> str:
    ratio = re.fullmatch(r"([1-9][0-9]{0,2}):1", text)
    if ratio:
        return f"write {ratio[1]}"
    return "leave it out for an order without leverage" if text.lower() in _NO_LEVERAGE else ""


def _userref_hint(text: str) -> str:
    return "" if re.fullmatch(r"[-+]?[0-9.]+", text) else "an id of letters goes to `cl_ord_id`"


def _version_hint(text: str) -> str:
    return "write version: 1, without quotes" if text == "1" else ""


def _name_hint(text: str) -> str:
    if len(text) > _LONGEST_WORD:
        return f"this one has {len(text):,} characters"
    tidy = re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-._") if text.isascii() else ""
    return f"for example {tidy}" if tidy and tidy != text else ""


def _percent_hint(text: str) -> str:
    return f"write {text}%" if re.fullmatch(r"[0-9]{1,6}([.][0-9]{1,6})?", text) else ""


def _time_of_day_hint(text: str) -> str:
    found = re.fullmatch(r"([0-9]{1,2})(?::([0-9]{2}))?(?::00)?", text)
    return f'write "{int(found[1]):02d}:{found[2] or "00"}"' if found and int(found[1]) < 24 else ""


def _length_hint(text: str) -> str:
    return f"this one has {len(text)} characters" if len(text) > 18 else ""


_NO_LEVERAGE: Final = frozenset({"0", "1", "none", "no", "1:1"})
_NUMBER_FIELDS: Final = frozenset({"price", "price2", "volume"})
_PRICES: Final = frozenset({"price", "price2"})

# The form, the fields in which it is met, and the hint; {0} is the part of the form in brackets.
_NUMBER_HINTS: Final = (
    (r"([0-9]{1,3}),[0-9]{3}", _NUMBER_FIELDS, "a number has no comma; its decimal sign is a point"),
    (r"([0-9]{1,3}(?:,[0-9]{3})+(?:[.][0-9]+)?)", _NUMBER_FIELDS, "write it without commas: {plain}"),
    (r"([0-9]+),[0-9]+", _NUMBER_FIELDS, "the decimal sign is a point"),
    (r"([0-9.]+)%", _PRICES, 'a relative price has a sign in front: "+{0}%"'),
    (r"([+-])[0-9.]+", {"volume"}, "a volume has no sign; `type` says whether to buy or sell"),
    (r"(#)[0-9.]+%?", {"price2"}, "`#` is for `price` only"),
    (r"([0-9]+(?:[.][0-9]+)?) ?[A-Za-z€$£]{1,8}", _NUMBER_FIELDS, "write the number alone: {0}"),
    (r"([+#-]?[0-9]{19,})(?:[.][0-9]+)?%?", _NUMBER_FIELDS, "at most 18 digits before the point"),
    (r"([+#-]?[0-9]+)[.][0-9]{19,}%?", _NUMBER_FIELDS, "at most 18 digits behind the point"),
)

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
    "deadline": _deadline_hint,
    "cancel": _cancel_hint,
    "order": _order_hint,
    "oflags": _flags_hint,
    "name": _name_hint,
    "id": _name_hint,
    "needs": _name_hint,
    "cl_ord_id": _length_hint,
    "leverage": _leverage_hint,
    "userref": _userref_hint,
    "version": _version_hint,
}


def kind_hint(value: object, wanted: Sequence[str]) -> str:
    """What to write instead of a value of the wrong kind."""
    if "boolean" in wanted:
        return "write true or false, without quotes" if isinstance(value, str) else ""
    if "string" in wanted and isinstance(value, (NumberText, bool)):
        text = value if isinstance(value, str) else str(value).lower()
        return f'put it in quotes: "{shorten(text)}"'
    if "array" in wanted and isinstance(value, str):
        return f"write [{shorten(value)}]"
    return ""
