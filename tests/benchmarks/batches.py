"""Batch files for benchmarks, of any length: 11 to 13 fields an order, all kinds of orders in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PAIRS = ("XBT/USD", "ETH/EUR", "SOL/USD", "ADA/EUR", "XRP/USD", "DOT/EUR")
IN_A_GROUP = 1_000


def batch_file(orders: int, *, faulty: frozenset[int] = frozenset()) -> bytes:
    """A batch file; the orders with these numbers have a volume that is no number."""
    lines = ["version: 1", f"name: benchmark-{orders}", "description: All kinds of orders in turn", "groups:"]
    for first in range(0, orders, IN_A_GROUP):
        lines += [f"  - name: group-{first // IN_A_GROUP}", "    orders:"]
        for number in range(first, min(first + IN_A_GROUP, orders)):
            dash = "- "
            for key, value in fields(number, wrong=number in faulty):
                lines.append(f"      {dash}{key}: {value}")
                dash = "  "
    return "\n".join([*lines, ""]).encode()


def fields(number: int, *, wrong: bool) -> Iterator[tuple[str, str]]:
    """The fields of one order, as typed."""
    yield "id", f"order-{number:05d}"
    yield "pair", PAIRS[number % len(PAIRS)]
    yield "type", "buy" if number % 2 else "sell"
    yield from KINDS[number % len(KINDS)](number)
    yield "volume", "some" if wrong else f"0.{number % 1000 + 1:04d}"
    yield "userref", str(1_000_000 + number)
    yield "deadline", "10"
    if number % 3:
        yield "timeinforce", "GTD"
        yield "expiretm", "2026-12-01T09:00:00Z"
    else:
        yield "stp_type", "cancel_newest"


def _limit(number: int) -> Iterator[tuple[str, str]]:
    yield "ordertype", "limit"
    yield "price", f"{100 + number % 900}.{number % 100:02d}"
    yield "oflags", "[post, fciq]"
    yield "close", "{ordertype: stop-loss-limit, price: 90.50, price2: 89.75}"


def _stop_loss_limit(number: int) -> Iterator[tuple[str, str]]:
    yield "ordertype", "stop-loss-limit"
    yield "price", f"{100 + number % 900}.10"
    yield "price2", f"{99 + number % 900}.90"
    yield "oflags", "fcib"


def _trailing_stop_limit(_: int) -> Iterator[tuple[str, str]]:
    yield "ordertype", "trailing-stop-limit"
    yield "price", '"+1.5%"'
    yield "price2", '"-0.5%"'


def _take_profit(number: int) -> Iterator[tuple[str, str]]:
    yield "ordertype", "take-profit"
    yield "margin", "false"
    yield "price", f"{100 + number % 900}.10"
    yield "leverage", "3"
    yield "reduce_only", "true"


KINDS = (_limit, _stop_loss_limit, _trailing_stop_limit, _take_profit)
