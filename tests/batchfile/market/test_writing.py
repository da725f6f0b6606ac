"""A recorded market is written so that it is read again as it was."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from runner.batchfile import market_text, parse_market
from runner.domain import FeeTier, Instrument, Market, MarketRecord, Quote, QuotesAt

AT = 1_796_029_200.0
PRICES = st.decimals("0.000000001", "999999", places=9)
NAMES = st.text("ABCDEFGHIJ", min_size=2, max_size=4)
PERCENT = st.decimals("0", "5", places=4)
TIERS = st.lists(PERCENT, max_size=3).map(
    lambda percents: tuple(FeeTier(Decimal(10_000 * number), each) for number, each in enumerate(percents))
)


@st.composite
def quotes(draw: st.DrawFn, at: float = AT) -> Quote:
    """A complete quote."""
    bid = draw(PRICES)
    return Quote(bid=bid, ask=bid + draw(PRICES), last=draw(PRICES), at=at)


@st.composite
def instruments(draw: st.DrawFn, base: str) -> Instrument:
    """A pair with everything that a file holds."""
    taker = draw(TIERS)
    return Instrument(
        wsname=f"{base}/EUR",
        altname=f"{base}EUR",
        base=base,
        quote="EUR",
        tick_size=draw(PRICES),
        lot_decimals=draw(st.integers(0, 18)),
        rest_id=f"{base}EUR",
        ordermin=draw(PRICES),
        costmin=draw(PRICES),
        status=draw(st.sampled_from(["online", "cancel_only"])),
        leverage_buy=draw(st.sampled_from([(), (2, 3)])),
        fees_taker=taker,
        fees_maker=tuple(FeeTier(tier.volume, draw(PERCENT)) for tier in taker),
    )


@st.composite
def records(draw: st.DrawFn) -> MarketRecord:
    """A market of a few pairs, with a short series."""
    pairs = [draw(instruments(base)) for base in sorted(draw(st.sets(NAMES, min_size=1, max_size=3)))]
    names = [pair.wsname for pair in pairs]
    market = Market(
        instruments={pair.wsname: pair for pair in pairs},
        quotes={name: draw(quotes()) for name in names},
        at=AT,
        source=draw(st.text(max_size=20).filter(str.isprintable)),
    )
    series = [
        QuotesAt(after_s=Decimal(second), quotes={names[0]: draw(quotes(AT + second))})
        for second in range(1, draw(st.integers(1, 4)))
    ]
    return MarketRecord(market=market, series=tuple(series))


@given(records())
def test_what_is_written_is_read(record: MarketRecord) -> None:
    """To the digit."""
    parsed = parse_market(market_text(record).encode(), "m.json")

    assert parsed.problems == ()
    assert parsed.record == record


def test_equal_schedules_are_written_once() -> None:
    """A thousand pairs have a handful of them. A character beyond the first 65,536 is written as it is."""
    tiers = (FeeTier(Decimal(0), Decimal("0.4")),)
    pair = Instrument(
        wsname="A/EUR",
        altname="AEUR",
        base="A",
        quote="EUR",
        tick_size=Decimal("0.1"),
        lot_decimals=8,
        ordermin=Decimal(1),
        costmin=Decimal(1),
        fees_taker=tiers,
    )
    quote = Quote(bid=Decimal(1), ask=Decimal(2), last=Decimal(1), at=AT)
    pairs = {"A/EUR": pair, "B/EUR": replace(pair, wsname="B/EUR", altname="BEUR", base="B")}
    market = Market(instruments=pairs, quotes=dict.fromkeys(pairs, quote), at=AT, source="\U00010760")
    text = market_text(MarketRecord(market=market))

    assert text.count('"taker"') == 1
    assert parse_market(text.encode(), "m.json").problems == ()
