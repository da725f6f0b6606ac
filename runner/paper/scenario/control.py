"""The control page of the exchange: the view of a person who uses it, and the actions they may take.

A view is made of what the exchange and its scenario say of themselves; nothing secret is in it. Who may ask
is decided where the page is served.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from msgspec import ValidationError, convert

from runner.domain import CloseFrame, FaultAction, FaultRule, parse_decimal
from runner.kraken import FrameError, encode_reply, fields_of
from runner.paper.api.exchange import STATUSES
from runner.paper.state.texts import descr, fixed

if TYPE_CHECKING:
    from runner.domain import Scenario
    from runner.paper.api.exchange import Exchange
    from runner.paper.api.feeds.delivery import Delivery
    from runner.paper.state.instruments import Instrument
    from runner.paper.state.market import Quote
    from runner.paper.state.orders import BookedOrder

    from .scenario import Rule, Rules
    from .traffic import Traffic

ORDERS_SHOWN = 200
ENDED_SHOWN = 30
LEVELS_SHOWN = 8
TEXT_SHOWN = 600
FAULTS_MAX = 1_000


class ControlError(Exception):
    """The requested action cannot be done; the message says why."""


def view(exchange: Exchange, traffic: Traffic | None, pair: str, now: float) -> dict[str, Any]:
    """Return the state of the exchange, with the market of one pair, as plain data for JSON."""
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
        "held": exchange.moves and pair in exchange.held,
        "open": len(live),
        "orders": [_order(order) for order in live[-ORDERS_SHOWN:]],
        "ended": [_order(order) for order in reversed(ended)],
        "balances": [
            _balance(asset, amount, state.holds)
            for asset, amount in state.balances.items()
            if amount or asset in ("EUR", "USD", "XBT", "ETH")
        ],
        "scenario": None if traffic is None else _scenario(traffic),
    }


def logged(at: float, connection: int, content: Any) -> dict[str, Any]:
    """Return a message as a line of the page; tokens are removed.

    ``content`` is a request with its token, an unreadable frame, or a message of the exchange.
    """
    match content:
        case FrameError():
            way, text = "in", f"{content.event or 'a frame'} that cannot be read: {content}"
        case (request, _):
            way, text = "in", json.dumps({"event": request.event, **fields_of(request)})
        case _:
            way, text = "out", encode_reply(content)
    return {"at": at, "connection": connection, "way": way, "text": text[:TEXT_SHOWN]}


def move_price(exchange: Exchange, fields: Any, now: float) -> list[Delivery]:
    """Set the market of ``pair`` to ``bid`` and ``ask``, both text, until it is released.

    Without ``ask`` it is one tick above the bid. Raises ``ControlError``.
    """
    pair, bid = _text(fields, "pair"), _price(fields, "bid")
    if pair not in exchange.instruments:
        raise ControlError(f"there is no pair {pair}")
    tick = Decimal(1).scaleb(-exchange.instruments[pair].price_decimals)
    ask = _price(fields, "ask") if "ask" in fields else bid + tick
    if not bid < ask:
        raise ControlError("the ask is not above the bid")
    return exchange.set_quote(pair, bid, ask, now, hold=True)


def add_faults(rules: Rules, fields: Any) -> None:
    """Add ``faults``, a list of rules as in a scenario file. Raises ``ControlError``."""
    given = fields.get("faults") if isinstance(fields, dict) else None
    if not isinstance(given, list) or not given:
        raise ControlError("faults is missing: a list of rules as in a scenario file")
    if len(given) + len(rules.all) > FAULTS_MAX:
        raise ControlError(f"there would be more than {FAULTS_MAX} rules")
    rules.add([_fault(number, each) for number, each in enumerate(given)])


def remove_faults(rules: Rules, fields: Any) -> None:
    """Remove the rule at the place ``number``, from 0; all rules without one. Raises ``ControlError``."""
    number = fields.get("number") if isinstance(fields, dict) else None
    if number is not None and (type(number) is not int or not 0 <= number < len(rules.all)):
        raise ControlError("there is no such rule")
    rules.remove(number)


def _fault(number: int, given: Any) -> FaultRule:
    try:
        where = given.get("where", {})
        named = {"act" if name == "do" else name: value for name, value in given.items()}
        named["where"] = [[name, str(text)] for name, text in where.items()]
        fault = convert(named, FaultRule)
    except (AttributeError, TypeError, ValidationError) as error:
        words = (
            str(error).replace("`act`", "`do`").replace("$.act", "$.do")
            if isinstance(error, ValidationError)
            else "it is no rule"
        )
        raise ControlError(f"faults[{number}]: {words}") from None
    if fault.act in (FaultAction.REJECT, FaultAction.END) and not fault.error:
        raise ControlError(f"faults[{number}]: {fault.act.value} needs an error")
    seconds = fault.seconds or Decimal(0)
    finite = fault.chance.is_finite() and seconds.is_finite()
    if not finite or not 0 <= fault.chance <= 1 or min(fault.skip, fault.times or 0) < 0 or seconds < 0:
        raise ControlError(f"faults[{number}]: a number is out of its range")
    return fault


def release_price(exchange: Exchange, fields: Any, now: float) -> list[Delivery]:
    """Let the market of ``pair`` move by itself again. Raises ``ControlError``."""
    pair = _text(fields, "pair")
    if pair not in exchange.held:
        raise ControlError(f"the price of {pair} is not held")
    return exchange.release_quote(pair, now)


def change_status(exchange: Exchange, fields: Any, now: float) -> list[Delivery]:
    """Change the state of the exchange to ``status``. Raises ``ControlError``."""
    status = _text(fields, "status")
    if status not in STATUSES:
        raise ControlError(f"there is no status {status}")
    return exchange.set_status(status, now)


def _text(fields: Any, name: str) -> str:
    value = fields.get(name) if isinstance(fields, dict) else None
    if not isinstance(value, str) or len(value) > 32:
        raise ControlError(f"{name} is missing")
    return value


def _price(fields: Any, name: str) -> Decimal:
    try:
        price = parse_decimal(_text(fields, name))
    except ValueError:
        raise ControlError(f"the {name} is no price") from None
    if not 0 < price < 10**12:
        raise ControlError(f"the {name} is no price")
    return price


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
        "bids": _levels((quote.bid, quote.bid_volume), quote.more_bids, mine, "buy", decimals),
        "asks": _levels((quote.ask, quote.ask_volume), quote.more_asks, mine, "sell", decimals),
    }


def _levels(
    best: tuple[Decimal, Decimal | None],
    more: tuple[tuple[Decimal, Decimal], ...],
    mine: list[BookedOrder],
    type: str,
    decimals: int,
) -> list[dict[str, Any]]:
    """One side of the book, best price first: the crowd's volume (None: without end) and the account's."""
    crowd: dict[Decimal, Decimal | None] = {best[0]: best[1], **dict(more)}
    own: dict[Decimal, Decimal] = {}
    for order in mine:
        if order.terms.type == type and order.terms.limit is not None:
            own[order.terms.limit] = own.get(order.terms.limit, Decimal(0)) + order.remaining
    prices = sorted({*crowd, *own}, reverse=type == "buy")[:LEVELS_SHOWN]
    return [
        {
            "price": fixed(price, decimals),
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
