"""The exchange's error strings that several checks share.

Source: https://docs.kraken.com/api/docs/guides/spot-errors
"""

from __future__ import annotations

from typing import Final

UNAVAILABLE: Final = "EService:Unavailable"


def invalid(field: str) -> str:
    """Return the error string for a field that cannot be read or must not be there."""
    return f"EGeneral:Invalid arguments:{field}"
