"""Access rights: the account's API key, and the tokens that were issued for it.

Tokens are not kept between runs: after a restart every token is refused, as after any long pause.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runner.domain import Permission
from runner.paper.state import ids

if TYPE_CHECKING:
    from runner.domain import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """One account's API key and its secret (base64), and the most that the key may do."""

    api_key: str
    secret: Secret
    permissions: frozenset[Permission] = frozenset(Permission)


@dataclass(slots=True)
class _Issued:
    moment: float
    connections: dict[int, None] = field(default_factory=dict)


class Tokens:
    """The tokens that are out. One that was used in time lives on with the connections that used it."""

    def __init__(self, seed: str, lifetime_s: float) -> None:
        self._seed = seed
        self._lifetime_s = lifetime_s
        self._issued: dict[str, _Issued] = {}
        self._count = 0

    def issue(self, now: float) -> str:
        """Return a new token, good for the first use within its lifetime."""
        self._forget_stale(now)
        text = ids.token(self._seed, self._count, now)
        self._count += 1
        self._issued[text] = _Issued(now)
        return text

    def admits(self, token: Secret | None, connection: int, now: float, *, lasts: bool = True) -> bool:
        """Return whether a request with this token is accepted on this connection; if so, note its use there.

        With ``lasts``, a token that was used on the connection stays valid there beyond its lifetime.
        """
        issued = None if token is None else self._issued.get(token.reveal())
        if issued is None:
            return False
        if lasts and connection in issued.connections:
            return True
        if now - issued.moment > self._lifetime_s:
            return False
        issued.connections[connection] = None
        return True

    def drop(self, connection: int) -> None:
        """Forget that a connection has used any token."""
        for issued in self._issued.values():
            issued.connections.pop(connection, None)

    def _forget_stale(self, now: float) -> None:
        self._issued = {
            text: issued
            for text, issued in self._issued.items()
            if issued.connections or now - issued.moment <= self._lifetime_s
        }
