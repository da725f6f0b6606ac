"""The orders that have just traded."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from runner.execution import OrdersQueried, QueryFailed
from runner.execution.orders.claims import Claims
from runner.execution.orders.fresh_trades import FreshTrades
from runner.execution.orders.states import OrderTrack
from runner.execution.turn import QueryOrders
from runner.kraken import Description, OpenOrder
from tests.execution.builders import NOW, at_exchange, group, order, plan_of

TERMS = Description("ETHEUR", "buy", "limit", "100.00", "0")
OTHER = Description("ETHEUR", "buy", "limit", "149.00", "0")


class Case:
    """One order that is about to be sent, and a trade of its pair and side."""

    def __init__(self, *, elsewhere: str = "", created: float | None = None, **fields: str | None) -> None:
        plan = plan_of(group("g", order("a", **fields)))
        plan = structs.replace(plan, elsewhere=frozenset({elsewhere} - {""}), created=created)
        self.tracks = [OrderTrack.begin(planned) for planned in plan.orders()]
        claims = Claims()
        for track in self.tracks:
            claims.add(track)
        self.trades = FreshTrades(claims, plan)
        self.found: list[str] = []

    @property
    def request(self) -> Any:
        """The message that would leave."""
        return self.tracks[0].planned.request

    def trade(self, **fields: Any) -> None:
        """The account trades what the order would."""
        trade = {"ordertxid": "O1", "pair": "ETH/EUR", "type": "buy", "time": f"{NOW:.4f}"} | fields
        self.trades.on_trades([trade], self.tracks, NOW - 60)

    def answer(self, *found: OpenOrder, now: float = NOW) -> None:
        """The records answer a query."""
        query = self.trades.query(now)
        assert query is not None
        event = OrdersQueried(found, query.txids)
        assert self.trades.is_reply(event)
        self.trades.on_records(event, self.tracks, now, lambda _, order: self.found.append(order.txid))


def record(**fields: Any) -> OpenOrder:
    """An order in the records, with all its terms."""
    return at_exchange("O1", **({"descr": TERMS, "vol": "0.25"} | fields))


def test_the_order_of_a_trade_is_queried() -> None:
    """One question at a time, and until its answer nothing is known."""
    case = Case()
    case.trade()
    assert case.trades.awaits_first_answer
    assert case.trades.query(NOW) == QueryOrders(("O1",))
    assert case.trades.query(NOW) is None
    assert case.trades.timer() is None
    assert case.trades.last_traded_at == NOW


@pytest.mark.parametrize(
    "fields",
    [
        {"cl_ord_id": "0b0b0b0b-0b0b-4b0b-8b0b-0b0b0b0b0b0b"},
        {"userref": "77"},
        {"descr": OTHER},
        {"vol": "0.26"},
    ],
)
def test_an_order_of_another_counts_no_more(fields: dict[str, Any]) -> None:
    """By its id, or by its terms where it has none; and it is not queried again."""
    case = Case()
    case.trade()
    case.answer(record(**fields))
    assert (case.trades.last_traded_at, case.trades.timer(), case.found) == (None, None, [])
    case.trade()
    assert case.trades.last_traded_at is None


@pytest.mark.parametrize(
    "fields", [{}, {"descr": None}, {"descr": OTHER, "amended": True}, {"descr": Description("ETHEUR")}]
)
def test_an_order_without_an_id_that_may_be_ours_stays_unknown(fields: dict[str, Any]) -> None:
    """The exchange may not show its id; an amended order had other terms before."""
    case = Case()
    case.trade()
    case.answer(record(**fields))
    assert case.trades.last_traded_at == NOW
    assert not case.trades.awaits_first_answer
    assert case.trades.timer() == NOW + 1


def test_an_order_of_ours_is_found() -> None:
    """It is not placed again, whichever run placed it."""
    case = Case()
    case.trade()
    case.answer(record(cl_ord_id=case.request.cl_ord_id.replace("-", "").upper()))
    assert case.found == ["O1"]


def test_what_the_records_do_not_know_stays_unknown_and_is_queried_again() -> None:
    """They lag; a record that comes later settles it."""
    case = Case()
    case.trade()
    case.answer()
    assert case.trades.last_traded_at == NOW
    assert case.trades.query(NOW + 0.5) is None
    case.answer(record(userref="77"), now=NOW + 1)
    assert case.trades.last_traded_at is None


def test_a_query_that_fails_is_repeated() -> None:
    """Nothing has become known."""
    case = Case()
    case.trade()
    query = case.trades.query(NOW)
    assert query is not None
    case.trades.on_records(QueryFailed("HTTP status 502", query.txids), case.tracks, NOW, lambda *_: None)
    assert case.trades.last_traded_at == NOW
    assert case.trades.query(NOW + 1) == query


@pytest.mark.parametrize("ordertxid", [None, 17, "", "O1,O2", "O" * 41])
def test_a_trade_that_names_no_order_stays_unknown(ordertxid: Any) -> None:
    """There is nothing to ask for."""
    case = Case()
    case.trade(ordertxid=ordertxid)
    assert (case.trades.last_traded_at, case.trades.query(NOW)) == (NOW, None)


def test_an_order_in_another_journal_of_this_machine_is_known() -> None:
    """No query is needed."""
    case = Case(elsewhere="O1")
    case.trade()
    assert case.trades.last_traded_at is None


def test_an_id_of_the_authors_own_may_be_in_two_journals() -> None:
    """Another batch's order under it would be taken for ours, so it is looked at."""
    case = Case(elsewhere="O1", cl_ord_id="mine")
    case.trade()
    assert case.trades.last_traded_at == NOW


@pytest.mark.parametrize(("opened", "found"), [(NOW - 100, []), (NOW - 1, ["O1"])])
def test_an_order_under_an_own_id_that_is_older_than_the_batch_is_anothers(
    opened: float, found: list[str]
) -> None:
    """The author said so; one that is not older may be ours."""
    case = Case(created=NOW - 50, cl_ord_id="mine")
    case.trade()
    case.answer(record(cl_ord_id="mine", opentm=f"{opened:.3f}"))
    assert case.found == found


def test_a_user_reference_of_ours_says_nothing() -> None:
    """Others may carry it as well."""
    case = Case(close="{ordertype: limit, price: 160}")
    case.trade()
    case.answer(record(userref=case.request.userref, vol="0.26"))
    assert (case.found, case.trades.last_traded_at) == ([], NOW)


def test_more_trades_than_one_query_holds_are_queried_in_turn() -> None:
    """Those that the records do not know yet keep no others from being queried."""
    case = Case()
    for number in range(60):
        case.trade(ordertxid=f"O{number}")
    first = case.trades.query(NOW)
    assert first is not None
    case.trades.on_records(OrdersQueried((), first.txids), case.tracks, NOW, lambda *_: None)
    second = case.trades.query(NOW + 60)
    assert second is not None
    assert {*first.txids, *second.txids} == {f"O{number}" for number in range(60)}
