"""``apply --validate-only`` at an exchange that shares no code with us, and may ignore the flag."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.acceptance.foreign.process import Foreign, foreign_exchange
from tests.app.shell import CommandResult, Shell, batch, order

if TYPE_CHECKING:
    from pathlib import Path

FUNDS = "EOrder:Insufficient funds"
CANCELED = "OUEMWD-CUO73-YYCBEK"


def validate(shell: Shell, exchange: Foreign, monkeypatch: pytest.MonkeyPatch, *orders: str) -> CommandResult:
    """Have a batch validated there, which would also cancel an order."""
    for name, text in exchange.environment.items():
        monkeypatch.setenv(name, text)
    file = batch(*orders, cancel=f"[{CANCELED}]")
    timing = ("--deadline", "2", "--settle", "0", "--unchecked", "--format", "json")
    return shell("apply", file, "--venue", "kraken", "--validate-only", *timing)


def test_orders_are_judged_and_forgotten(
    tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each leaves with ``validate`` as text, no cancellation does, and open orders stay open."""
    script = {"rejects": {"2": FUNDS}, "standing": [{"txid": CANCELED}]}
    with foreign_exchange(tmp_path, **script) as exchange:
        result = validate(shell, exchange, monkeypatch, order("a"), order("b", price="144"))
        account = exchange.account()
    assert (result.code, result.outcomes()) == (1, {"a": "validated", "b": "rejected"})
    assert result.orders()["b"]["error"] == FUNDS
    assert [frame["validate"] for frame in account.received("addOrder")] == ["true", "true"]
    assert account.received("cancelOrder") == []
    assert account.status_of(CANCELED) == "open"
    assert account.booked() == []


@pytest.mark.parametrize(
    ("how", "feed"), [("placed", "after"), ("placed", "before"), ("silently", "before"), ("txid", "after")]
)
def test_an_exchange_that_names_or_shows_an_order_is_loud(
    tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch, how: str, feed: str
) -> None:
    """Nothing was to be placed: what may be there is unresolved, with its txid, and never called placed."""
    with foreign_exchange(tmp_path, on_validate=how, feed=feed) as exchange:
        result = validate(shell, exchange, monkeypatch, order("a"))
        booked = [order["txid"] for order in exchange.account().booked()]
    assert (result.code, result.outcomes()) == (6, {"a": "unresolved"})
    shown = result.orders()["a"]
    assert "and yet it is at the exchange, as O" in shown["error"]
    assert booked in ([], [shown["txid"]])
    assert "not placed, and yet" in result.words
    assert result.json["totals"]["orders"]["placed"] == 0


def test_after_a_lost_answer_the_request_is_repeated(
    tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a look whether it is there: to be validated twice does no harm."""
    with foreign_exchange(tmp_path, mute=[1]) as exchange:
        result = validate(shell, exchange, monkeypatch, order("a"))
        account = exchange.account()
    assert (result.code, result.outcomes()) == (0, {"a": "validated"})
    assert [frame["validate"] for frame in account.received("addOrder")] == ["true", "true"]
    assert account.booked() == []
