"""The addresses of the exchange and of the proxy, checked before use.

Connections without TLS are allowed to this machine only. A password in an address is never shown.
"""

from __future__ import annotations

import base64
import ipaddress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, unquote, urlsplit

from runner.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.domain import Secret

PLAIN_SCHEMES: Final = {"http", "ws"}
_SCHEMES: Final = {"http", "https", "ws", "wss"}
_PROXY_PORTS: Final = {"http": 80, "https": 443}
_PROXY_NAMES: Final = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
_NO_PROXY_NAMES: Final = ("no_proxy", "NO_PROXY")


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The exchange's addresses: base URL of its REST API, and URL of its private WebSocket."""

    rest_url: str
    ws_url: str

    def __post_init__(self) -> None:
        for url in (self.rest_url, self.ws_url):
            _check(url)


@dataclass(frozen=True, slots=True)
class Credentials:
    """An API key and its secret."""

    key: Secret
    secret: Secret


@dataclass(frozen=True, slots=True)
class Address:
    """One URL taken apart. ``authorization`` is the header that a name and password in it ask for."""

    host: str
    port: int
    secure: bool
    path: str
    authorization: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, url: str) -> Address:
        """Return the address of a URL that was checked before."""
        parts = urlsplit(url)
        secure = parts.scheme not in PLAIN_SCHEMES
        query = f"?{parts.query}" if parts.query else ""
        return cls(
            host=parts.hostname or "",
            port=parts.port or (443 if secure else 80),
            secure=secure,
            path=parts.path + query,
            authorization=_authorization(parts),
        )

    @property
    def header(self) -> str:
        """The ``Host`` header; the usual port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"

    @property
    def tunnel(self) -> str:
        """Host and port, as ``CONNECT`` names them."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Proxies:
    """The proxy for all that leaves this machine, and the hosts that are reached without one."""

    proxy: Address | None = None
    without: tuple[str, ...] = ()

    def to(self, address: Address) -> Address | None:
        """Return the proxy on the way to an address, if any. Loopback never goes through one."""
        if self.proxy is None or is_loopback(address.host):
            return None
        return None if any(_covers(entry, address) for entry in self.without) else self.proxy


NO_PROXIES: Final = Proxies()


def proxies_of(environ: Mapping[str, str]) -> Proxies:
    """Return the proxies of the environment: ``HTTPS_PROXY``, else ``ALL_PROXY``, and ``NO_PROXY``.

    Lower-case names take precedence. Raises ``InvalidInput`` for an unsupported proxy.
    """
    name = proxy_variable(environ)
    without = next((environ[name] for name in _NO_PROXY_NAMES if environ.get(name)), "")
    entries = tuple(entry.strip().lower() for entry in without.replace(",", " ").split())
    return Proxies(None if name is None else _proxy(name, environ[name].strip()), entries)


def proxy_variable(environ: Mapping[str, str]) -> str | None:
    """Return the variable that names the proxy, None without one."""
    return next((name for name in _PROXY_NAMES if environ.get(name, "").strip()), None)


def without_password(url: str) -> str:
    """Return a URL for messages, without the user information before the host."""
    head, at, tail = url.rpartition("@")
    if not at:
        return url
    scheme, slashes, _ = head.partition("://")
    return f"{scheme}://{tail}" if slashes else tail


def is_loopback(host: str) -> bool:
    """Return True if a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check(url: str) -> None:
    """Check that plain text goes to this machine only. Raises ``InvalidInput``."""
    shown = without_password(url)
    try:
        parts = urlsplit(url)
        _ = parts.port
        if any(not " " < letter <= "~" for letter in url):
            raise ValueError("it holds spaces or letters that no address has")
    except ValueError as error:
        why = "" if "@" in url else f": {error}"
        raise InvalidInput(f"{shown}: not a URL of an exchange{why}") from None
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise InvalidInput(f"{shown}: not a URL of an exchange (https://… or wss://…)")
    if parts.scheme in PLAIN_SCHEMES and not is_loopback(parts.hostname):
        raise InvalidInput(
            f"{shown}: refused without TLS",
            details=["Use https:// and wss://; plain text is allowed to 127.0.0.1 and localhost only."],
        )


def _proxy(name: str, text: str) -> Address:
    url = text if "://" in text else f"http://{text}"
    shown = without_password(url)
    parts = _split(name, url)
    if parts.scheme.startswith("socks"):
        raise InvalidInput(
            f"{name}: {shown}: SOCKS proxies are not supported",
            details=[
                "Name an HTTP proxy (http://host:port) in HTTPS_PROXY, or list the exchange in NO_PROXY."
            ],
        )
    if parts.scheme not in _PROXY_PORTS or not parts.hostname:
        raise InvalidInput(f"{name}: {shown}: not a proxy; write http://host:port")
    port = parts.port or _PROXY_PORTS[parts.scheme]
    return Address(parts.hostname, port, parts.scheme == "https", "", _authorization(parts))


def _split(name: str, url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise InvalidInput(f"{name}: {without_password(url)}: not a proxy; write http://host:port") from None
    return parts


def _authorization(parts: SplitResult) -> str | None:
    if parts.username is None and parts.password is None:
        return None
    pair = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def _covers(entry: str, address: Address) -> bool:
    """Return True if an entry of ``NO_PROXY`` matches a host.

    An entry is ``*``, a name, a domain or a network, with or without a port.
    """
    if entry == "*":
        return True
    network = _network(entry)
    if network is not None:
        return _is_in(address.host, network)
    host, colon, port = entry.rpartition(":")
    if not colon:
        host = entry
    elif port != str(address.port):
        return False
    host = host.strip("[]").removeprefix("*").lstrip(".")
    name = address.host.lower().rstrip(".")
    return bool(host) and (name == host or name.endswith(f".{host}"))


def _network(entry: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        return None


def _is_in(host: str, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    try:
        return ipaddress.ip_address(host) in network
    except ValueError:
        return False
