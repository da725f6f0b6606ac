"""An exchange that opens with other pairs: their fees, leverages and states are theirs."""

from __future__ import annotations

from decimal import Decimal

from msgspec import structs

from runner.paper import INSTRUMENTS
from runner.paper.exchange.opening import Opening
from runner.paper.options.kinds import FeeTier
from runner.paper.state.instruments import Instruments
from tests.paper.builders import Desk

OWN = structs.replace(
    INSTRUMENTS["SOL/EUR"],
    wsname="WIF/EUR",
    altname="WIFEUR",
    rest_id="WIFEUR",
    base="WIF",
    fees=(FeeTier(Decimal(0), Decimal("0.002"), Decimal("0.001")),),
    leverage_buy=("2",),
    leverage_sell=(),
)
CLOSED = structs.replace(OWN, wsname="OLD/EUR", altname="OLDEUR", rest_id="OLDEUR", status="cancel_only")
OPENING = Opening(
    balances=(("EUR", "1000"), ("WIF", "100")),
    quotes=(("WIF/EUR", "1.50", "1.51"), ("OLD/EUR", "1.50", "1.51")),
    instruments=Instruments([OWN, CLOSED]),
)


def test_fees_are_those_of_the_pair() -> None:
    """Those that are charged, and those that are held."""
    desk = Desk(opening=OPENING)
    desk.placed(pair="WIF/EUR", price="1.40", volume="100")
    assert desk.exchange.state().holds[next(iter(desk.names))].amount == Decimal("140.28")
    desk.placed(pair="WIF/EUR", ordertype="market", price=None, volume="10")

    trade = desk.exchange.state().trades[-1]
    assert (trade.price, trade.fee) == (Decimal("1.51"), Decimal("0.0302"))


def test_leverage_is_what_the_pair_offers_to_each_side() -> None:
    """Two for a buy, none for a sell."""
    desk = Desk(opening=OPENING)

    assert desk.error(pair="WIF/EUR", price="1.40", volume="10", leverage="2") is None
    for refused in ({"leverage": "3"}, {"type": "sell", "price": "2", "leverage": "2"}):
        error = desk.error(**{"pair": "WIF/EUR", "price": "1.40", "volume": "10", **refused})
        assert error == "EGeneral:Invalid arguments:leverage"


def test_a_pair_may_be_closed_and_others_are_not_there() -> None:
    """A standing pair is unknown to an exchange that does not list it."""
    desk = Desk(opening=OPENING)

    assert desk.error(pair="OLD/EUR", price="1.40", volume="10") == "EService:Market in cancel_only mode"
    assert desk.error(pair="ETH/EUR") == "EQuery:Unknown asset pair"
