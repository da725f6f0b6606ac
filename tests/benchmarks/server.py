"""A small exchange for timing clients: REST token and clock, and the private WebSocket v1 over one port.

It knows nothing of the package: it takes every order, answers at once (or a round trip later) and sends it to
subscribers of openOrders. Frames are cut and made by hand, so that the client is what is timed.
One write answers all that one read brought.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import gc
import hashlib
import json
import re
import time
from collections import deque

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_REQID = re.compile(rb'"reqid": ?(\d+)')
_FIELD = {
    name: re.compile(rb'"' + name.encode() + rb'": ?"([^"]*)"')
    for name in ("pair", "type", "price", "volume", "cl_ord_id")
}
_ADD = re.compile(rb'"event": ?"addOrder"')
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10

GREETING_S = 0.02
"""How long after the upgrade the status follows."""

TOKEN = "WW91ciBhdXRoZW50aWNhdGlvbiB0b2tlbiBnb2VzIGhlcmUu"


def _frame(payload: bytes, opcode: int = _TEXT) -> bytes:
    size = len(payload)
    if size < 126:
        return bytes((0x80 | opcode, size)) + payload
    if size < 65536:
        return bytes((0x80 | opcode, 126)) + size.to_bytes(2, "big") + payload
    return bytes((0x80 | opcode, 127)) + size.to_bytes(8, "big") + payload


def _txid(number: int) -> bytes:
    digits = b"%014d" % number
    return b"O%s-%s-%s" % (digits[:5], digits[5:10], digits[8:])


class Connection(asyncio.Protocol):
    """One client, HTTP until the upgrade."""

    def __init__(self, round_trip_s: float) -> None:
        self._round_trip_s = round_trip_s
        self._buffer = bytearray()
        self._websocket = False
        self._feed = False
        self._sequence = 0
        self._orders = 0
        self._out: list[bytes] = []
        self._waiting: deque[tuple[float, bytes]] = deque()
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.set_write_buffer_limits(high=1 << 30)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._websocket:
            self._http()
        if self._websocket:
            self._frames()
        self._flush()

    # --- HTTP ---

    def _http(self) -> None:
        while not self._websocket and (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._buffer[:end]).decode("latin-1")
            first, *lines = head.split("\r\n")
            headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
            size = int(headers.get("content-length", 0))
            if len(self._buffer) < end + 4 + size:
                return
            del self._buffer[: end + 4 + size]
            if headers.get("upgrade", "").lower() == "websocket":
                self._upgrade(headers["sec-websocket-key"])
            else:
                self._answer(first.split(" ")[1])

    def _upgrade(self, key: str) -> None:
        digest = base64.b64encode(hashlib.sha1(key.encode() + _GUID).digest())
        self._out.append(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + digest + b"\r\n\r\n"
        )
        self._websocket = True
        # Some clients lose what comes in the same packet as the answer to the upgrade.
        self._loop.call_later(self._round_trip_s + GREETING_S, self._greet)

    def _greet(self) -> None:
        status = {"event": "systemStatus", "status": "online", "version": "1.9.6", "connectionID": 1}
        self._transport.write(_frame(json.dumps(status, separators=(",", ":")).encode()))

    def _answer(self, target: str) -> None:
        path = target.split("?", maxsplit=1)[0].rsplit("/", 1)[-1]
        result: dict[str, object] = {
            "GetWebSocketsToken": {"token": TOKEN, "expires": 900},
            "Time": {"unixtime": int(time.time()), "rfc1123": ""},
            "OpenOrders": {"open": {}},
            "ClosedOrders": {"closed": {}, "count": 0},
        }.get(path, {})
        body = json.dumps({"error": [], "result": result}).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._out.append(head.encode() + body)

    # --- WebSocket ---

    def _frames(self) -> None:
        buffer, start, have = self._buffer, 0, len(self._buffer)
        while have - start >= 6:
            opcode, size, at = buffer[start] & 15, buffer[start + 1] & 127, start + 2
            if size == 126:
                size, at = int.from_bytes(buffer[at : at + 2], "big"), at + 2
            elif size == 127:
                size, at = int.from_bytes(buffer[at : at + 8], "big"), at + 8
            if have < at + 4 + size:
                break
            mask, body = buffer[at : at + 4], buffer[at + 4 : at + 4 + size]
            keys = bytes(mask) * (size // 4 + 1)
            number = int.from_bytes(body, "little") ^ int.from_bytes(keys[:size], "little")
            start = at + 4 + size
            self._message(opcode, number.to_bytes(size, "little"))
        del buffer[:start]

    def _message(self, opcode: int, payload: bytes) -> None:
        if opcode == _TEXT and _ADD.search(payload):
            self._add(payload)
        elif opcode == _TEXT:
            self._other(json.loads(payload))
        elif opcode == _PING:
            self._out.append(_frame(payload, _PONG))
        elif opcode == _CLOSE:
            self._transport.write(_frame(payload, _CLOSE))
            self._transport.close()

    def _add(self, payload: bytes) -> None:
        self._orders += 1
        found = _REQID.search(payload)
        reqid = found[1] if found else b"0"
        txid = _txid(self._orders)
        if self._feed:
            self._news(_order(txid, payload))
        self._out.append(
            _frame(
                b'{"descr":"buy 0.10000000 XBTEUR @ limit 9000.00000","event":"addOrderStatus",'
                b'"reqid":%s,"status":"ok","txid":"%s"}' % (reqid, txid)
            )
        )
        if self._feed:
            self._news(b'{"%s":{"status":"open","userref":0}}' % txid)

    def _news(self, orders: bytes) -> None:
        self._sequence += 1
        self._out.append(_frame(b'[[%s],"openOrders",{"sequence":%d}]' % (orders, self._sequence)))

    def _other(self, content: dict[str, object]) -> None:
        reply: dict[str, object] = {"reqid": content.get("reqid", 0)}
        match content.get("event"):
            case "subscribe":
                name = content["subscription"]["name"]  # type: ignore[index]
                subscription = {"name": name, "maxratecount": 1_000_000}
                reply |= {"event": "subscriptionStatus", "status": "subscribed", "channelName": name}
                self._out.append(_frame(json.dumps(reply | {"subscription": subscription}).encode()))
                if name == "openOrders":
                    self._feed = True
                    self._news(b"")
                else:
                    self._out.append(_frame(json.dumps([[], name, {"sequence": 1}]).encode()))
            case "ping":
                self._out.append(_frame(json.dumps(reply | {"event": "pong"}).encode()))

    # --- out ---

    def _flush(self) -> None:
        if not self._out:
            return
        data = b"".join(self._out)
        self._out.clear()
        if not self._round_trip_s:
            self._transport.write(data)
            return
        due = self._loop.time() + self._round_trip_s
        self._waiting.append((due, data))
        if len(self._waiting) == 1:
            self._loop.call_at(due, self._let_go)

    def _let_go(self) -> None:
        now = self._loop.time()
        while self._waiting and self._waiting[0][0] <= now:
            self._transport.write(self._waiting.popleft()[1])
        if self._waiting:
            self._loop.call_at(self._waiting[0][0], self._let_go)


def _order(txid: bytes, payload: bytes) -> bytes:
    """The order as the feed first shows it: every field, ``pending``."""
    fields = {name: found[1] if (found := rule.search(payload)) else b"" for name, rule in _FIELD.items()}
    return (
        b'{"%s":{"avg_price":"0.00000","cl_ord_id":"%s","cost":"0.00000","descr":{"close":null,'
        b'"leverage":null,"order":"%s %s %s @ limit %s","ordertype":"limit","pair":"%s","price":"%s",'
        b'"price2":"0.00000","type":"%s"},"expiretm":null,"fee":"0.00000","limitprice":"0.00000","misc":"",'
        b'"oflags":"fciq","opentm":"%.6f","refid":null,"starttm":null,"status":"pending",'
        b'"stopprice":"0.00000","timeinforce":"GTC","userref":0,"vol":"%s","vol_exec":"0.00000000"}}'
    ) % (
        txid,
        fields["cl_ord_id"],
        fields["type"],
        fields["volume"],
        fields["pair"],
        fields["price"],
        fields["pair"],
        fields["price"],
        fields["type"],
        time.time(),
        fields["volume"],
    )


async def _serve(round_trip_s: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(round_trip_s), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    """Serve until killed; the first line of output is the port."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--round-trip-ms", type=float, default=0.0)
    arguments = parser.parse_args()
    gc.disable()
    asyncio.run(_serve(arguments.round_trip_ms / 1000))


if __name__ == "__main__":
    main()
