"""The check before a message is sent, and the evaluation of a policy over a whole plan.

The rules themselves are not known here. Without a policy every message is allowed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from runner.policy import CancelId, Denial

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.domain import OrderKey
    from runner.kraken import AddOrder


class SendGate(Protocol):
    """A check of every message. Its methods return the denial of a message, None if it may be sent."""

    def admit(self, key: OrderKey, request: AddOrder, now: float) -> Denial | None:
        """Check an order that is about to be sent."""

    def admit_cancel(
        self, group: str, ids: Sequence[CancelId], now: float, *, unwind: bool = False
    ) -> Denial | None:
        """Check a ``cancelOrder`` with these ids. ``unwind``: it cancels what the group had placed."""

    def record_reply(self, *, rejected: bool) -> None:
        """Note that the exchange has answered an order that was sent."""


class OpenGate:
    """No policy: every message is allowed."""

    def admit(self, key: OrderKey, request: AddOrder, now: float) -> Denial | None:
        """Allow the order."""
        return None

    def admit_cancel(
        self, group: str, ids: Sequence[CancelId], now: float, *, unwind: bool = False
    ) -> Denial | None:
        """Allow the cancellation."""
        return None

    def record_reply(self, *, rejected: bool) -> None:
        """Do nothing."""


OPEN_GATE = OpenGate()


class HoldingGate:
    """A gate that also holds back some orders, each for its reason. All else is up to the other ``gate``."""

    def __init__(self, gate: SendGate, held: Mapping[OrderKey, Denial]) -> None:
        self._gate = gate
        self._held = held

    def admit(self, key: OrderKey, request: AddOrder, now: float) -> Denial | None:
        """Check an order that is about to be sent."""
        return self._held.get(key) or self._gate.admit(key, request, now)

    def admit_cancel(
        self, group: str, ids: Sequence[CancelId], now: float, *, unwind: bool = False
    ) -> Denial | None:
        """Check a ``cancelOrder`` with these ids."""
        return self._gate.admit_cancel(group, ids, now, unwind=unwind)

    def record_reply(self, *, rejected: bool) -> None:
        """Note that the exchange has answered an order that was sent."""
        self._gate.record_reply(rejected=rejected)
