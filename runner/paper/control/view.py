"""The state of the exchange as the control page shows it, as plain data for JSON.

It is made of what the exchange and its scenario say of themselves; nothing secret is in it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from runner.domain import CloseFrame, FaultAction
from runner.paper.api.exchange import STATUSES
from runner.paper.public.depth import crowd_levels
from runner.paper.state.texts import descr, fixed

if TYPE_CHECKING:
    from runner.domain import FaultRule, Scenario
    from runner.paper.api.exchange import Exchange
    from runner.paper.scenario.scenario import Rule
    from runner.paper.scenario.traffic import Traffic
    from runner.paper.state.changes import Trade
    from runner.paper.state.instruments import Instrument
    from runner.paper.state.market import Quote
    from runner.paper.state.orders import BookedOrder

    from .price_lines import PriceLines

ORDERS_SHOWN = 200
ENDED_SHOWN = 30
TRADES_SHOWN = 50
LEVELS_SHOWN = 100
"""On each side of a book."""


def view(
    exchange: Exchange, traffic: Traffic | None, lines: PriceLines, pair: str, now: float
) -> dict[str, Any]:
    """Return the state of the exchange, with the market of one pair."""
    state = exchange.state()
    if pair not in state.quotes:
        pair = _busiest(state.live, state.quotes)
    live = list(state.live.values())
    ended = list(state.ended.values())[-ENDED_SHOWN:]
    return {
        "now": now,
        "status": state.status,
        "statuses": STATUSES,
        "pairs": list(state.quotes),
        "pair": pair,
        "market": _market(exchange.instruments[pair], state.quotes[pair], live),
        "prices": lines.points(pair),
        "held": exchange.moves and pair in exchange.held,
        "open": len(live),
        "orders": [_order(order) for order in live[-ORDERS_SHOWN:]],
        "ended": [_order(order) for order in reversed(ended)],
        "trades": [_trade(trade) for trade in reversed(state.trades[-TRADES_SHOWN:])],
        "balances": [_balance(asset, amount, state.holds) for asset, amount in state.balances.items()],
        "scenario": None if traffic is None else _scenario(traffic),
    }


def _busiest(live: dict[str, BookedOrder], quotes: dict[str, Quote]) -> str:
    """Return the pair with the most open orders; without any, the first that is quoted."""
    pairs = [order.terms.pair for order in live.values()]
    return max(dict.fromkeys(pairs), key=pairs.count, default=next(iter(quotes)))


def _market(instrument: Instrument, quote: Quote, live: list[BookedOrder]) -> dict[str, Any]:
    decimals, pair = instrument.price_decimals, instrument.wsname
    mine = [order for order in live if order.terms.pair == pair and order.terms.limit is not None]
    return {
        "bid": fixed(quote.bid, decimals),
        "ask": fixed(quote.ask, decimals),
        "last": fixed(quote.last, decimals),
        "decimals": decimals,
        "bids": _levels(quote, instrument, mine, "buy"),
        "asks": _levels(quote, instrument, mine, "sell"),
    }


def _levels(quote: Quote, instrument: Instrument, mine: list[BookedOrder], type: str) -> list[dict[str, Any]]:
    """One side of the book, best price first: the crowd's volume (None: without end) and the account's."""
    best, volume = (quote.bid, quote.bid_volume) if type == "buy" else (quote.ask, quote.ask_volume)
    crowd: dict[Decimal, Decimal | None] = {best: None}
    if volume is not None:
        crowd.clear()
        crowd.update(crowd_levels(quote, instrument, type))
    own: dict[Decimal, Decimal] = {}
    for order in mine:
        if order.terms.type == type and order.terms.limit is not None:
            own[order.terms.limit] = own.get(order.terms.limit, Decimal(0)) + order.remaining
    prices = sorted({*crowd, *own}, reverse=type == "buy")[:LEVELS_SHOWN]
    return [
        {
            "price": fixed(price, instrument.price_decimals),
            "crowd": _volume(crowd[price], endless=True) if price in crowd else "",
            "own": _volume(own.get(price)) if price in own else "",
        }
        for price in prices
    ]


def _volume(volume: Decimal | None, *, endless: bool = False) -> str:
    if volume is None:
        return "∞" if endless else ""
    return _plain(volume)


def _plain(number: Decimal) -> str:
    """Return a number without trailing zeros and without an exponent."""
    return f"{number.normalize():f}"


def _order(order: BookedOrder) -> dict[str, Any]:
    terms = order.terms
    return {
        "txid": order.txid,
        "pair": terms.pair,
        "type": terms.type,
        "descr": descr(terms),
        "executed": fixed(order.executed, 8),
        "volume": fixed(terms.volume, 8),
        "share": int(100 * order.executed / terms.volume) if terms.volume else 0,
        "status": order.status.value,
        "reason": order.reason or "",
        "id": terms.cl_ord_id or (str(terms.userref) if terms.userref else ""),
        "opentm": terms.opentm,
    }


def _trade(trade: Trade) -> dict[str, Any]:
    """Return a trade; its fee is in the currency that it was taken in."""
    instrument = trade.order.instrument
    fee, currency = (trade.base_fee, instrument.base) if trade.base_fee else (trade.fee, instrument.quote)
    return {
        "id": trade.trade_id,
        "txid": trade.order.txid,
        "at": trade.time,
        "pair": trade.order.pair,
        "type": trade.order.type,
        "volume": _plain(trade.volume),
        "price": fixed(trade.price, instrument.price_decimals),
        "cost": _plain(trade.cost),
        "fee": _plain(fee),
        "fee_currency": currency,
        "maker": trade.maker,
    }


def _balance(asset: str, amount: Decimal, holds: Any) -> dict[str, str]:
    held = sum((hold.amount for hold in holds.values() if hold.asset == asset), Decimal(0))
    return {"asset": asset, "balance": _plain(amount), "held": _plain(held) if held else ""}


def _scenario(traffic: Traffic) -> dict[str, Any]:
    scenario = traffic.scenario
    return {
        "name": scenario.name,
        "description": scenario.description,
        "always": _always(scenario),
        "rules": [_rule(rule) for rule in traffic.rules.all],
    }


def _always(scenario: Scenario) -> list[str]:
    """Return the settings that apply to every message, one line each."""
    lines = {
        f"latency {scenario.latency_s} s each way": scenario.latency_s,
        f"jitter up to {scenario.jitter_s} s": scenario.jitter_s,
        f"REST {scenario.rest_lag_s} s behind": scenario.rest_lag_s,
        f"clock {scenario.clock_skew_s} s ahead": scenario.clock_skew_s,
    }
    rate = scenario.message_rate
    if rate is not None:
        lines[f"at most {rate.per_s} messages a second, {rate.burst} at once"] = Decimal(1)
    if scenario.close_frame != CloseFrame():
        lines[f"connections end by {scenario.close_frame.code} {scenario.close_frame.reason}".rstrip()] = (
            Decimal(1)
        )
    return [line for line, value in lines.items() if value]


def _rule(rule: Rule) -> dict[str, Any]:
    times = "always" if rule.fault.times is None else f"{rule.hits} of {rule.fault.times}"
    return {
        "text": _describe_fault(rule.fault),
        "times": times,
        "hits": rule.hits,
        "exhausted": rule.exhausted,
    }


def _describe_fault(fault: FaultRule) -> str:
    """Return a rule as a line: ``addOrder pair=XBT/USD: reject (EOrder:Insufficient funds)``."""
    where = "".join(f" {name}={text}" for name, text in fault.where)
    detail = (
        fault.error
        if fault.act in (FaultAction.REJECT, FaultAction.END)
        else f"{fault.seconds} s"
        if fault.seconds
        else ""
    )
    chance = f", {_plain(fault.chance * 100)} % of them" if fault.chance != 1 else ""
    return f"{fault.on}{where}: {fault.act.value}{f' ({detail})' if detail else ''}{chance}"
