"""The arguments that all calls share: a file, the state folder, and the exchange with the account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Final

from runner.app.inputs.batches import Rehearsal, Target
from runner.domain import Secret, is_run_key
from runner.errors import InvalidInput, input_error
from runner.kraken import Tier

__all__ = ["Job", "Jobs", "Kraken", "Paper", "Secret", "Tier"]

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_KEY, _SECRET = "KRAKEN_API_KEY", "KRAKEN_API_SECRET"


@dataclass(frozen=True, slots=True)
class Paper:
    """The simulated exchange of the state folder. It is served on loopback while a call needs it.

    With a ``market`` or ``balances`` it is an exchange of the call's own, which is thrown away with all
    journals at the end. ``market``: ``walk``, ``live`` (Kraken's public prices, read once), ``live:follow``,
    a recorded market, or ``replay:FILE``, which plays it ``speed`` times as fast. ``balances``: a file, or
    ``account`` for what the API key in ``environ`` holds, which is only read.
    """

    market: str = ""
    balances: str = ""
    speed: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kraken:
    """Kraken, or a replacement at other addresses.

    ``plan`` and ``status`` need no key. ``rest_url`` is a base URL and ``ws_url`` that of the private
    WebSocket; empty for Kraken's own. Plain ``http`` and ``ws`` are allowed on this machine only.
    """

    api_key: Secret | None = None
    api_secret: Secret | None = None
    rest_url: str = ""
    ws_url: str = ""

    def __post_init__(self) -> None:
        for given in (self.api_key, self.api_secret):
            if not isinstance(given, Secret | None):
                raise InvalidInput("api_key and api_secret are given as Secret(...), which no log gives away")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A batch file or saved plan, with the venue and the state folder to use.

    ``state_dir`` keeps journals and manifests. ``run_key`` names the repetition of a batch with ``repeat:
    true``. ``policy`` is an additional policy. ``same_account`` confirms that a new key belongs to the
    account of the journal. ``batch`` names one of several plans that were saved in one file. ``ledger`` is
    the address of a team's ledger on PostgreSQL, which keeps the journals, for Kraken alone;
    ``apply`` waits up to ``wait_s`` seconds for an account that another run holds there. ``environ``
    holds variables that the command line reads, such as ``HTTPS_PROXY`` and ``SSL_CERT_FILE``, by default
    none; the fields of ``Kraken`` precede them.

    Raises ``InvalidInput`` for an invalid run key.
    """

    file: Path
    state_dir: Path
    venue: Paper | Kraken = Paper()
    run_key: str = ""
    policy: Path | None = None
    same_account: bool = False
    batch: str = ""
    ledger: Secret | None = None
    wait_s: int = 0
    environ: Mapping[str, str] = field(default_factory=lambda: _NOTHING, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.run_key and not is_run_key(self.run_key):
            raise InvalidInput(
                f"{self.run_key!r} is not a run key: write letters, digits, '.', '_' and '-', at most 64"
            )

    def target(self) -> Target:
        """Return the arguments in the form that the recipes take."""
        return Target(
            file=self.file,
            state_dir=self.state_dir,
            venue="kraken" if isinstance(self.venue, Kraken) else "paper",
            run_key=self.run_key,
            policy=self.policy,
            same_account=self.same_account,
            batch=self.batch,
            ledger=self.ledger,
            wait_s=self.wait_s,
            rehearsal=_rehearsal(self.venue),
        )

    def variables(self) -> Mapping[str, str]:
        """Return ``environ`` with the account and the addresses in it."""
        if not isinstance(self.venue, Kraken) or self.venue == Kraken():
            return self.environ
        return Variables(self.environ, self.venue)


def _rehearsal(venue: Paper | Kraken) -> Rehearsal:
    if isinstance(venue, Kraken):
        return Rehearsal()
    return Rehearsal(market=venue.market, balances=venue.balances, speed=venue.speed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """Several batch files or saved plans, in the order in which they are carried out.

    All but ``removed`` are as in ``Job``, and hold for each file; ``run_key`` is for those that repeat. With
    ``find_files`` the files come from folders, or are those that a branch has changed. ``removed`` are files
    that are gone, each with its new name, which may be empty: results name them.

    Raises ``InvalidInput`` for an invalid run key.
    """

    files: tuple[Path, ...]
    state_dir: Path
    venue: Paper | Kraken = Paper()
    run_key: str = ""
    policy: Path | None = None
    same_account: bool = False
    ledger: Secret | None = None
    wait_s: int = 0
    removed: tuple[tuple[str, str], ...] = ()
    environ: Mapping[str, str] = field(default_factory=lambda: _NOTHING, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.job(Path())

    def job(self, file: Path) -> Job:
        """Return the job of one file."""
        return Job(
            file=file,
            state_dir=self.state_dir,
            venue=self.venue,
            run_key=self.run_key,
            policy=self.policy,
            same_account=self.same_account,
            ledger=self.ledger,
            wait_s=self.wait_s,
            environ=self.environ,
        )

    def targets(self) -> list[Target]:
        """Return the arguments in the form that the recipes take."""
        return [self.job(file).target() for file in self.files]


class Variables(Mapping[str, str]):
    """Variables that include an account; its credentials appear in no ``repr``."""

    __slots__ = ("_hidden", "_plain")

    def __init__(self, environ: Mapping[str, str], venue: Kraken) -> None:
        secrets = {_KEY: venue.api_key, _SECRET: venue.api_secret}
        urls = {"KRAKEN_SPOT_URL": venue.rest_url, "KRAKEN_WS_AUTH_URL": venue.ws_url}
        self._hidden = {name: secret for name, secret in secrets.items() if secret is not None}
        replaced = {f"{name}_FILE" for name in self._hidden}
        self._plain = {name: text for name, text in environ.items() if name not in replaced}
        self._plain |= {name: url for name, url in urls.items() if url}

    def __getitem__(self, name: str) -> str:
        return self._hidden[name].reveal() if name in self._hidden else self._plain[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._plain, **self._hidden})

    def __len__(self) -> int:
        return len({**self._plain, **self._hidden})

    def __repr__(self) -> str:
        return "Variables(***)"


@contextmanager
def families() -> Iterator[None]:
    """Raise ``InvalidInput`` for an error of the file system, as the command line does."""
    try:
        yield
    except OSError as error:
        raise input_error(error) from error
