"""Fee tiers: the volume of 30 days decides, in US dollars."""

from __future__ import annotations

from decimal import Decimal

from runner.paper import INSTRUMENTS, Options
from runner.paper.options.kinds import FeeTier
from runner.paper.options.options import FeeOptions
from runner.paper.state.fees import BUCKET_S, WINDOW_S, Fees
from runner.paper.state.market import Market
from tests.paper.builders import NOW, Desk

ETH = INSTRUMENTS["ETH/EUR"]
TIERS = (FeeTier(Decimal(1000), Decimal("0.003"), Decimal("0.001")),)


def fees(*pairs: tuple[str, str], options: Options = Options(fees=FeeOptions(tiers=TIERS))) -> Fees:  # noqa: B008
    """The schedule, and a market that knows these pairs."""
    market = Market(None)
    for pair, bid in pairs:
        market.move(pair, Decimal(bid), Decimal(bid) + 1)
    return Fees(options, market)


def test_the_next_tier_starts_at_its_volume() -> None:
    """The trade that reaches it is still charged by the old one."""
    schedule = fees()
    schedule.traded("USD", Decimal(999), NOW)
    assert (schedule.rate(ETH, NOW, maker=False), schedule.rate(ETH, NOW, maker=True)) == (
        Decimal("0.0040"),
        Decimal("0.0025"),
    )
    schedule.traded("USD", Decimal(1), NOW)
    assert (schedule.rate(ETH, NOW, maker=False), schedule.rate(ETH, NOW, maker=True)) == (
        TIERS[0].taker,
        TIERS[0].maker,
    )


def test_other_currencies_count_at_their_price() -> None:
    """A currency without a price in dollars counts as one."""
    schedule = fees(("EUR/USD", "1.1"))
    schedule.traded("EUR", Decimal(10), NOW)
    schedule.traded("GBP", Decimal(10), NOW)

    assert schedule.volume == 21


def test_what_is_older_than_thirty_days_is_forgotten() -> None:
    """By the hour, so that the memory of it has an end."""
    schedule = fees()
    for minute in range(10):
        schedule.traded("USD", Decimal(100), NOW + minute)
    assert schedule.rate(ETH, NOW + 10, maker=True) == TIERS[0].maker

    assert schedule.rate(ETH, NOW + WINDOW_S + BUCKET_S, maker=True) == Decimal("0.0025")
    assert schedule.volume == 0


def test_one_rate_at_any_volume() -> None:
    """Without tiers nothing is counted."""
    schedule = fees(options=Options(fees=FeeOptions(tiers=())))
    schedule.traded("USD", Decimal(10**9), NOW)

    assert schedule.rate(ETH, NOW, maker=False) == Decimal("0.0040")


def test_trades_are_charged_by_the_tier() -> None:
    """The account's own trades lower its rate."""
    desk = Desk()
    for _ in range(2):
        desk.placed(ordertype="market", price=None, volume="70")
    rates = [trade.fee / trade.cost for trade in desk.exchange.state().trades]

    assert rates == [Decimal("0.0040"), Decimal("0.0035")]
