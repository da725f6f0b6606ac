"""Numbers as people write them elsewhere, put into the one form that a file has: digits with a point.

Thousands separators, decimal commas, exponents, other digits, sums. An ambiguous text has two forms, and a
text that is not a number has none: no number is ever guessed.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_DOWN, Decimal, DivisionByZero, InvalidOperation
from typing import Final

from runner.batchfile.document.limits import LONGEST_NUMBER

_MOST_DIGITS: Final = 18
"""Before and behind the point, as the format has it."""
_SUM_STEP: Final = Decimal("0.00000001")
_GROUPS: Final = r"[0-9]{1,3}(?:[ '\u2019][0-9]{3})+"
_MINUS: Final = ("\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212", "\ufe63", "\uff0d")
_QUOTES: Final = "\"'`\u201c\u201d\u201e\u201f\u00ab\u00bb\u2018\u2019\u201a\u201b"

_FORMS: Final = (
    # pattern, separators of thousands to take away, decimal sign
    (rf"{_GROUPS}(?:[.][0-9]+)?", " '\u2019", "."),
    (rf"{_GROUPS},[0-9]+", " '\u2019", ","),
    (r"[0-9]{1,3}(?:,[0-9]{3})+[.][0-9]+", ",", "."),
    (r"[0-9]{1,3}(?:[.][0-9]{3})+,[0-9]+", ".", ","),
    (r"[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}", ",", "."),
    (r"[1-9][0-9]{0,2}(?:[.][0-9]{3}){2,}", ".", ","),
    (r"[0-9]+,[0-9]+", "", ","),
    (r"[0-9]*[.]?[0-9]+", "", "."),
    (r"[0-9]+[.]", "", "."),
    (r"[0-9]+[.,]?(?:-|\u2013|\u2014|--)", "-\u2013\u2014,.", "."),
    (r"[1-9][0-9]{0,2}(?:_[0-9]{3})+(?:[.][0-9_]+)?|[0-9]+[.][0-9_]+", "_", "."),
)
_TWO_WAYS: Final = r"[1-9][0-9]{0,2},[0-9]{3}"
_EXPONENT: Final = r"(?:[0-9]+[.]?[0-9]*|[.][0-9]+)[eE][-+]?[0-9]{1,6}"
_WHOLE_OF_BASE: Final = r"0[xX][0-9a-fA-F]{1,15}|0[oO][0-7]{1,20}|0[bB][01]{1,60}"
_SUM: Final = r"[-+]?[0-9.(][0-9. ()*/+-]*[0-9.)]"
_PART: Final = r" *([0-9]+(?:[.][0-9]+)?|[()*/+-])"


def tidied(text: str) -> str:
    """Return a text without what surrounds it by mistake: odd blanks, quotes of every kind, a last `;`.

    A dash of another kind in front is a minus.
    """
    plain = "".join(" " if letter.isspace() else letter for letter in text)
    digits = "".join(str(unicodedata.decimal(letter, letter)) for letter in plain)
    bare = digits.strip(" ;,").strip(_QUOTES).strip(" ")
    return f"-{bare[1:]}" if bare.startswith(_MINUS) else bare


def readings(text: str) -> tuple[str, ...]:
    """Return the numbers that a text may mean, without a sign: two if it is ambiguous, or none.

    Numbers with more than 18 digits before or after the point are not read.
    """
    if len(text) > LONGEST_NUMBER:
        return ()
    if re.fullmatch(_TWO_WAYS, text):
        return text.replace(",", ""), text.replace(",", ".")
    number = _single(text)
    return (number,) if number and fits(number) else ()


def _single(text: str) -> str:
    if re.fullmatch(_EXPONENT, text):
        return _without_exponent(text)
    if re.fullmatch(_WHOLE_OF_BASE, text):
        return str(int(text, 0))
    for pattern, thousands, sign in _FORMS:
        if re.fullmatch(pattern, text):
            kept = text.translate(dict.fromkeys(map(ord, thousands)))
            return _digits(kept.replace(sign, "."))
    return ""


def _digits(text: str) -> str:
    """Digits with a point: one before it, one behind it, no zeros in front."""
    whole, _, behind = text.partition(".")
    whole = whole.lstrip("0") or "0"
    return f"{whole}.{behind}" if behind else whole


def _without_exponent(text: str) -> str:
    number = Decimal(text)
    if not number or abs(number.adjusted()) > _MOST_DIGITS:
        return ""
    return shown(number)


def shown(number: Decimal) -> str:
    """Return a number with all of its digits, and no zeros behind them."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def fits(number: str) -> bool:
    """Return whether a number is more than 0 and has no more digits than the format allows."""
    whole, _, behind = number.partition(".")
    return len(whole) <= _MOST_DIGITS and len(behind) <= _MOST_DIGITS and bool(number.strip("0."))


def is_sum(text: str) -> bool:
    """Return whether a text is a sum: numbers with signs between them, whose result is to be worked out."""
    return (
        len(text) <= LONGEST_NUMBER
        and re.fullmatch(_SUM, text) is not None
        and bool(re.search(r"[0-9.)] *[-+*/]", text))
    )


def result_of(text: str) -> str:
    """Return the result of a sum, cut after eight decimals; empty if it is no sum or not above 0."""
    try:
        value, rest = _terms(_tokens(text))
        cut = value if value == value.quantize(_SUM_STEP) else value.quantize(_SUM_STEP, ROUND_DOWN)
    except (InvalidOperation, DivisionByZero, ValueError, IndexError):
        return ""
    number = shown(cut)
    return number if not rest and value > 0 and fits(number) else ""


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    text = text.rstrip()
    while at < len(text):
        found = re.compile(_PART).match(text, at)
        if found is None:
            raise ValueError(text)
        tokens.append(found[1])
        at = found.end()
    return tokens


def _terms(tokens: list[str]) -> tuple[Decimal, list[str]]:
    value, tokens = _factors(tokens)
    while tokens and tokens[0] in "+-":
        right, rest = _factors(tokens[1:])
        value = value + right if tokens[0] == "+" else value - right
        tokens = rest
    return value, tokens


def _factors(tokens: list[str]) -> tuple[Decimal, list[str]]:
    value, tokens = _factor(tokens)
    while tokens and tokens[0] in "*/":
        right, rest = _factor(tokens[1:])
        value = value * right if tokens[0] == "*" else value / right
        tokens = rest
    return value, tokens


def _factor(tokens: list[str]) -> tuple[Decimal, list[str]]:
    if tokens[0] in "+-":
        value, rest = _factor(tokens[1:])
        return (value if tokens[0] == "+" else -value), rest
    if tokens[0] == "(":
        value, rest = _terms(tokens[1:])
        if rest[0] != ")":
            raise ValueError(rest[0])
        return value, rest[1:]
    return Decimal(tokens[0]), tokens[1:]
