"""Kraken's REST calls as text: how a private call is signed, and how an answer is read.

Pure: the nonce is handed in, nothing is sent. Both sides use it, so the signature is written once.
Source: https://docs.kraken.com/api/docs/guides/spot-rest-auth
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import msgspec

from runner.domain import Secret
from runner.errors import InvalidInput
from runner.harmless import printable
from runner.kraken.wire.codec import FrameError, load_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TOKEN_PATH: Final = "/0/private/GetWebSocketsToken"  # noqa: S105
OPEN_ORDERS_PATH: Final = "/0/private/OpenOrders"
CLOSED_ORDERS_PATH: Final = "/0/private/ClosedOrders"
QUERY_ORDERS_PATH: Final = "/0/private/QueryOrders"
CANCEL_ORDER_PATH: Final = "/0/private/CancelOrder"
CANCEL_ALL_PATH: Final = "/0/private/CancelAll"
BALANCE_PATH: Final = "/0/private/Balance"
SYSTEM_STATUS_PATH: Final = "/0/public/SystemStatus"
KEY_INFO_PATH: Final = "/0/private/GetApiKeyInfo"
TIME_PATH: Final = "/0/public/Time"
ASSET_PAIRS_PATH: Final = "/0/public/AssetPairs"

_ENCODER = msgspec.json.Encoder(decimal_format="number")


class RestError(Exception):
    """The exchange answered a REST call with errors; ``errors`` are its texts, at least one."""

    def __init__(self, errors: Sequence[str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = tuple(errors)


def sign(secret: Secret, path: str, nonce: str, body: str) -> str:
    """Return the ``API-Sign`` header of a private call: base64 of an HMAC-SHA512.

    ``path`` starts with ``/0/private/``, ``body`` is exactly what is sent and holds the same ``nonce``.
    Raises ``InvalidInput`` for a secret that is not base64.
    """
    inner = hashlib.sha256(f"{nonce}{body}".encode()).digest()
    digest = hmac.digest(_signing_key(secret), path.encode() + inner, hashlib.sha512)
    return base64.b64encode(digest).decode()


def verify(secret: Secret, path: str, nonce: str, body: str, signature: str) -> bool:
    """Return whether a signature is the one that ``sign`` gives; compares in constant time."""
    expected = sign(secret, path, nonce, body).encode()
    return hmac.compare_digest(expected, signature.encode(errors="replace"))


def private_call(
    key: str, secret: Secret, path: str, nonce: str, fields: Mapping[str, str] | None = None
) -> tuple[dict[str, str], str]:
    """Return headers and form-encoded body of a private ``POST``; ``fields`` excludes the nonce.

    The nonce is an unsigned 64-bit number as text, greater with each call of the same key.
    """
    assert fields is None or "nonce" not in fields, "the nonce is given once"
    body = urlencode({"nonce": nonce, **(fields or {})})
    headers = {
        "API-Key": key,
        "API-Sign": sign(secret, path, nonce, body),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return headers, body


def parse_envelope(text: str) -> Any:
    """Return the ``result`` of an answer; None where it has none. Numbers with a fraction are ``Decimal``.

    Raises ``RestError`` when the answer holds errors (warnings, which start with ``W``, are let
    pass), and ``FrameError`` when it is no such envelope.
    """
    # How long an answer may be is limited where it is read.
    content = load_json(text, max_length=len(text))
    if not isinstance(content, dict):
        raise FrameError("not an object")
    texts = content.get("error", [])
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise FrameError("error is not a list of texts")
    errors = [text for text in texts if not text.startswith("W")]
    if errors:
        raise RestError(errors)
    if not texts and "result" not in content:
        raise FrameError("neither error nor result")
    return content.get("result")


def encode_envelope(result: Any = None, errors: Sequence[str] = ()) -> str:
    """Return an answer as text: errors alone, or an empty list of errors and the result.

    A ``Decimal`` in it is a number, as it is where an answer is read. An error may quote what is no text.
    """
    content = {"error": [printable(error) for error in errors]} if errors else {"error": [], "result": result}
    return _ENCODER.encode(content).decode()


def token_from(result: Any) -> Secret:
    """Return the WebSocket token in the result of ``GetWebSocketsToken``. Raises ``FrameError``.

    Source: https://docs.kraken.com/api/docs/rest-api/get-websockets-token
    """
    match result:
        case {"token": str(token)} if token:
            return Secret(token)
        case _:
            raise FrameError("no token in the answer")


def canceled_count(result: Any) -> int | None:
    """Return how many orders the result of ``CancelAll`` or ``CancelOrder`` counts, None without a count.

    Source: https://docs.kraken.com/api/docs/rest-api/cancel-all-orders
    """
    count = result.get("count") if isinstance(result, dict) else None
    return count if isinstance(count, int) and not isinstance(count, bool) else None


def _signing_key(secret: Secret) -> bytes:
    try:
        key = base64.b64decode(secret.reveal(), validate=True)
    except ValueError:
        key = b""
    if not key:
        # Reported without a cause and without the text: neither may show the secret.
        raise InvalidInput("the API secret is not base64: copy it again, whole and without spaces")
    return key
