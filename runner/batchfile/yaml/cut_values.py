"""Parts of entries that YAML takes for keys without a value: `price: 145,50` in braces, `id:buy`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from runner.batchfile.document.values import shorten
from runner.batchfile.hints.notation import readings, tidied
from runner.batchfile.hints.numbers import NUMBERS, decimal_comma_hint
from runner.batchfile.hints.values import text_hint

if TYPE_CHECKING:
    from collections.abc import Mapping

_GLUED: Final = r"([a-z_]{2,20}[0-9]?):([^\s:/].*)"
_GLUED_SHARE: Final = r"([A-Z][A-Z0-9.]{1,15}x?):([0-9][0-9.]*%)"
_AFTER_COMMA: Final = r"[0-9][0-9.,]{0,40}(?: ?[A-Za-z€$£%]{1,8})?|[-\u2013\u2014]{1,2}"
_WITH_COMMAS: Final = (
    r"(?:[€$£¥₿]|[A-Z]{3,4}) ?[0-9][0-9., ]*|[+#-]?[0-9][0-9., ]*(?: ?[A-Za-z€$£%]{1,8})?"
    r"|[0-9.]+,[-\u2013\u2014]{1,2}"
)
_EQUALS: Final = r"([a-z_]{2,20}[0-9]?) ?= ?(\S.*)"
_LISTS: Final = frozenset(
    {"oflags", "needs", "allow", "require", "pairs", "types", "ordertypes", "venues", "days"}
)
_TEXTS_WITH_COMMAS: Final = r"[A-Za-z0-9._/-]+(?: *, *[A-Za-z0-9._/-]+)+"


def glued_entry(text: str) -> tuple[str, str] | None:
    """Return the key of `key:value`, and how to write the entry; None for any other text."""
    found = re.fullmatch(_GLUED, text) or re.fullmatch(_GLUED_SHARE, text)
    return (found[1], f"write {found[1]}: {shorten(found[2])}") if found else None


def entry_with_equals(text: str) -> tuple[str, str] | None:
    """Return the key of `key=value`, and how to write the entry; None for any other text."""
    found = re.fullmatch(_EQUALS, text)
    return (found[1], f"write {found[1]}: {shorten(found[2])}") if found else None


def fragment_hint(whole: str) -> str:
    """Return a hint for a text behind a comma in braces that may belong to the value before it."""
    if whole[:1] in ("[", "{", '"', "'"):
        return "write what is behind the comma inside of the value, or remove it"
    return f'put it in quotes if it is one value: "{shorten(whole)}"'


def comma_hint(key: str, rest: str, whole: str, order: Mapping[str, object]) -> str:
    """Return a hint for a value that a comma in braces has ended; empty if no comma did.

    ``key`` is the key of the value, ``rest`` the text that YAML took for the next key, ``whole`` the text
    from the value to the end of ``rest``, and ``order`` the entries read before it.
    """
    plain = tidied(whole)
    if re.fullmatch(_AFTER_COMMA, tidied(rest)) and re.fullmatch(_WITH_COMMAS, plain):
        number = re.sub(r", +", ",", plain)
        if key in NUMBERS:
            return decimal_comma_hint(key, number, order)
        return text_hint(key, number, order) or _without_comma(number)
    if key in _LISTS and re.fullmatch(_TEXTS_WITH_COMMAS, whole):
        return f"write [{', '.join(re.split(' *, *', whole))}]"
    return ""


def _without_comma(text: str) -> str:
    """Return a hint for a number in a field that has no hints; a percentage is no whole number."""
    found = readings(text.removesuffix("%").rstrip()) if text.endswith("%") else ()
    return (
        f"write {' or '.join(f'{number}%' for number in found)}"
        if found
        else "write the number without a comma"
    )
