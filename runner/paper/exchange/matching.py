"""The trades of a started order: with the crowd's quotes, by price and then by time, never with itself.

A new order takes the crowd's prices and is the taker; a resting order trades at its own price. Where
the account's own order would be met first, self-trade prevention ends one of the two, or both. At one price
the crowd was there first.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import structs

from runner.paper.state import holds, ids
from runner.paper.state.account import ZERO, rounded_down, rounded_up
from runner.paper.state.changes import OrderChange, Trade
from runner.paper.state.ledger import LedgerType
from runner.paper.state.margin import Origin, Position
from runner.paper.state.orders import OTHER_SIDE, CancelReason, Status

if TYPE_CHECKING:
    from runner.paper.state.market import Quote
    from runner.paper.state.orders import BookedOrder, Terms

    from .venue import Venue


def fill(venue: Venue, order: BookedOrder, now: float, *, resting: bool) -> None:
    """Trade what can be traded at once, then end what may not rest."""
    while (after := _next_trade(venue, order, now, resting=resting)) is not None:
        order = after
        if not order.live:
            return
        if not order.remaining:
            venue.end(order, Status.CLOSED, now)
            return
    if order.terms.limit is None:
        venue.end(order, Status.CANCELED, now, CancelReason.NO_LIQUIDITY)
    elif order.terms.timeinforce == "IOC":
        venue.end(order, Status.CANCELED, now, CancelReason.IMMEDIATE)


def settle_position(venue: Venue, order: BookedOrder, now: float) -> None:
    """Take a position over: the account pays its cost and gets the base units, or gives them."""
    terms = order.terms
    instrument = terms.instrument
    closed = venue.positions.close(terms.pair, OTHER_SIDE[terms.type], terms.volume, None)
    sign = 1 if terms.type == "sell" else -1
    for asset, amount in ((instrument.quote, -sign * closed.cost), (instrument.base, sign * closed.volume)):
        venue.ledger.book(LedgerType.SETTLED, refid=order.txid, now=now, asset=asset, amount=amount)
    order = order.filled(closed.volume, closed.cost, ZERO, now)
    venue.write(order)
    venue.report(order, OrderChange.FILLED)
    venue.end(order, Status.CLOSED, now)


def _next_trade(venue: Venue, order: BookedOrder, now: float, *, resting: bool) -> BookedOrder | None:
    """Return the order after one more trade or its end; None when there is nothing left to trade with."""
    terms = order.terms
    quote = venue.market.quote(terms.pair)
    if not resting:
        own = venue.book.best(terms.pair, OTHER_SIDE[terms.type])
        if own is not None and _meets(terms, own.terms.limit, quote):
            return _prevent(venue, order, own, now)
    if terms.limit is not None and not quote.crossed_by(terms.type, terms.limit):
        return None
    volume = quote.on_offer(terms.type, order.remaining)
    if terms.reduce_only:
        volume = min(volume, venue.positions.volume(terms.pair, OTHER_SIDE[terms.type]))
        if not volume:
            return venue.end(order, Status.CANCELED, now, CancelReason.POSITION_CLOSED)
    if not volume:
        return None
    price = terms.limit if resting and terms.limit is not None else quote.opposite(terms.type)
    rate = venue.fees.rate(terms.instrument, now, maker=resting)
    if not _affordable(venue, order, volume, price, rate):
        reason = CancelReason.NO_FUNDS if terms.leverage is None else CancelReason.NO_MARGIN
        return venue.end(order, Status.CANCELED, now, reason)
    return _trade(venue, order, volume, price, now, maker=resting)


# --- the account's own orders on the other side -----------------------------------------------


def _meets(terms: Terms, price: Decimal | None, quote: Quote) -> bool:
    """Return whether a new order would meet the account's own resting order at this price first."""
    assert price is not None
    if terms.type == "buy":
        return price < quote.ask and (terms.limit is None or price <= terms.limit)
    return price > quote.bid and (terms.limit is None or price >= terms.limit)


def _prevent(venue: Venue, order: BookedOrder, own: BookedOrder, now: float) -> BookedOrder:
    """End what ``stp_type`` of the order that came says."""
    if order.terms.stp_type != "cancel_newest":
        venue.end(own, Status.CANCELED, now, CancelReason.SELF_TRADE)
    if order.terms.stp_type != "cancel_oldest":
        return venue.end(order, Status.CANCELED, now, CancelReason.SELF_TRADE)
    return order


# --- money ------------------------------------------------------------------------------------


def _affordable(venue: Venue, order: BookedOrder, volume: Decimal, price: Decimal, rate: Decimal) -> bool:
    """Return whether the account can pay for this trade.

    A spot order with a limit has held the most that it can cost. The others may have been started, or their
    trigger reached, after the market had moved; a liquidation is always carried out.
    """
    terms, account = order.terms, venue.account
    if terms.leverage is None and (terms.limit is not None or terms.type == "sell"):
        return True
    if "liquidation" in order.misc:
        return True
    if terms.leverage is not None:
        return _margin_affordable(venue, order, price)
    spent = rounded_down(volume * price)
    fee = ZERO if terms.fee_in_base else rounded_down(spent * rate)
    asset = terms.instrument.quote
    return spent + fee <= account.available(asset) + account.held_by(order.txid)


def _margin_affordable(venue: Venue, order: BookedOrder, price: Decimal) -> bool:
    """Check the margin of what an order opens, its fee, and what closing the other side may lose."""
    terms, account = order.terms, venue.account
    hold_request = holds.of_terms(terms, order.remaining, price)
    hold = holds.needed(
        structs.replace(hold_request, price=max(price, hold_request.price)), venue.positions, venue.options
    )
    cost = hold.amount + venue.positions.loss(terms.pair, OTHER_SIDE[terms.type], price)
    return terms.reduce_only or cost <= account.available(hold.asset) + account.held_by(order.txid)


def _trade(
    venue: Venue,
    order: BookedOrder,
    volume: Decimal,
    price: Decimal,
    now: float,
    *,
    maker: bool,
) -> BookedOrder:
    terms, account = order.terms, venue.account
    rate = venue.fees.rate(terms.instrument, now, maker=maker)
    cost = rounded_down(volume * price)
    fee = rounded_down(cost * rate)
    trade = Trade(
        trade_id=ids.trade_id(venue.seed, venue.traded),
        number=venue.traded,
        order=terms,
        price=price,
        volume=volume,
        cost=cost,
        fee=fee,
        time=now,
        maker=maker,
        base_fee=rounded_down(volume * rate) if terms.fee_in_base else ZERO,
    )
    account.release(order.txid)
    venue.market.take(terms.pair, terms.type, volume, price)
    trade = _settle_spot(venue, trade) if terms.leverage is None else _settle_on_margin(venue, trade)
    venue.fees.traded(terms.instrument.quote, cost, now)
    order = order.filled(volume, cost, fee, now)
    venue.write(order)
    venue.report_trade(order, trade)
    return _held_again(venue, order, price, now) if order.remaining else order


def _held_again(venue: Venue, order: BookedOrder, price: Decimal, now: float) -> BookedOrder:
    """Return the order with the hold of its rest, or ended when the account does not have so much."""
    hold_request = holds.of_terms(order.terms, order.remaining, price)
    hold = holds.needed(hold_request, venue.positions, venue.options)
    if hold.amount > venue.account.available(hold.asset):
        reason = CancelReason.NO_FUNDS if order.terms.leverage is None else CancelReason.NO_MARGIN
        return venue.end(order, Status.CANCELED, now, reason)
    venue.account.hold(order.txid, hold)
    return order


def _settle_spot(venue: Venue, trade: Trade) -> Trade:
    terms, instrument = trade.order, trade.order.instrument
    sign = 1 if terms.type == "buy" else -1
    fee = ZERO if terms.fee_in_base else trade.fee
    for asset, amount, charged in (
        (instrument.quote, -sign * trade.cost, fee),
        (instrument.base, sign * trade.volume, trade.base_fee),
    ):
        venue.ledger.book(
            LedgerType.TRADE,
            refid=trade.trade_id,
            now=trade.time,
            asset=asset,
            amount=amount,
            fee=charged,
        )
    return trade


def _settle_on_margin(venue: Venue, trade: Trade) -> Trade:
    """Close what is open on the other side, then open a position with the rest."""
    terms, asset = trade.order, trade.order.instrument.quote
    assert terms.leverage is not None
    closed = venue.positions.close(terms.pair, OTHER_SIDE[terms.type], trade.volume, trade.price)
    venue.pay(trade.trade_id, asset, closed.profit, trade.fee, trade.time)
    opening = trade.volume - closed.volume
    if not opening:
        return structs.replace(trade, profit=closed.profit)
    cost = rounded_down(opening * trade.price)
    margin = rounded_up(cost / Decimal(terms.leverage))
    position = Position(
        position_id=ids.position_id(venue.seed, trade.number),
        instrument=terms.instrument,
        type=terms.type,
        leverage=terms.leverage,
        volume=opening,
        cost=cost,
        margin=margin,
        opened=trade.time,
        origin=Origin(terms, opening, cost, margin, rounded_down(trade.fee * opening / trade.volume)),
    )
    venue.positions.add(position)
    return structs.replace(trade, profit=closed.profit, margin=margin, position_id=position.position_id)
