"""The exchange of another make does what its script says, seen by a plain WebSocket client."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, InvalidStatus
from websockets.sync.client import connect

from tests.acceptance.foreign.process import Foreign, foreign_exchange
from tests.acceptance.foreign.rest import signature
from tests.app.shell import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from websockets.sync.client import ClientConnection

DOCUMENTED_SECRET = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="
STANDING = "OUEMWD-CUO73-YYCBEK"
OTHER = "OBW5ID-MAGEW-HENTE7"
NOWHERE = "OGTT3Y-C6I3P-XRI6HX"


def call(exchange: Foreign, name: str, *, secret: str | None = None, **fields: str) -> dict[str, Any]:
    """A signed REST call."""
    fields = {"nonce": str(time.time_ns()), **fields}
    body = urllib.parse.urlencode(fields).encode()
    path = f"/0/private/{name}"
    headers = {
        "API-Key": exchange.api_key,
        "API-Sign": signature(secret or exchange.api_secret, path, fields["nonce"], body),
    }
    request = urllib.request.Request(exchange.rest_url + path, body, headers)
    with urllib.request.urlopen(request, timeout=120) as response:
        content: dict[str, Any] = json.load(response)
    return content


def token_of(exchange: Foreign) -> str:
    """A fresh token."""
    return str(call(exchange, "GetWebSocketsToken")["result"]["token"])


def add(token: str, reqid: int, **fields: str) -> str:
    """An addOrder frame."""
    order = {"pair": "ETH/EUR", "type": "buy", "ordertype": "limit", "price": "150", "volume": "0.25"}
    return json.dumps({"event": "addOrder", "token": token, "reqid": reqid, **order, **fields})


def subscribe(token: str) -> str:
    """A subscription to openOrders."""
    return json.dumps({"event": "subscribe", "subscription": {"name": "openOrders", "token": token}})


def take(connection: ClientConnection, count: int) -> list[Any]:
    """The next frames."""
    return [json.loads(connection.recv(timeout=120)) for _ in range(count)]


def test_signature_is_the_documented_one() -> None:
    """The exchange's own known answer comes out of this exchange's own formula."""
    body = b"nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25"
    expected = "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ=="
    assert signature(DOCUMENTED_SECRET, "/0/private/AddOrder", "1616492376594", body) == expected


def test_token_needs_the_right_signature_and_a_growing_nonce(tmp_path: Path) -> None:
    """A wrong secret and a repeated nonce are refused, and the ledger counts every call."""
    with foreign_exchange(tmp_path) as exchange:
        assert call(exchange, "GetWebSocketsToken", secret=DOCUMENTED_SECRET)["error"] == [
            "EAPI:Invalid signature"
        ]
        assert call(exchange, "GetWebSocketsToken", nonce="7")["result"]["expires"] == 900
        assert call(exchange, "GetWebSocketsToken", nonce="7")["error"] == ["EAPI:Invalid nonce"]
        assert [item["error"] for item in exchange.account().token_calls] == [
            "EAPI:Invalid signature",
            None,
            "EAPI:Invalid nonce",
        ]


def test_token_answers_follow_the_script(tmp_path: Path) -> None:
    """Scripted answers come first, each as often as given, then the token."""
    answers = [{"status": 503, "times": 2}, {"error": "EAPI:Invalid nonce"}]
    with foreign_exchange(tmp_path, token_answers=answers) as exchange:
        for _ in range(2):
            with pytest.raises(urllib.error.HTTPError, match="503") as caught:
                token_of(exchange)
            caught.value.close()
        assert call(exchange, "GetWebSocketsToken")["error"] == ["EAPI:Invalid nonce"]
        assert token_of(exchange)


def test_burst_is_answered_when_complete_in_shuffled_order(tmp_path: Path) -> None:
    """No order of a burst is answered before the last one has come, and then not in order."""
    with foreign_exchange(tmp_path, bursts=[5], shuffle=True, seed=3) as exchange:
        token = token_of(exchange)
        with connect(exchange.ws_url) as connection:
            take(connection, 1)
            for reqid in range(1, 6):
                connection.send(add(token, reqid))
            reqids = [reply["reqid"] for reply in take(connection, 5)]
        account = exchange.account()
    assert sorted(reqids) == [1, 2, 3, 4, 5] != reqids
    assert account.orders_before_first_reply() == 5
    assert len({order["txid"] for order in account.booked()}) == 5


def test_reply_has_the_documented_shape(tmp_path: Path) -> None:
    """Words, precision and echoes of addOrderStatus are those of the exchange's own example."""
    with foreign_exchange(tmp_path, rejects={"2": "EOrder:Insufficient funds"}) as exchange:
        token = token_of(exchange)
        with connect(exchange.ws_url) as connection:
            take(connection, 1)
            connection.send(add(token, 1, cl_ord_id="mine"))
            connection.send(add(token, 2, cl_ord_id="other"))
            connection.send(add(token, 3, cl_ord_id="mine"))
            connection.send(add("made-up", 4))
            first, *refusals = take(connection, 4)
    txid = first.pop("txid")
    assert first == {
        "event": "addOrderStatus",
        "status": "ok",
        "reqid": 1,
        "cl_ord_id": "mine",
        "descr": "buy 0.25000000 ETHEUR @ limit 150",
    }
    assert [len(part) for part in txid.split("-")] == [6, 5, 6]
    assert [reply["errorMessage"] for reply in refusals] == [
        "EOrder:Insufficient funds",
        "EOrder:Duplicate cl_ord_id",
        "EAPI:Invalid token",
    ]
    assert not any("cl_ord_id" in reply for reply in refusals)


def test_cancel_answers_each_id_anonymously(tmp_path: Path) -> None:
    """Three ids give three nameless replies under one reqid; the feed shows the canceled orders."""
    standing = [{"txid": STANDING}, {"txid": OTHER, "userref": "17"}]
    with foreign_exchange(tmp_path, standing=standing, cancel_feed="before") as exchange:
        token = token_of(exchange)
        with connect(exchange.ws_url) as connection:
            connection.send(subscribe(token))
            snapshot = take(connection, 3)[2]
            names = [STANDING, NOWHERE, "17"]
            connection.send(json.dumps({"event": "cancelOrder", "token": token, "reqid": 9, "txid": names}))
            frames = take(connection, 5)
    assert [list(item) for item in snapshot[0]] == [[STANDING], [OTHER]]
    assert snapshot[1:] == ["openOrders", {"sequence": 1}]
    assert [frame[0][0][txid]["status"] for frame, txid in zip(frames, [STANDING, OTHER], strict=False)] == [
        "canceled",
        "canceled",
    ]
    assert [(reply["status"], reply.get("errorMessage")) for reply in frames[2:]] == [
        ("ok", None),
        ("error", "EOrder:Unknown order"),
        ("ok", None),
    ]
    assert all(set(reply) <= {"event", "status", "reqid", "errorMessage"} for reply in frames[2:])


@pytest.mark.parametrize("code", [1001, 1006, 1012])
def test_scripted_close_comes_after_booking_and_before_the_reply(tmp_path: Path, code: int) -> None:
    """The order is booked, its reply never comes, the next upgrade is refused, and then all is well."""
    with foreign_exchange(tmp_path, close_after={"2": code}, away=1) as exchange:
        token = token_of(exchange)
        with connect(exchange.ws_url) as connection:
            connection.send(add(token, 1))
            take(connection, 2)
            connection.send(add(token, 2, cl_ord_id="second"))
            with pytest.raises(ConnectionClosed) as caught:
                take(connection, 1)
        with pytest.raises(InvalidStatus):
            connect(exchange.ws_url)
        with connect(exchange.ws_url) as connection:
            take(connection, 1)
        found = call(exchange, "OpenOrders", cl_ord_id="second")["result"]["open"]
        assert len(found) == 1
    if code == 1006:
        assert isinstance(caught.value, ConnectionClosedError)
        assert caught.value.rcvd is None
    else:
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == code


def test_process_stops_at_a_signal(tmp_path: Path) -> None:
    """SIGTERM ends the exchange at once and well."""
    with foreign_exchange(tmp_path) as exchange:
        exchange.process.terminate()
        assert exchange.process.wait(5) == 0


def test_process_ends_by_itself() -> None:
    """An exchange that is never stopped is gone after its lifetime."""
    command = [sys.executable, "-m", "tests.acceptance.foreign", "--lifetime", "0.1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def answers_to_three(exchange: Foreign) -> list[Any]:
    """Return what follows the greeting, until the pong, when three orders and a ping are sent."""
    token = token_of(exchange)
    with connect(exchange.ws_url) as connection:
        for reqid in (1, 2, 3):
            connection.send(add(token, reqid))
        connection.send(json.dumps({"event": "ping", "reqid": 4}))
        texts = []
        while "pong" not in (text := str(connection.recv(timeout=120))):
            texts.append(text)
    return texts[1:]


@pytest.mark.parametrize(
    ("fault", "replies", "booked"),
    [
        ({"mute": [2]}, 2, 3),
        ({"never_booked": [2]}, 2, 2),
        ({"garble": [2]}, 3, 3),
        ({"msg_rate": [2]}, 3, 2),
        ({"twice": True}, 6, 3),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_scripted_damage(tmp_path: Path, fault: dict[str, Any], replies: int, booked: int) -> None:
    """Each kind of damage loses, breaks or doubles a reply, and books what it says."""
    with foreign_exchange(tmp_path, **fault) as exchange:
        texts = answers_to_three(exchange)
        assert len(exchange.account().booked()) == booked
    assert len(texts) == replies
    reqids = [json.loads(text).get("reqid") for text in texts if text.endswith("}")]
    assert ({"msg_rate": [1, None, 3], "twice": [1, 1, 2, 2, 3, 3]}).get(next(iter(fault)), [1, 3]) == reqids


def test_rest_finds_open_and_closed_orders_by_either_id(tmp_path: Path) -> None:
    """OpenOrders and ClosedOrders filter by client id and by user reference; history counts as closed."""
    history = [{"txid": NOWHERE, "userref": "17", "status": "closed"}]
    standing = [{"txid": STANDING, "userref": "17"}, {"txid": OTHER, "cl_ord_id": "mine"}]
    with foreign_exchange(tmp_path, standing=standing, history=history) as exchange:
        assert list(call(exchange, "OpenOrders", userref="17")["result"]["open"]) == [STANDING]
        assert list(call(exchange, "OpenOrders", cl_ord_id="mine")["result"]["open"]) == [OTHER]
        closed = call(exchange, "ClosedOrders", userref="17")["result"]
        assert (list(closed["closed"]), closed["count"]) == ([NOWHERE], 1)
        assert call(exchange, "ClosedOrders", cl_ord_id="mine")["result"]["closed"] == {}


def test_rest_learns_late(tmp_path: Path) -> None:
    """With a lag the REST side does not show an order that was just placed, though it is open."""
    with foreign_exchange(tmp_path, rest_lag_s=60) as exchange:
        answers_to_three(exchange)
        assert call(exchange, "OpenOrders")["result"]["open"] == {}
        assert len(exchange.account().booked()) == 3
