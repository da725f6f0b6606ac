"""The fate of canceled orders at an exchange that shows little, or contradicts itself, over real sockets.

What is said is held against the exchange's own book: an order that is called canceled, closed or gone is not
open there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.foreign.applying import FIRST, NOWHERE, SECOND, Run, apply, apply_here, batch, group
from tests.acceptance.foreign.process import Foreign, foreign_exchange

if TYPE_CHECKING:
    from pathlib import Path

    from tests.app.shell import Shell

ENDED = ("canceled", "closed", "gone")
CUT = {"close_on_cancel": 1006, "lose_cancel": True}
TOO_LITTLE = "Insignificant volume remaining"


def results(run: Run) -> dict[str, dict[str, Any]]:
    """Return what became of each id of the only cancelOrder."""
    return {result["txid"]: result for result in run.group("one")["cancel"]["results"]}


def assert_true(run: Run, exchange: Foreign) -> None:
    """No order is said to have ended that is open."""
    account = exchange.account()
    for result in results(run).values():
        for txid in result.get("matched", [result["txid"]]):
            if txid != NOWHERE and result["outcome"] in ENDED:
                assert account.status_of(txid) != "open", result


@pytest.mark.parametrize("snapshot", ["empty", "late", "parts", "second"])
def test_a_snapshot_that_lacks_an_order_ends_nothing(tmp_path: Path, snapshot: str) -> None:
    """The cancelOrder was lost with its connection; the records show the orders open, and it leaves again."""
    standing = [{"txid": FIRST}, {"txid": SECOND, "userref": "17"}]
    file = batch(tmp_path, group("one", cancel=f"[{FIRST}, {{userref: 17}}]"))
    with foreign_exchange(tmp_path, standing=standing, snapshot=snapshot, **CUT) as exchange:
        run = apply(exchange, tmp_path, file)
        assert_true(run, exchange)
        again = apply(exchange, tmp_path, file)
        assert len(exchange.account().received("cancelOrder")) == 2
    assert (run.code, again.code) == (0, 0)
    assert run.canceled("one") == {FIRST: "canceled", "17": "canceled"}
    assert results(run)["17"]["matched"] == [SECOND]


def test_what_was_unknown_is_looked_for_again(tmp_path: Path) -> None:
    """Gone only where the records do not know it; a later run queries again, and sends nothing for it."""
    file = batch(tmp_path, group("one", cancel=f"[{NOWHERE}]"))
    with foreign_exchange(tmp_path) as exchange:
        run = apply(exchange, tmp_path, file)
        queries = len(exchange.account().called("QueryOrders"))
        again = apply(exchange, tmp_path, file)
        assert len(exchange.account().called("QueryOrders")) > queries > 0
        assert len(exchange.account().received("cancelOrder")) == 1
    assert (run.code, again.code) == (0, 0)
    assert run.canceled("one") == again.canceled("one") == {NOWHERE: "gone"}


@pytest.mark.parametrize(
    ("fields", "outcome", "executed"),
    [
        ({"status": "canceled", "vol_exec": "0", "reason": "User requested"}, "canceled", "0"),
        ({"status": "canceled", "vol_exec": "0.4", "reason": "User requested"}, "canceled", "0.4"),
        ({"status": "closed", "vol_exec": "1"}, "closed", "1"),
        ({"status": "closed", "vol_exec": "0.99999", "reason": TOO_LITTLE}, "closed", "0.99999"),
        ({"status": "expired", "vol_exec": "0.1"}, "canceled", "0.1"),
    ],
)
def test_how_an_order_ended_before_is_queried(
    tmp_path: Path, fields: dict[str, str], outcome: str, executed: str
) -> None:
    """With how much was executed, and why it ended."""
    file = batch(tmp_path, group("one", cancel=f"[{FIRST}]"))
    with foreign_exchange(tmp_path, history=[{"txid": FIRST, **fields}]) as exchange:
        run = apply(exchange, tmp_path, file)
    (result,) = results(run).values()
    assert (result["outcome"], result["vol"], result["vol_exec"]) == (outcome, "1", executed)
    assert result["reason"] == fields.get("reason")
    assert run.code == 0
    assert ("partly filled" in run.stderr) == (executed in ("0.4", "0.1"))


@pytest.mark.usefixtures("short_cancel_wait")
def test_fewer_replies_than_ids_leave_nothing_unresolved(
    tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One reply for all three of them."""
    file = batch(tmp_path, group("one", cancel=f"[{FIRST}, {NOWHERE}, {SECOND}]"))
    script = {"standing": [{"txid": FIRST}, {"txid": SECOND}], "cancel_replies": 1}
    with foreign_exchange(tmp_path, **script) as exchange:
        run = apply_here(shell, monkeypatch, exchange, file)
        assert_true(run, exchange)
    assert run.code == 0
    assert run.canceled("one") == {FIRST: "canceled", NOWHERE: "gone", SECOND: "canceled"}


def test_a_fill_that_the_feed_never_showed_is_queried(tmp_path: Path) -> None:
    """The cancellation finds no open order, and the feed shows it open to the end."""
    file = batch(tmp_path, group("one", cancel=f"[{FIRST}, {SECOND}]"))
    script = {"standing": [{"txid": FIRST}, {"txid": SECOND}], "fills_before_cancel": [SECOND]}
    with foreign_exchange(tmp_path, **script, untold=[FIRST, SECOND]) as exchange:
        run = apply(exchange, tmp_path, file)
        assert_true(run, exchange)
    assert run.code == 0
    assert run.canceled("one") == {FIRST: "canceled", SECOND: "closed"}
    assert results(run)[SECOND]["vol_exec"] == "1"


def test_what_an_unwinding_took_back_is_reported_with_how_much(tmp_path: Path) -> None:
    """An order that was filled before it could be taken back."""
    file = batch(tmp_path, group("one", orders=3, on_reject="unwind"))
    script = {"rejects": {"3": "EOrder:Insufficient funds"}, "fills": [1]}
    with foreign_exchange(tmp_path, **script) as exchange:
        run = apply(exchange, tmp_path, file)
    taken = {
        result["order"]: (result["outcome"], result["vol_exec"])
        for result in run.group("one")["unwind"]["results"]
    }
    assert taken == {"one/one-1": ("closed", "0.25"), "one/one-2": ("canceled", "0.00000000")}
    assert run.code == 1
