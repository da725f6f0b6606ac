"""Every error string of an order, from the situation that causes it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.domain import rfc3339
from runner.kraken import AddOrder, AddOrderStatus
from runner.paper import Options, with_named
from runner.paper.options.kinds import PairState, PairStatus
from runner.paper.options.options import (
    LimitOptions,
    MarketOptions,
    RequestOptions,
)
from tests.paper import margin
from tests.paper.builders import NOW, Desk, order
from tests.support.for_each import for_each

INVALID = "EGeneral:Invalid arguments:"
STOP = {"ordertype": "stop-loss", "type": "sell", "price": "140"}
STOP_LIMIT = {"ordertype": "stop-loss-limit", "type": "sell", "price": "140", "price2": "139.5"}
MARKET = {"ordertype": "market", "price": None}
TRAILING = {"ordertype": "trailing-stop", "type": "sell", "price": "+1.5%"}
TRAILING_LIMIT = {"ordertype": "trailing-stop-limit", "type": "sell", "price": "+1.5%", "price2": "-2"}
UUID = "6d1b345e-2821-40e2-ad83-4ecb18a06876"

TAKEN: list[dict[str, Any]] = [
    {},
    {"price": "149.99"},
    {"price": "-5"},
    {"price": "-2%"},
    {"price": "#5"},
    {"timeinforce": "IOC"},
    {"timeinforce": "GTD", "expiretm": "+60"},
    {"timeinforce": "GTC", "expiretm": "+60"},
    {"expiretm": "0", "starttm": "0"},
    {"starttm": "+60"},
    {"oflags": "post"},
    {"oflags": "post,fciq"},
    {"oflags": ""},
    {"oflags": "nompp, post,post"},
    {"userref": "-2147483648"},
    {"cl_ord_id": UUID},
    {"cl_ord_id": UUID.replace("-", "")},
    {"cl_ord_id": "x"},
    {"cl_ord_id": "eighteen character"},
    {"leverage": "5"},
    {"margin": True},
    {"stp_type": "cancel_oldest"},
    {"deadline": rfc3339(NOW + 10)},
    {"deadline": rfc3339(NOW)},
    {"close_ordertype": "limit", "close_price": "160"},
    {"close_ordertype": "stop-loss-limit", "close_price": "140", "close_price2": "139"},
    {"close_ordertype": "trailing-stop", "close_price": "+5", "userref": "7"},
    {"volume": "0.002", "price": "250", "type": "sell"},
    MARKET,
    MARKET | {"oflags": "viqc", "volume": "100"},
    STOP,
    STOP | {"ordertype": "take-profit"},
    STOP_LIMIT,
    STOP_LIMIT | {"price2": "-0.5"},
    STOP_LIMIT | {"ordertype": "take-profit-limit"},
    TRAILING,
    TRAILING_LIMIT,
    TRAILING_LIMIT | {"price2": "+0"},
]

REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("EQuery:Unknown asset pair", {"pair": "ETH/JPY"}),
    ("EQuery:Unknown asset pair", {"pair": "BTC/USD"}),
    ("EQuery:Unknown asset pair", {"pair": "ETHEUR"}),
    (INVALID + "type", {"type": "hold"}),
    (INVALID + "ordertype", {"ordertype": "iceberg"}),
    (INVALID + "timeinforce", {"timeinforce": "FOK"}),
    (INVALID + "timeinforce", {"timeinforce": "gtc"}),
    (INVALID + "stp_type", {"stp_type": "cancel-newest"}),
    (INVALID + "volume", {"volume": None}),
    (INVALID + "volume", {"volume": "1e-1"}),
    (INVALID + "volume", {"volume": "-1"}),
    (INVALID + "volume", {"volume": "0.123456789"}),
    (INVALID + "volume", {"volume": "9" * 13}),
    (INVALID + "volume", {"pair": "SUI/USD", "price": "0.9", "volume": "1.123456"}),
    (INVALID + "price", {"price": None}),
    (INVALID + "price", {"price": "a lot"}),
    (INVALID + "price", {"price": "2%"}),
    (INVALID + "price", {"ordertype": "market"}),
    (INVALID + "price2", {"price2": "149"}),
    (INVALID + "price2", STOP | {"price2": "139"}),
    (INVALID + "price2", STOP_LIMIT | {"price2": None}),
    ("EOrder:Invalid price", {"price": "0"}),
    ("EOrder:Invalid price", {"price": "-200"}),
    ("EOrder:Invalid price", TRAILING | {"price": "5"}),
    ("EOrder:Invalid price", TRAILING | {"price": "-5"}),
    ("EOrder:Invalid price", TRAILING_LIMIT | {"price2": "2"}),
    ("EOrder:Invalid price", STOP_LIMIT | {"price2": "#2"}),
    ("EOrder:Tick size check failed", {"price": "149.999"}),
    ("EOrder:Tick size check failed", STOP_LIMIT | {"price2": "139.555"}),
    (INVALID + "oflags", {"oflags": "fast"}),
    (INVALID + "oflags", {"oflags": "fcib,fciq"}),
    (INVALID + "oflags", MARKET | {"oflags": "post"}),
    (INVALID + "oflags", {"oflags": "post", "timeinforce": "IOC"}),
    (INVALID + "oflags", {"oflags": "viqc"}),
    (INVALID + "oflags", MARKET | {"oflags": "viqc", "type": "sell"}),
    (INVALID + "oflags", MARKET | {"oflags": "viqc", "leverage": "2"}),
    (INVALID + "starttm", {"starttm": "tomorrow"}),
    (INVALID + "expiretm", {"expiretm": "-5"}),
    (INVALID + "expiretm", {"timeinforce": "GTD"}),
    (INVALID + "expiretm", {"timeinforce": "GTD", "expiretm": str(int(NOW) - 1)}),
    (INVALID + "expiretm", {"timeinforce": "GTD", "expiretm": f"+{32 * 86400}"}),
    (INVALID + "leverage", {"leverage": "7"}),
    (INVALID + "margin", {"leverage": "2", "margin": True}),
    (INVALID + "leverage", MARKET | {"ordertype": "settle-position"}),
    ("EOrder:Unknown position", MARKET | {"ordertype": "settle-position", "leverage": "2"}),
    (INVALID + "reduce_only", {"reduce_only": True}),
    ("EOrder:Reduce only:No position exists", {"reduce_only": True, "leverage": "2"}),
    (INVALID + "close[ordertype]", {"close_ordertype": "market"}),
    (INVALID + "close[ordertype]", {"close_price": "160"}),
    (INVALID + "close[price]", {"close_ordertype": "limit"}),
    (INVALID + "close[price2]", {"close_ordertype": "limit", "close_price": "1", "close_price2": "2"}),
    (INVALID + "userref", {"userref": "2147483648"}),
    (INVALID + "userref", {"userref": "seven"}),
    (INVALID + "cl_ord_id", {"cl_ord_id": "twenty-two characters!"}),
    (INVALID + "cl_ord_id", {"cl_ord_id": "meme-20240509-00010"}),
    (INVALID + "cl_ord_id", {"cl_ord_id": ""}),
    (INVALID + "cl_ord_id", {"cl_ord_id": "é"}),
    (INVALID + "cl_ord_id", {"cl_ord_id": "x", "userref": "1"}),
    (INVALID + "cl_ord_id", {"cl_ord_id": "x", "close_ordertype": "limit", "close_price": "160"}),
    ("EOrder:Order minimum not met", {"volume": "0.00199999"}),
    ("EOrder:Order minimum not met", {"volume": "0"}),
    ("EOrder:Cost minimum not met", {"volume": "0.002", "price": "100"}),
    ("EOrder:Post only order", {"oflags": "post", "price": "150.20"}),
    ("EOrder:Insufficient funds", {"volume": "1000"}),
    ("EOrder:Insufficient funds", {"volume": "999999999999", "price": "150"}),
    ("EOrder:Insufficient funds", {"type": "sell", "volume": "100.01", "price": "200"}),
    ("EOrder:Insufficient funds", MARKET | {"volume": "700"}),
    (INVALID + "deadline", {"deadline": "soon"}),
    (INVALID + "deadline", {"deadline": rfc3339(NOW + 61)}),
    ("EService:Deadline elapsed", {"deadline": rfc3339(NOW - 0.001)}),
]


@for_each(TAKEN)
def test_takes(fields: dict[str, Any]) -> None:
    """Documented values are accepted, also when the order is only validated."""
    assert Desk().error(**fields) is None
    assert Desk().error(**fields, validate="true") is None


@for_each(REFUSED)
def test_refuses(expected: str, fields: dict[str, Any]) -> None:
    """A documented error gives its string, changes nothing, and costs no txid."""
    desk = Desk()
    before = desk.exchange.state()

    assert desk.error(**fields) == expected
    assert desk.exchange.state() == before
    assert desk.exchange.take_record() == []
    assert desk.table() == ""


BY_TYPE = [
    ("market", None, None),
    ("limit", "150", None),
    ("stop-loss", "140", None),
    ("take-profit", "160", None),
    ("stop-loss-limit", "140", "139"),
    ("take-profit-limit", "160", "159"),
    ("trailing-stop", "+5", None),
    ("trailing-stop-limit", "+5", "-1"),
]


@pytest.mark.parametrize(("ordertype", "price", "price2"), BY_TYPE)
def test_prices_by_order_type(ordertype: str, price: str | None, price2: str | None) -> None:
    """Each type takes its own prices; one that is missing, and one that is too much, is named."""
    fields = {"ordertype": ordertype, "type": "sell", "price": price, "price2": price2}
    changed = {"price": "+5" if price is None else None, "price2": "-1" if price2 is None else None}

    assert Desk().error(**fields) is None
    for name, text in changed.items():
        assert Desk().error(**{**fields, name: text}) == INVALID + name


MODES = [
    ("online", {}, None),
    ("maintenance", {}, "EService:Unavailable"),
    ("cancel_only", {}, "EService:Market in cancel_only mode"),
    ("post_only", {}, "EService:Market in post_only mode"),
    ("post_only", {"oflags": "post"}, None),
    ("limit_only", {}, None),
    ("limit_only", MARKET, "EService:Market in limit_only mode"),
]


@pytest.mark.parametrize(("status", "fields", "expected"), MODES)
def test_state_of_the_exchange(status: str, fields: dict[str, Any], expected: str | None) -> None:
    """An exchange that is not online takes only what its state allows."""
    desk = Desk()
    desk.exchange.set_status(status, NOW)

    assert desk.error(**fields) == expected


PAIR_STATES = [
    ("cancel_only", {}, "EService:Market in cancel_only mode"),
    ("post_only", {}, "EService:Market in post_only mode"),
    ("post_only", {"oflags": "post"}, None),
    ("limit_only", MARKET, "EService:Market in limit_only mode"),
    ("limit_only", {}, None),
    ("reduce_only", {}, "EService:Market in reduce_only mode"),
    ("reduce_only", {"reduce_only": True, "leverage": "2"}, "EOrder:Reduce only:No position exists"),
    ("cancel_only", {"pair": "ETH/USD"}, None),
]


@pytest.mark.parametrize(("state", "fields", "expected"), PAIR_STATES, ids=str)
def test_state_of_a_pair(state: str, fields: dict[str, Any], expected: str | None) -> None:
    """While the exchange is online, a pair may not be; the others do not care."""
    desk = Desk(options=Options(market=MarketOptions(pair_states=(PairState("ETH/EUR", PairStatus(state)),))))

    assert desk.error(**fields) == expected


def test_an_error_echoes_the_reqid_and_nothing_else() -> None:
    """A refused order's ``cl_ord_id`` is not echoed."""
    status = Desk().add(price="0", cl_ord_id="mine", reqid=7)

    assert status == AddOrderStatus(status="error", errorMessage="EOrder:Invalid price", reqid=7)


def test_funds_that_other_orders_hold_are_not_there() -> None:
    """The second of two orders that each fit alone is refused."""
    desk = Desk()

    assert desk.error(type="sell", price="200", volume="60") is None
    assert desk.error(type="sell", price="200", volume="60") == "EOrder:Insufficient funds"


DUPLICATES = [
    (UUID, UUID),
    (UUID, UUID.upper()),
    (UUID, UUID.replace("-", "")),
    ("mine", "mine"),
]


@pytest.mark.parametrize(("first", "second"), DUPLICATES)
def test_duplicate_cl_ord_id(first: str, second: str) -> None:
    """An id that an open order carries is refused in any of its forms, and free again after its end."""
    desk = Desk()
    txid = desk.placed(cl_ord_id=first)

    assert desk.error(cl_ord_id=second) == "EOrder:Duplicate cl_ord_id"
    desk.cancel(txid)
    assert desk.error(cl_ord_id=second) is None


CHARACTERS = {"requests.cl_ord_id_character": "[a-z0-9-]"}
STRICT_FLAGS = {"requests.lenient_oflags": "false"}
OPTIONS: list[tuple[dict[str, str], dict[str, Any], str | None]] = [
    ({"errors.duplicate_cl_ord_id": "EOrder:Duplicate order"}, {"cl_ord_id": "m"}, "EOrder:Duplicate order"),
    ({"requests.common_names": "true"}, {"pair": "BTC/USD", "price": "9000"}, None),
    ({"errors.missing_price": "EOrder:Invalid price"}, {"price": None}, "EOrder:Invalid price"),
    ({"errors.extra_price": "EOrder:Invalid price"}, {"price2": "1"}, "EOrder:Invalid price"),
    ({"requests.truncate_volume": "true"}, {"volume": "0.250000009"}, None),
    (STRICT_FLAGS, {"oflags": "post, fciq"}, INVALID + "oflags"),
    (STRICT_FLAGS, {"oflags": "post,post"}, INVALID + "oflags"),
    (STRICT_FLAGS, {"oflags": ""}, INVALID + "oflags"),
    ({"orders.expiretm_without_gtd": "false"}, {"expiretm": "+60"}, INVALID + "expiretm"),
    ({"orders.post_only_refusal": "cancel"}, {"oflags": "post", "price": "151"}, None),
    ({"errors.deadline_elapsed": "late"}, {"deadline": rfc3339(NOW - 0.001)}, "late"),
    ({"deadlines.ahead_min_s": "0.5"}, {"deadline": rfc3339(NOW + 0.4)}, INVALID + "deadline"),
    ({"deadlines.ahead_min_s": "0.5"}, {"deadline": rfc3339(NOW + 0.6)}, None),
    (CHARACTERS, {"cl_ord_id": "mine-1"}, None),
    (CHARACTERS, {"cl_ord_id": "Mine"}, INVALID + "cl_ord_id"),
    (CHARACTERS, {"cl_ord_id": UUID.upper()}, None),
    ({"deadlines.ahead_max_s": "90"}, {"deadline": rfc3339(NOW + 90)}, None),
    ({"deadlines.ahead_max_s": "90"}, {"deadline": rfc3339(NOW + 91)}, INVALID + "deadline"),
    ({}, {"timeinforce": "GTD", "expiretm": "+1"}, None),
    ({"orders.expire_ahead_min_s": "5"}, {"timeinforce": "GTD", "expiretm": "+4"}, INVALID + "expiretm"),
    ({"orders.expire_ahead_min_s": "5"}, {"timeinforce": "GTD", "expiretm": "+5"}, None),
]


@for_each(OPTIONS)
def test_options(options: dict[str, str], fields: dict[str, Any], expected: str | None) -> None:
    """Options decide where the documents are silent."""
    desk = Desk(options=with_named(Options(), options))
    desk.add(cl_ord_id="m")

    assert desk.error(**fields) == expected


LIMITS = [
    (
        Options(limits=LimitOptions(scheduled_orders_max=1)),
        {"starttm": "+5"},
        "EOrder:Scheduled orders limit exceeded",
    ),
    (Options(limits=LimitOptions(scheduled_orders_max=1)), {"starttm": "0"}, None),
    (Options(limits=LimitOptions(scheduled_orders_max=2)), {"starttm": "+5"}, None),
]


@pytest.mark.parametrize(("options", "fields", "expected"), LIMITS, ids=str)
def test_the_limit_of_scheduled_orders(
    options: Options, fields: dict[str, Any], expected: str | None
) -> None:
    """Beside one that is scheduled already."""
    desk = Desk(options=options)
    desk.placed(starttm="+60")

    assert desk.error(**fields) == expected


def test_cl_ord_id_forms_can_be_kept_apart() -> None:
    """Without folding the dashless form is another id."""
    desk = Desk(options=Options(requests=RequestOptions(cl_ord_id_folds=False)))
    desk.add(cl_ord_id=UUID)

    assert desk.error(cl_ord_id=UUID.replace("-", "")) is None


TEXTS = st.one_of(
    st.text(max_size=40),
    st.from_regex(r"[+#-]?[0-9]{0,14}(\.[0-9]{0,14})?%?", fullmatch=True),
    st.sampled_from(["buy", "sell", "limit", "market", "stop-loss-limit", "trailing-stop", "GTD", "0"]),
    st.sampled_from(["9" * 40, "999999999999", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"]),
)
FIELDS = [name for name in AddOrder.__struct_fields__ if name != "reqid"]


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, TEXTS)))
def test_any_text_gets_an_answer(fields: dict[str, Any]) -> None:
    """No text in any field raises; an order is either booked or leaves no trace."""
    desk = Desk()
    before = desk.exchange.state()

    status = desk.send(order(**fields))[0]

    assert isinstance(status, AddOrderStatus)
    if status.txid is None:
        assert desk.exchange.state() == before


DOCUMENTED = """
Order minimum not met;Cost minimum not met;Tick size check failed;Invalid price;Insufficient funds
Insufficient margin;Cannot open position;Cannot open opposing position;Margin allowance exceeded
Margin level too low;Margin position size exceeded;Positions limit exceeded
Scheduled orders limit exceeded;Unknown position;Reduce only:No position exists;Reduce only:Non-PC
Post only order
"""


def test_every_documented_error_of_an_order_has_a_case() -> None:
    """Each string of the exchange's list about orders is caused by a situation here or beside it.

    Those about rates and cancellations are in the tests of these.
    """
    caused = [error for error, _ in REFUSED] + [row[0] for row in margin.CASES]
    caused += [row[-1] for row in LIMITS]
    documented = {f"EOrder:{text}" for line in DOCUMENTED.split("\n") for text in line.split(";") if text}

    assert documented <= set(caused)


def test_a_cl_ord_id_is_no_shield_after_the_end() -> None:
    """A second order with the id of one that was filled is placed: an id guards only what is open."""
    desk = Desk()

    assert desk.error(price="151", cl_ord_id="mine") is None
    assert desk.error(price="151", cl_ord_id="mine") is None
    assert len(desk.exchange.state().trades) == 2
