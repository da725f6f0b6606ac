"""The listeners of the paper exchange: addresses, TLS, and the limit of connections.

A listener runs a task for each client and always closes the stream at its end. It does not know the protocol
on the stream.
"""

from __future__ import annotations

import socket
import ssl
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import trio

from runner.domain import Secret
from runner.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

LOOPBACK: Final = "127.0.0.1"
CONNECTIONS_MAX: Final = 256
"""On each door; who comes beyond that takes the place of one that is silent, or is turned away at once."""

SILENCE_MS: Final = 1_000
"""Minimum silence of a connection that is closed in favour of a new one when the limit is reached."""

TLS_TIMEOUT_S: Final = 5.0
_LAST_RECEIVED_AT: Final = 52
"""Offset of ``tcpi_last_data_recv`` in Linux's ``struct tcp_info``."""

_SHUT: Final = (trio.BrokenResourceError, trio.ClosedResourceError, trio.TooSlowError)


@dataclass(frozen=True, slots=True)
class Listening:
    """The address and the ports (0: any that is free) of both doors, and TLS for both or for neither."""

    host: str = LOOPBACK
    rest_port: int = 0
    ws_port: int = 0
    tls: ssl.SSLContext | None = None


@dataclass(frozen=True, slots=True)
class PaperEndpoints:
    """The base URLs of the paper exchange for a client, and the token of its control."""

    rest_url: str
    ws_url: str
    control_token: Secret


def server_tls(certificate: str, key: str) -> ssl.SSLContext:
    """TLS from two PEM files. Raises ``OSError`` (``ssl.SSLError`` among them) for what is none."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


async def open_door(
    scheme: str,
    listening: Listening,
    port: int,
    welcome: Callable[[trio.abc.Stream], Awaitable[None]],
    *,
    task_status: trio.TaskStatus[str] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Listen until cancelled; says the base URL. Raises ``InvalidInput`` where it cannot listen."""
    try:
        listeners = await trio.open_tcp_listeners(port, host=listening.host)
    except OSError as error:
        raise InvalidInput(f"cannot listen on {listening.host}, port {port}: {error.strerror}") from None
    door = _Door(welcome, listening.tls)
    bound = listeners[0].socket.getsockname()[1]
    # A certificate is made out to a name.
    host = "localhost" if listening.tls is not None and listening.host == LOOPBACK else listening.host
    shown = f"[{host}]" if ":" in host else host
    secure = "s" if listening.tls is not None else ""
    task_status.started(f"{scheme}{secure}://{shown}:{bound}")
    await trio.serve_listeners(door.enter, listeners)


def silent_ms(stream: trio.SocketStream) -> int:
    """Return the milliseconds since a connection last received data, from the kernel's ``tcp_info``."""
    info = stream.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _LAST_RECEIVED_AT + 4)
    return int(struct.unpack_from("I", info, _LAST_RECEIVED_AT)[0])


class _Door:
    def __init__(
        self, welcome: Callable[[trio.abc.Stream], Awaitable[None]], tls: ssl.SSLContext | None
    ) -> None:
        self._welcome = welcome
        self._tls = tls
        self._inside: dict[trio.SocketStream, trio.CancelScope] = {}

    async def enter(self, stream: trio.SocketStream) -> None:
        """Serve one connection to its end."""
        if len(self._inside) >= CONNECTIONS_MAX and not self._make_room():
            await trio.aclose_forcefully(stream)
            return
        with trio.CancelScope() as scope:
            self._inside[stream] = scope
            try:
                await self._welcome(await self._start_tls(stream))
            except _SHUT:
                pass
            finally:
                self._inside.pop(stream, None)
                await trio.aclose_forcefully(stream)

    def _make_room(self) -> bool:
        """End the connection that has been silent the longest, if for long enough; whether there is room."""
        silences = {stream: silent_ms(stream) for stream in self._inside}
        quietest = max(silences, key=silences.__getitem__)
        if silences[quietest] < SILENCE_MS:
            return False
        self._inside.pop(quietest).cancel()
        return True

    async def _start_tls(self, stream: trio.SocketStream) -> trio.abc.Stream:
        if self._tls is None:
            return stream
        secured = trio.SSLStream(stream, self._tls, server_side=True, https_compatible=True)
        with trio.fail_after(TLS_TIMEOUT_S):
            await secured.do_handshake()
        return secured
