"""Parsing of a targets file: as strict as a batch file, then targets checks, then the nouns.

The orders that follow are decided in ``runner.rebalance``.
"""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from runner.batchfile.document.parsed import ParsedTargets
from runner.batchfile.document.shares import share_of
from runner.batchfile.document.values import YamlMap
from runner.batchfile.parsing import checked
from runner.domain import (
    Band,
    BandLimit,
    Destination,
    Fill,
    Otherwise,
    Place,
    PriceFrom,
    PriceRule,
    TargetOrders,
    Targets,
    TradedAssets,
    TradedSides,
    decimal_text,
    parse_duration,
)

from .checks import CHECKS

if TYPE_CHECKING:
    from collections.abc import Mapping

_OPENING: Final = "a targets file begins with `version: 1`, `name: ...` and `quote: ...`"
_NONE: Final[Mapping[str, object]] = {}
_FILL: Final[Mapping[str, object]] = {"within": "15m"}
_DIGITS: Final = 18
"""Behind the point, as many as an amount may have."""


def parse_targets(content: bytes, file: str) -> ParsedTargets:
    """Return the targets in a file's bytes, or all of its problems. Raises nothing."""
    root = checked(content, file, schema="targets", opening=_OPENING, checks=CHECKS)
    if not isinstance(root, YamlMap):
        return ParsedTargets(None, root)
    values, weights = _values(root), root["weights"]
    assert isinstance(weights, YamlMap), "the schema says so"
    places = {currency: Place(*weights.key_at(currency)) for currency in weights}
    targets = Targets(**values, file=file, digest=_digest(values), places=places)
    return ParsedTargets(targets, ())


def _values(root: YamlMap) -> dict[str, Any]:
    """Return the fields of ``Targets`` that the file decides."""
    cash: Any = root["cash"]
    return {
        "name": str(root["name"]),
        "quote": str(root["quote"]),
        "weights": {currency: share_of(text) for currency, text in _sorted(root["weights"])},
        "cash_target": share_of(cash["target"]),
        "cash_floor": _amount(cash, "floor") or Decimal(),
        "band": _band(root["band"]),
        "scope": TradedAssets(str(root.get("scope", TradedAssets.BREACHING))),
        "method": TradedSides(str(root.get("method", TradedSides.BOTH))),
        "keep": {currency: Decimal(str(units)) for currency, units in _sorted(root.get("keep", _NONE))},
        "order": _order(root.get("order", _NONE)),
        "price": _price(root.get("price", _NONE)),
        "fee": share_of(root.get("fees")),
        "fill": _fill(root.get("fill", _FILL)),
    }


def _band(node: Any) -> Band:
    return Band(
        absolute=share_of(node["absolute"]) or Decimal(),
        relative=share_of(node["relative"]) or Decimal(),
        use=BandLimit(str(node.get("use", BandLimit.SMALLER))),
        to=Destination(str(node.get("to", Destination.TARGET))),
    )


def _order(node: Any) -> TargetOrders:
    return TargetOrders(
        minimum=_amount(node, "minimum"),
        maximum=_amount(node, "maximum"),
        oflags=tuple(sorted(str(flag) for flag in node.get("oflags", ()))),
        timeinforce=str(node["timeinforce"]) if "timeinforce" in node else None,
        expiretm=str(node["expiretm"]) if "expiretm" in node else None,
    )


def _price(node: Any) -> PriceRule:
    return PriceRule(
        source=PriceFrom(str(node.get("from", PriceFrom.MID))),
        offset=share_of(node.get("offset")) or Decimal(),
        max_spread=share_of(node.get("max-spread")),
        max_age=parse_duration(str(node["max-age"])) if "max-age" in node else None,
    )


def _fill(node: Any) -> Fill:
    return Fill(
        within=parse_duration(str(node["within"])),
        otherwise=Otherwise(str(node.get("otherwise", Otherwise.CANCEL))),
    )


def _amount(node: Any, key: str) -> Decimal | None:
    return Decimal(str(node[key])) if key in node else None


def _sorted(node: Any) -> list[tuple[str, Any]]:
    """Return the entries of a mapping by their keys: their order in the file means nothing."""
    return sorted(node.items())


def _digest(values: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what a file says, in hex: the same for every way to write it."""
    text = json.dumps(values, default=_plain, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _plain(value: Any) -> Any:
    """Return a value of the domain as plain data; numbers that are equal have one text."""
    if isinstance(value, Decimal):
        return decimal_text(value, _DIGITS)
    return {name: getattr(value, name) for name in value.__slots__}
