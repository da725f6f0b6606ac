"""The script of the exchange, as data: one JSON object, every key optional.

Orders are numbered from 1 in the order in which their frames arrive, over all connections.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Script:
    """One behaviour of the exchange. Unset, it is a quiet and obliging one."""

    seed: int = 0
    system_status: str = "online"
    clock_skew_s: float = 0.0
    rest_lag_s: float = 0.0

    # Answers to the first token calls: {"status": 503} or {"error": "EAPI:Invalid key"},
    # with "times" to repeat.
    token_answers: list[dict[str, Any]] = field(default_factory=list)
    refuse_first_tokens: int = 0
    refuse_tokens_in: str = ""  # the one event in which they are refused, such as "addOrder"; unset, in all

    # Answers to the first calls of OpenOrders, ClosedOrders and QueryOrders, like those to the token calls.
    records_answers: list[dict[str, Any]] = field(default_factory=list)
    # Answers to the first calls of GetApiKeyInfo, and the account's IBAN; without one the call is unknown.
    key_info_answers: list[dict[str, Any]] = field(default_factory=list)
    iban: str | None = None
    key_info: dict[str, Any] = field(default_factory=dict)  # instead of what is usual in its answer
    # Another program with the same key comes before each of the first private calls: how far its nonce
    # is ahead of the clock, in milliseconds.
    other_program_ahead_ms: list[int] = field(default_factory=list)
    subscription_error: str | None = None

    # Open orders from the start, and closed ones that are remembered:
    # wire fields, "txid" at least.
    standing: list[dict[str, Any]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)

    # How many orders must have come before any of them is answered, burst after burst; then at once.
    bursts: list[int] = field(default_factory=list)
    burst_limit_s: float = 2.0
    shuffle: bool = False
    noise: bool = False
    feed: str = "after"  # the openOrders update comes "before" or "after" the reply
    rejects: dict[str, str] = field(default_factory=dict)  # order number -> error
    # What becomes of an order that is only to be validated: it is judged and forgotten, or "placed" all the
    # same, with its txid in the reply or "silently", or not placed and given a "txid".
    on_validate: str = ""
    fills: list[int] = field(default_factory=list)  # these orders are filled as soon as they are booked

    cancel_feed: str = "after"
    cancel_errors: dict[str, str] = field(default_factory=dict)  # txid -> error; the order goes on standing
    cancel_all_errors: list[str] = field(default_factory=list)  # to the first cancelAll frames
    cancel_replies: int | None = None  # so many replies to a cancelOrder, and no more
    untold: list[str] = field(default_factory=list)  # the feed never shows these orders' ends
    # What is wrong with the snapshot of every connection but the first: it is "empty", or "late" (empty, and
    # after two seconds it comes as an update), comes in "parts", or "second", after an update.
    snapshot: str = ""
    fills_before_cancel: list[str] = field(default_factory=list)  # these are filled when the cancel arrives

    # Faults, each met once: what happens to order k after (or instead of) being booked, before its reply.
    close_after: dict[str, int] = field(default_factory=dict)  # order number -> close code; 1006 aborts
    deaf_after_close: bool = False  # what the client sent behind the order of a scripted close is lost
    never_booked: list[int] = field(default_factory=list)
    mute: list[int] = field(default_factory=list)
    garble: list[int] = field(default_factory=list)
    msg_rate: list[int] = field(default_factory=list)  # dropped with {"Error": "Exceeded msg rate"}
    close_on_cancel: int | None = None
    lose_cancel: bool = False  # the cancelOrder of such a close is never read
    twice: bool = False  # every reply is sent two times
    away: int = 0  # after a scripted close this many upgrades are refused with 503
    dark: bool = False  # as long as it is away, the REST calls are refused as well

    @classmethod
    def read(cls, path: Path) -> Script:
        """The script in a file. Raises ``TypeError`` for a key that no script has."""
        content = json.loads(path.read_text("utf-8"))
        unknown = sorted(set(content) - {item.name for item in fields(cls)})
        if unknown:
            raise TypeError(f"not in a script: {', '.join(unknown)}")
        return cls(**content)
