"""Frames that a client must survive: allowed by the protocol, of no use to it."""

from __future__ import annotations

from typing import Any

TRADE = {
    "ordertxid": "OSOMEB-ODYEL-SESORD",
    "postxid": "TSOMEB-ODYEL-SEPOSI",
    "pair": "XBT/EUR",
    "time": "1560516023.070651",
    "type": "sell",
    "ordertype": "limit",
    "price": "100000.00000",
    "cost": "1000.00000",
    "fee": "1.60000",
    "vol": "0.01000000",
    "margin": "0.00000",
}

NOISE: tuple[Any, ...] = (
    {"event": "heartbeat"},
    {"event": "pong", "reqid": 987654321},
    {"event": "x"},
    {"event": "x", "reqid": 1, "status": "ok"},
    {"greeting": "no event at all"},
    [],
    [0, {"a": ["5541.3", "1", "1.0"]}, "ticker", "XBT/USD"],
    [[{"TDLH43-DVQXD-2KHVYY": TRADE}], "ownTrades", {"sequence": 2948}],
    [[], "someFeedOfTomorrow", {"sequence": 1}],
    {
        "event": "addOrderStatus",
        "reqid": 9007199254740991,
        "status": "error",
        "errorMessage": "EOrder:Unknown order",
    },
    {"event": "cancelOrderStatus", "reqid": 9007199254740990, "status": "ok"},
    {"event": "systemStatus", "status": "online", "version": "1.9.9"},
)
