"""A review as plain data."""

from __future__ import annotations

import json

from runner.review import cancel_object, finding_object, order_object, review_object
from tests.review.markets import account, group, order, resting, reviewed

OLD = resting("OUEMWD-CUO73-YYCBEK", "sell", "180")
RICH = account(OLD, EUR="1000", ETH="10")


def test_an_order_says_what_it_comes_to() -> None:
    """Amounts are text without exponents; a relative price says what it was reckoned from, and when."""
    review = reviewed(group(order(price='"-1%"')), account=RICH)
    (row,) = (order_object(each, review) for each in review.orders())
    assert row["limit"] == {
        "price": "148.6",
        "relative": True,
        "reference": "150.1",
        "reference_at": "2026-11-22T10:00:00.000000Z",
    }
    assert (row["notional"], row["currency"], row["reported"]) == ("37.15", "EUR", "40.865")
    assert (row["distance_percent"], row["takes"], row["sent"], row["open"]) == ("-1.0323", False, True, None)
    assert (row["fee_maker"], row["fee_taker"]) == ("0.092875", "0.1486")


def test_a_cancellation_says_what_it_would_take_away() -> None:
    """The order behind the id."""
    review = reviewed(group(cancel="[OUEMWD-CUO73-YYCBEK]"), account=RICH)
    ((removed,),) = (cancel_object(item) for item in review.groups[0].cancel)
    assert (removed["txid"], removed["type"], removed["price"]) == ("OUEMWD-CUO73-YYCBEK", "sell", "180")


def test_a_finding_has_its_place() -> None:
    """File, line and column each for themselves."""
    (finding,) = map(finding_object, reviewed(group(order(price="145.123"))).findings)
    assert (finding["file"], finding["line"], finding["column"]) == ("test.yaml", 6, 9 + 1)
    assert (finding["rule"], finding["severity"]) == ("tick-size", "error")


def test_the_whole_can_be_written_as_json() -> None:
    """Nothing in it is a number that JSON would make something else of."""
    review = reviewed(group(order(), order("b", ordertype="market", price=None)), account=RICH)
    content = json.loads(json.dumps(review_object(review)))
    assert content["notional"] == "81.18"
    assert content["market"]["quotes"]["EUR/USD"]["ask"] == "1.2"
    assert [balance["currency"] for balance in content["balances"]] == ["EUR", "ETH"]
    assert content["pairs"][0]["open_after"] == {"orders": 1, "volume": "0.25"}


def test_every_order_of_a_large_batch_is_there() -> None:
    """Also where most of them find no money: a warning each, since the groups go on after a reject."""
    orders = [
        order(f"o{number}", price=f"{100 + number % 45}.{number % 100:02}", volume="0.01")
        for number in range(500)
    ]
    groups = [group(*orders, name=f"g{number}", on_reject="continue") for number in range(4)]
    review = reviewed(*groups, account=account(EUR="100", ETH="1"))
    shown = [order_object(order, review) for order in review.orders()]
    assert len(shown) == 2000
    assert len(review.warnings) > 1900
    assert review.errors == ()
