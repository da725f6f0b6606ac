"""The figures of a soak, and their limits. No socket, no process."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median

GROWTH_MAX = 0.10
"""How far memory may rise in the second half, as a share of what it was in the second quarter."""

ANSWERED_MIN = 0.99
"""The share of messages that must be answered, whatever the faults: they strike far fewer."""

KEPT_SHARE = 1000
"""One ended order and one trade is kept for so many messages: that is reached within the first quarter."""


@dataclass
class Tally:
    """The messages sent and received, and the failures; memory in KiB by messages sent.

    Each message is in the end ``answered``, ``cut_off`` with its connection, or ``unanswered`` in time.
    ``repeated`` answers came when nothing waited for them any more.
    """

    sent: int = 0
    received: int = 0
    answered: int = 0
    cut_off: int = 0
    unanswered: int = 0
    repeated: int = 0
    orders: int = 0
    accepted: int = 0
    refused: int = 0
    connections: int = 0
    gaps: int = 0
    strays: int = 0
    protocol_errors: list[str] = field(default_factory=list)
    memory: list[tuple[int, int]] = field(default_factory=list)

    def growth(self, messages: int) -> float:
        """The greatest memory of the second half over the median of the second quarter, less one."""
        before = [kib for sent, kib in self.memory if messages / 4 <= sent < messages / 2]
        after = [kib for sent, kib in self.memory if sent >= messages / 2]
        return max(after) / median(before) - 1 if before and after else 0.0

    def failures(self, messages: int) -> list[str]:
        """Return what was promised and not kept, in words."""
        found = [f"protocol error: {error}" for error in self.protocol_errors]
        growth = self.growth(messages)
        if growth > GROWTH_MAX:
            found.append(f"memory grew by {growth:.1%}")
        if self.answered + self.cut_off < ANSWERED_MIN * self.sent:
            found.append(f"{self.unanswered} of {self.sent} messages were not answered")
        if self.answered + self.cut_off + self.unanswered != self.sent:
            found.append("the answers do not add up to the messages")
        if self.accepted < 0.9 * self.orders:
            found.append(f"{self.accepted} of {self.orders} orders were accepted: that is no load")
        return found
