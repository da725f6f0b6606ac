"""Time zones by name, from the installed ``tzdata``, so that a name means the same on every machine.

The system's database may be missing, old, or differ from CI's, so it is never used.
"""

from __future__ import annotations

import functools
import pkgutil
from datetime import UTC, tzinfo
from io import BytesIO
from typing import Final
from zoneinfo import ZoneInfo

from .hints.similarity import nearest

_PACKAGE: Final = "tzdata"
_HOW: Final = "write a name of the time zone database, such as Europe/Berlin, or UTC"


@functools.cache
def zone_names() -> tuple[str, ...]:
    """Return the names of all time zones."""
    return tuple(_resource("zones").decode("ascii").split())


def zone_named(name: str) -> tzinfo:
    """Return the time zone with a name. Raises ``KeyError`` for a name that is none."""
    if name == "UTC":
        return UTC
    if name not in zone_names():
        raise KeyError(name)
    return ZoneInfo.from_file(BytesIO(_resource(f"zoneinfo/{name}")), key=name)


def zone_hint(word: str) -> str:
    """Return what to write instead of a name that is none."""
    city = word.rpartition("/")[2].replace(" ", "_").lower()
    cities = sorted((name for name in zone_names() if name.rpartition("/")[2].lower() == city), key=len)
    region = word.partition("/")[0].lower()
    neighbours = [name for name in zone_names() if name.partition("/")[0].lower() == region]
    found = cities[0] if cities else nearest(word, neighbours)
    return f"did you mean `{found}`?" if found else _HOW


def _resource(name: str) -> bytes:
    data = pkgutil.get_data(_PACKAGE, name)
    assert data is not None, "the time zones are files of a package"
    return data
