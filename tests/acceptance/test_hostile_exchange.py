"""An exchange that breaks every protocol, over real sockets: exit 5 while nothing is sent, 6 after, soon."""

from __future__ import annotations

import gzip
import json
import time
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from tests.app.shell import Shell, batch, order
from tests.net.hostile import (
    ACK,
    Hostile,
    Socket,
    accepted,
    answer,
    errors,
    frame,
    hostile,
    linger,
    requests_on,
    reset,
    result,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.app.shell import CommandResult

pytestmark = pytest.mark.usefixtures("quick_attempts")

SOON_S = 30.0
TOKEN = "a-token-of-some-length"


def apply(shell: Shell, server: Hostile, monkeypatch: pytest.MonkeyPatch, *options: str) -> CommandResult:
    """Apply one order at a server."""
    for name, text in server.environment.items():
        monkeypatch.setenv(name, text)
    timing = ("--deadline", "2", "--settle", "0")
    return shell("apply", batch(order()), "--venue", "kraken", "--yes", *timing, *options)


def everything(command: CommandResult) -> str:
    """All that was said, without its folding."""
    return " ".join((command.stdout + command.stderr).split())


# --- handshakes ------------------------------------------------------------------------------


def send(connection: Socket, data: bytes) -> None:
    connection.sendall(data)
    linger(connection)


def endless(connection: Socket, _: bytes) -> None:
    connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\n")
    for number in range(100_000):
        connection.sendall(b"X-%d: %s\r\n" % (number, b"x" * 1000))


HANDSHAKES: dict[str, tuple[Callable[[Socket, bytes], None], str]] = {
    "a wrong accept key": (
        lambda s, key: send(s, accepted(key, accept=b"bm90IHlvdXIga2V5")),
        "Sec-WebSocket-Accept",
    ),
    "no accept key": (
        lambda s, key: send(s, b"HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n"),
        "Sec-WebSocket-Accept",
    ),
    "a subprotocol": (
        lambda s, key: send(s, accepted(key, more=b"Sec-WebSocket-Protocol: chat\r\n")),
        "subprotocol",
    ),
    "an extension": (
        lambda s, key: send(s, accepted(key, more=b"Sec-WebSocket-Extensions: permessage-deflate\r\n")),
        "extension",
    ),
    "no upgrade": (
        lambda s, key: send(s, b"HTTP/1.1 101 Yes\r\nSec-WebSocket-Accept: x\r\n\r\n"),
        "does not upgrade",
    ),
    "garbage": (lambda s, key: send(s, b"\x00\xff\x00\xffSSH-2.0-OpenSSH\r\n\r\n"), "not HTTP"),
    "status 200": (lambda s, key: send(s, answer(b"hello")), "HTTP status 200"),
    "status 503": (lambda s, key: send(s, answer(b"", "503 Busy")), "HTTP status 503"),
    "headers without an end": (endless, "WebSocket handshake failed"),
    "an end": (lambda s, key: None, "closed"),
    "a reset": (lambda s, key: reset(s), "reset"),
}


@pytest.mark.parametrize("name", sorted(HANDSHAKES))
def test_a_handshake_that_is_wrong_ends_with_5(
    name: str, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few attempts, then its words; a reset is taken for what it is and not waited for."""
    upgrade, words = HANDSHAKES[name]
    started = time.monotonic()
    with hostile(Hostile(upgrade=upgrade)) as server:
        command = apply(shell, server, monkeypatch)
    assert (command.code, server.calls["upgrade"]) == (5, 3), command.words
    assert words in everything(command)
    assert time.monotonic() - started < SOON_S


# --- frames ----------------------------------------------------------------------------------

MASKED = bytes((0x81, 0x84)) + b"keys" + bytes(a ^ b for a, b in zip(b"text", b"keys", strict=True))
FRAMES: dict[str, tuple[bytes, str]] = {
    "a masked frame": (MASKED, "masked"),
    "a size in two bytes that fits in one": (bytes((0x81, 126, 0, 5)) + b"short", "2 bytes"),
    "a size in eight bytes that fits in two": (b"\x81\x7f" + (5).to_bytes(8, "big") + b"short", "8 bytes"),
    "a size with the first bit set": (b"\x81\x7f" + (1 << 63).to_bytes(8, "big"), "MSB"),
    "a reserved bit": (frame(b"{}", 0xC1), "Reserved bit"),
    "an unknown opcode": (frame(b"{}", 0x83), "opcode"),
    "a fragmented ping": (frame(b"", 0x09), "fragment"),
    "a long ping": (b"\x89\x7e\x00\x7e" + b"x" * 126, "125"),
    "text that is not UTF-8": (frame(b"\xff\xfe"), "codec"),
    "bytes": (frame(b"\x00\x01", 0x82), "not text"),
    "a fragment of nothing": (frame(b"x", 0x80), "CONTINUATION"),
    "a close code that may not be sent": (frame(b"\x03\xed", 0x88), "CLOSE"),
    "half a close code": (frame(b"\x03", 0x88), "CLOSE"),
    "a frame over the limit": (b"\x81\x7f" + (1 << 40).to_bytes(8, "big") + b"x" * 2_000_000, "longer than"),
}


@pytest.mark.parametrize("name", sorted(FRAMES))
def test_a_frame_that_breaks_the_protocol_ends_with_5(
    name: str, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends its connection, counts as a failed attempt, and is said in words."""
    data, words = FRAMES[name]
    started = time.monotonic()
    with hostile(Hostile(upgrade=lambda s, key: send(s, accepted(key) + data))) as server:
        command = apply(shell, server, monkeypatch)
    assert (command.code, server.calls["upgrade"]) == (5, 3), command.words
    assert words in everything(command)
    assert time.monotonic() - started < SOON_S


def test_a_door_that_opens_and_closes_is_not_tried_for_minutes(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that ends at once is a failed attempt like one that was refused."""
    with hostile(Hostile(upgrade=lambda s, key: s.sendall(accepted(key)))) as server:
        command = apply(shell, server, monkeypatch)
    assert (command.code, server.calls["upgrade"]) == (5, 3), command.words


class Subscribed:
    """Takes subscriptions with an empty snapshot, waits for an order, and says something then, once."""

    def __init__(self, then: Callable[[Socket, dict[str, Any]], None]) -> None:
        self.orders: list[dict[str, Any]] = []
        self._then = then

    def __call__(self, connection: Socket, key: bytes) -> None:
        if self.orders:
            HANDSHAKES["a wrong accept key"][0](connection, key)
            return
        connection.sendall(accepted(key))
        snapshot = json.dumps([[], "openOrders", {"sequence": 1}]).encode()
        connection.sendall(frame(json.dumps(ACK).encode()) + frame(snapshot))
        for request in requests_on(connection):
            if request["event"] == "addOrder":
                self.orders.append(request)
                self._then(connection, request)
                linger(connection)

    def rest(self, call: str) -> bytes | None:
        """The records are away as soon as an order has come."""
        return answer(b"", "502 Bad") if self.orders and call in ("OpenOrders", "ClosedOrders") else None


@pytest.mark.long
def test_a_protocol_that_breaks_with_an_order_under_way_ends_with_6(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first connection breaks behind an order; after it no other comes about."""
    exchange = Subscribed(lambda connection, _: connection.sendall(MASKED))
    with hostile(Hostile(upgrade=exchange, rest=exchange.rest)) as server:
        command = apply(shell, server, monkeypatch)
    assert (command.code, len(exchange.orders)) == (6, 1), everything(command)


def test_a_token_that_is_repeated_gets_nowhere(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In the text of a refusal, in a later error, in the reason of a close, however it is spelled."""

    def repeat(connection: Socket, request: dict[str, Any]) -> None:
        spelled = "".join(f"\\u{ord(letter):04x}" for letter in TOKEN)
        connection.sendall(frame(f'{{"event":"error","errorMessage":"EGeneral:No {spelled}"}}'.encode()))
        reply = {"event": "addOrderStatus", "status": "error", "reqid": request["reqid"]}
        refusal = f"EOrder:Insufficient funds for {request['token']}"
        connection.sendall(frame(json.dumps(reply | {"errorMessage": refusal}).encode()))
        connection.sendall(frame(b"\x03\xf0" + request["token"].encode(), 0x88))

    exchange = Subscribed(repeat)
    with hostile(Hostile(upgrade=exchange, rest=exchange.rest)) as server:
        command = apply(shell, server, monkeypatch)
    assert (command.code, exchange.orders[0]["token"]) == (1, TOKEN), everything(command)
    files = [path.read_bytes().decode() for path in tmp_path.rglob("*") if path.is_file()]
    assert any("EOrder:Insufficient funds for ***" in text for text in files)
    assert [text for text in (command.stdout, command.stderr, *files) if TOKEN[:12] in text] == []


# --- answers ---------------------------------------------------------------------------------


@cache
def bomb() -> bytes:
    """An answer that is small until it is unpacked; made when it is needed, for that takes long."""
    return answer(gzip.compress(b"0" * 100_000_000, 1), headers="Content-Encoding: gzip\r\n")


def chunks(connection: Socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall((b"10000\r\n" + b"x" * 65536 + b"\r\n") * 16)


ANSWERS: dict[str, tuple[Any, str]] = {
    "an unknown charset": (
        answer(b"\xff\xfe{}", headers="Content-Type: text/html; charset=klingon\r\n"),
        "UTF-8",
    ),
    "a bomb": (lambda s: s.sendall(bomb()), "longer than"),
    "an unrequested encoding": (answer(b"x", headers="Content-Encoding: br\r\n"), "encoded as"),
    "a length that is announced": (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", "longer than"),
    "a length that is wrong": (
        lambda s: s.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}"),
        "closed",
    ),
    "a length that is no number": (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n{}", "not HTTP"),
    "chunks without an end": (chunks, "longer than"),
    "HTML": (answer(b"<html>Cloudflare</html>"), "not JSON"),
    "status 502": (answer(b"<html>Bad gateway</html>", "502 Bad gateway"), "502"),
    "another type": (result([]), ""),
    "nothing": (result({}), ""),
    "a reset": (reset, "reset"),
    "no HTTP": (b"SSH-2.0\r\n\r\n", "not HTTP"),
    "deep nesting": (answer(b"[" * 200_000), ""),
}
CALLS = ("AssetPairs", "Ticker", "BalanceEx", "OpenOrders", "Time", "GetWebSocketsToken")


@pytest.mark.parametrize(
    ("call", "name"),
    [
        *(("AssetPairs", name) for name in sorted(ANSWERS)),
        *((call, name) for call in CALLS[1:] for name in ("status 502", "another type")),
        # Of the other calls, an account that owns nothing has an empty answer of BalanceEx alone.
        *((call, "nothing") for call in CALLS[1:] if call != "BalanceEx"),
    ],
)
def test_an_answer_that_is_none_stops_a_run_before_anything_is_sent(
    call: str, name: str, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever call it is: it is made again, then the run ends with 5, and the call is named."""
    reply, words = ANSWERS[name]
    monkeypatch.setattr("runner.runtime.kraken.rest_calls.RETRY_PAUSES_S", (0.01, 0.01))
    with hostile(Hostile(rest=lambda called: reply if called == call else None)) as server:
        command = apply(shell, server, monkeypatch)
    assert command.code == 5, command.words
    # A connection that was kept may be the one that is reset: that is no answer, and no try.
    assert server.calls[call] in ((3, 4) if name == "a reset" else (3,))
    assert call in everything(command)
    assert words in everything(command)
    assert call in ("Time", "GetWebSocketsToken") or "--unchecked" in command.words
    assert server.calls["upgrade"] == 0


# --- call counters, nonces, lockouts ---------------------------------------------------------


def answers_first(call: str, *replies: bytes) -> Callable[[str], bytes | None]:
    """The first answers to a call; then the usual ones."""
    left = list(replies)
    return lambda called: left.pop(0) if called == call and left else None


@pytest.mark.parametrize("call", ["GetWebSocketsToken", "BalanceEx"])
def test_a_full_call_counter_is_waited_for(call: str, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several files one after another fill it; each wait is said on a line."""
    monkeypatch.setattr("runner.runtime.kraken.rest_calls.COUNTER_PAUSES_S", (0.01,) * 3)
    full = errors("EAPI:Rate limit exceeded")
    refuse = HANDSHAKES["status 503"][0]
    with hostile(Hostile(rest=answers_first(call, full, full), upgrade=refuse)) as server:
        command = apply(shell, server, monkeypatch)
    assert (command.code, server.calls[call], server.calls["upgrade"]) == (5, 3, 3)
    assert command.words.count(f"call counter is full (/0/private/{call}: EAPI:Rate limit exceeded)") == 2


@pytest.mark.parametrize("call", ["GetWebSocketsToken", "BalanceEx"])
@pytest.mark.parametrize(
    ("text", "made", "words"),
    [
        ("EGeneral:Temporary lockout", 1, "EGeneral:Temporary lockout"),
        ("EAPI:Invalid nonce", 3, "new key"),
        ("EAPI:Invalid key", 1, "EAPI:Invalid key"),
    ],
)
def test_a_verdict_is_not_knocked_at(
    call: str, text: str, made: int, words: str, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One call, or the few that another program with the same key explains; then its cure."""
    monkeypatch.setattr("runner.runtime.kraken.rest_calls.NONCE_PAUSES_S", (0.01, 0.01))
    with hostile(Hostile(rest=lambda called: errors(text) if called == call else None)) as server:
        command = apply(shell, server, monkeypatch)
    private = {name: server.calls[name] for name in ("OpenOrders", "GetWebSocketsToken") if name != call}
    assert (command.code, server.calls[call], server.calls["upgrade"]) == (5, made, 0)
    assert words in everything(command)
    assert call == "GetWebSocketsToken" or set(private.values()) == {0}


def test_a_lockout_that_names_no_request_is_the_reason(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """One connection, and its words; the exchange hangs up behind them or not."""
    locked = frame(b'{"event":"error","errorMessage":"EGeneral:Temporary lockout"}')
    with hostile(Hostile(upgrade=lambda s, key: send(s, accepted(key) + locked))) as server:
        command = apply(shell, server, monkeypatch)
    assert (command.code, server.calls["upgrade"]) == (5, 1)
    assert "EGeneral:Temporary lockout" in everything(command)


def test_what_the_exchange_said_before_it_hung_up_is_kept(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an id it answers nothing, and is a reason all the same."""
    words = frame(b'{"event":"error","errorMessage":"EService:Come back later"}')
    with hostile(Hostile(upgrade=lambda s, key: s.sendall(accepted(key) + words))) as server:
        command = apply(shell, server, monkeypatch)
    assert (command.code, server.calls["upgrade"]) == (5, 3)
    assert "the exchange had reported: EService:Come back later" in everything(command)
