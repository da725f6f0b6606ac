"""Opening a stream to a host: through a proxy if one is set, with TLS if the address requires it.

REST and WebSocket both use it, so that the same rules apply to both.
"""

from __future__ import annotations

import os
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import certifi
import h11
import trio

from runner.errors import InvalidInput

from .addresses import NO_PROXIES, Address, Proxies, proxies_of
from .failures import AccessFailed, describe_failure, in_short, tls_trouble_of
from .intake import HEAD_BYTES, Allowance, IntakeError, take

if TYPE_CHECKING:
    from collections.abc import Mapping

CONNECT_TIMEOUT_S: Final = 15.0
SEND_BUFFER_BYTES: Final = 1024 * 1024
"""A burst of orders, about 90 kB, is handed to the kernel at once; where it allows less it takes less."""

_BROKEN: Final = (OSError, trio.BrokenResourceError, trio.ClosedResourceError)


@dataclass(frozen=True)
class Dialer:
    """Opens streams. ``cert_file`` and ``cert_dir`` replace the authorities that are known otherwise."""

    proxies: Proxies = NO_PROXIES
    cert_file: str | None = None
    cert_dir: str | None = None

    @property
    def _tls(self) -> ssl.SSLContext:
        return tls_context(self.cert_file, self.cert_dir)

    async def open(self, address: Address) -> trio.abc.Stream:
        """Return a stream to an address.

        Raises ``AccessFailed``, whose reason says which part of the way failed.
        """
        with trio.move_on_after(CONNECT_TIMEOUT_S) as scope:
            proxy = self.proxies.to(address)
            if proxy is None:
                stream = await _connect(address, address.tunnel)
            else:
                stream = await self._tunnel(proxy, address)
            return await self._start_tls(stream, address) if address.secure else stream
        assert scope.cancelled_caught
        raise AccessFailed(
            f"{address.tunnel}: no connection within {CONNECT_TIMEOUT_S:.0f} s", answered=False
        )

    async def _tunnel(self, proxy: Address, address: Address) -> trio.abc.Stream:
        what = f"the proxy {proxy.tunnel}"
        stream = await _connect(proxy, what)
        if proxy.secure:
            stream = await self._start_tls(stream, proxy, what=what)
        try:
            await _ask_for_tunnel(stream, proxy, address, what)
        except BaseException:
            await trio.aclose_forcefully(stream)
            raise
        return stream

    async def _start_tls(
        self, stream: trio.abc.Stream, address: Address, *, what: str = ""
    ) -> trio.SSLStream[trio.abc.Stream]:
        secured = trio.SSLStream(stream, self._tls, server_hostname=address.host, https_compatible=True)
        try:
            await secured.do_handshake()
        except BaseException as error:
            await trio.aclose_forcefully(stream)
            if isinstance(error, _BROKEN):
                raise _failure(what or address.tunnel, error) from None
            raise
        return secured


def dialer_of(environ: Mapping[str, str]) -> Dialer:
    """Return a dialer that obeys the environment: proxies, ``SSL_CERT_FILE``, ``SSL_CERT_DIR``.

    Raises ``InvalidInput`` where one of them cannot be obeyed.
    """
    file, folder = environ.get("SSL_CERT_FILE"), environ.get("SSL_CERT_DIR")
    if file and not _is_readable_file(file):
        raise InvalidInput(f"SSL_CERT_FILE: {file}: no such file, or it cannot be read")
    if folder and not any(Path(part).is_dir() for part in folder.split(os.pathsep)):
        raise InvalidInput(f"SSL_CERT_DIR: {folder}: no such folder")
    dialer = Dialer(proxies_of(environ), file or None, folder or None)
    if file:
        # A file that holds no certificate is found now, and not when a run has begun.
        _ = dialer._tls
    return dialer


def tls_context(cert_file: str | None = None, cert_dir: str | None = None) -> ssl.SSLContext:
    """Return the TLS context of every connection: certificate and host name are checked.

    No environment variable can have the keys logged. All dialers share it while the file of authorities stays
    the same: making it costs more than the rest of the start together.
    """
    file = certifi.where() if cert_file is None and cert_dir is None else cert_file
    return _make_context(file, cert_dir, _version(file))


@lru_cache(maxsize=2)
def _make_context(cert_file: str | None, cert_dir: str | None, _: object) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        if cert_file is not None:
            context.load_verify_locations(cafile=cert_file)
        for part in (cert_dir or "").split(os.pathsep):
            if part:
                context.load_verify_locations(capath=part)
    except (OSError, ssl.SSLError):
        raise InvalidInput(f"SSL_CERT_FILE: {cert_file}: it holds no certificate that can be read") from None
    return context


def _version(file: str | None) -> tuple[int, ...]:
    """Return what differs between two versions of a file; empty if it cannot be seen."""
    with suppress(OSError, TypeError, ValueError):
        found = Path(file or "").stat()
        return found.st_ino, found.st_size, found.st_mtime_ns
    return ()


async def _connect(address: Address, what: str) -> trio.abc.Stream:
    try:
        stream = await trio.open_tcp_stream(address.host, address.port)
    except OSError as error:
        raise _failure(what, error) from None
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    return stream


async def _ask_for_tunnel(stream: trio.abc.Stream, proxy: Address, address: Address, what: str) -> None:
    """Have a proxy connect us. Raises ``AccessFailed``."""
    http = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_BYTES)
    headers = [("Host", address.tunnel)]
    if proxy.authorization is not None:
        headers.append(("Proxy-Authorization", proxy.authorization))
    request = http.send(h11.Request(method="CONNECT", target=address.tunnel, headers=headers))
    request = (request or b"") + (http.send(h11.EndOfMessage()) or b"")
    allowance = Allowance(max_bytes=HEAD_BYTES, seconds=CONNECT_TIMEOUT_S)
    try:
        await stream.send_all(request)
        while not isinstance(event := http.next_event(), h11.Response):
            if isinstance(event, h11.InformationalResponse):
                continue
            data = await take(stream, allowance)
            if not data:
                raise AccessFailed(f"{what} closed the connection unanswered", answered=False)
            http.receive_data(data)
    except (h11.ProtocolError, IntakeError) as error:
        raise AccessFailed(f"{what}: its answer is not HTTP: {in_short(error)}", answered=False) from None
    except _BROKEN as error:
        raise _failure(what, error) from None
    if not 200 <= event.status_code < 300:
        wants = "; it requires a name and password" if event.status_code == 407 else ""
        raise AccessFailed(
            f"{what} refused the way to {address.tunnel}: HTTP status {event.status_code}{wants}",
            answered=False,
        )


def _failure(what: str, error: BaseException) -> AccessFailed:
    return AccessFailed(f"{what}: {describe_failure(error)}", answered=False, tls=tls_trouble_of(error))


def _is_readable_file(name: str) -> bool:
    return Path(name).is_file() and os.access(name, os.R_OK)
