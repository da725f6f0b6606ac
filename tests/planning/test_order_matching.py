"""Is it ours? A yes must be certain enough to stop looking, a no to go on looking."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from runner.journal import OrderRecord
from runner.kraken import AddOrder, OpenOrder
from runner.planning.order_matching import CLOCK_SLACK_S, find, has_same_content, is_ours, normal_cl_ord_id
from tests.execution.builders import NOW, at_exchange, group, plan_of

UUID = "6d1b345e-2821-40e2-ad83-4ecb18a06876"
DESCR = {"pair": "ETH/EUR", "type": "buy", "ordertype": "limit", "price": "150.00"}
SAME: dict[str, Any] = {"userref": 17, "descr": DESCR, "vol": "0.25000000", "opentm": f"{NOW:.6f}"}


def request_of(**fields: Any) -> AddOrder:
    """A request that carries a user reference, unless said otherwise."""
    given = {"pair": "ETH/EUR", "type": "buy", "ordertype": "limit", "price": "150", "volume": "0.25"}
    return AddOrder(**{**given, "userref": "17", **fields})


@pytest.mark.parametrize(
    "spelling", [UUID, UUID.upper(), UUID.replace("-", ""), UUID.replace("-", "").upper()]
)
def test_a_client_id_decides_alone(spelling: str) -> None:
    """The same 128 bits in any spelling, even on an order that was amended since, or is long over."""
    request = request_of(cl_ord_id=UUID, userref=None)
    assert is_ours(at_exchange(cl_ord_id=spelling), request, sent_at=None)
    amended = at_exchange(status="closed", cl_ord_id=spelling, vol="9", descr={**DESCR, "price": "1"})
    assert is_ours(amended, request, sent_at=NOW)


@pytest.mark.parametrize("other", [None, "", UUID[:-1] + "7", "meme-1"])
def test_another_client_id_is_another_order(other: str | None) -> None:
    """The rest of it may be the same."""
    assert not is_ours(
        at_exchange(**SAME, cl_ord_id=other), request_of(cl_ord_id=UUID, userref=None), sent_at=NOW
    )


def test_free_text_keeps_its_case() -> None:
    """Up to 18 characters are text, not a number in disguise."""
    assert normal_cl_ord_id("Meme-2024") == "Meme-2024"
    request = request_of(cl_ord_id="Meme-2024", userref=None)
    assert is_ours(at_exchange(cl_ord_id="Meme-2024"), request, sent_at=None)
    assert not is_ours(at_exchange(cl_ord_id="meme-2024"), request, sent_at=None)


def test_a_user_reference_needs_the_same_content_and_age() -> None:
    """It is not unique: another order may carry it."""
    assert is_ours(at_exchange(**SAME), request_of(), sent_at=NOW)
    assert is_ours(at_exchange(**SAME), request_of(), sent_at=None)
    assert not is_ours(at_exchange(**{**SAME, "userref": 18}), request_of(), sent_at=NOW)
    assert not is_ours(at_exchange(**{**SAME, "userref": 0}), request_of(), sent_at=NOW)
    assert not is_ours(at_exchange(**SAME), request_of(userref=None), sent_at=NOW)


@pytest.mark.parametrize(
    "difference",
    [
        {"vol": "0.26"},
        {"descr": {**DESCR, "price": "150.01"}},
        {"descr": {**DESCR, "type": "sell"}},
        {"descr": {**DESCR, "ordertype": "stop-loss"}},
        {"descr": {**DESCR, "pair": "ETH/USD"}},
    ],
)
def test_other_content_under_the_same_reference_is_another_order(difference: dict[str, Any]) -> None:
    """Each field that the exchange shows must be the one of the request."""
    assert not is_ours(at_exchange(**{**SAME, **difference}), request_of(), sent_at=NOW)


@pytest.mark.parametrize(
    ("opened", "ours"),
    [
        (f"{NOW - CLOCK_SLACK_S:.6f}", True),
        (f"{NOW - CLOCK_SLACK_S - 0.001:.6f}", False),
        (Decimal(f"{NOW:.4f}"), True),
        (NOW + 100, True),
        ("0.000000", True),
        (None, True),
        ("soon", True),
        ("NaN", True),
    ],
)
def test_what_was_there_before_was_not_sent_now(opened: Any, ours: bool) -> None:
    """An order opened before the sending, beyond what clocks may differ, is an older one."""
    assert is_ours(at_exchange(**{**SAME, "opentm": opened}), request_of(), sent_at=NOW) is ours


def test_what_is_not_said_cannot_differ() -> None:
    """Sparse updates and nulls speak for nothing."""
    assert has_same_content(at_exchange(), request_of())
    assert has_same_content(at_exchange(vol=None, descr=None), request_of())
    assert has_same_content(at_exchange(descr={"pair": None, "price": "?"}), request_of())


@pytest.mark.parametrize("price", ["+2%", "-10", "#5", "+0"])
def test_a_relative_price_was_resolved_by_the_exchange(price: str) -> None:
    """It shows the result, which only the exchange can know."""
    assert has_same_content(at_exchange(**SAME), request_of(price=price))


def test_pairs_have_several_spellings() -> None:
    """The records leave the slash out, the feed does not."""
    assert has_same_content(at_exchange(descr={**DESCR, "pair": "ETHEUR"}), request_of())


def test_a_volume_in_quote_units_is_not_compared() -> None:
    """The exchange may show the base units that the money buys: a no here would send the order again."""
    shown = at_exchange(**{**SAME, "vol": "0.16000000", "descr": {**DESCR, "ordertype": "market"}})
    request = request_of(ordertype="market", price=None, volume="25", oflags="fciq,viqc")
    assert has_same_content(shown, request)
    assert not has_same_content(shown, request_of(ordertype="market", price=None, volume="25", oflags="fciq"))


@given(st.text(max_size=40))
def test_normal_forms_are_normal(text: str) -> None:
    """Spelling an id normally twice changes nothing."""
    once = normal_cl_ord_id(text)
    assert len(once) <= 18 or normal_cl_ord_id(once) == once


JUNK = st.dictionaries(
    st.sampled_from(["cl_ord_id", "userref", "vol", "opentm", "descr", "status"]),
    st.none() | st.text(max_size=5) | st.integers() | st.decimals(allow_nan=True) | st.just(DESCR),
)


@given(JUNK, st.sampled_from([None, NOW]))
def test_whatever_the_exchange_says_is_judged(fields: dict[str, Any], sent_at: float | None) -> None:
    """No value in any field makes it fail; without our id it is never ours."""
    candidate = at_exchange(**{"status": "open", **fields})
    assert not is_ours(candidate, request_of(), sent_at=sent_at) or candidate.userref == "17"


@pytest.mark.parametrize(("there", "found"), [(("O1", "O2"), "O1"), (("O2",), "O2"), (("O3",), None)])
def test_an_order_is_found_under_any_txid_that_it_was_shown_under(
    there: tuple[str, ...], found: str | None
) -> None:
    """An exchange that contradicts itself has named several; the order may be under the second."""
    planned = next(plan_of(group("enter", "a")).orders())
    known = OrderRecord(txid="O1", txids=("O1", "O2"))
    orders = [OpenOrder(txid=txid, status="open") for txid in there]
    order = find(structs.replace(planned, known=known), orders)
    assert (order.txid if order else None) == found
