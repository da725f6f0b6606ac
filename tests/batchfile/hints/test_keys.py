"""Keys that do not exist, and the ones that were meant."""

from __future__ import annotations

import pytest

from runner.batchfile.hints.keys import key_hint, meant_key
from tests.support.for_each import for_each

ORDER = ["id", "pair", "type", "ordertype", "price", "price2", "volume", "oflags", "close"]


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("prize", "did you mean `price`?"),
        ("Volume", "did you mean `volume`?"),
        ("side", "did you mean `type`?"),
        ("post_only", "write oflags: post"),
        ("close[price]", "write close: {ordertype: ..., price: ...}"),
        ("token", "the runner adds it, and it belongs in no file"),
        ("zzzzzz", ""),
        ("x" * 100_000, ""),
    ],
)
def test_a_key_that_does_not_exist_finds_the_one_that_was_meant(key: str, hint: str) -> None:
    """By its letters, or by the name that another interface gives it."""
    assert key_hint(key, ["type", "price", "volume", "oflags", "close"]) == hint


def test_a_meant_key_must_exist_in_that_place() -> None:
    """`side` means `type` in an order, and nothing at the top of a file."""
    assert meant_key("side", ["type"]) == "type"
    assert meant_key("side", ["version", "groups"]) == ""


@for_each(
    [
        ("limit_price", {"ordertype": "limit"}, "did you mean `price`?"),
        ("limit_price", {"ordertype": "stop-loss-limit", "price": "140"}, "did you mean `price2`?"),
        ("limit_price", {"ordertype": "stop-loss-limit", "stop_price": "140"}, "did you mean `price2`?"),
        ("stop_price", {"ordertype": "stop-loss-limit"}, "did you mean `price`?"),
        ("stopPrice", {"ordertype": "stop-loss"}, "did you mean `price`?"),
        (
            "stop_price",
            {"ordertype": "limit", "price": "145"},
            "an order with a trigger is a stop-loss or a take-profit: its `price` is the trigger",
        ),
        ("qty", {"volume": "1"}, "`volume` is here already: leave one of them out"),
        ("prise", {"price": "145"}, ""),
        ("close_price", {"ordertype": "market"}, "write close: {ordertype: ..., price: ...}"),
        ("take_profit", {}, "write close: {ordertype: take-profit, price: ...}"),
        ("stop_loss", {}, "write close: {ordertype: stop-loss, price: ...}"),
        ("post", {}, "write oflags: post"),
        ("post-only", {}, "write oflags: post"),
        ("postOnly", {}, "write oflags: post"),
        ("post_only", {"oflags": "fciq"}, "add post to `oflags`"),
        ("flags", {}, "did you mean `oflags`?"),
    ]
)
def test_what_is_meant_depends_on_what_else_is_there(key: str, beside: dict[str, object], hint: str) -> None:
    """A limit never takes the place of a trigger, and no key is written twice."""
    assert key_hint(key, ORDER, beside) == hint
