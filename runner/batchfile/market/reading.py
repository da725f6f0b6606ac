"""Parsing of a recorded market: as strict as a batch file, then checks of its prices, then the nouns."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from runner.batchfile.document.parsed import ParsedMarket
from runner.batchfile.document.values import Fault, YamlList, YamlMap, show
from runner.batchfile.parsing import checked
from runner.domain import CURRENCY, FeeTier, Instrument, Market, MarketRecord, Quote, QuotesAt, parse_rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_OPENING: Final = "a recorded market begins with `version: 1`, `at: ...` and `pairs:`"


def parse_market(content: bytes, file: str) -> ParsedMarket:
    """Return the market in a file's bytes, or all of its problems. Raises nothing."""
    root = checked(content, file, schema="market", opening=_OPENING, checks=_CHECKS)
    if not isinstance(root, YamlMap):
        return ParsedMarket(None, root)
    return ParsedMarket(_record(root), ())


# --- what the schema cannot express --------------------------------------------------------------


def _moment_exists(root: YamlMap) -> Iterator[Fault]:
    text = root.get("at")
    if isinstance(text, str):
        try:
            parse_rfc3339(text)
        except (ValueError, OverflowError):
            yield Fault(root.value_at("at"), "at", f"there is no moment {show(text)}", code="time-unknown")


def _asks_are_above_bids(root: YamlMap) -> Iterator[Fault]:
    for path, pair in _maps(root.get("pairs"), "pairs"):
        if _is_crossed(pair.get("bid"), pair.get("ask")):
            yield Fault(
                pair.value_at("ask"), f"{path}.ask", "the ask is not above the bid", code="market-crossed"
            )
    for path, quotes in _quotes_of_the_series(root):
        for name, quote in quotes.items():
            if isinstance(quote, YamlList) and len(quote) > 1 and _is_crossed(quote[0], quote[1]):
                yield Fault(
                    quote.item_at(1),
                    f"{path}.{name}[1]",
                    "the ask is not above the bid",
                    code="market-crossed",
                )


def _pairs_of_the_series_are_listed(root: YamlMap) -> Iterator[Fault]:
    pairs = root.get("pairs")
    for path, quotes in _quotes_of_the_series(root):
        for name in quotes:
            if isinstance(pairs, YamlMap) and name not in pairs:
                message = f"there is no pair {show(name)} under `pairs`"
                yield Fault(quotes.key_at(name), f"{path}.{name}", message, code="market-unknown-pair")


def _time_goes_on(root: YamlMap) -> Iterator[Fault]:
    before = Decimal()
    for path, moment in _moments(root):
        at_s = _decimal(moment.get("at_s"))
        if at_s is not None and at_s < before:
            message = f"this is before the moment above, {before} s"
            yield Fault(
                moment.value_at("at_s"), f"{path}.at_s", message, "sort by time", code="market-not-sorted"
            )
        before = before if at_s is None else at_s


def _schedules_are_there(root: YamlMap) -> Iterator[Fault]:
    fees = root.get("fees")
    known = list(fees) if isinstance(fees, YamlMap) else []
    for path, pair in _maps(root.get("pairs"), "pairs"):
        name = pair.get("fees")
        if isinstance(name, str) and name not in known:
            hint = f"there is {', '.join(known[:5])}" if known else "there is no schedule in this file"
            yield Fault(
                pair.value_at("fees"),
                f"{path}.fees",
                f"there is no schedule {show(name)}",
                hint,
                code="market-unknown-fees",
            )


def _tiers_begin_at_zero_and_rise(root: YamlMap) -> Iterator[Fault]:
    fees = root.get("fees")
    if not isinstance(fees, YamlMap):
        return
    for name, tiers in fees.items():
        read = [_decimal(tier.get("volume")) for _, tier in _maps(tiers, "")]
        volumes = [volume for volume in read if volume is not None]
        if volumes and len(volumes) == len(read) and (volumes[0] or volumes != sorted(set(volumes))):
            message = "the volumes of the tiers do not begin with 0 and rise"
            yield Fault(fees.value_at(name), f"fees.{name}", message, code="market-unsorted-tiers")


def _names_are_different(root: YamlMap) -> Iterator[Fault]:
    owner: dict[str, str] = {}
    for path, pair in _maps(root.get("pairs"), "pairs"):
        wsname = path.removeprefix("pairs.")
        for key in ("altname", "rest_id"):
            name = pair.get(key)
            if isinstance(name, str) and owner.setdefault(name, wsname) != wsname:
                message = f"{show(name)} is the name of {owner[name]} already"
                yield Fault(pair.value_at(key), f"{path}.{key}", message, code="market-name-twice")


_CHECKS: Final = (
    _moment_exists,
    _asks_are_above_bids,
    _pairs_of_the_series_are_listed,
    _time_goes_on,
    _schedules_are_there,
    _tiers_begin_at_zero_and_rise,
    _names_are_different,
)


def _maps(node: object, path: str) -> Iterator[tuple[str, YamlMap]]:
    """Yield the mappings in a mapping or a list, with their paths."""
    if isinstance(node, YamlMap):
        yield from ((f"{path}.{key}", item) for key, item in node.items() if isinstance(item, YamlMap))
    elif isinstance(node, YamlList):
        yield from (
            (f"{path}[{index}]", item) for index, item in enumerate(node) if isinstance(item, YamlMap)
        )


def _moments(root: YamlMap) -> Iterator[tuple[str, YamlMap]]:
    series = root.get("series")
    return _maps(series, "series") if isinstance(series, YamlList) else iter(())


def _quotes_of_the_series(root: YamlMap) -> Iterator[tuple[str, YamlMap]]:
    for path, moment in _moments(root):
        quotes = moment.get("quotes")
        if isinstance(quotes, YamlMap):
            yield f"{path}.quotes", quotes


def _decimal(value: object) -> Decimal | None:
    return Decimal(value) if isinstance(value, str) and value.replace(".", "", 1).isdecimal() else None


def _is_crossed(bid: object, ask: object) -> bool:
    low, high = _decimal(bid), _decimal(ask)
    return low is not None and high is not None and low >= high


# --- a document without faults to the nouns of the domain ------------------------------------------


def _record(root: YamlMap) -> MarketRecord:
    at = parse_rfc3339(str(root["at"]))
    nodes: Any = root["pairs"]
    fees: Any = root.get("fees", {})
    schedules = {name: _schedule(tiers) for name, tiers in fees.items()}
    market = Market(
        instruments={pair: _instrument(pair, node, schedules) for pair, node in nodes.items()},
        quotes={
            pair: _quote((node["bid"], node["ask"], node.get("last")), at) for pair, node in nodes.items()
        },
        at=at,
        source=str(root.get("source", "")),
    )
    series: Any = root.get("series", ())
    return MarketRecord(market=market, series=tuple(_quotes_at(moment, at) for moment in series))


_Schedule = tuple[tuple[FeeTier, ...], tuple[FeeTier, ...]]


def _schedule(tiers: Any) -> _Schedule:
    """Return the tiers of takers and of makers."""
    taker, maker = (
        tuple(FeeTier(Decimal(tier["volume"]), Decimal(tier[side])) for tier in tiers)
        for side in ("taker", "maker")
    )
    return taker, maker


def _instrument(wsname: str, node: Any, schedules: Mapping[str, _Schedule]) -> Instrument:
    base, _, quote = wsname.partition("/")
    altname = str(node.get("altname", base + quote))
    taker, maker = schedules[str(node["fees"])] if "fees" in node else ((), ())
    return Instrument(
        wsname=wsname,
        altname=altname,
        base=base,
        quote=quote,
        tick_size=Decimal(node["tick"]),
        lot_decimals=int(node["lot_decimals"]),
        rest_id=str(node.get("rest_id", altname)),
        asset_class=str(node.get("asset_class", CURRENCY)),
        ordermin=Decimal(node["ordermin"]),
        costmin=Decimal(node["costmin"]),
        status=str(node.get("status", "online")),
        leverage_buy=tuple(map(int, node.get("leverage_buy", ()))),
        leverage_sell=tuple(map(int, node.get("leverage_sell", ()))),
        fees_taker=taker,
        fees_maker=maker,
    )


def _quote(prices: Any, at: float) -> Quote:
    bid, ask, last = (None if price is None else Decimal(price) for price in (*prices, None)[:3])
    return Quote(bid=bid, ask=ask, last=last, at=at)


def _quotes_at(node: Any, began: float) -> QuotesAt:
    after_s = Decimal(node["at_s"])
    at = began + int(after_s * 1_000_000) / 1_000_000
    return QuotesAt(
        after_s=after_s, quotes={pair: _quote(prices, at) for pair, prices in node["quotes"].items()}
    )


def _mapping(root: YamlMap, key: str) -> YamlMap | dict[str, object]:
    node = root.get(key)
    return node if isinstance(node, YamlMap) else {}
