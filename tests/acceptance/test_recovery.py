"""Faults on the way: a second exchange ends with each order exactly once.

What is asserted comes from the ledger of that exchange and from the manifest. Cases that mostly wait are run
side by side, each with its own exchange and state.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.foreign.process import Account, Foreign, foreign_exchange
from tests.app.shell import CommandResult, start

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.long

APPLY_LIMIT_S = 180
STANDING = "OUEMWD-CUO73-YYCBEK"
WANTED = {"canceled", "closed", "gone"}
NUMBERS = (1, 2, 3, 4)
ORDER = "pair: ETH/EUR, type: buy, ordertype: limit"
BATCH = f"""\
version: 1
name: broken
groups:
  - name: first
    orders:
      - {{id: a, {ORDER}, price: 101, volume: 0.251}}
      - {{id: b, {ORDER}, price: 102, volume: 0.252, close: {{ordertype: limit, price: 160}}}}
      - {{id: c, {ORDER}, price: 103, volume: 0.253}}
    cancel: [{STANDING}]
  - name: second
    orders:
      - {{id: d, {ORDER}, price: 104, volume: 0.254}}
"""
VOLUMES = {"a": "0.251", "b": "0.252", "c": "0.253", "d": "0.254"}
"""Each order has another volume, by which it is known at the exchange whatever id it carries there."""


@dataclass(frozen=True)
class Aftermath:
    """The end of a run, and the exchange after it."""

    result: CommandResult
    account: Account


def apply(exchange: Foreign, folder: Path) -> CommandResult:
    """Apply the batch at the exchange."""
    file = folder / "broken.yaml"
    file.write_text(BATCH, "utf-8")
    options = ("--venue", "kraken", "--yes", "--format", "json", "--state-dir", str(folder / "state"))
    timing = ("--deadline", "2", "--settle", "0")
    with start("apply", str(file), *options, *timing, **exchange.environment) as process:
        stdout, stderr = process.communicate(timeout=APPLY_LIMIT_S)
    return CommandResult(process.returncode, stdout, stderr)


def suffer(folder: Path, script: dict[str, Any]) -> Aftermath:
    """Apply the batch once, at an exchange with a script."""
    with foreign_exchange(folder, standing=[{"txid": STANDING}], **script) as exchange:
        return Aftermath(apply(exchange, folder), exchange.account())


def side_by_side(folder: Path, scripts: dict[str, dict[str, Any]]) -> dict[str, Aftermath]:
    """Apply the batch under each script."""
    with ThreadPoolExecutor(len(scripts)) as pool:
        futures = {}
        for number, (name, script) in enumerate(scripts.items()):
            (place := folder / str(number)).mkdir()
            futures[name] = pool.submit(suffer, place, script)
        return {name: future.result() for name, future in futures.items()}


def complaints(result: CommandResult, account: Account) -> list[str]:
    """Return what is wrong with a run that should have gone well; nothing is."""
    if result.code != 0:
        return [f"exit code {result.code}: {result.stderr or result.stdout}"]
    found = [] if result.json["outcome"] == "done" else [f"outcome {result.json['outcome']}"]
    booked = {order["request"]["volume"]: order for order in account.booked()}
    if sorted(order["request"]["volume"] for order in account.booked()) != list(VOLUMES.values()):
        found.append(f"booked: {[order['request'] for order in account.booked()]}")
    for name, order in result.orders().items():
        known = booked.get(VOLUMES[name], {})
        claimed = [order["outcome"], *(order[key] for key in ("txid", "cl_ord_id", "userref"))]
        if claimed != ["placed", *(known.get(key) for key in ("txid", "cl_ord_id", "userref"))]:
            found.append(f"{name}: claimed {claimed}, known {known}")
    results = [item["outcome"] for group in result.json["groups"] for item in group["cancel"]["results"]]
    if not set(results) <= WANTED or account.status_of(STANDING) != "canceled":
        found.append(f"{STANDING}: {results}, {account.status_of(STANDING)}")
    return found


def assert_exactly_once(aftermaths: dict[str, Aftermath]) -> None:
    """In each case one run sufficed, and everything is where it should be."""
    found = {name: complaints(after.result, after.account) for name, after in aftermaths.items()}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


# --- what takes its time begins first, and is looked at last -------------------------------------


@dataclass(frozen=True)
class Slow:
    """Cases in which patience has to run out."""

    unreachable: Future[tuple[Aftermath, Aftermath]]
    unreadable: Future[Aftermath]


@pytest.fixture(scope="module", autouse=True)
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slow]:
    """They run beside all other tests of this module."""
    errors = {"records_answers": [{"error": "EService:Unavailable", "times": 99}]}
    with ThreadPoolExecutor(2) as pool:
        yield Slow(
            unreachable=pool.submit(be_left_alone, tmp_path_factory.mktemp("unreachable")),
            unreadable=pool.submit(suffer, tmp_path_factory.mktemp("unreadable"), errors),
        )


def be_left_alone(folder: Path) -> tuple[Aftermath, Aftermath]:
    """The exchange books two orders and is gone; when it is back, the same command is run again."""
    script = {"close_after": {"2": 1006}, "away": 10_000, "dark": True, "standing": [{"txid": STANDING}]}
    with foreign_exchange(folder, **script) as exchange:
        left_alone = apply(exchange, folder)
        before = exchange.account()
        exchange.come_back()
        again = apply(exchange, folder)
        return Aftermath(left_alone, before), Aftermath(again, exchange.account())


# --- one run suffices ----------------------------------------------------------------------------


def test_connection_is_lost_after_each_order(tmp_path: Path) -> None:
    """The socket is gone after order k was booked and before its reply: it is found, the others follow."""
    scripts = {f"after order {k}": {"close_after": {str(k): 1006}, "deaf_after_close": True} for k in NUMBERS}
    assert_exactly_once(side_by_side(tmp_path, scripts))


def test_exchange_says_why_it_closes(tmp_path: Path) -> None:
    """Close codes 1001, 1006 and 1012, with replies to earlier orders sent or lost."""
    codes = (1001, 1006, 1012)
    replied = {f"{code}": {"close_after": {"2": code}} for code in codes}
    lost = {f"{code}, nothing replied": {"close_after": {"2": code}, "bursts": [3]} for code in codes}
    assert_exactly_once(side_by_side(tmp_path, replied | lost))


def test_connection_is_lost_again_and_again(tmp_path: Path) -> None:
    """After one order and the next, at the cancellation, or for several attempts in a row."""
    scripts: dict[str, dict[str, Any]] = {
        "after two in a row": {"close_after": {"3": 1006, "4": 1006}, "deaf_after_close": True},
        "at the cancellation": {"close_on_cancel": 1006},
        "with a close frame at the cancellation": {"close_on_cancel": 1001},
        "and three attempts fail": {"close_after": {"3": 1012}, "away": 3},
    }
    assert_exactly_once(side_by_side(tmp_path, scripts))


def test_reply_does_not_come(tmp_path: Path) -> None:
    """Muted, garbled, never booked, or dropped for too many messages: only what is absent is sent again."""
    faults = ("mute", "garble", "never_booked", "msg_rate")
    scripts = {f"{fault} {which}": {fault: which} for fault in faults for which in ([2], [1, 3, 4])}
    aftermaths = side_by_side(tmp_path, scripts)
    assert_exactly_once(aftermaths)
    sent = [len(after.account.received("addOrder")) for after in aftermaths.values()]
    assert sent[:4] == [4, 4, 4, 4]
    assert sent[4] == sent[6] == 5


def test_records_lag(tmp_path: Path) -> None:
    """An order that was filled at once is in no snapshot; while the records lag, it is not sent again."""
    lost = {k: {"close_after": {str(k): 1006}, "rest_lag_s": 1.5} for k in (1, 2, 3)}
    scripts = {f"order {k}, filled": {**script, "fills": [k]} for k, script in lost.items()}
    scripts["order 2, standing"] = lost[2]
    assert_exactly_once(side_by_side(tmp_path, scripts))


def test_every_reply_comes_twice(tmp_path: Path) -> None:
    """A reply that was counted already counts no more; nor does it when the feed came first."""
    scripts: dict[str, dict[str, Any]] = {
        "feed after": {"twice": True},
        "feed before": {"twice": True, "feed": "before", "cancel_feed": "before"},
        "lost between": {"twice": True, "close_after": {"3": 1006}},
    }
    assert_exactly_once(side_by_side(tmp_path, scripts))


def test_door_is_hard_to_open(tmp_path: Path) -> None:
    """Tokens that are refused, a token call that breaks down, another program with the same key."""
    scripts: dict[str, dict[str, Any]] = {
        "first token refused": {"refuse_first_tokens": 1, "refuse_tokens_in": "subscribe"},
        "first token refused for orders": {"refuse_first_tokens": 1, "refuse_tokens_in": "addOrder"},
        "two 5xx": {"token_answers": [{"status": 503}, {"status": 502}]},
        "another program": {"other_program_ahead_ms": [300, 0, 0, 300, 0, 0, 300], "mute": [1]},
    }
    aftermaths = side_by_side(tmp_path, scripts)
    assert_exactly_once(aftermaths)
    tokens = {name: len(after.account.tokens) for name, after in aftermaths.items()}
    assert list(tokens.values()) == [2, 2, 1, 1]
    errors = [
        entry["error"] for entry in aftermaths["another program"].account.entries if entry["way"] == "rest"
    ]
    assert "EAPI:Invalid nonce" in errors


# --- nothing is sent -----------------------------------------------------------------------------


def test_clock_that_is_far_off_sends_nothing(tmp_path: Path) -> None:
    """With such a clock a deadline means nothing; the exit code is 5 and the reason is said."""
    scripts = {f"{skew_s} s": {"clock_skew_s": skew_s} for skew_s in (-6.0, 6.0)}
    for name, after in side_by_side(tmp_path, scripts).items():
        assert after.result.code == 5, name
        assert "clock" in after.result.words
        assert after.account.received("addOrder") == after.account.received("cancelOrder") == []


def test_records_that_cannot_be_read_send_nothing(slow: Slow) -> None:
    """Orders of another machine cannot be known then; the exit code is 5."""
    after = slow.unreadable.result()
    assert after.result.code == 5
    assert "EService:Unavailable" in after.result.words
    assert after.account.received("addOrder") == after.account.received("cancelOrder") == []


def test_exchange_that_stays_away_leaves_orders_unresolved(slow: Slow) -> None:
    """Neither presence nor absence can be shown: exit code 6, and what depends on it is skipped.

    The next run, with the exchange back, settles it.
    """
    (result, account), (again, after) = ((item.result, item.account) for item in slow.unreachable.result())
    assert result.code == 6
    assert result.json["outcome"] == "unresolved"
    outcomes = result.outcomes()
    assert [outcomes[name] for name in "bcd"] == ["unresolved", "unresolved", "skipped"]
    assert all(result.orders()[name]["error"] for name in "bc")
    assert account.status_of(STANDING) == "open"
    assert complaints(again, after) == []
    already = {name: order["already"] for name, order in again.orders().items()}
    sent_again = [
        frame["volume"] for frame in after.received("addOrder")[len(account.received("addOrder")) :]
    ]
    assert already == {name: VOLUMES[name] not in sent_again for name in VOLUMES}
    assert already["a"]
    assert already["b"]
    assert not already["d"]
