"""A server on loopback that does to each connection what a test wants, without a library between."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import struct
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wsproto.connection import Connection, ConnectionType
from wsproto.events import TextMessage

from tests.net import server_frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
PAIR = {
    "wsname": "ETH/EUR",
    "altname": "ETHEUR",
    "base": "XETH",
    "quote": "ZEUR",
    "tick_size": "0.01",
    "lot_decimals": 8,
    "ordermin": "0.001",
    "status": "online",
}
PLENTY = {"balance": "1000000", "hold_trade": "0"}
ACK = {"event": "subscriptionStatus", "status": "subscribed", "channelName": "openOrders"}

Socket = socket.socket
Rest = "Callable[[str, dict[str, str]], bytes | Callable[[Socket], None] | None]"
Upgrade = "Callable[[Socket, bytes], None]"


def result(content: Any) -> bytes:
    """An HTTP answer with a result in the exchange's envelope."""
    return answer(json.dumps({"error": [], "result": content}).encode())


def errors(*texts: str) -> bytes:
    """An HTTP answer with the exchange's errors."""
    return answer(json.dumps({"error": list(texts)}).encode())


def answer(body: bytes, status: str = "200 OK", headers: str = "") -> bytes:
    """An HTTP answer."""
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


def usual(call: str) -> bytes:
    """Return what an obliging exchange answers."""
    match call:
        case "Time":
            return result({"unixtime": int(time.time())})
        case "AssetPairs":
            return result({"XETHZEUR": PAIR})
        case "Ticker":
            return result({"XETHZEUR": {"a": ["150.2"], "b": ["150.1"], "c": ["150.1"]}})
        case "BalanceEx":
            return result({"XETH": PLENTY, "ZEUR": PLENTY})
        case "OpenOrders":
            return result({"open": {}})
        case "ClosedOrders":
            return result({"closed": {}, "count": 0})
        case "QueryOrders":
            return result({})
        case "GetWebSocketsToken":
            return result({"token": "a-token-of-some-length", "expires": 900})
        case _:
            return errors("EGeneral:Unknown method")


def accepted(key: bytes, *, accept: bytes | None = None, more: bytes = b"") -> bytes:
    """The answer that opens a WebSocket, or nearly."""
    right = base64.b64encode(hashlib.sha1(key + GUID).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + (right if accept is None else accept) + b"\r\n" + more + b"\r\n"
    )


def frame(payload: bytes, first: int = 0x81) -> bytes:
    """A server's frame, a whole text unless said otherwise."""
    return server_frames.frame(first, payload)


def reset(connection: Socket) -> None:
    """Close a connection with a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@dataclass
class Hostile:
    """A running server. ``rest`` answers a call by its name, None for the usual answer; ``upgrade`` gets the
    connection and the client's key. ``calls`` counts what came.
    """

    rest: Callable[[str], Any] = lambda _: None
    upgrade: Callable[[Socket, bytes], None] = lambda connection, key: None
    calls: Counter[str] = field(default_factory=Counter)
    port: int = 0
    wrap: Callable[[Socket], Socket] = lambda connection: connection

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point a run at it."""
        return {
            "KRAKEN_SPOT_URL": f"http://127.0.0.1:{self.port}",
            "KRAKEN_WS_AUTH_URL": f"ws://127.0.0.1:{self.port}",
            "KRAKEN_API_KEY": "key",
            "KRAKEN_API_SECRET": "a2VlcCBpdCB0byB5b3Vyc2VsZg==",
        }

    def serve(self, connection: Socket) -> None:
        """One connection until either side has enough."""
        with suppress(OSError, ValueError), self.wrap(connection) as wrapped:
            while self._answer_one_request(wrapped):
                pass

    def _answer_one_request(self, connection: Socket) -> bool:
        head = b""
        while b"\r\n\r\n" not in head:
            data = connection.recv(65536)
            if not data:
                return False
            head += data
        head, _, body = head.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        fields = {
            name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines[1:])
        }
        if b"upgrade" in fields:
            self.calls["upgrade"] += 1
            self.upgrade(connection, fields[b"sec-websocket-key"])
            return False
        wanted = int(fields.get(b"content-length", b"0"))
        while len(body) < wanted:
            body += connection.recv(65536)
        call = lines[0].split()[1].decode().partition("?")[0].rpartition("/")[2]
        self.calls[call] += 1
        reply = self.rest(call)
        if callable(reply):
            reply(connection)
            return False
        connection.sendall(usual(call) if reply is None else reply)
        return True


@contextmanager
def hostile(server: Hostile) -> Iterator[Hostile]:
    """Serve for the length of a block, each connection in another thread."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        server.port = door.getsockname()[1]

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = door.accept()
                    threading.Thread(target=server.serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield server
        with suppress(OSError):
            door.shutdown(socket.SHUT_RDWR)


def linger(connection: Socket) -> None:
    """Read until the client has gone: who just closes may cut off what was sent."""
    with suppress(OSError):
        while connection.recv(65536):
            pass


def requests_on(connection: Socket) -> Iterator[dict[str, Any]]:
    """The requests of a client, one after the other, until it has gone."""
    client = Connection(ConnectionType.SERVER)
    text = ""
    while data := connection.recv(65536):
        client.receive_data(data)
        for event in client.events():
            if isinstance(event, TextMessage):
                text += event.data
                if event.message_finished:
                    yield json.loads(text)
                    text = ""
