"""The real command line against an exchange that shares no code with it.

What is asserted comes from two places that cannot agree by accident: the ledger of the exchange, and
the manifest that the command prints.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from tests.acceptance.foreign.applying import FIRST, NOWHERE, SECOND, Run, apply, batch, group
from tests.acceptance.foreign.process import Foreign, foreign_exchange
from tests.app.shell import ROOT

if TYPE_CHECKING:
    from pathlib import Path

FUNDS = "EOrder:Insufficient funds"
MANIFEST_KEYS = {
    *("manifest_version", "tool", "batch", "run_key", "venue", "outcome", "started_at", "finished_at"),
    *("groups", "totals"),
}


def assert_truthful(run: Run, exchange: Foreign) -> None:
    """The manifest names exactly what the exchange booked: same ids, same content, same txid."""
    booked = {order["cl_ord_id"] or order["userref"]: order for order in exchange.account().booked()}
    claimed = {
        order["cl_ord_id"] or order["userref"]: order for order in run.orders().values() if order["txid"]
    }
    assert {key: order["txid"] for key, order in claimed.items()} == {
        key: order["txid"] for key, order in booked.items()
    }
    for key, order in claimed.items():
        assert order["outcome"] == "placed"
        sent = booked[key]["request"]
        assert {name: sent[name] for name in ("pair", "type", "ordertype", "price", "volume")} == {
            name: order["request"][name] for name in ("pair", "type", "ordertype", "price", "volume")
        }


@pytest.mark.parametrize("feed", ["before", "after"])
def test_orders_are_streamed_and_replies_matched_in_any_order(tmp_path: Path, feed: str) -> None:
    """Twenty orders leave before the first reply; shuffled replies among noise all find their order."""
    file = batch(tmp_path, group("ladder", orders=20))
    script = {"bursts": [20], "shuffle": True, "noise": True, "seed": 11, "feed": feed}
    with foreign_exchange(tmp_path, **script) as exchange:
        run = apply(exchange, tmp_path, file)
        account = exchange.account()
        assert run.code == 0, run.stderr
        assert_truthful(run, exchange)
    assert account.orders_before_first_reply() == 20
    assert [item["error"] for item in account.token_calls] == [None]
    assert account.connections == 1
    requests = account.received("addOrder")
    assert [frame["price"] for frame in requests] == [f"{100 + n}.50" for n in range(1, 21)]
    assert len({frame["reqid"] for frame in requests}) == 20
    answers = {frame["reqid"]: frame for frame in account.sent("addOrderStatus")}
    assert all(
        answers[order["reqid"]]["descr"] == order["descr"] and not order["already"]
        for order in run.orders().values()
    )


@pytest.mark.long
def test_manifest_on_stdout_is_the_published_one(tmp_path: Path) -> None:
    """Standard output holds one manifest and nothing else, and it passes its schema."""
    schema = json.loads((ROOT / "schemas" / "manifest.schema.json").read_text("utf-8"))
    with foreign_exchange(tmp_path, rejects={"2": FUNDS}) as exchange:
        run = apply(exchange, tmp_path, batch(tmp_path, group("one", orders=2), group("two", orders=1)))
    jsonschema.Draft202012Validator(schema).validate(run.manifest)
    assert set(run.manifest) >= MANIFEST_KEYS
    assert (run.manifest["batch"], run.manifest["venue"]) == ("foreign", "kraken")


def test_seed_leaves_with_exactly_its_fields(tmp_path: Path) -> None:
    """The documented order and its two cancellations arrive field by field as the page has them."""
    standing = [{"txid": FIRST}, {"txid": SECOND}]
    with foreign_exchange(tmp_path, standing=standing, shuffle=True) as exchange:
        run = apply(exchange, tmp_path, ROOT / "batches" / "seed-example.yaml")
        account = exchange.account()
        assert_truthful(run, exchange)
    (order,), (cancel,) = account.received("addOrder"), account.received("cancelOrder")
    added = {name: order.pop(name) for name in ("reqid", "deadline", "cl_ord_id")}
    assert all(added.values())
    assert order == {
        "event": "addOrder",
        "token": account.tokens[0],
        "pair": "ETH/EUR",
        "type": "buy",
        "ordertype": "limit",
        "price": "150",
        "volume": "0.25",
    }
    assert cancel.pop("reqid") != added["reqid"]
    assert cancel == {"event": "cancelOrder", "token": account.tokens[0], "txid": [FIRST, SECOND]}
    assert run.code == 0
    (reported,) = run.orders().values()
    assert reported["descr"] == "buy 0.25000000 ETHEUR @ limit 150"


@pytest.mark.long
def test_second_apply_sends_nothing(tmp_path: Path) -> None:
    """An applied batch is not applied again: the exchange gets no order and no cancellation more."""
    file = batch(tmp_path, group("one", orders=3, cancel=f"[{FIRST}]"), group("two", orders=2))
    with foreign_exchange(tmp_path, standing=[{"txid": FIRST}], shuffle=True) as exchange:
        first = apply(exchange, tmp_path, file)
        again = apply(exchange, tmp_path, file)
        account = exchange.account()
        assert_truthful(again, exchange)
    assert (first.code, again.code) == (0, 0)
    assert len(account.received("addOrder")) == 5
    assert len(account.received("cancelOrder")) == 1
    assert all(order["already"] for order in again.orders().values())


@pytest.mark.long
def test_orders_with_close_are_known_by_userref(tmp_path: Path) -> None:
    """An order with a conditional close carries a derived userref instead of a client id, and flat keys."""
    order = "{id: a, pair: ETH/EUR, type: buy, ordertype: limit, price: 150, volume: 0.25,"
    order += " close: {ordertype: limit, price: 160.10}}"
    with foreign_exchange(tmp_path) as exchange:
        run = apply(exchange, tmp_path, batch(tmp_path, f"  - name: one\n    orders:\n      - {order}\n"))
        account = exchange.account()
        assert_truthful(run, exchange)
    (frame,) = account.received("addOrder")
    assert (frame["close[ordertype]"], frame["close[price]"]) == ("limit", "160.10")
    assert "cl_ord_id" not in frame
    assert 0 < int(frame["userref"]) < 2**31


# --- rejects ---------------------------------------------------------------------------------


def rejected_third(tmp_path: Path, on_reject: str) -> tuple[Run, Any]:
    """Apply two groups, the first with a cancellation, and have its third order of five rejected."""
    first = group("one", orders=5, cancel=f"[{FIRST}]", on_reject=on_reject)
    file = batch(tmp_path, first, group("two", orders=2))
    script = {"standing": [{"txid": FIRST}], "bursts": [5], "shuffle": True, "rejects": {"3": FUNDS}}
    with foreign_exchange(tmp_path, noise=True, seed=5, **script) as exchange:
        run = apply(exchange, tmp_path, file)
        assert_truthful(run, exchange)
        account = exchange.account()
    assert run.code == 1, run.stderr
    rejected = run.orders()["one-3"]
    assert (rejected["outcome"], rejected["error"], rejected["txid"]) == ("rejected", FUNDS, None)
    placed = [name for name, order in run.orders().items() if order["outcome"] == "placed"]
    assert placed[:4] == ["one-1", "one-2", "one-4", "one-5"]
    assert account.orders_before_first_reply() == 5
    return run, account


@pytest.mark.long
def test_reject_stops_the_group_and_what_needs_it(tmp_path: Path) -> None:
    """With ``stop`` all that is placed stays, nothing is canceled, and the next group is skipped."""
    run, account = rejected_third(tmp_path, "stop")
    assert account.received("cancelOrder") == []
    assert len(account.booked()) == 4
    assert account.status_of(FIRST) == "open"
    assert [run.group(name)["outcome"] for name in ("one", "two")] == ["stopped", "skipped"]
    assert run.canceled("one") == {FIRST: "skipped"}
    assert {run.orders()[name]["outcome"] for name in ("two-1", "two-2")} == {"skipped"}


@pytest.mark.long
def test_reject_is_passed_over_with_continue(tmp_path: Path) -> None:
    """With ``continue`` the group cancels what it was to cancel, and the next group runs."""
    run, account = rejected_third(tmp_path, "continue")
    assert len(account.received("cancelOrder")) == 1
    assert len(account.booked()) == 6
    assert [run.group(name)["outcome"] for name in ("one", "two")] == ["partial", "done"]
    assert run.canceled("one") == {FIRST: "canceled"}


@pytest.mark.long
def test_reject_unwinds_what_the_group_placed(tmp_path: Path) -> None:
    """With ``unwind`` the four orders that were placed are canceled by one message, and nothing else is."""
    run, account = rejected_third(tmp_path, "unwind")
    (cancel,) = account.received("cancelOrder")
    assert sorted(cancel["txid"]) == sorted(order["txid"] for order in account.booked())
    assert {order["status"] for order in account.booked()} == {"canceled"}
    assert account.status_of(FIRST) == "open"
    assert [run.group(name)["outcome"] for name in ("one", "two")] == ["unwound", "skipped"]


# --- cancellations ---------------------------------------------------------------------------


@pytest.mark.parametrize("cancel_feed", ["before", "after"])
def test_partial_cancel_errors_are_attributed_from_the_feed(tmp_path: Path, cancel_feed: str) -> None:
    """Two ok and one error come without names and in any order; each id still gets its own outcome."""
    file = batch(tmp_path, group("one", orders=1, cancel=f"[{FIRST}, {NOWHERE}, {SECOND}]"))
    script = {"standing": [{"txid": FIRST}, {"txid": SECOND}], "cancel_feed": cancel_feed}
    with foreign_exchange(tmp_path, shuffle=True, noise=True, seed=2, **script) as exchange:
        run = apply(exchange, tmp_path, file, "--tier", "pro")
        account = exchange.account()
    (cancel,) = account.received("cancelOrder")
    assert cancel["txid"] == [FIRST, NOWHERE, SECOND]
    assert run.canceled("one") == {FIRST: "canceled", NOWHERE: "gone", SECOND: "canceled"}
    assert run.group("one")["cancel"]["reqid"] == cancel["reqid"]
    assert run.code == 0
    assert NOWHERE in run.stderr


@pytest.mark.long
def test_order_that_fills_before_its_cancel_is_closed(tmp_path: Path) -> None:
    """A fill that wins the race is reported as such, and is a success: the order is no longer open."""
    file = batch(tmp_path, group("one", cancel=f"[{FIRST}, {SECOND}]"))
    script = {"standing": [{"txid": FIRST}, {"txid": SECOND}], "fills_before_cancel": [SECOND]}
    with foreign_exchange(tmp_path, shuffle=True, noise=True, **script) as exchange:
        run = apply(exchange, tmp_path, file)
    assert run.canceled("one") == {FIRST: "canceled", SECOND: "closed"}
    assert run.code == 0


def test_cancel_that_is_refused_leaves_the_order_open(tmp_path: Path) -> None:
    """An order that is still open is reported so, with its line, and the command does not end with 0."""
    file = batch(tmp_path, group("one", cancel=f"[{FIRST}, {SECOND}]"))
    errors = {SECOND: "EGeneral:Permission denied"}
    script = {"standing": [{"txid": FIRST}, {"txid": SECOND}], "cancel_errors": errors}
    with foreign_exchange(tmp_path, **script) as exchange:
        run = apply(exchange, tmp_path, file)
        assert exchange.account().status_of(SECOND) == "open"
    assert run.canceled("one") == {FIRST: "canceled", SECOND: "open"}
    assert run.code == 1


@pytest.mark.long
def test_cancel_by_reference_and_by_userref(tmp_path: Path) -> None:
    """An order of this batch is canceled by the txid it got, a userref hits every order that carries it."""
    cancel = "[{order: one/one-2}, {userref: 17}]"
    file = batch(tmp_path, group("one", orders=2), group("two", orders=1, cancel=cancel))
    standing = [{"txid": FIRST, "userref": "17"}, {"txid": SECOND, "userref": "17"}, {"txid": NOWHERE}]
    with foreign_exchange(tmp_path, standing=standing, shuffle=True, noise=True) as exchange:
        run = apply(exchange, tmp_path, file)
        account = exchange.account()
    (frame,) = account.received("cancelOrder")
    placed = run.orders()["one-2"]["txid"]
    assert frame["txid"] == [placed, "17"]
    status = {order["txid"]: order["status"] for order in account.orders}
    assert [status[txid] for txid in (placed, FIRST, SECOND, NOWHERE)] == ["canceled"] * 3 + ["open"]
    assert run.code == 0, run.stderr
    assert set(run.canceled("two").values()) == {"canceled"}


# --- an exchange that is not to be used ------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize("status", ["maintenance", "cancel_only", "a_status_of_tomorrow"])
def test_exchange_that_is_not_online_gets_nothing(tmp_path: Path, status: str) -> None:
    """Nothing is sent to an exchange that does not say that it is online; the exit code is 5."""
    with foreign_exchange(tmp_path, system_status=status) as exchange:
        run = apply(exchange, tmp_path, batch(tmp_path, group("one", orders=2)))
        assert exchange.account().received("addOrder") == []
    assert run.code == 5
    assert status in run.stderr


@pytest.mark.long
def test_refused_subscription_ends_before_anything_is_sent(tmp_path: Path) -> None:
    """Without the feed nothing is certain, so nothing is sent; the exit code is 5."""
    with foreign_exchange(tmp_path, subscription_error="ESession:Invalid session") as exchange:
        run = apply(exchange, tmp_path, batch(tmp_path, group("one", orders=2)))
        assert exchange.account().received("addOrder") == []
    assert run.code == 5
    assert "ESession:Invalid session" in run.stderr


def test_refused_credentials_open_no_connection(tmp_path: Path) -> None:
    """Credentials that are refused end the run before a socket is opened; the exit code is 5."""
    answers = [{"error": "EAPI:Invalid key", "times": 99}]
    with foreign_exchange(tmp_path, token_answers=answers) as exchange:
        run = apply(exchange, tmp_path, batch(tmp_path, group("one", orders=2)))
        assert exchange.account().connections == 0
    assert run.code == 5
    assert "EAPI:Invalid key" in run.stderr


@pytest.mark.long
def test_invalid_file_fetches_no_token(tmp_path: Path) -> None:
    """A file with a problem is refused before the exchange is spoken to; the exit code is 3."""
    with foreign_exchange(tmp_path) as exchange:
        run = apply(exchange, tmp_path, batch(tmp_path, group("one", orders=1, needs="[absent]")))
        account = exchange.account()
    assert run.code == 3
    assert (account.token_calls, account.connections) == ([], 0)


# --- secrets ---------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize(
    "script",
    [
        {"standing": [{"txid": FIRST}], "rejects": {"2": FUNDS}},
        {"subscription_error": "ESession:Invalid session"},
        {"token_answers": [{"error": "EAPI:Invalid signature", "times": 99}]},
    ],
    ids=["a run", "no subscription", "no token"],
)
def test_no_secret_is_written_anywhere(tmp_path: Path, script: dict[str, Any]) -> None:
    """Key, secret and token are in no output and in no file, whether the run goes well or not."""
    file = batch(tmp_path, group("one", orders=2, cancel=f"[{FIRST}]", on_reject="continue"))
    with foreign_exchange(tmp_path, **script) as exchange:
        run = apply(exchange, tmp_path, file)
        canaries = [exchange.api_key, exchange.api_secret, *exchange.account().tokens]
    texts = {str(path): path.read_text("utf-8", "replace") for path in tmp_path.rglob("*") if path.is_file()}
    texts |= {"stdout": run.stdout, "stderr": run.stderr}
    assert [place for place, text in texts.items() for canary in canaries if canary in text] == []


@pytest.mark.parametrize("tier", ["starter", "pro"])
@pytest.mark.parametrize(("refused", "tokens"), [(0, 1), (1, 2)])
def test_one_token_serves_all_connections_of_a_run(
    tmp_path: Path, refused: int, tokens: int, tier: str
) -> None:
    """A connection that breaks costs no new token; a token that is refused is replaced once.

    The records may show the first group before there is a new connection; the second one needs one.
    """
    file = batch(tmp_path, group("one", orders=4), group("two", orders=1))
    with foreign_exchange(tmp_path, close_after={"2": 1006}, refuse_first_tokens=refused) as exchange:
        run = apply(exchange, tmp_path, file, "--tier", tier)
        account = exchange.account()
        assert run.code == 0, run.stderr
        assert_truthful(run, exchange)
    assert account.connections == 2 + refused
    assert len(account.token_calls) == tokens
    assert {frame["token"] for frame in account.received("addOrder")} == {account.tokens[-1]}
