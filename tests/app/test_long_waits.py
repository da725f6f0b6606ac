"""No verb waits in silence: for what and until when; and a plan says beforehand how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from runner.app.access import waits as speaking
from runner.kraken import CLOSED_ORDERS_PATH, OPEN_ORDERS_PATH, Tier, calls_of_look, records_wait_s
from runner.review.forecasting import OTHER_CALLS
from runner.runtime.kraken.rest_calls import RestCalls
from tests.app.shell import batch, order

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.app.shell import Shell

CANCELED = 54
BALANCES = "/0/private/BalanceEx"


@pytest.fixture
def records_paths(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of all calls for records that are made."""
    paths: list[str] = []
    call: Callable[..., Any] = RestCalls.records
    call_open: Callable[..., Any] = RestCalls.open_orders

    async def records(self: RestCalls, path: str, *args: Any, **options: Any) -> Any:
        paths.append(path)
        return await call(self, path, *args, **options)

    async def open_orders(self: RestCalls, *args: Any, **options: Any) -> Any:
        paths.append(OPEN_ORDERS_PATH)
        return await call_open(self, *args, **options)

    monkeypatch.setattr(RestCalls, "records", records)
    monkeypatch.setattr(RestCalls, "open_orders", open_orders)
    return paths


def trade_for_a_while(shell: Shell) -> None:
    """Leave more closed orders than a page holds, within the burst of each pair."""
    prices = {"ETH/EUR": ("100", "0.1"), "XBT/EUR": ("5000", "0.01"), "XRP/EUR": ("0.1", "100")}
    names = [f"o{number}" for number in range(CANCELED // len(prices))]
    cancel = "[" + ", ".join(f"{{order: group/{name}}}" for name in names) + "]"
    for pair, (price, volume) in prices.items():
        orders = [order(name, pair=pair, price=price, volume=volume) for name in names]
        file = batch(*orders, name=f"before-{pair[:3]}", cancel=cancel)
        assert shell("apply", file, "--tier", "pro", "--unchecked").code == 0


def test_a_plan_says_how_long_the_first_look_takes(shell: Shell, records_paths: list[str]) -> None:
    """By the calls that it costs, of which the run that follows makes exactly so many."""
    trade_for_a_while(shell)
    file = batch(order("a"), order("b"), order("c"))
    history = shell("plan", file, "--format", "json").json["forecast"]["history"]
    calls = calls_of_look(3, CANCELED)
    expected = round(records_wait_s(OTHER_CALLS + calls, Tier.STARTER), 1)
    assert history == {"closed_orders": CANCELED, "seconds": expected, "since": None}
    records_paths.clear()
    assert shell("apply", file, "--tier", "pro").code == 0
    assert records_paths[: records_paths.index(BALANCES)].count(CLOSED_ORDERS_PATH) == calls


def test_the_other_calls_of_a_run_are_counted(shell: Shell, records_paths: list[str]) -> None:
    """All that the call counter has to let through before the first order."""
    assert shell("apply", batch(order("a"))).code == 0
    assert len(records_paths) == OTHER_CALLS + calls_of_look(1, 0)


def test_a_plan_that_cannot_count_says_the_most_that_it_takes(shell: Shell) -> None:
    """In text and in a comment alike."""
    file = batch(*(order(f"o{number}") for number in range(20)))
    for format in ("text", "markdown"):
        result = " ".join(shell("plan", file, "--offline", "--format", format).stdout.split())
        most = "closed orders, however many there are, takes at most 1 min 52 s"
        assert f"before the first order a look through the account's {most}" in result


@pytest.mark.parametrize(
    ("verb", "waits"),
    [
        ("plan", ["prices, balances and records"]),
        ("status", ["records of these orders"]),
        (
            "apply",
            [
                "whose account and orders these are",
                "orders of this batch may be already",
                "prices, balances and open orders",
            ],
        ),
    ],
)
def test_every_verb_says_what_it_waits_for(
    verb: str, waits: list[str], shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On standard error, whatever the format of the result."""
    monkeypatch.setattr(speaking, "SAY_AFTER_S", 0.0)
    assert shell("apply", batch(order("a"))).code == 0
    result = shell(verb, batch(order("a"), order("b")), "--format", "json")
    assert result.json
    for wait in waits:
        assert f"{wait}." in result.words, result.stderr
