"""Hints for a targets file: percentages, amounts, spans, currencies, and keys in the wrong place."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from runner.batchfile.document.shares import percent_text, share_of
from runner.batchfile.document.values import NumberText, YamlList, YamlMap, shorten
from runner.domain import PriceFrom

from .notation import readings, shown, tidied
from .numbers import as_percent
from .schema_hints import Hint, Hints
from .similarity import did_you_mean
from .values import currency_name, text_hint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.batchfile.document.broken_rule import Error

_LONGEST_NAME: Final = 53
_FEW: Final = Decimal("0.05")
"""What is less was meant as a fraction more often than in percent, where fees and spreads are counted."""
_HIGHEST: Final = {"fees": Decimal(5), "offset": Decimal(10), "max-spread": Decimal(100)}
_DECIMALS: Final = 10
_TOO_FINE: Final = f"at most {_DECIMALS} decimals"
_AT_ONCE: Final = (
    "write limit; to trade at once, write offset: -0.5% under `price`, and leave post out of `oflags`"
)
_POSTS: Final = frozenset({"post_only", "postonly", "post", "maker", "maker_only"})
_ELSEWHERE: Final = {
    **dict.fromkeys(("floor", "reserve", "cash_floor", "cash_minimum"), ("cash", "floor")),
    **dict.fromkeys(("cash_target", "cash_weight"), ("cash", "target")),
    **dict.fromkeys(("minimum", "maximum", "oflags", "ordertype", "expiretm", "timeinforce"), ("order", "")),
    **dict.fromkeys(("offset", "max_spread", "max_age"), ("price", "")),
    **dict.fromkeys(("within", "otherwise"), ("fill", "")),
    **dict.fromkeys(("absolute", "relative", "use", "to"), ("band", "")),
}
"""Keys that are written at the top of the file, and the mapping and the key that they belong to."""
_EXAMPLES: Final = {
    "name": "write name: core, or another name",
    "quote": "write quote: EUR, or another currency",
    "weights": "for example weights: {XBT: 50%, ETH: 30%}",
    "band": "for example band: {absolute: 5%, relative: 25%}",
    "absolute": "write absolute: 5%, or another share",
    "relative": "write relative: 25%, or another share",
    "within": "write within: 15m, or another time",
}
_ALONE: Final[Mapping[str, tuple[str, str]]] = {
    "cash": ("target", r"[0-9.]+%"),
    "price": ("from", "|".join(PriceFrom)),
    "order": ("ordertype", "limit"),
    "fill": ("within", r"[1-9][0-9]*[smh]"),
}
"""Values that are written in place of their mapping: their key there, and how they look."""
_AMOUNT: Final = r"(?:[A-Za-z€$£¥₿]{1,8} ?)?([0-9][0-9 ,._'\u2019]*?)([kK])? ?(?:[A-Za-z€$£¥₿]{1,8})?"
_UNITS: Final = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), "m"),
    **dict.fromkeys(("h", "hour", "hours"), "h"),
}


class TargetsHints(Hints):
    """The hints for one targets file."""

    def for_text(self, error: Error) -> Hint:
        """For a text that has not the form that its field wants."""
        names = [step for step in error.steps if isinstance(step, str)]
        if not isinstance(error.value, str) or not names:
            return ""
        return partial(_text, names, error.value)

    def for_kind(self, error: Error, wanted: Sequence[str]) -> Hint:
        """For a value of a wrong kind."""
        value, field = error.value, str(error.steps[-1]) if error.steps else ""
        if field == "expiretm" and isinstance(value, NumberText):
            return partial(_life, value)
        if field == "oflags" and isinstance(value, str):
            return f"write [{', '.join(re.split(r'[ ,;]+', shorten(value).strip(' ,;')))}]"
        if field in ("weights", "keep") and isinstance(value, YamlList):
            return "it is a mapping: write `XBT: ...` for each, without `- ` or brackets"
        if field in _ALONE and isinstance(value, str):
            key, form = _ALONE[field]
            return f"write {field}: {{{key}: {value}}}" if re.fullmatch(form, value) else ""
        if field == "band" and isinstance(value, str) and share_of(value):
            return f"for example band: {{absolute: {value}, relative: 25%}}"
        return super().for_kind(error, wanted)

    def for_choice(self, error: Error, choices: Sequence[str]) -> Hint:
        """For a value that is none of a few."""
        if "ordertype" in error.steps:
            return _AT_ONCE if str(error.value).lower() in ("market", "mkt") else "write limit"
        return super().for_choice(error, choices)

    def for_key(self, error: Error, key: str, known: Sequence[str]) -> Hint:
        """For a key that there is not."""
        plain = tidied(key).lower().replace("-", "_")
        if not error.steps and plain in _ELSEWHERE:
            holder, own = _ELSEWHERE[plain]
            return f"write it as `{own or plain.replace('_', '-')}` under `{holder}`"
        if plain in _POSTS and "oflags" in known:
            return "add post to `oflags`" if "oflags" in error.value else "write oflags: [post]"
        if not error.steps and plain == "orders":
            return (
                "`order` is here already: put it there" if "order" in error.value else "did you mean `order`?"
            )
        return super().for_key(error, key, known)

    def for_missing(self, error: Error, key: str) -> Hint:
        """For a key that is missing."""
        if key in ("cash", "target"):
            return partial(_cash, self._document.get("weights"), key)
        return _EXAMPLES.get(key, "") or super().for_missing(error, key)

    def for_name(self, error: Error, key: str) -> Hint:
        """For a key that is no currency."""
        return partial(_currency, key, error.value)


def _text(names: Sequence[str], text: str) -> str:
    """Return a hint for a text in the wrong form; ``names`` are the keys that lead to it."""
    if hint := text_hint("", text):
        return hint
    field = "weights" if names[0] == "weights" else "amount" if names[0] == "keep" else names[-1]
    maker = _TEXTS.get(field)
    return maker(text) if maker else text_hint(field, text)


# --- one function for each form ----------------------------------------------------------------


def _share(text: str) -> str:
    """Return a hint for a share of the whole, or of a target: a number up to 1 was meant as a fraction."""
    number, percent = _number(text)
    if number is None:
        return ""
    if number < 0:
        return "a share is not below 0%"
    if number > 100:
        return "the whole is 100%"
    if percent or number > 1:
        return _write(number)
    return "write 100%, or 1%" if number == 1 else _write(number * 100)


def _small_share(field: str, text: str) -> str:
    """Return a hint for a share that is mostly far below a hundredth: a fee, a spread, an offset."""
    number, percent = _number(text)
    if number is None:
        return (
            ""
            if field != "fees"
            else did_you_mean(text, ["account"]) or "write account, or a rate such as 0.26%"
        )
    if number < 0 and field != "offset":
        return "a share is not below 0%"
    if abs(number) > _HIGHEST[field]:
        return f"at most {_HIGHEST[field]}%"
    if percent or not number or abs(number) >= _FEW:
        return _write(number)
    fraction = _write(number * 100)
    return fraction if _write(number) == _TOO_FINE else f"{fraction}, or {shown(number)}% if it is in percent"


def _write(percent: Decimal) -> str:
    """Return the hint that names a percentage, or that it has more decimals than the format takes."""
    text = shown(percent)
    return _TOO_FINE if len(text.partition(".")[2]) > _DECIMALS else f"write {text}%"


def _number(text: str) -> tuple[Decimal | None, bool]:
    """Return the number of a share, and whether it is in percent; None if it is unclear."""
    plain = as_percent(tidied(text))
    percent = "%" in plain
    digits = plain.strip("% ")
    sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits.removeprefix("+"))
    found = ("0",) if re.fullmatch(r"0+(?:[.,]0*)?", digits) else readings(digits.strip())
    return (Decimal(sign + found[0]) if len(found) == 1 else None), percent


def _amount(text: str) -> str:
    plain = tidied(text)
    if plain.startswith("-"):
        return "an amount is not below 0"
    if plain.endswith("%"):
        return "an amount is in units of a currency, not a share of anything"
    found = re.fullmatch(_AMOUNT, plain)
    numbers = readings(found[1].rstrip()) if found else ()
    if not found or not numbers:
        return ""
    if found[2]:
        return f"write {shown(Decimal(numbers[0]) * 1000)}" if len(numbers) == 1 else ""
    return f"write {' or '.join(numbers)}"


def _age(text: str) -> str:
    found = re.fullmatch(r"([1-9][0-9]{0,4}) ?([a-z]*)", tidied(text).lower())
    if not found:
        return "write 60s for a minute"
    unit = _UNITS.get(found[2])
    if not found[2]:
        return f"write {found[1]}s if these are seconds"
    seconds = int(found[1]) * {"s": 1, "m": 60, "h": 3600}[unit] if unit else 0
    return (
        f"write {found[1]}{unit}"
        if 0 < seconds <= 86_400
        else "24h is the longest"
        if unit
        else "write 60s for a minute"
    )


def _life(text: str) -> str:
    plain = tidied(text).lower()
    if plain in ("0", "+0", "never", "none", "now"):
        return "leave it out: an order then stays open until it is filled or canceled"
    if re.search(r"[0-9]{4}-|[0-9]{10}", plain):
        return 'a time that is absolute makes no sense in a file that is kept: write "+3600" for an hour'
    return text_hint("expiretm", text)


def _name(text: str) -> str:
    return f"this one has {len(text)} characters" if len(text) > _LONGEST_NAME else text_hint("name", text)


def _currency(text: str, beside: Mapping[str, object]) -> str:
    """Return a currency as v1 calls it, unless that is there already; ``beside`` is the mapping."""
    base, slash, _ = tidied(text).partition("/")
    meant = currency_name(base)
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9.]{0,15}x?", meant):
        return ""
    if meant in beside:
        return f"`{meant}` is here already: keep one of them"
    return (
        f"write {meant} alone: `quote` is what it is traded against" if slash else f"did you mean `{meant}`?"
    )


def _cash(weights: object, key: str) -> str:
    """Return the cash target that makes the sum of all shares 100 %; an example if that is not known."""
    shares = [share_of(text) for text in weights.values()] if isinstance(weights, YamlMap) else [None]
    known = [share for share in shares if share is not None]
    rest = 1 - sum(known, Decimal())
    target = percent_text(rest) if len(known) == len(shares) and rest >= 0 else "20%"
    return f"write target: {target}" if key == "target" else f"write cash: {{target: {target}}}"


_TEXTS: Final[dict[str, Callable[[str], Any]]] = {
    **dict.fromkeys(("weights", "target", "absolute", "relative"), _share),
    **{field: partial(_small_share, field) for field in _HIGHEST},
    **dict.fromkeys(("amount", "floor", "minimum", "maximum"), _amount),
    "max-age": _age,
    "expiretm": _life,
    "name": _name,
    "quote": lambda text: _currency(text, {}),
}
