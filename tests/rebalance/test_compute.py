"""The whole: money that pays for buys, and what of an account is named."""

from __future__ import annotations

from dataclasses import replace
from decimal import Context, Decimal, localcontext

from runner.domain import Fees
from runner.rebalance.compute import compute, fee_of
from tests.rebalance.cases import resting, snapshot, targets

EVEN = {"ETH": {"bid": "99", "ask": "101"}, "XBT": {"bid": "999", "ask": "1001"}}
FEES = {
    "XBT/EUR": Fees(maker=Decimal("0.001"), taker=Decimal("0.002")),
    "ETH/EUR": Fees(maker=Decimal("0.003"), taker=Decimal("0.004")),
}


def test_the_fee_is_that_of_the_order() -> None:
    """An order that only rests pays the maker's; the file's rate is for all."""
    found = snapshot({"EUR": "1"}, fees=FEES)
    assert fee_of(targets(fees="account"), found, "XBT") == Decimal("0.001")
    assert fee_of(targets(fees="account", order="{}"), found, "ETH") == Decimal("0.004")
    assert fee_of(targets(), found, "ETH") == Decimal("0.0026")


def test_sells_pay_for_buys_at_their_own_prices_less_fees() -> None:
    """And cash above the floor does; buys shrink in proportion if that is not enough."""
    held = {"XBT": "7", "ETH": "10", "EUR": "500"}
    parts = {"cash": "{target: 0%, floor: 500}", "weights": "{XBT: 60%, ETH: 40%}", "fees": "account"}
    found = compute(targets(**parts), snapshot(held, fees=FEES, **EVEN))
    (sale,), (purchase,) = found.sells, found.buys
    assert (sale.volume, sale.price) == (Decimal("1.9"), 1001)
    money = Decimal("1.9") * 1001 * Decimal("0.999")
    need = (Decimal("0.4") * 8500 - 1000) * Decimal("1.003")
    with localcontext(Context(prec=50)):
        assert found.share == money / need
    assert (purchase.pair, purchase.price) == ("ETH/EUR", Decimal("99.9"))
    assert purchase.cost * Decimal("1.003") <= money
    assert (found.managed, found.cash) == (8500, 500)


def test_within_all_bands_there_are_no_orders() -> None:
    """Outside there may be none, too."""
    found = compute(targets(), snapshot({"XBT": "5", "ETH": "30", "EUR": "2000"}, **EVEN))
    assert found.within
    assert (found.sells, found.buys, found.share) == ((), (), 1)
    found = compute(targets(method="buy"), snapshot({"XBT": "7", "ETH": "30", "EUR": "0"}, **EVEN))
    assert not found.within
    assert (found.sells, found.buys) == ((), ())


def test_orders_are_in_the_alphabet_of_their_currencies() -> None:
    """With any order in the file."""
    parts = {"weights": "{XBT: 10%, SOL: 40%, ETH: 10%}", "cash": "{target: 40%}"}
    found = compute(targets(**parts), snapshot({"XBT": "40", "ETH": "400", "EUR": "20000"}, **EVEN))
    assert [trade.id for trade in (*found.sells, *found.buys)] == ["sell-eth", "sell-xbt", "buy-sol"]
    assert [line.weight.currency for line in found.lines] == ["ETH", "SOL", "XBT"]


def test_orders_that_hold_something_back_are_named() -> None:
    """Unknown ones are none here; they were refused before."""
    found = snapshot(
        {"XBT": "0.5 - 0.1", "EUR": "1"},
        orders=(resting("OA", "sell", "XBT/EUR"), resting("OB", "buy", "SOL/USD")),
    )
    assert [order.txid for order in compute(targets(), found).holding] == ["OA"]
    assert compute(targets(), replace(found, orders=None)).holding == ()


def test_the_context_of_the_caller_changes_nothing() -> None:
    """Money has the same digits in every program."""
    held = {"XBT": "0.40", "ETH": "3.0", "EUR": "5000"}
    usual = compute(targets(), snapshot(held))
    with localcontext(Context(prec=6)):
        found = compute(targets(), snapshot(held))
    assert (found.sells, found.buys, found.managed) == (usual.sells, usual.buys, usual.managed)
