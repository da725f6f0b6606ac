"""The floor: frames made and masked beforehand, 64 to a write, replies only counted."""

from __future__ import annotations

import json
import os
import socket

from common import Clock, arguments, order

BURST = 64


def frame(payload: bytes) -> bytes:
    """A masked text frame."""
    size, mask = len(payload), os.urandom(4)
    head = bytes((0x81, 0x80 | size)) if size < 126 else bytes((0x81, 0xFE)) + size.to_bytes(2, "big")
    return head + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))


def main() -> None:
    """Send all and count."""
    chosen = arguments()
    frames = [frame(json.dumps(order(number)).encode()) for number in range(chosen.orders)]
    with socket.create_connection(("127.0.0.1", chosen.port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        connection.sendall(
            f"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{key}".encode()
        )
        while b"systemStatus" not in connection.recv(4096):
            pass
        settled, clock = 0, Clock()
        for start in range(0, len(frames), BURST):
            connection.sendall(b"".join(frames[start : start + BURST]))
        tail = b""
        while settled < chosen.orders:
            data = tail + connection.recv(1 << 20)
            settled += data.count(b'"addOrderStatus"')
            tail = data[data.rfind(b"}") + 1 :]
        clock.report()


main()
