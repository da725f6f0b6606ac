"""The control page of the paper exchange, and the same for programs: access rules and files.

Its users can move the market, so other machines and other pages in the same browser are excluded: requests
must come from this machine, under one of its own names, and changes only from the page itself or with its
token. The content of the page is not known here.
"""

from __future__ import annotations

import hmac
import ipaddress
import json
import secrets
from importlib import resources
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

import msgspec
import trio

from runner.domain import Secret

from .http_server import HttpAnswer

if TYPE_CHECKING:
    from .http_server import HttpRequest

CONTROL: Final = "/control/"
TOKEN_HEADER: Final = "x-control-token"  # noqa: S105
_TOKEN_PLACE: Final = "{{token}}"  # noqa: S105
_NAMES: Final = ("127.0.0.1", "localhost", "::1")
_SCRIPTS: Final = ("control", "elements", "requests", "market", "charts", "tables", "faults", "messages")
_FILES: Final = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/control.css": ("control.css", "text/css; charset=utf-8"),
    "/layout.css": ("layout.css", "text/css; charset=utf-8"),
    "/favicon.svg": ("favicon.svg", "image/svg+xml"),
} | {f"/{name}.js": (f"{name}.js", "text/javascript; charset=utf-8") for name in _SCRIPTS}
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
"""Nothing from elsewhere, and no text ever becomes HTML."""

_HEADERS: Final = (
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", _POLICY),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)


class Page:
    """The access to the page. Its token is new for each start, and is only in the page."""

    def __init__(self) -> None:
        self._token = secrets.token_urlsafe(32)

    @property
    def token(self) -> Secret:
        """The token with which a program of this machine may change anything."""
        return Secret(self._token)

    def answer(self, request: HttpRequest, *, local: bool) -> HttpAnswer | None:
        """Return a file or a refusal; None for a request that may go on, or that is not about the page.

        ``local`` says whether the client is on this machine.
        """
        path = request.target.partition("?")[0]
        if path not in _FILES and not path.startswith(CONTROL):
            return None
        if not local or not _is_own_name(request.headers.get("host", "")):
            return _refusal(403, "The control page is for this machine alone.")
        if path in _FILES:
            return self._file(path) if request.method == "GET" else _refusal(405, "")
        if request.method == "POST" and not self._may_change(request):
            return _refusal(403, "Only the control page itself, and who has its token, may change anything.")
        return None

    def _file(self, path: str) -> HttpAnswer:
        name, content_type = _FILES[path]
        text = resources.files("runner.paper.server").joinpath("page", name).read_text("utf-8")
        return HttpAnswer(200, text.replace(_TOKEN_PLACE, self._token).encode(), content_type, _HEADERS)

    def _may_change(self, request: HttpRequest) -> bool:
        """Return True for the page itself, and for a program, which names no origin, with the token."""
        headers = request.headers
        origin = headers.get("origin", "").removeprefix("http://").removeprefix("https://")
        token = headers.get(TOKEN_HEADER, "").encode()
        return origin in ("", headers["host"]) and hmac.compare_digest(token, self._token.encode())


def control_request(request: HttpRequest) -> tuple[str, dict[str, Any] | None]:
    """Return the method, the name and the fields of a request; None for fields that cannot be read.

    An empty body has no fields. A lone surrogate anywhere is no text, and cannot be read.
    """
    path, _, query = request.target.partition("?")
    name = f"{request.method} {path.removeprefix(CONTROL)}"
    if request.method == "GET":
        return name, dict(parse_qsl(query))
    try:
        return name, msgspec.json.decode(request.body.strip() or b"{}", type=dict[str, Any])
    except (msgspec.DecodeError, ValueError, RecursionError):
        return name, None


def json_answer(content: Any) -> HttpAnswer:
    """Plain data for the page."""
    return HttpAnswer(200, json.dumps(content).encode(), "application/json", _HEADERS)


def is_local(stream: trio.abc.Stream) -> bool:
    """Return True if the other end of a stream is on this machine."""
    if isinstance(stream, trio.SSLStream):
        stream = stream.transport_stream
    if not isinstance(stream, trio.SocketStream):
        return False
    return ipaddress.ip_address(stream.socket.getpeername()[0]).is_loopback


def _is_own_name(host: str) -> bool:
    """Return True if a ``Host`` header names this machine. Prevents DNS rebinding by a foreign page."""
    try:
        return urlsplit(f"//{host}").hostname in _NAMES
    except ValueError:
        return False


def _refusal(status: int, text: str) -> HttpAnswer:
    return HttpAnswer(status, text.encode(), "text/plain; charset=utf-8", _HEADERS)
