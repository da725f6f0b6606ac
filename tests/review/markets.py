"""Plans beside a market, so that a test says only what matters to it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from runner.batchfile import parse
from runner.domain import Account, Balance, FeeTier, Instrument, Market, Quote, RestingOrder
from runner.journal import fold
from runner.planning import plan
from runner.review import Review, review
from runner.review.snapshot import PlanSnapshot, take_snapshot

if TYPE_CHECKING:
    from runner.planning import Plan

NOW = 1795341600.0  # 2026-11-22 10:00:00 UTC
TAKER, MAKER = FeeTier(Decimal(0), Decimal("0.4")), FeeTier(Decimal(0), Decimal("0.25"))


def instrument(wsname: str, tick: str = "0.01", **fields: Any) -> Instrument:
    """A pair; steps and minimums are those of ETH/EUR unless said otherwise."""
    base, _, quote = wsname.partition("/")
    usual: dict[str, Any] = {
        "altname": base + quote,
        "base": base,
        "quote": quote,
        "lot_decimals": 8,
        "ordermin": Decimal("0.002"),
        "costmin": Decimal("0.5"),
        "leverage_buy": (2, 3),
        "leverage_sell": (2,),
        "fees_taker": (TAKER,),
        "fees_maker": (MAKER,),
    }
    return Instrument(wsname=wsname, tick_size=Decimal(tick), **{**usual, **fields})


def quote(bid: str, ask: str) -> Quote:
    """A quote whose last trade was at the bid."""
    return Quote(bid=Decimal(bid), ask=Decimal(ask), last=Decimal(bid), at=NOW)


INSTRUMENTS = {item.wsname: item for item in (instrument("ETH/EUR"), instrument("XBT/EUR", "0.1"))}
QUOTES = {
    "ETH/EUR": quote("150.10", "150.20"),
    "XBT/EUR": quote("9000.0", "9000.1"),
    "EUR/USD": quote("1", "1.2"),
}
MARKET = Market(instruments=INSTRUMENTS, quotes=QUOTES, at=NOW)


def account(*orders: RestingOrder, **balances: str) -> Account:
    """An account with these open orders and balances."""
    return Account(balances={name: Balance(Decimal(text)) for name, text in balances.items()}, orders=orders)


def resting(txid: str, type: str = "buy", price: str = "120", **fields: Any) -> RestingOrder:
    """A limit order of one ETH/EUR that is open at the exchange."""
    usual: dict[str, Any] = {"pair": "ETH/EUR", "ordertype": "limit", "volume": Decimal(1)}
    return RestingOrder(txid=txid, type=type, price=Decimal(price), **{**usual, **fields})


def order(id: str = "a", **fields: object) -> str:
    """A buy of 0.25 ETH/EUR at 145, which rests, as a line of a batch file; None leaves a field out."""
    usual = {"pair": "ETH/EUR", "type": "buy", "ordertype": "limit", "price": "145", "volume": "0.25"}
    given = {name: value for name, value in {**usual, **fields}.items() if value is not None}
    return f"{{id: {id}, " + ", ".join(f"{name}: {value}" for name, value in given.items()) + "}"


def group(*orders: str, name: str = "one", **fields: object) -> str:
    """A group of a batch file."""
    lines = [f"  - name: {name}", *(f"    {field}: {value}" for field, value in fields.items())]
    lines += ["    orders:", *(f"      - {order}" for order in orders)] if orders else []
    return "\n".join(lines) + "\n"


def plan_of(*groups: str) -> Plan:
    """The plan of a batch that nothing was done of."""
    parsed = parse(("version: 1\nname: test\ngroups:\n" + "".join(groups)).encode(), "test.yaml")
    assert parsed.batch is not None, parsed.problems
    return plan(parsed.batch, fold([]), run_key="", venue="paper")


def snapshot(*groups: str, account: Account | None = None, market: Market | None = MARKET) -> PlanSnapshot:
    """A batch beside a market."""
    return take_snapshot(plan_of(*groups), market, account, NOW)


def reviewed(
    *groups: str, account: Account | None = None, market: Market | None = MARKET, reporting: str = "USD"
) -> Review:
    """The review of a batch."""
    return review(plan_of(*groups), market, account, NOW, reporting=reporting)


def found(review: Review) -> list[str]:
    """Return what a review found, as ``rule subject``."""
    return [f"{finding.rule.value} {finding.subject}" for finding in review.findings]
