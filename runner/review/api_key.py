"""The judgement of an API key: the permissions that a command needs and the key lacks, and its dangers.

What the exchange did not say proves nothing: it is neither a lacking permission nor an absent danger.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from runner.domain import Permission, rfc3339
from runner.kraken import PERMISSION_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.domain import ApiKeyInfo, Gap

NEAR_END_DAYS: Final = 14
"""So many days before a key ends, it is time to make another one."""

_DAY_S: Final = 86400


class KeyUse(Enum):
    """The purpose of a command that uses a key."""

    LOOK = auto()
    REBALANCE = auto()
    PLAN = auto()
    VALIDATE = auto()
    APPLY = auto()


class KeyWarningCode(StrEnum):
    """The danger that a warning is about. The value names it in every output, so it is never renamed."""

    EXPIRES = "key-expires"
    ANY_ADDRESS = "key-any-address"


KEY_WORDS: Final = {
    KeyWarningCode.EXPIRES: "The API key ends soon, or has ended.",
    KeyWarningCode.ANY_ADDRESS: "The API key may be used from any address.",
}
"""One sentence per warning that explains it."""


@dataclass(frozen=True, slots=True)
class KeyWarning:
    """A danger of a key that stops nothing."""

    code: KeyWarningCode
    message: str

    def __str__(self) -> str:
        return f"{self.message} [{self.code.value}]"


@dataclass(frozen=True, slots=True)
class KeyReview:
    """The warnings about a key, and the reason why its permissions are unknown; None if they are known.

    ``stops``: the exchange could have returned them, so that nothing is sent before they are known.
    """

    warnings: tuple[KeyWarning, ...] = ()
    gap: Gap | None = None
    stops: bool = False

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """The gap, if it stops a run."""
        return (self.gap,) if self.gap is not None and self.stops else ()


NO_KEY: Final = KeyReview()
"""The review without a key."""

_READING: Final = MappingProxyType(
    {
        Permission.OPEN_ORDERS: "to see which orders are open",
        Permission.CLOSED_ORDERS: "to see which orders were filled or canceled, so that none is placed twice",
    }
)
_COMPUTING: Final = MappingProxyType(
    {
        Permission.FUNDS: "to see what the account holds, and which fees it pays",
        Permission.OPEN_ORDERS: "to see which orders hold some of it back",
    }
)
_PLANNING: Final = MappingProxyType(
    {Permission.FUNDS: "to check that the account can pay for the orders", **_READING}
)
_VALIDATING: Final = MappingProxyType(
    {
        Permission.WEBSOCKET: "to open the connection that orders are sent over",
        Permission.MODIFY: "to send orders",
        **_PLANNING,
    }
)
NEEDS: Final = MappingProxyType(
    {
        KeyUse.PLAN: _PLANNING,
        KeyUse.REBALANCE: _COMPUTING,
        KeyUse.LOOK: _READING,
        KeyUse.VALIDATE: _VALIDATING,
        KeyUse.APPLY: MappingProxyType({**_VALIDATING, Permission.CANCEL: "to cancel orders"}),
    }
)
"""The permissions that are needed for each purpose, and what each is needed for."""


_AT_RISK: Final = (
    *(Permission.WITHDRAW, Permission.ADD_ADDRESS, Permission.UPDATE_ADDRESS),
    *(Permission.ADD_FUNDS, Permission.EARN),
)


def missing_permissions(info: ApiKeyInfo, use: KeyUse) -> tuple[str, ...]:
    """Return the permissions that a key lacks, each with its purpose.

    They have the names of the exchange's page. Empty if the key's permissions are unknown.
    """
    held = info.permissions
    if held is None:
        return ()
    return tuple(f"{PERMISSION_NAMES[need]}: {why}" for need, why in NEEDS[use].items() if need not in held)


def may_withdraw(info: ApiKeyInfo) -> bool:
    """Return True if a key certainly may withdraw money from the account."""
    return info.permissions is not None and Permission.WITHDRAW in info.permissions


def needless_permissions(info: ApiKeyInfo) -> tuple[str, ...]:
    """Return the permissions that a key holds, no command needs, and a thief could use.

    They have the names of the exchange's page. Empty if the key's permissions are unknown.
    """
    return tuple(PERMISSION_NAMES[held] for held in _AT_RISK if held in (info.permissions or ()))


def key_warnings(info: ApiKeyInfo, now: float) -> tuple[KeyWarning, ...]:
    """Return the warnings about a key; ``now`` is Unix seconds."""
    return tuple(_warnings(info, now))


def _warnings(info: ApiKeyInfo, now: float) -> Iterator[KeyWarning]:
    if info.valid_until and info.valid_until - now < NEAR_END_DAYS * _DAY_S:
        yield KeyWarning(KeyWarningCode.EXPIRES, _ends(info.valid_until, now))
    if info.addresses == 0:
        yield KeyWarning(
            KeyWarningCode.ANY_ADDRESS,
            "the API key may be used from any address: enter those of the machines that use it as its "
            "IP allow-list at the exchange",
        )


def _ends(valid_until: int, now: float) -> str:
    moment = rfc3339(valid_until)[:10]
    days = int(abs(valid_until - now) // _DAY_S)
    count = "1 day" if days == 1 else f"{days} days"
    if valid_until <= now:
        ago = f"{count} ago" if days else "today"
        return f"the API key ended on {moment}, {ago}: make another one"
    left = f"in {count}" if days else "in less than a day"
    return f"the API key ends on {moment}, {left}: make another one before"
