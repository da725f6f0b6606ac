"""The exchange's records against a journal: presence, ids and content, and nothing by silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from runner.kraken import OpenOrder
from runner.planning import claims_of, contradictions
from runner.planning.journal_claims import Claim
from tests.report.cases import done, in_doubt, quickstart, txid

if TYPE_CHECKING:
    from runner.planning import Contradiction

BUY_ETH, CANCELED = txid(1), "OQCLML-BW3P3-BUCMWZ"


def claims() -> dict[str, Claim]:
    """The claims of a journal in which all went well, the last one by id."""
    return {claim.txid: claim for claim in claims_of(done().plan())}


def at_exchange(claim: Claim, **fields: Any) -> OpenOrder:
    """The order of a claim, as the records show all of it."""
    request = claim.request
    assert request is not None
    descr = {"pair": request.pair.replace("/", ""), "type": request.type, "ordertype": request.ordertype}
    descr |= {"price": request.price, "price2": "0"}
    shown = {"status": "open", "vol": f"{request.volume}000", "cl_ord_id": request.cl_ord_id, "descr": descr}
    return OpenOrder.read(claim.txid, {**shown, **fields})


def against(order: OpenOrder) -> list[Contradiction]:
    """Return what the records say against the claims, when they know one order."""
    return contradictions(claims().values(), {order.txid: order}, ())


def test_a_journal_claims_what_was_placed_and_what_was_canceled() -> None:
    """Not what is new or in doubt: that is looked up in any case."""
    assert claims_of(quickstart().plan()) == ()
    assert not any(claim.key is None for claim in claims_of(in_doubt().plan()))
    found = claims_of(done().plan())
    assert [str(claim.key) for claim in found if claim.key] == [
        "enter/buy-eth",
        "enter/buy-xbt",
        "offer/buy-xbt-now",
        "offer/sell-eth",
    ]
    assert [claim.txid for claim in found if not claim.key] == [CANCELED, txid(8), txid(9), txid(2)]


def test_an_unknown_order() -> None:
    """Its name, its id and its line are shown; for ids that were not queried nothing is."""
    (found,) = contradictions(claims().values(), {}, {BUY_ETH})
    assert str(found) == (
        f"the journal says that enter/buy-eth was placed as {BUY_ETH}: the exchange knows no such order"
    )
    assert found.claim.place.line > 1
    assert contradictions(claims().values(), {}, ()) == []


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"status": "closed"},
        {"cl_ord_id": None},
        {"vol": None, "descr": None},
        {"amended": True, "vol": "7"},
    ],
)
def test_the_same_order_contradicts_nothing(fields: dict[str, Any]) -> None:
    """Nor does an absent field, and an order that was amended since is the same."""
    claim = claims()[BUY_ETH]
    fields = {name: value for name, value in fields.items() if value is not None}
    assert against(at_exchange(claim, **fields)) == []


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"vol": "7"}, "at the exchange that is"),
        ({"cl_ord_id": "another"}, "carries cl_ord_id another"),
        ({"descr": {"pair": "XBTEUR", "type": "buy", "ordertype": "limit"}}, "at the exchange that is"),
        ({"descr": {"pair": "ETHEUR", "type": "sell", "ordertype": "limit"}}, "at the exchange that is"),
    ],
)
def test_another_order_under_the_txid(fields: dict[str, Any], why: str) -> None:
    """A journal can name an order that is there and is none of ours."""
    (found,) = against(at_exchange(claims()[BUY_ETH], **fields))
    assert why in found.why


@pytest.mark.parametrize(("status", "contradicted"), [("open", True), ("canceled", False), ("", False)])
def test_an_order_that_is_said_to_be_canceled(status: str, contradicted: bool) -> None:
    """It is open after all, or the records do not show it."""
    found = against(OpenOrder.read(CANCELED, {"status": status}))
    assert bool(found) is contradicted
