"""The way to a host: proxies and TLS over real sockets, and what is said when a part of the way fails."""

from __future__ import annotations

import base64
import datetime
import socket
import ssl
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest
import trio
import trustme

from runner.domain import Secret
from runner.net.addresses import Address, proxies_of
from runner.net.dialing import Dialer, dialer_of, tls_context
from runner.net.failures import AccessFailed
from runner.runtime.kraken.access import Credentials, Endpoints, KrakenAccess
from tests.net.hostile import Hostile, accepted, frame, hostile, linger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOST = "exchange.test"
CREDENTIALS = Credentials(Secret("key"), Secret("a2VlcCBpdCB0byB5b3Vyc2VsZg=="))


def greet(connection: socket.socket, key: bytes) -> None:
    connection.sendall(accepted(key) + frame(b"hello"))
    linger(connection)


@contextmanager
def over_tls(authority: trustme.CA, *names: str, expired: bool = False) -> Iterator[Hostile]:
    """An exchange behind a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    yesterday = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    authority.issue_cert(*names, not_after=yesterday if expired else None).configure_cert(context)
    server = Hostile(upgrade=greet, wrap=lambda plain: context.wrap_socket(plain, server_side=True))
    with hostile(server):
        yield server


class Proxy:
    """A proxy that connects everybody to one port of this machine, or refuses with a status."""

    def __init__(self, to: int, status: str = "200 Yes", user: str = "") -> None:
        self.heads: list[str] = []
        self.to = to
        self.status = status
        self.user = user
        self.port = 0

    def serve(self, client: socket.socket) -> None:
        """Tunnel one connection."""
        with suppress(OSError), client:
            head = client.recv(65536).decode()
            self.heads.append(head)
            wanted = base64.b64encode(self.user.encode()).decode()
            allowed = not self.user or f"proxy-authorization: basic {wanted}".lower() in head.lower()
            status = self.status if allowed else "407 Who are you"
            client.sendall(f"HTTP/1.1 {status}\r\nVia: us\r\n\r\n".encode())
            if not status.startswith("200"):
                return
            with socket.create_connection(("127.0.0.1", self.to)) as server:
                threading.Thread(target=pump, args=(server, client), daemon=True).start()
                pump(client, server)


def pump(source: socket.socket, target: socket.socket) -> None:
    """Carry bytes one way."""
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@contextmanager
def serving(proxy: Proxy) -> Iterator[Proxy]:
    """Run a proxy for the length of a block."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        proxy.port = door.getsockname()[1]

        def accept() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=proxy.serve, args=(door.accept()[0],), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield proxy
        with suppress(OSError):
            door.shutdown(socket.SHUT_RDWR)


async def visit(dialer: Dialer, host: str, port: int) -> list[str]:
    """Fetch a token and hear a greeting: both doors of an exchange."""
    access = KrakenAccess(
        Endpoints(f"https://{host}:{port}", f"wss://{host}:{port}"), CREDENTIALS, dialer=dialer
    )
    with trio.fail_after(120):
        try:
            await access.fetch_token()
            async with access.open_websocket() as connection:
                return await connection.receive()
        finally:
            await access.aclose()


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    """An authority whose certificate lies in ``ca.pem``."""
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return made


async def test_rest_and_websocket_go_through_the_proxy(authority: trustme.CA, tmp_path: Path) -> None:
    """Both ask it for a tunnel, with its name and password; the exchange sees none of that."""
    with over_tls(authority, HOST) as server, serving(Proxy(server.port, user="us:canary")) as proxy:
        url = f"http://us:canary@127.0.0.1:{proxy.port}"
        dialer = dialer_of({"HTTPS_PROXY": url, "SSL_CERT_FILE": str(tmp_path / "ca.pem")})
        assert await visit(dialer, HOST, 443) == ["hello"]
    assert [head.split("\r\n")[0] for head in proxy.heads] == [f"CONNECT {HOST}:443 HTTP/1.1"] * 2
    assert (server.calls["GetWebSocketsToken"], server.calls["upgrade"]) == (1, 1)


async def test_this_machine_and_excepted_hosts_are_reached_without(
    authority: trustme.CA, tmp_path: Path
) -> None:
    """A proxy that is not there does not matter then."""
    environ = {"ALL_PROXY": "http://127.0.0.1:9", "SSL_CERT_FILE": str(tmp_path / "ca.pem")}
    with over_tls(authority, "localhost") as server:
        assert await visit(dialer_of(environ), "localhost", server.port) == ["hello"]


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("403 No", "HTTP status 403"),
        ("407 Who", "407; it requires a name and password"),
        ("nonsense", "not HTTP"),
    ],
)
async def test_a_proxy_that_refuses_is_named(status: str, why: str) -> None:
    """As the part of the way that failed, without its password."""
    with serving(Proxy(9, status)) as proxy:
        dialer = Dialer(proxies_of({"ALL_PROXY": f"http://us:canary@127.0.0.1:{proxy.port}"}))
        with pytest.raises(AccessFailed, match=f"the proxy 127.0.0.1:{proxy.port}.*{why}") as caught:
            await dialer.open(Address.of(f"https://{HOST}"))
    assert "canary" not in caught.value.reason


async def test_a_proxy_that_is_not_there_is_named() -> None:
    """And not the exchange behind it."""
    dialer = Dialer(proxies_of({"ALL_PROXY": "http://127.0.0.1:9"}))
    with pytest.raises(AccessFailed, match=r"the proxy 127.0.0.1:9: .*refused"):
        await dialer.open(Address.of(f"https://{HOST}"))


# --- TLS -------------------------------------------------------------------------------------


async def test_an_unknown_authority_is_said_to_be_so(authority: trustme.CA) -> None:
    """With the variable that can name it."""
    with (
        over_tls(authority, "localhost") as server,
        pytest.raises(AccessFailed, match=r"authority.*SSL_CERT_FILE"),
    ):
        await visit(Dialer(), "localhost", server.port)


async def test_a_certificate_of_another_host_is_said_to_be_so(authority: trustme.CA, tmp_path: Path) -> None:
    """Hostname and reason."""
    dialer = Dialer(cert_file=str(tmp_path / "ca.pem"))
    with (
        over_tls(authority, "elsewhere.test") as server,
        pytest.raises(AccessFailed, match=r"localhost:\d+: TLS: .*another host"),
    ):
        await visit(dialer, "localhost", server.port)


async def test_a_certificate_that_has_expired_is_said_to_be_so(authority: trustme.CA, tmp_path: Path) -> None:
    """Yesterday is too late."""
    dialer = Dialer(cert_file=str(tmp_path / "ca.pem"))
    with (
        over_tls(authority, "localhost", expired=True) as server,
        pytest.raises(AccessFailed, match=r"TLS: .*expired"),
    ):
        await visit(dialer, "localhost", server.port)


def answered_in_plain_text(connection: socket.socket) -> socket.socket:
    connection.sendall(b"HTTP/1.1 400 Bad request\r\n\r\n")
    return connection


async def test_a_port_without_tls_is_said_to_be_one() -> None:
    """For any answer to a greeting that it does not know."""
    with hostile(Hostile()) as server:
        server.wrap = answered_in_plain_text
        with pytest.raises(AccessFailed, match=r"TLS: .*plain-text port"):
            await visit(Dialer(), "localhost", server.port)


def test_no_variable_has_the_keys_of_a_connection_written_down(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Such a file would reveal the token."""
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    assert tls_context().keylog_filename is None
    assert not (tmp_path / "keys").exists()
