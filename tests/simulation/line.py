"""One connection between a runner and the exchange. Its two ends end apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.kraken import ServerSession

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.simulation.site import Site


class Line:
    """One connection. ``hear`` and ``lost`` are the runner's end; None once it listens no more."""

    def __init__(
        self, number: int, site: Site, hear: Callable[[str], None], lost: Callable[[str], None]
    ) -> None:
        self.number = number
        self.hear: Callable[[str], None] | None = hear
        self.lost: Callable[[str], None] | None = lost
        self.server = ServerSession(site.time.now)
        self.takes = self.speaks = True
        self.pending = 0
        self.registered = True
        self.stalled_until = 0.0
        self.token_refused = False
        self.up_at = 0.0
        self.feed_at = 0.0
        self._site = site

    def write(self, text: str) -> None:
        """The runner writes a frame."""
        self._site.upstream(self, text)

    def listen(self, text: str) -> None:
        """A frame reaches the runner's end."""
        if self.hear is not None:
            self.hear(text)

    def leave(self) -> None:
        """The runner goes; what it has written may still be read for a while."""
        self.hear = self.lost = None
        self.speaks = False
        self._site.unplug(self)
