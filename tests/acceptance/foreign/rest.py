"""The REST side: one request a connection, as little HTTP as that takes."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from .book import Booked
    from .venue import Venue

PAGE = 50  # ClosedOrders gives no more at a time
PRIVATE = "/0/private/"
PAIRS = {
    f"{base}ZEUR": {
        "altname": f"{base[1:]}EUR",
        "wsname": f"{base[1:]}/EUR",
        "base": base,
        "quote": "ZEUR",
        "lot_decimals": 8,
        "tick_size": "0.01",
        "ordermin": "0.0001",
        "costmin": "0.45",
    }
    for base in ("XETH", "XXBT")
}
PERMISSIONS = [
    "query-funds", "query-open-trades", "query-closed-trades", "modify-trades", "close-trades",
    "create-ws-token",
]  # fmt: skip
UNKNOWN_ORDER = "EOrder:Invalid order"  # what QueryOrders says of an id that never was


class Rest:
    """Answers the few calls that an order client makes."""

    def __init__(self, venue: Venue) -> None:
        self.venue = venue
        self.last_nonce = 0
        script = venue.script
        self.scripts = {
            "GetWebSocketsToken": repeated(script.token_answers),
            "OpenOrders": (records := repeated(script.records_answers)),
            "ClosedOrders": records,
            "QueryOrders": records,
            "GetApiKeyInfo": repeated(script.key_info_answers),
        }
        self.ahead_ms = list(script.other_program_ahead_ms)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read one request, answer it, close."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, target, _ = head[0].split(" ")
            pairs = (line.split(":", 1) for line in head[1:] if ":" in line)
            headers = {name.strip().lower(): value.strip() for name, value in pairs}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            status, content = self.answer(method, urlsplit(target).path, headers, body)
            text = json.dumps(content).encode()
            lines = f"HTTP/1.1 {status} Whatever\r\nContent-Type: application/json\r\nConnection: close\r\n"
            writer.write(f"{lines}Content-Length: {len(text)}\r\n\r\n".encode() + text)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            pass  # not a request: the connection is closed unanswered
        finally:
            writer.close()

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        """Status and JSON body for a request."""
        if path == "/ledger":
            return 200, self.venue.summary()
        if path == "/return":
            self.venue.upgrades_to_refuse = 0
            return 200, {}
        if self.venue.script.dark and self.venue.upgrades_to_refuse:
            return 503, {}
        if method == "GET":
            return self.public(path)
        if method != "POST" or not path.startswith(PRIVATE):
            return 404, {"error": ["EGeneral:Unknown method"]}
        fields = self.form(headers, body)
        answer = self.scripted(path)
        if answer is not None:
            error = answer.get("error")
            self.venue.ledger.note_call(path, fields, error or f"HTTP {answer['status']}")
            return answer.get("status", 200), {"error": [error]} if error else {}
        error = self.refusal(path, headers, fields, body)
        self.venue.ledger.note_call(path, fields, error)
        if error is None and path.endswith("/GetApiKeyInfo") and self.venue.script.iban is None:
            error = "EGeneral:Unknown method"
        if error is None and path.endswith("/QueryOrders") and not self.knows_all(fields):
            error = UNKNOWN_ORDER
        return 200, {"error": [error]} if error else {"error": [], "result": self.private(path, fields)}

    def scripted(self, path: str) -> dict[str, Any] | None:
        """Return what the script wants instead of an answer, as long as it wants it."""
        answers = self.scripts.get(path.removeprefix(PRIVATE))
        return answers.pop(0) if answers else None

    def public(self, path: str) -> tuple[int, Any]:
        """The calls that need no key."""
        now = time.time() + self.venue.script.clock_skew_s
        match path.removeprefix("/0/public/"):
            case "Time":
                shown = time.strftime("%a, %d %b %y %H:%M:%S +0000", time.gmtime(now))
                result: dict[str, Any] = {"unixtime": int(now), "rfc1123": shown}
            case "SystemStatus":
                stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
                result = {"status": self.venue.script.system_status, "timestamp": stamp}
            case "AssetPairs":
                result = {name: pair | {"status": "online"} for name, pair in PAIRS.items()}
            case "Ticker":
                result = {name: {"a": ["150.2"], "b": ["150.1"], "c": ["150.1"]} for name in PAIRS}
            case _:
                return 404, {"error": ["EGeneral:Unknown method"]}
        return 200, {"error": [], "result": result}

    def form(self, headers: dict[str, str], body: bytes) -> dict[str, str]:
        """The fields of a body, which is a form or a JSON object."""
        if "json" in headers.get("content-type", ""):
            return {name: str(value) for name, value in json.loads(body).items()}
        return dict(parse_qsl(body.decode(), keep_blank_values=True))

    def refusal(self, path: str, headers: dict[str, str], fields: dict[str, str], body: bytes) -> str | None:
        """Return why a private call is refused: key, signature or nonce; None if all three are right."""
        if headers.get("api-key") != self.venue.api_key:
            return "EAPI:Invalid key"
        nonce = fields.get("nonce", "")
        self.meet_other_program()
        if headers.get("api-sign") != signature(self.venue.api_secret, path, nonce, body):
            return "EAPI:Invalid signature"
        if not nonce.isdigit() or int(nonce) <= self.last_nonce:
            return "EAPI:Invalid nonce"
        self.last_nonce = int(nonce)
        return None

    def meet_other_program(self) -> None:
        """Another program has made a call just before, if the script says so."""
        ahead_ms = self.ahead_ms.pop(0) if self.ahead_ms else 0
        if ahead_ms:
            self.last_nonce = max(self.last_nonce, time.time_ns() // 1_000_000 + ahead_ms)

    def private(self, path: str, fields: dict[str, str]) -> dict[str, Any]:
        """The result of a private call that was let in."""
        match path.removeprefix(PRIVATE):
            case "GetWebSocketsToken":
                return {"token": self.venue.new_token(), "expires": 900}
            case "OpenOrders":
                return {"open": listed(self.matching(fields, is_open=True))}
            case "ClosedOrders":
                found = self.matching(fields, is_open=False)
                start = int(fields.get("ofs", "0"))
                return {"closed": listed(found[start : start + PAGE]), "count": len(found)}
            case "BalanceEx":
                plenty = {"balance": "1000000.0", "hold_trade": "0.0"}
                return dict.fromkeys(("ZEUR", "XETH", "XXBT"), plenty)
            case "TradeVolume":
                fee = {"fee": "0.2600", "minfee": "0.1000", "nextfee": None, "tiervolume": "0.0000"}
                return {
                    "currency": "ZUSD",
                    "volume": "0",
                    "fees": dict.fromkeys(fields["pair"].split(","), fee),
                }
            case "CancelAll":
                return {"count": len(self.venue.book.end_all())}
            case "QueryOrders":
                wanted = fields.get("txid", "").split(",")
                return listed([order for order in self.known_to_records() if order.txid in wanted])
            case "GetApiKeyInfo":
                return self.key_info()
            case _:
                return {}

    def key_info(self) -> dict[str, Any]:
        """Return the data of a key and its account."""
        usual = {
            "apiKeyName": "foreign",
            "apiKey": self.venue.api_key,
            "iban": self.venue.script.iban,
            "permissions": PERMISSIONS,
            "validUntil": "0",
            "ipAllowlist": ["127.0.0.1"],
        }
        return usual | self.venue.script.key_info

    def known_to_records(self) -> list[Booked]:
        """The orders that REST has learned of, ``rest_lag_s`` after they were last changed."""
        horizon = time.time() - self.venue.script.rest_lag_s
        orders = self.venue.book.orders.values()
        return [order for order in orders if not order.number or order.changed_at <= horizon]

    def knows_all(self, fields: dict[str, str]) -> bool:
        """Return whether each of the ids in a QueryOrders is known; one that is not spoils the whole call."""
        known = {order.txid for order in self.known_to_records()}
        return known.issuperset(fields.get("txid", "").split(","))

    def matching(self, fields: dict[str, str], *, is_open: bool) -> list[Booked]:
        """Orders by state and filter, newest first; REST learns of everything ``rest_lag_s`` late."""
        orders = [order for order in self.known_to_records() if order.open == is_open]
        for name in ("cl_ord_id", "userref"):
            if name in fields:
                orders = [order for order in orders if str(order.request.get(name, 0)) == fields[name]]
        return sorted(orders, key=lambda order: order.changed_at, reverse=True)


def repeated(answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Scripted answers, each as often as it says."""
    return [answer for answer in answers for _ in range(answer.get("times", 1))]


def listed(orders: list[Booked]) -> dict[str, Any]:
    """Orders as the REST calls list them."""
    return {order.txid: order.as_listed() for order in orders}


def signature(secret: str, path: str, nonce: str, body: bytes) -> str:
    """``API-Sign`` as documented: HMAC-SHA512 over the path and SHA-256 of nonce and body, in Base64."""
    digest = hashlib.sha256(nonce.encode() + body).digest()
    mac = hmac.new(base64.b64decode(secret), path.encode() + digest, hashlib.sha512)
    return base64.b64encode(mac.digest()).decode()
