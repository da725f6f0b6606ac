"""The facts about a set-up, as they were read: what is judged elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.net.failures import AccessFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.domain import ApiKeyInfo
    from runner.kraken import ExchangeStatus

    from .findings import Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFacts:
    """The API key as the environment names it; never the key itself.

    ``sources`` are the variables that hold it, none for a simulated exchange, which has a key of its own.
    ``exposed`` are files that others can read.
    """

    sources: tuple[str, ...] = ()
    simulated: bool = False
    failure: Failure | None = None
    exposed: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        """Return True if private calls can be signed."""
        return self.simulated or (bool(self.sources) and self.failure is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyFacts:
    """The proxy of the environment. ``variable`` names it, empty for none; ``address`` has no password.

    ``through`` and ``past`` are the exchange's hosts that are reached with and without it. ``plain_alone``:
    only a variable for plain HTTP is set, which is not obeyed.
    """

    variable: str = ""
    address: str = ""
    through: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    plain_alone: bool = False
    failure: Failure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustFacts:
    """The authorities that certificates are checked with: of a file, of a folder, or the usual ones."""

    file: str = ""
    folder: str = ""
    failure: Failure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressFacts:
    """The addresses of the exchange. ``hosts`` are those of REST and of the WebSocket, with ports.

    ``secure``: they are reached with TLS; ``here``: both are on this machine; ``named``: variables that name
    them.
    """

    hosts: tuple[str, ...] = ()
    secure: bool = True
    here: bool = False
    named: tuple[str, ...] = ()
    failure: Failure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeFacts:
    """The answers of the exchange; None for what was not requested, since nothing would have come.

    ``skew`` is the least and the most that its clock is ahead of ours, in seconds. ``websocket`` is None once
    a connection was open, ``pairs`` how many pairs could be read. ``key`` is also None if the exchange does
    not know the call.
    """

    skew: tuple[float, float] | AccessFailed
    websocket: AccessFailed | None
    status: ExchangeStatus | AccessFailed | None = None
    pairs: int | AccessFailed | None = None
    key: ApiKeyInfo | AccessFailed | None = None

    @property
    def rest(self) -> AccessFailed | None:
        """Return why there is no connection to REST, None if there is one."""
        return self.skew if isinstance(self.skew, AccessFailed) and not self.skew.answered else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFacts:
    """The ledger of a team. ``name`` is its address without a password, empty if none is named.

    ``held`` is the run that holds the key's account, and ``halt`` why runs may send nothing, empty for none.
    """

    name: str = ""
    version: int = 0
    held: str = ""
    halt: str = ""
    failure: Failure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderFacts:
    """The state folder of a venue. ``place`` is it, or the nearest folder above that there is.

    ``owner`` is a user's name if it is another one's. ``mode`` has its permission bits. ``locked`` are files
    that this user may not write, ``held`` the runs in progress with their processes. ``free_bytes`` is None
    if that is unknown. ``failures`` are links, damaged journals, state that git tracks, and the like.
    """

    path: str
    place: str
    there: bool
    writable: bool
    owner: str = ""
    mode: int = 0o700
    free_bytes: int | None = None
    journals: int = 0
    unwritable: tuple[str, ...] = ()
    held: tuple[tuple[str, int], ...] = ()
    halt: str = ""
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFacts:
    """The versions of Python, of the package, and of what it needs.

    ``required`` has the least version of each dependency, ``installed`` the version of those that are there.
    ``extras`` has the dependencies of each optional part. All are empty if the package is not installed.
    """

    python: str
    least_python: str = ""
    package: str = ""
    required: Mapping[str, str]
    extras: Mapping[str, Mapping[str, str]]
    installed: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All facts about a set-up. ``exchange`` is a failure of ours if no way to it could be opened."""

    versions: VersionFacts
    folder: FolderFacts
    ledger: LedgerFacts
    key: KeyFacts
    proxies: ProxyFacts
    trust: TrustFacts
    addresses: AddressFacts
    exchange: ExchangeFacts | Failure | None
