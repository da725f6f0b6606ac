"""Every error string of the exchange's lists can be produced: by its situation, or by a rule of a scenario.

The situations have their own tests; here it is held that each is there.
"""

from __future__ import annotations

import ast
import json
from typing import Any

from runner.domain import FaultAction, FaultRule, Scenario
from runner.kraken import (
    AddOrderStatus,
    CancelOrder,
    CancelOrderStatus,
    ErrorKind,
    ErrorText,
    Subscribe,
    SubscriptionStatus,
    encode_reply,
)
from runner.paper.api.rest.calls import RestCall, refused_call
from runner.paper.scenario.traffic import Traffic
from tests.paper.builders import NOW, order
from tests.source_tree import sources, tree
from tests.support.for_each import for_each

LISTED = """
EGeneral:Invalid arguments
EGeneral:Invalid arguments:price
EGeneral:Invalid arguments:Index unavailable
EGeneral:Temporary lockout
EGeneral:Permission denied
EGeneral:Internal error
EGeneral:Internal error:7
EGeneral:Unknown method
EGeneral:Too many requests
EOrder:Order minimum not met
EOrder:Order minimum not met (volume too low)
EOrder:Cost minimum not met
EOrder:Tick size check failed
EOrder:Invalid price
EOrder:Insufficient funds
EOrder:Insufficient funds (insufficient user funds)
EOrder:Insufficient margin
EOrder:Cannot open position
EOrder:Cannot open opposing position
EOrder:Margin allowance exceeded
EOrder:Margin level too low
EOrder:Margin position size exceeded
EOrder:Orders limit exceeded
EOrder:Rate limit exceeded
EOrder:Domain rate limit exceeded
EOrder:Positions limit exceeded
EOrder:Scheduled orders limit exceeded
EOrder:Unknown position
EOrder:Reduce only:No position exists
EOrder:Reduce only:Position is closed
EOrder:Reduce only:Non-PC
EOrder:Unknown order
EOrder:Invalid order
EOrder:Post only order
EOrder:Duplicate order
EOrder:Duplicate cl_ord_id
EService:Unavailable
EService:Market in cancel_only mode
EService:Market in post_only mode
EService:Market in limit_only mode
EService:Deadline elapsed
EService:Busy
EService:Throttled: 1700000060
EAPI:Invalid key
EAPI:Invalid signature
EAPI:Invalid nonce
EAPI:Rate limit exceeded
EAPI:Invalid token
EAPI:Bad request
ESession:Invalid session
EAuth:Account temporary disabled
EAuth:Account unconfirmed
EAuth:Rate limit exceeded
EAuth:Too many requests
EAccount:Invalid permissions
EQuery:Unknown asset pair
ETrade:Invalid request
EBM:limit exceeded:CAL
[EOrder:Unknown order]
Exceeded msg rate
Currency pair not in ISO 4217-A3 format XBTUSD
Pair(s) not found
Subscription depth not supported
""".strip().splitlines()


def answers(error: str) -> list[Any]:
    """Return what an order, a cancellation and a subscription hear under rules that reject them so."""
    names = ("addOrder", "cancelOrder", "subscribe")
    faults = tuple(FaultRule(on=name, act=FaultAction.REJECT, error=error) for name in names)
    traffic = Traffic(Scenario(name="s", faults=faults), NOW)
    traffic.connected(1)
    subscribe = Subscribe(subscription={"name": "openOrders"}, reqid=9)
    for request in (order(reqid=7), CancelOrder(txid=("O",), reqid=8), subscribe):
        traffic.received(1, (request, None), NOW)
    assert traffic.arrivals(NOW) == []
    return [departure.message for departure in traffic.departures(NOW)]


UNCLASSIFIED = {
    "EOrder:Cannot open position",
    "EOrder:Cannot open opposing position",
    "EOrder:Unknown position",
    "EOrder:Reduce only:No position exists",
    "EOrder:Reduce only:Position is closed",
    "EOrder:Reduce only:Non-PC",
    "Currency pair not in ISO 4217-A3 format XBTUSD",
    "Pair(s) not found",
    "Subscription depth not supported",
}
"""Texts that mean nothing more to a client than that its request was refused."""

BY_A_RULE_ALONE = {
    "EGeneral:Temporary lockout",
    "EGeneral:Internal error",
    "EGeneral:Internal error:7",
    "EGeneral:Too many requests",
    "EOrder:Reduce only:Position is closed",
    "EOrder:Duplicate order",
    "EService:Busy",
    "EService:Throttled: 1700000060",
    "EAuth:Account temporary disabled",
    "EAuth:Account unconfirmed",
    "EAuth:Rate limit exceeded",
    "EAuth:Too many requests",
    "EAccount:Invalid permissions",
    "ETrade:Invalid request",
    "EBM:limit exceeded:CAL",
}
"""Texts for which the simulated exchange has no situation."""


def test_every_listed_string_is_in_the_table_of_the_client() -> None:
    """A text that is misspelled here, or there, means nothing; so the two lists hold each other."""
    assert {error for error in LISTED if ErrorText.of(error).kind is ErrorKind.OTHER} == UNCLASSIFIED


def test_every_listed_string_has_its_situation_or_needs_a_rule() -> None:
    """The exchange's unprompted texts are written in its code, apart from a detail at the end."""
    said = {
        node.value
        for path in sources("paper", "kraken/session/server.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    silent = {error for error in LISTED if not any(_begins(error, text) for text in said)}
    assert silent == BY_A_RULE_ALONE


def _begins(error: str, text: str) -> bool:
    return len(text) > 9 and error.strip("[]").startswith(text.rstrip(":"))


@for_each(sorted(BY_A_RULE_ALONE))
def test_a_rule_says_what_has_no_situation(error: str) -> None:
    """In a reply of the right event with its reqid, and in the envelope of a REST call. A rule says any text;
    that these are the exchange's is held by the client's table, where it knows them."""
    added, canceled, subscribed = answers(error)

    assert added == AddOrderStatus(status="error", errorMessage=error, reqid=7)
    assert canceled == CancelOrderStatus(status="error", errorMessage=error, reqid=8)
    assert subscribed == SubscriptionStatus(
        status="error", errorMessage=error, subscription={"name": "openOrders"}, reqid=9
    )
    assert json.loads(encode_reply(added))["errorMessage"] == error
    fault = FaultRule(on="GetWebSocketsToken", act=FaultAction.REJECT, error=error)
    traffic = Traffic(Scenario(name="s", faults=(fault,)), NOW)
    call = traffic.fault_of(RestCall("POST", "/0/private/GetWebSocketsToken", body="nonce=1"))
    assert json.loads(refused_call(call.error).body) == {"error": [error]}
