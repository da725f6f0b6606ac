"""Every error string of a margin order, from the situation that causes it."""

from __future__ import annotations

from typing import Any

import pytest

from runner.paper import Options
from tests.paper.builders import Desk
from tests.paper.margin import CASES, INVALID, desk
from tests.support.for_each import for_each


@for_each(CASES)
def test_margin_orders(
    expected: str | None, options: Options, before: list[dict[str, Any]], fields: dict[str, Any]
) -> None:
    """After the orders before, this one is answered so."""
    it = desk(options)
    for item in before:
        it.placed(**item)

    assert it.error(**fields) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [({"leverage": "2"}, INVALID + "leverage"), ({"margin": True}, INVALID + "margin"), ({}, None)],
)
def test_tokenized_assets_are_not_traded_on_margin(fields: dict[str, Any], expected: str | None) -> None:
    """AssetPairs offers no leverage for them."""
    assert Desk().error(pair="NVDAx/USD", price="170", **fields) == expected
