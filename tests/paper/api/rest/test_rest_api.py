"""REST: who is let in, and the shapes of what is read."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.domain import Permission, Secret
from runner.kraken import TOKEN_PATH, RestError, parse_envelope, private_call, sign
from runner.paper import Options
from runner.paper.api.feeds import channels
from runner.paper.api.rest import rest_api
from runner.paper.api.rest.calls import CallError, RestCall
from runner.paper.exchange.opening import OPENING
from runner.paper.options.options import RestOptions
from tests.paper.builders import NOW, SECRET, Desk, exchange
from tests.support.for_each import for_each

ROOT = Path(__file__).parents[4]
OTHER_SECRET = Secret("b3RoZXI=")


def post(key: str = "key", secret: Secret = SECRET, nonce: str = "5", path: str = TOKEN_PATH) -> RestCall:
    """A signed call."""
    headers, body = private_call(key, secret, path, nonce)
    return RestCall("POST", path, headers, body)


def errors(call: RestCall, **built: Any) -> list[str]:
    """The errors of the answer by a fresh exchange."""
    reply = exchange(**built).rest(call, NOW)
    found: list[str] = json.loads(reply.body)["error"]
    assert reply.status == (404 if found == ["EGeneral:Unknown method"] else 200)
    return found


REFUSED = [
    (post(key="other"), "EAPI:Invalid key"),
    (RestCall("POST", TOKEN_PATH, {}, "nonce=5"), "EAPI:Invalid key"),
    (RestCall("POST", TOKEN_PATH, {"API-Key": "key"}, "nonce=5"), "EAPI:Invalid signature"),
    (post(secret=OTHER_SECRET), "EAPI:Invalid signature"),
    (RestCall("POST", TOKEN_PATH, post().headers, "nonce=6"), "EAPI:Invalid signature"),
    (RestCall("POST", "/0/private/Balance", post().headers, post().body), "EAPI:Invalid signature"),
    (RestCall("POST", TOKEN_PATH, {"API-Key": "key", "API-Sign": "é"}, "nonce=5"), "EAPI:Invalid signature"),
    (post(nonce="five"), "EAPI:Invalid nonce"),
    (post(nonce=str(2**64)), "EAPI:Invalid nonce"),
    (RestCall("POST", TOKEN_PATH, {"API-Key": "key"}, ""), "EAPI:Invalid nonce"),
    (RestCall("POST", TOKEN_PATH, {"API-Key": "key"}, "{"), "EAPI:Bad request"),
    (post(path="/0/private/Ledger"), "EGeneral:Unknown method"),
    (RestCall("GET", "/0/public/Depths"), "EGeneral:Unknown method"),
    (RestCall("GET", TOKEN_PATH), "EGeneral:Unknown method"),
    (RestCall("GET", "//[/"), "EGeneral:Unknown method"),
    (RestCall("GET", "/0/public/Ticker?pair=XBTUSD,NONE"), "EQuery:Unknown asset pair"),
]


@for_each(REFUSED)
def test_refused_calls(call: RestCall, error: str) -> None:
    """Each documented error from its cause."""
    assert errors(call) == [error]


def test_a_nonce_serves_once() -> None:
    """It must grow; a refused signature does not use it up."""
    built = exchange()

    assert "EAPI:Invalid signature" in built.rest(post(secret=OTHER_SECRET, nonce="9"), NOW).body
    assert '"error":[]' in built.rest(post(nonce="5"), NOW).body
    assert "EAPI:Invalid nonce" in built.rest(post(nonce="5"), NOW).body
    assert "EAPI:Invalid nonce" in built.rest(post(nonce="4"), NOW).body
    assert '"error":[]' in built.rest(post(nonce="6"), NOW).body


CALLS = ["GetWebSocketsToken", "OpenOrders", "ClosedOrders", "QueryOrders", "Balance", "BalanceEx"]


@pytest.mark.parametrize("call", CALLS)
def test_each_call_needs_a_permission(call: str) -> None:
    """A key that may only place orders may read nothing."""
    assert errors(post(path=f"/0/private/{call}"), permissions=[Permission.MODIFY]) == [
        "EGeneral:Permission denied"
    ]


def test_a_json_body_is_as_good() -> None:
    """The nonce may be a number there; header names are read in any case."""
    body = json.dumps({"nonce": 7})
    headers = {"api-key": "key", "API-SIGN": sign(SECRET, TOKEN_PATH, "7", body)}

    assert '"expires":900' in exchange().rest(RestCall("POST", TOKEN_PATH, headers, body), NOW).body


def test_tokens_differ_and_are_hidden() -> None:
    """Each call gives another token, and neither call nor reply shows secrets in its ``repr``."""
    built = exchange()
    replies = [built.rest(post(nonce=nonce), NOW) for nonce in "12"]
    tokens = [parse_envelope(reply.body)["token"] for reply in replies]

    assert tokens[0] != tokens[1]
    assert len(tokens[0]) == 43
    assert tokens[0] not in repr(replies[0])
    assert post().headers["API-Sign"] not in repr(post())


REFUSED_BY_NAME = [
    ("Ledger", "EGeneral:Unknown method"),
    ("Balance", "EGeneral:Permission denied"),
    ("QueryOrders", "EAPI:Rate limit exceeded"),
]
LOOKED_UP = [
    ("OpenOrders", {}),
    ("ClosedOrders", {"start": "1600000000"}),
    ("QueryOrders", {"txid": "OEZCCJ-5WBIT-3EI4WO,O62ZD7-SCFFS-G4B0WA"}),
    ("TradesHistory", {}),
    ("Balance", {}),
    ("BalanceEx", {}),
    ("OpenPositions", {}),
    ("TradeBalance", {}),
]


@pytest.mark.parametrize(("call", "fields"), LOOKED_UP)
def test_values_are_what_the_json_says(call: str, fields: dict[str, str]) -> None:
    """A caller without HTTP gets the client's values, down to the types: no enumerations, no floats."""
    desk = Desk()
    desk.placed(userref="7", starttm="+2", expiretm="+60", timeinforce="GTD")
    desk.placed(ordertype="market", price=None)
    desk.cancel(desk.placed())

    read = desk.ask(call, **fields)
    assert str(desk.exchange.private(f"/0/private/{call}", fields, desk.now)) == str(read)


def test_values_or_the_reason_why_there_are_none() -> None:
    """A call without HTTP is refused as any other is; one that trades is called the other way."""
    reader = exchange(permissions=[Permission.OPEN_ORDERS], options=Options(rest=RestOptions(calls_max=1)))
    assert reader.private("/0/private/OpenOrders", {}, NOW) == {"open": {}}
    for call, error in REFUSED_BY_NAME:
        with pytest.raises(CallError, match=error):
            reader.private(f"/0/private/{call}", {}, NOW)
    with pytest.raises(AssertionError, match="has changes for the feeds"):
        Desk(opening=OPENING).exchange.private("/0/private/CancelAll", {}, NOW)


@given(st.text(max_size=60), st.text(max_size=60), st.dictionaries(st.text(max_size=9), st.text(max_size=9)))
def test_any_call_gets_an_envelope(path: str, body: str, headers: dict[str, str]) -> None:
    """No path, body or header raises."""
    built = exchange()
    for call in (
        RestCall("POST", TOKEN_PATH, {"API-Key": "key", **headers}, body),
        RestCall("GET", f"/0/public/{path}"),
        RestCall("GET", path),
    ):
        # A text that happens to be the name of a call gets its result, and everything else a complaint.
        with suppress(RestError):
            parse_envelope(built.rest(call, NOW).body)


def test_a_scenario_can_name_every_call() -> None:
    """And every public channel, so that each can go wrong."""
    schema = json.loads((ROOT / "schemas" / "scenario.schema.json").read_text("utf-8"))
    named = set(schema["$defs"]["fault"]["properties"]["on"]["enum"])
    assert {*rest_api.PUBLIC_CALLS, *rest_api.PRIVATE_CALLS, *channels.NAMES} - named == set()
