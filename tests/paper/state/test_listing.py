"""The pairs of a market that was read: what the exchange makes of their steps and schedules."""

from __future__ import annotations

from decimal import Decimal

from runner.domain import FeeTier, Instrument, Market
from runner.paper.state.listing import instruments_of


def percents(*rows: tuple[int, str]) -> tuple[FeeTier, ...]:
    """Tiers by volume."""
    return tuple(FeeTier(Decimal(volume), Decimal(percent)) for volume, percent in rows)


def pair(**fields: object) -> Instrument:
    """A pair of a small coin."""
    base = {
        "wsname": "ADA/EUR",
        "altname": "ADAEUR",
        "base": "ADA",
        "quote": "EUR",
        "tick_size": Decimal("0.00010"),
        "lot_decimals": 6,
        "ordermin": Decimal(4),
        "costmin": Decimal("0.45"),
    }
    return Instrument(**{**base, **fields})  # type: ignore[arg-type]


def test_steps_and_names() -> None:
    """A zero at the end of a tick is no decimal of a price; without a name for REST the short one is it."""
    found = instruments_of(Market(instruments={"ADA/EUR": pair()}, at=0.0))["ADA/EUR"]

    assert (found.price_decimals, found.shown_decimals, found.lot_step) == (4, 5, Decimal("0.000001"))
    assert (found.rest_id, found.fees, found.leverage_buy) == ("ADAEUR", None, ())


def test_fees_are_shares_by_volume() -> None:
    """Takers and makers may have tiers of their own; a maker without any pays as a taker."""
    some = pair(fees_taker=percents((0, "0.4"), (10, "0.3")), fees_maker=percents((0, "0.25")))
    alike = pair(wsname="A/EUR", altname="A", fees_taker=percents((0, "0.4"), (10, "0.3")))
    found = instruments_of(Market(instruments={"ADA/EUR": some, "A/EUR": alike}, at=0.0))

    assert [(str(tier.taker), str(tier.maker)) for tier in found["ADA/EUR"].fees or ()] == [
        ("0.004", "0.0025"),
        ("0.003", "0.0025"),
    ]
    assert [str(tier.maker) for tier in found["A/EUR"].fees or ()] == ["0.004", "0.003"]
