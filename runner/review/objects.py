"""A review as plain data for JSON: amounts are text without exponents, times are RFC 3339."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.domain import decimal_text, rfc3339

if TYPE_CHECKING:
    from decimal import Decimal

    from runner.domain import Market, RestingOrder
    from runner.policy import Resolved

    from .findings import Finding
    from .looks.second_look import SecondLook
    from .review import Review
    from .snapshot import ReviewedCancel, ReviewedOrder
    from .totals import CurrencyTotal, OpenOrderTotals, PairTotal, Totals


def review_object(review: Review) -> dict[str, Any]:
    """Return the totals of a plan, and the findings, as an object for JSON."""
    totals = review.totals
    return {
        "at": rfc3339(review.now),
        "currency": totals.reporting,
        "market": None if review.market is None else market_object(review.market),
        "notional": _text(totals.reported),
        "fee_least": _text(totals.fee_least),
        "fee_most": _text(totals.fee_most),
        "pairs": [_pair(total) for total in totals.pairs],
        "balances": [_currency(total) for total in totals.currencies],
        "second_looks": [look_object(look) for look in review.second_looks],
        "findings": [finding_object(finding) for finding in review.findings],
        "errors": len(review.errors),
        "warnings": len(review.warnings),
        "unchecked": list(review.unchecked),
        "key_warnings": [
            {"code": warning.code.value, "message": warning.message} for warning in review.key.warnings
        ],
    }


def totals_object(totals: Totals) -> dict[str, Any]:
    """Return the totals of several plans, as those of one are in its review."""
    return {
        "currency": totals.reporting,
        "notional": _text(totals.reported),
        "fee_least": _text(totals.fee_least),
        "fee_most": _text(totals.fee_most),
        "pairs": [_pair(total) for total in totals.pairs],
        "balances": [_currency(total) for total in totals.currencies],
    }


def look_object(look: SecondLook) -> dict[str, Any]:
    """Return one second look; what is at stake is in the review's currency, null where it is not known."""
    return {
        "code": look.code.value,
        "order": str(look.order),
        "line": look.place.line,
        "message": look.message,
        "severity": look.severity.value,
        "at_stake": _text(look.at_stake),
    }


def finding_object(finding: Finding) -> dict[str, Any]:
    """One finding with its place."""
    return {
        "rule": finding.rule.value,
        "severity": finding.severity.value,
        "file": finding.file,
        "line": finding.place.line,
        "column": finding.place.column,
        "subject": finding.subject,
        "message": finding.message,
        "hint": finding.hint,
    }


def market_object(market: Market) -> dict[str, Any]:
    """Return the prices that a review was made at."""
    return {
        "at": rfc3339(market.at),
        "quotes": {
            pair: {
                "bid": _text(quote.bid, 18),
                "ask": _text(quote.ask, 18),
                "last": _text(quote.last, 18),
                "at": rfc3339(quote.at),
            }
            for pair, quote in market.quotes.items()
        },
    }


def order_object(order: ReviewedOrder, review: Review) -> dict[str, Any]:
    """Return the money of an order: in the quote currency, and ``reported`` in the reporting currency."""
    priced = order.priced
    quote = order.terms.quote
    return {
        "sent": order.sent,
        "limit": _price(priced.limit),
        "trigger": _price(priced.stop),
        "volume": _text(priced.volume),
        "notional": _text(priced.notional),
        "currency": quote,
        "reported": _text(review.reported(priced.notional, quote)),
        "distance_percent": _text(priced.distance, 4),
        "takes": priced.takes,
        "triggered": priced.triggered,
        "through_percent": _text(priced.through, 4),
        "most": _text(priced.most),
        "close_takes": None if priced.close is None else priced.close.at_once,
        "fee_maker": _text(priced.fee_maker),
        "fee_taker": _text(priced.fee_taker),
        "open": None if order.resting is None else _resting(order.resting),
    }


def cancel_object(cancel: ReviewedCancel) -> list[dict[str, Any]]:
    """Return the open orders that a cancellation would take away."""
    return [_resting(order) for order in cancel.removes] if cancel.sent else []


def _price(price: Resolved | None) -> dict[str, Any] | None:
    if price is None:
        return None
    return {
        "price": decimal_text(price.value, 18),
        "relative": price.relative,
        "reference": None if price.reference is None else decimal_text(price.reference, 18),
        "reference_at": None if price.at is None else rfc3339(price.at),
    }


def _resting(order: RestingOrder) -> dict[str, Any]:
    return {
        "txid": order.txid,
        "pair": order.pair,
        "type": order.type,
        "ordertype": order.ordertype,
        "price": _text(order.price, 18),
        "trigger": _text(order.stop, 18),
        "volume": decimal_text(order.volume),
        "vol_exec": decimal_text(order.executed),
    }


def _pair(total: PairTotal) -> dict[str, Any]:
    return {
        "pair": total.pair,
        "type": total.type,
        "orders": total.orders,
        "volume": _text(total.volume),
        "notional": _text(total.notional),
        "reported": _text(total.reported),
        "open_before": _open_totals(total.before),
        "open_after": _open_totals(total.after),
    }


def _open_totals(totals: OpenOrderTotals | None) -> dict[str, Any] | None:
    return None if totals is None else {"orders": totals.orders, "volume": decimal_text(totals.volume)}


def _currency(total: CurrencyTotal) -> dict[str, Any]:
    names = ("before", "held", "paid", "received", "released", "after")
    return {"currency": total.currency, **{name: _text(getattr(total, name)) for name in names}}


def _text(amount: Decimal | None, decimals: int = 10) -> str | None:
    return None if amount is None else decimal_text(amount, decimals)
