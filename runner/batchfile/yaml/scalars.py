"""The meaning of an unquoted scalar: YAML 1.2's true, false and null, a plain number, or text.

A number in a form that YAML readers disagree about is refused instead of guessed at.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from runner.batchfile.document.limits import LONGEST_NUMBER
from runner.batchfile.document.values import NumberText, shorten

_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_LOOKS_NUMERIC = re.compile(r"[-+]?\.?[0-9]|[-+]?\.(?:inf|nan)$", re.IGNORECASE)

_LETTERS: Final = frozenset("0123456789abcdefinoxABCDEFINOX._:+-")
"""Those of all numbers that are refused; times, ids and prices with a sign have others."""

_WORDS: Final = {"true": True, "false": False}
NULLS: Final = frozenset({"", "null", "~"})


class _Form(NamedTuple):
    """A way to write a number that is refused, with what is wrong about it."""

    pattern: str
    wrong: str


_REFUSED_FORMS: Final = (
    _Form(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)e[-+]?[0-9]+", "a number is written without an exponent"),
    _Form(r"[-+]?0[xob][0-9a-f_]+", "a number is decimal"),
    _Form(r"[-+]?[0-9][0-9_]*_[0-9_]*(?:\.[0-9_]*)?", "a number has no underscores"),
    _Form(r"[-+]?[0-9]+(?::[0-9]+)+(?:\.[0-9]*)?", "it is a number in base 60 to some YAML readers"),
    _Form(r"[-+]?\.[0-9]+", "a number has a digit before its point"),
    _Form(r"[-+]?[0-9]+\.", "a number has a digit after its point"),
    _Form(r"[-+]?0[0-9]+(?:\.[0-9]*)?", "a number has no leading zero"),
    _Form(r"[-+]?\.(?:inf|nan)", "a number is finite"),
)


class RefusedNumber(NamedTuple):
    """A number in a form that is not read; ``message`` says why."""

    message: str


def resolve(text: str) -> str | bool | RefusedNumber | None:
    """Return the value of an unquoted scalar.

    ``+5`` stays text: it is a relative price or time, or an error.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text in NULLS:
        return None
    if not _LOOKS_NUMERIC.match(text):
        return text
    if _PLAIN.fullmatch(text):
        return NumberText(text)
    return refused_number(text) or text


def refused_number(text: str) -> RefusedNumber | None:
    """Return the refusal of a number in a form that is not read here; ``None`` for any other text."""
    if len(text) > LONGEST_NUMBER or not _LETTERS.issuperset(text):
        return None
    for form in _REFUSED_FORMS:
        if re.fullmatch(form.pattern, text, re.IGNORECASE):
            return RefusedNumber(f"{shorten(text)} is refused: {form.wrong}")
    return None
