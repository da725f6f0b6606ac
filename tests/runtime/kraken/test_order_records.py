"""The exchange's records: few calls, and no answer believed that the orders in it do not bear out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from runner.domain import Secret
from runner.execution import LookUp, QueryOrders
from runner.kraken import (
    CLOSED_ORDERS_PATH,
    OPEN_ORDERS_PATH,
    QUERY_ORDERS_PATH,
    AddOrder,
    CancelOrder,
    RestError,
    parse_envelope,
    private_call,
)
from runner.net.failures import AccessFailed
from runner.paper import Credentials, Exchange, Options
from runner.paper.api.rest.calls import RestCall
from runner.paper.options.options import LimitOptions, RestOptions
from runner.runtime.kraken.order_records import PAGE_ORDERS, OrderRecords

KEY, SECRET = "key", Secret("a2VlcCBpdCB0byB5b3Vyc2VsZg==")
NOW = 1_795_000_000.0
CLOSED, OPEN = CLOSED_ORDERS_PATH, OPEN_ORDERS_PATH
Fields = dict[str, str]


@dataclass
class Account:
    """An account at a simulated exchange. ``hears`` changes a call before the exchange hears it; ``calls``
    are the paths of those that were made, ``patient`` the paths of those that are repeated if need be."""

    hears: Callable[[str, Fields], Fields] = lambda _, fields: fields
    now: float = NOW
    calls: list[str] = field(default_factory=list)
    patient: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.exchange = Exchange(
            seed="records",
            credentials=Credentials(api_key=KEY, secret=SECRET),
            options=Options(limits=LimitOptions(enforce_rates=False), rest=RestOptions(enforce_rates=False)),
        )
        self._token = Secret(self.exchange._tokens.issue(NOW))
        self.exchange.connect(1, NOW)
        self._nonce = 0
        self.records = OrderRecords(self._read)

    async def _read(self, path: str, fields: Mapping[str, str], *, patient: bool) -> Any:
        self.calls.append(path)
        self.patient += [path] * patient
        self._nonce += 1
        headers, body = private_call(KEY, SECRET, path, str(self._nonce), self.hears(path, dict(fields)))
        answer = self.exchange.rest(RestCall("POST", path, headers, body), self.now)
        try:
            return parse_envelope(answer.body)
        except RestError as error:
            raise AccessFailed(str(error), errors=error.errors) from None

    def place(self, *ids: str, **fields: str) -> None:
        """Orders under these client ids."""
        for id in ids:
            named = fields or {"cl_ord_id": id}
            order = AddOrder(
                pair="ETH/EUR", type="buy", ordertype="limit", price="100", volume="0.01", **named
            )
            self.exchange.handle(1, order, self._token, self.now)

    def cancel(self, *ids: str) -> None:
        """They are canceled."""
        for start in range(0, len(ids), 50):
            request = CancelOrder(txid=(), cl_ord_id=ids[start : start + 50])
            self.exchange.handle(1, request, self._token, self.now)

    def close(self, *ids: str) -> None:
        """They are placed, and canceled a moment later."""
        self.place(*ids)
        self.cancel(*ids)

    async def found(self, *ids: str, **look: float | None) -> set[str | None]:
        """The client ids of the orders that a look at these brings."""
        orders = await self.records.look_up(LookUp(ids, (), **{"since": None, **look}))  # type: ignore[arg-type]
        return {order.cl_ord_id for order in orders}


def names(count: int, prefix: str = "other") -> list[str]:
    """So many client ids."""
    return [f"{prefix}-{number}" for number in range(count)]


@pytest.mark.parametrize("closed", [False, True])
async def test_one_order_is_requested_by_its_id_alone(closed: bool) -> None:
    """With any number of other orders: neither list is read as a whole."""
    account = Account()
    account.close(*names(200))
    account.place(*names(200, "standing"), "mine")
    if closed:
        account.cancel("mine")
    assert await account.found("mine") == {"mine"}
    assert account.calls == [OPEN, CLOSED]


async def test_orders_in_doubt_are_read_from_the_moments_in_which_they_may_have_been_opened() -> None:
    """Thousands that came later cost no call."""
    account = Account()
    mine = names(30, "mine")
    account.close(*mine)
    account.now += 3600
    account.close(*names(500))
    assert set(mine) <= await account.found(*mine, since=NOW - 5, until=NOW + 70)
    assert account.calls == [OPEN, CLOSED]


async def test_who_ends_late_was_opened_in_time() -> None:
    """The span of time is that of the openings: a day later they may be filled."""
    account = Account()
    account.place("mine", "yours")
    account.now += 86_400
    account.cancel("mine", "yours")
    assert {"mine", "yours"} <= await account.found("mine", "yours", since=NOW - 5, until=NOW + 70)


@pytest.mark.parametrize("count", [1, 2, 60])
async def test_an_exchange_that_does_not_narrow_its_answer_to_an_id_is_read_as_a_whole(count: int) -> None:
    """Its latest orders are not the requested ones, and prove nothing about them."""
    account = Account(hears=lambda _, fields: {n: v for n, v in fields.items() if n != "cl_ord_id"})
    mine = names(count, "mine")
    account.close(*mine)
    account.now += 1
    account.close(*names(210))
    assert set(mine) <= await account.found(*mine)
    assert len(account.calls) < 12


async def test_a_user_reference_may_be_on_more_than_one_page() -> None:
    """All of them are read, for the reference alone and beside others."""
    count = 2 * PAGE_ORDERS + 5
    account = Account()
    account.place(*names(count), userref="17")
    account.exchange.handle(1, CancelOrder(txid=("17",)), account._token, account.now)
    for look in (LookUp((), ("17",), None), LookUp((), ("17", "18"), None)):
        orders = await account.records.look_up(look)
        assert sum(order.userref == "17" for order in orders) >= count
    carrying = await account.records.query(QueryOrders((), ("17",), NOW - 5))
    assert len(carrying) == count


async def test_pages_that_never_end() -> None:
    """An exchange that shows the first page again and again: no answer, and no run without an end."""
    ignored = ("ofs", "cl_ord_id")
    account = Account(hears=lambda _, fields: {n: v for n, v in fields.items() if n not in ignored})
    account.close(*names(60))
    with pytest.raises(AccessFailed, match="nothing new"):
        await account.found("mine")
    assert len(account.calls) < 9


@pytest.mark.parametrize("queried", [True, False])
async def test_what_ends_during_the_look_up_is_in_one_of_the_lists(queried: bool) -> None:
    """The open ones are read first: whatever leaves them meanwhile is among the closed."""
    account = Account()
    before = set(account.exchange.state().live)
    account.place("mine", "yours")
    txids = tuple(set(account.exchange.state().live) - before)

    def ends(path: str, fields: Fields) -> Fields:
        lists = [call for call in account.calls if call in (OPEN, CLOSED)]
        if path in (OPEN, CLOSED) and len(lists) == 2:
            account.cancel("mine", "yours")
        return {"txid": "OGTT3Y-C6I3P-XRI6HX"} if path == QUERY_ORDERS_PATH else fields

    account.hears = ends
    if queried:
        orders = await account.records.query(QueryOrders(txids))
        assert {order.txid for order in orders} == set(txids)
    else:
        assert {"mine", "yours"} <= await account.found("mine", "yours")


async def test_a_long_look_is_not_in_vain_for_one_call_that_fails() -> None:
    """All but the first of each list are made again where that may help."""
    account = Account()
    account.close(*names(120))
    await account.found(*names(60))
    assert account.patient == [CLOSED, CLOSED]
    assert account.calls == [OPEN, CLOSED, CLOSED, CLOSED]


async def test_a_refusal_for_more_than_an_unknown_order_says_nothing_of_the_orders() -> None:
    """Beside another error it does not mean that one of them is unknown: the call has failed."""
    errors = ("EOrder:Unknown order", "EService:Unavailable")

    async def read(path: str, fields: Mapping[str, str], *, patient: bool) -> Any:
        del fields, patient
        if path == QUERY_ORDERS_PATH:
            raise AccessFailed(", ".join(errors), errors=errors)
        return {"open": {}, "closed": {}, "count": 0}

    with pytest.raises(AccessFailed, match="Unavailable"):
        await OrderRecords(read).query(QueryOrders(("OGTT3Y-C6I3P-XRI6HX",)))
