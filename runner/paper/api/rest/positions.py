"""``OpenPositions`` and ``TradeBalance``: what is open on margin, and what the account is worth.

There is no rollover fee here, and the terms say so.
Source: https://docs.kraken.com/api/docs/rest-api/get-open-positions
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from runner.paper.api import rendering
from runner.paper.exchange.error_texts import invalid
from runner.paper.state.account import ZERO
from runner.paper.state.instruments import asset_code
from runner.paper.state.margin import HUNDRED
from runner.paper.state.texts import fixed

from .calls import CallError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from runner.paper.exchange.venue import Venue
    from runner.paper.state.margin import Position

ROLLOVER_S: Final = 4 * 3600
_TERMS: Final = "0.0000% per 4 hours"
_MONEY: Final = 4


def open_positions(
    venue: Venue, _: object, fields: Mapping[str, str], now: float
) -> dict[str, Any] | list[dict[str, Any]]:
    """Return the open positions, those of ``txid`` alone if it is given.

    ``docalcs`` adds what they are worth; ``consolidation=market`` makes one row for each pair and side.
    """
    positions = _chosen(venue, fields.get("txid", ""))
    calculated = fields.get("docalcs", "").lower() == "true"
    if fields.get("consolidation"):
        if fields["consolidation"] != "market":
            raise CallError(invalid("consolidation"))
        return [_market_row(group, venue, calculated=calculated) for group in _by_market(positions)]
    return {position.position_id: _row(position, venue, now, calculated=calculated) for position in positions}


def trade_balance(venue: Venue, _: object, fields: Mapping[str, str], __: float) -> dict[str, str]:
    """Return the account's worth in one currency (``asset``, US dollars by default), by the bids.

    A currency without a price in dollars is left out. ``ml`` is there only while a position is open.
    """
    names = ["USD", *venue.account.balances]
    known = dict(zip(names, names, strict=True)) | {asset_code(name): name for name in names}
    unit = venue.market.in_dollars(known.get(fields.get("asset", "ZUSD"), ""))
    if unit is None:
        raise CallError("EQuery:Unknown asset")
    positions = list(venue.positions.all().values())
    balance = sum((_dollars(venue, *each) for each in venue.account.balances.items()), ZERO)
    margin = _sum(venue, positions, [position.margin for position in positions])
    net = _sum(venue, positions, [_net(position, venue) for position in positions])
    equity = balance + net
    shown = {
        "eb": balance,
        "tb": balance,
        "m": margin,
        "n": net,
        "c": _sum(venue, positions, [position.cost for position in positions]),
        "v": _sum(venue, positions, [_value(position, venue) for position in positions]),
        "e": equity,
        "mf": equity - margin,
        "uv": _unexecuted(venue),
    }
    level = {"ml": fixed(equity / margin * HUNDRED, 2)} if margin else {}
    return {name: fixed(amount / unit, _MONEY) for name, amount in shown.items()} | level


def _sum(venue: Venue, positions: list[Position], amounts: list[Decimal]) -> Decimal:
    """Return the sum of amounts in dollars, each in the quote currency of its position."""
    each = zip(positions, amounts, strict=True)
    return sum((_dollars(venue, position.instrument.quote, amount) for position, amount in each), ZERO)


def _chosen(venue: Venue, txids: str) -> list[Position]:
    positions = venue.positions.all()
    wanted = [text.strip() for text in txids.split(",") if text.strip()]
    if any(txid not in positions for txid in wanted):
        raise CallError("EOrder:Unknown position")
    return [positions[txid] for txid in wanted] or list(positions.values())


def _by_market(positions: Iterable[Position]) -> list[list[Position]]:
    groups: dict[tuple[str, str], list[Position]] = {}
    for position in positions:
        groups.setdefault((position.pair, position.type), []).append(position)
    return list(groups.values())


def _row(position: Position, venue: Venue, now: float, *, calculated: bool) -> dict[str, Any]:
    order = position.origin.order
    rolls = int((now - position.opened) // ROLLOVER_S) + 1
    return (
        {
            "ordertxid": order.txid,
            "posstatus": "open",
            "pair": position.instrument.rest_id,
            "time": rendering.number(position.opened),
            "type": position.type,
            "ordertype": order.ordertype,
        }
        | _sums([position])
        | (_worth([position], venue) if calculated else {})
        | {
            "terms": _TERMS,
            "rollovertm": str(int(position.opened) + rolls * ROLLOVER_S),
            "misc": "",
            "oflags": "",
        }
    )


def _market_row(positions: list[Position], venue: Venue, *, calculated: bool) -> dict[str, Any]:
    first = positions[0]
    head = {
        "pair": first.instrument.rest_id,
        "positions": str(len(positions)),
        "type": first.type,
        "leverage": fixed(Decimal(first.leverage), 5),
    }
    return head | _sums(positions) | (_worth(positions, venue) if calculated else {})


def _sums(positions: list[Position]) -> dict[str, str]:
    """Return what positions were when they were opened, and how much of them is closed."""
    decimals = positions[0].instrument.shown_decimals
    origins = [position.origin for position in positions]
    volume = sum((origin.volume for origin in origins), ZERO)
    left = sum((position.volume for position in positions), ZERO)
    return {
        "cost": fixed(sum((origin.cost for origin in origins), ZERO), decimals),
        "fee": fixed(sum((origin.fee for origin in origins), ZERO), decimals),
        "vol": fixed(volume, 8),
        "vol_closed": fixed(volume - left, 8),
        "margin": fixed(sum((origin.margin for origin in origins), ZERO), decimals),
    }


def _worth(positions: list[Position], venue: Venue) -> dict[str, str]:
    value = sum((_value(position, venue) for position in positions), ZERO)
    net = sum((_net(position, venue) for position in positions), ZERO)
    sign = "" if net < 0 else "+"
    return {"value": fixed(value, 5), "net": f"{sign}{fixed(net, _MONEY)}"}


def _value(position: Position, venue: Venue) -> Decimal:
    return position.volume * venue.positions.closing_price(position)


def _net(position: Position, venue: Venue) -> Decimal:
    return position.worth(venue.positions.closing_price(position))


def _unexecuted(venue: Venue) -> Decimal:
    """Return the value of what open orders have not traded yet, at their own prices, in dollars."""
    return sum(
        (
            _dollars(venue, order.terms.instrument.quote, order.remaining * price)
            for order in venue.book.live.values()
            if (price := order.terms.limit or order.terms.stop) is not None
        ),
        ZERO,
    )


def _dollars(venue: Venue, asset: str, amount: Decimal) -> Decimal:
    return amount * (venue.market.in_dollars(asset) or ZERO)
