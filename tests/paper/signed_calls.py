"""A signed REST call by means of Python alone, as a stranger writes it after the exchange's page."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import urllib.parse
import urllib.request
from typing import Any


def called(exchange: Any, name: str, **fields: str) -> dict[str, Any]:
    """Call a private method; gives the whole answer."""
    nonce = str(time.time_ns())
    body = urllib.parse.urlencode({"nonce": nonce, **fields})
    path = f"/0/private/{name}"
    digest = hashlib.sha256((nonce + body).encode()).digest()
    signature = hmac.new(base64.b64decode(exchange.api_secret), path.encode() + digest, hashlib.sha512)
    headers = {"API-Key": exchange.api_key, "API-Sign": base64.b64encode(signature.digest()).decode()}
    request = urllib.request.Request(exchange.rest_url + path, body.encode(), headers)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=20) as answer:
        found: dict[str, Any] = json.load(answer)
    return found
