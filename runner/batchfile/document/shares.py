"""Shares of a targets file: percentages as exact fractions of one."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

_SHARE: Final = re.compile(r"-?[0-9]{1,3}(?:[.][0-9]{1,10})?%")


def share_of(value: object) -> Decimal | None:
    """Return a percentage as a fraction of one: ``50%`` is ``Decimal("0.50")``; None for anything else."""
    if not isinstance(value, str) or not _SHARE.fullmatch(value):
        return None
    return Decimal(value.removesuffix("%")).scaleb(-2)


def percent_text(share: Decimal) -> str:
    """Return a fraction of one as a file writes it: ``12.5%``."""
    return f"{share.scaleb(2).normalize():f}%"
