"""The public channels: what each may be set to, what it is called, and what of it is refused.

Source: https://docs.kraken.com/api/docs/websocket-v1/book and its neighbours; the texts of errors as clients
have collected them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from runner.paper.public.bars import INTERVALS_MIN

if TYPE_CHECKING:
    from collections.abc import Mapping

DEPTHS: Final = (10, 25, 100, 500, 1000)

NO_PAIRS: Final = "Pair(s) not found"
NO_LIST: Final = "Pair field must be an array"

_SETTINGS: Final[Mapping[str, tuple[str, tuple[int, ...], str, str]]] = {
    "ohlc": (
        "interval",
        INTERVALS_MIN,
        "Subscription ohlc interval must be an integer",
        "Subscription ohlc interval not supported",
    ),
    "book": (
        "depth",
        DEPTHS,
        "Subscription book depth must be an integer",
        "Subscription depth not supported",
    ),
}
"""The field that a channel may be set with, its values (the first by default), and the errors of others."""

NAMES: Final = ("ticker", "ohlc", "trade", "spread", "book")
_KINDS: Final = [
    (name, setting) for name in NAMES for setting in (_SETTINGS[name][1] if name in _SETTINGS else (None,))
]
_PAIR: Final = re.compile(r"[A-Za-z0-9.]+/[A-Za-z0-9.]+")
_PAIR_SHOWN: Final = 40


class Channel(Struct, frozen=True):
    """One channel of one pair; ``setting`` is its interval in minutes or its depth, if it has one."""

    name: str
    pair: str
    setting: int | None = None

    @property
    def shown(self) -> str:
        """Its name on the wire, as ``ohlc-5``."""
        return self.name if self.setting is None else f"{self.name}-{self.setting}"

    @property
    def subscription(self) -> dict[str, Any]:
        """The part of the request that a confirmation repeats."""
        if self.setting is None:
            return {"name": self.name}
        return {"name": self.name, _SETTINGS[self.name][0]: self.setting}

    def number(self, place: int) -> int:
        """Return its id; ``place`` is that of its pair in the list of pairs."""
        return 1 + place * len(_KINDS) + _KINDS.index((self.name, self.setting))


def setting_of(name: str, subscription: Mapping[str, Any]) -> int | str | None:
    """Return what a channel is to be set to, None for one that has no setting, or the error as text."""
    if name not in _SETTINGS:
        return None
    field, values, no_integer, unsupported = _SETTINGS[name]
    setting = subscription.get(field, values[0])
    if type(setting) is not int:
        return no_integer
    return setting if setting in values else unsupported


def unknown_pair(name: str) -> str:
    """Return the error of a pair that is not traded: its form may be wrong already."""
    shown = name[:_PAIR_SHOWN]
    if _PAIR.fullmatch(name) is None:
        return f"Currency pair not in ISO 4217-A3 format {shown}"
    return f"Currency pair not supported {shown}"


def repeated(subscription: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an error repeats of a subscription: its name and settings, whatever they are."""
    return {name: subscription[name] for name in ("depth", "interval", "name") if name in subscription}
