"""``order-batch status``: what became of each order of a file, by the journal and by the exchange."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from runner.kraken import CLOSED_ORDERS_PATH, QUERY_ORDERS_PATH
from runner.paper import Exchange
from runner.paper.api.rest.calls import RestCall, RestReply
from runner.runtime.storage import hold
from tests.app.shell import BATCHES, SEED, STATE, Shell, batch, forget_after, order

QUICKSTART = BATCHES / "quickstart.yaml"


def test_before_any_run_nothing_is_known(shell: Shell) -> None:
    """A file that was never applied has a status too, and asking for it creates nothing."""
    result = shell("status", SEED, "--format", "json")
    assert result.code == 0
    assert result.json["last_run"] is None
    assert [order["disposition"] for order in result.json["orders"]] == ["send"]
    assert not STATE.exists()


def test_after_a_run_each_order_has_its_txid(shell: Shell) -> None:
    """The status names what the last run placed; the last run is its manifest."""
    run = shell("apply", SEED, "--format", "json")
    result = shell("status", SEED, "--format", "json")
    assert result.json["last_run"] == run.json
    (row,) = result.json["orders"]
    assert (row["outcome"], row["txid"]) == ("placed", run.orders()["buy-eth"]["txid"])
    assert row["txid"] in shell("status", SEED).stdout


def test_rejected_order_is_new_again(shell: Shell) -> None:
    """A rejected order is not there, so a next run may send it; the rejection is still shown."""
    file = batch(order("bad", volume="0.001"))
    shell("apply", file, "--unchecked")
    (row,) = shell("status", file, "--format", "json").json["orders"]
    assert (row["disposition"], row["outcome"]) == ("send", "rejected")


def test_order_in_doubt_gives_6_until_it_is_looked_up(shell: Shell) -> None:
    """A run that died after an intent leaves doubt: exit code 6. The same apply finds the open order."""
    file = batch(order("a"))
    run = shell("apply", file, "--format", "json")
    forget_after(STATE / "paper" / "one", "order-intent")
    doubt = shell("status", file, "--format", "json")
    again = shell("apply", file, "--format", "json")
    assert (doubt.code, again.code, shell("status", file).code) == (6, 0, 0)
    assert doubt.json["orders"][0]["disposition"] == "look_up"
    assert again.orders()["a"]["txid"] == run.orders()["a"]["txid"]


def test_a_run_that_is_under_way_is_called_so(shell: Shell) -> None:
    """Its journal has no end yet, as that of one that was killed; but its state is held."""
    file = batch(order("a"))
    assert shell("apply", file).code == 0
    folder = STATE / "paper" / "one"
    forget_after(folder, "order-placed")
    with hold(folder):
        assert "last run: unfinished (it is under way)" in " ".join(shell("status", file).stdout.split())
    assert "(the process ended before the run did)" in " ".join(shell("status", file).stdout.split())


def test_changed_order_is_shown(shell: Shell) -> None:
    """A status refuses nothing: it is what one looks at to understand a refusal."""
    shell("apply", batch(order("a")))
    result = shell("status", batch(order("a", price="146")), "--format", "json")
    assert result.code == 0
    assert [order["disposition"] for order in result.json["orders"]] == ["changed"]


def test_the_records_of_the_exchange_are_read(shell: Shell) -> None:
    """An order that was canceled since is shown so, though the journal only knows that it was placed."""
    shell("apply", QUICKSTART)
    result = shell("status", QUICKSTART, "--format", "json").json
    assert result["exchange_read"] is True
    assert {order["id"]: order["exchange"]["status"] for order in result["orders"]} == {
        "buy-eth": "open",
        "buy-xbt": "canceled",
        "buy-xbt-now": "closed",
        "sell-eth": "open",
    }
    assert [order["exchange"]["txid"] for order in result["orders"]] == [
        order["txid"] for order in result["orders"]
    ]
    text = shell("status", QUICKSTART).stdout
    assert "at the exchange: canceled" in " ".join(text.split())


@pytest.mark.parametrize(("new", "looks"), [(False, False), (True, True)])
def test_what_has_a_txid_is_not_looked_for_in_all_that_was_ever_closed(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, new: bool, looks: bool
) -> None:
    """Its record is read by that id; only orders without one need a look."""
    shell("apply", QUICKSTART)
    file = Path("quickstart.yaml")
    later = "  - name: later\n    orders:\n      - " + order("new") + "\n"
    file.write_text(QUICKSTART.read_text("utf-8") + (later if new else ""), "utf-8")
    paths, answer = [], Exchange.rest

    def rest(self: Exchange, call: RestCall, now: float) -> RestReply:
        paths.append(call.path)
        return answer(self, call, now)

    monkeypatch.setattr(Exchange, "rest", rest)
    result = shell("status", file, "--format", "json").json
    assert {order["id"]: (order["exchange"] or {}).get("status") for order in result["orders"]} == {
        **{"buy-eth": "open", "buy-xbt": "canceled", "buy-xbt-now": "closed", "sell-eth": "open"},
        **({"new": None} if new else {}),
    }
    assert QUERY_ORDERS_PATH in paths
    assert (CLOSED_ORDERS_PATH in paths) is looks


def test_offline_reads_the_journal_alone(shell: Shell) -> None:
    """Nothing is said of the exchange then."""
    shell("apply", SEED)
    result = shell("status", SEED, "--offline", "--format", "json").json
    assert result["exchange_read"] is False
    assert "at the exchange" not in shell("status", SEED, "--offline").stdout


def test_a_lost_journal_leaves_the_exchange_as_witness(shell: Shell) -> None:
    """On a fresh machine the orders are found by their derived ids."""
    shell("apply", SEED)
    shutil.rmtree(STATE / "paper" / "seed-example")
    (row,) = shell("status", SEED, "--format", "json").json["orders"]
    assert (row["disposition"], row["exchange"]["status"]) == ("send", "open")


def test_an_exchange_that_cannot_be_reached_is_no_failure(shell: Shell) -> None:
    """Without credentials the journal still says what it knows."""
    result = shell("status", SEED, "--venue", "kraken", "--format", "json")
    assert result.code == 0
    assert result.json["exchange_read"] is False
    assert "the exchange was not queried: KRAKEN_API_KEY is not set" in result.stderr


def test_some_groups_and_orders_can_be_shown_alone(shell: Shell) -> None:
    """The exit code is that of all, and what is not shown is counted."""
    file = BATCHES / "quickstart.yaml"
    assert shell("apply", file).code == 0
    result = shell("status", file, "--only", "enter/buy-eth", "--only", "tidy", "--format", "json")
    assert (result.code, [order["id"] for order in result.json["orders"]]) == (0, ["buy-eth"])
    assert "Not shown: 3 of the batch's orders" in result.words
    text = shell("status", file, "--only", "enter").stdout
    assert "buy-xbt" in text
    assert "offer" not in text
    forget_after(STATE / "paper/quickstart", "order-intent")
    assert shell("status", file, "--offline", "--only", "tidy").code == 6


def test_a_name_that_is_neither_group_nor_order_is_refused(shell: Shell) -> None:
    """With the one that may be meant, or all of them."""
    file = BATCHES / "quickstart.yaml"
    result = shell("status", file, "--only", "enter/buy-etc")
    assert (result.code, "Did you mean enter/buy-eth" in result.words) == (3, True)
    result = shell("status", file, "--only", "zzz")
    assert (result.code, "Groups and orders: enter, enter/buy-eth" in result.words) == (3, True)
