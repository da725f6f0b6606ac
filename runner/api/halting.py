"""The stop button: halt an account, cancel what is open, and let runs send again."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from runner.app.consent import Consent
from runner.app.halting import HaltOptions
from runner.app.halting import halt as press
from runner.app.halting import resume as release
from runner.app.hosts import Host, TrioProgram
from runner.errors import ExitCode, InvalidInput
from runner.harmless import neutral

from .collector import Collector
from .job import Job, Kraken, Paper, families

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.app.console import Console
    from runner.domain import Secret

__all__ = ["Halted", "Site", "halt", "resume"]

_IN_TRIO: Final = TrioProgram()
_LONGEST_REASON: Final = 300
_PAPER: Final = Paper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The place where runs send: a venue, with the state folder or the ``ledger`` that keeps their journals.

    The fields are as in ``Job``.
    """

    state_dir: Path
    venue: Paper | Kraken = _PAPER
    ledger: Secret | None = None
    environ: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    def job(self) -> Job:
        """Return the job of no file."""
        return Job(
            file=Path(),
            state_dir=self.state_dir,
            venue=self.venue,
            ledger=self.ledger,
            environ=self.environ,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Halted:
    """The result of ``halt``.

    ``exit_code``: ``DONE`` once no run sends anything new and nothing is open, ``UNRESOLVED`` if any of that
    is not certain; ``reason`` says what. ``open`` are the orders that are still shown open, by txid.
    """

    exit_code: ExitCode
    reason: str
    open: tuple[str, ...]
    notes: tuple[str, ...]
    text: str = field(repr=False)

    @property
    def result(self) -> dict[str, Any]:
        """A copy of the result, in the form of the schema ``halt``."""
        return json.loads(self.text)  # type: ignore[no-any-return]


async def halt(
    site: Site,
    reason: str,
    *,
    confirm: Consent | None = None,
    ours: bool = False,
    keep_stops: bool = False,
    settle_s: float = 75.0,
    console: Console | None = None,
    host: Host = _IN_TRIO,
) -> Halted:
    """Let no run send anything new, and cancel every open order of the account until none is shown.

    ``ours``: cancel only what this tool has placed; ``keep_stops``: cancel no stop. ``settle_s`` is how far
    the exchange's records may lag behind. ``confirm`` is needed where real orders are canceled. Without a
    ledger it reaches the runs of this state folder. Raises ``InvalidInput`` and ``Refused`` before anything
    is done.
    """
    out = Collector(console)
    job = site.job()
    options = HaltOptions(
        reason=_checked(reason),
        consent=confirm or Consent(),
        environ=job.variables(),
        ours=ours,
        keep_stops=keep_stops,
        settle_s=settle_s,
    )
    with families():
        result = await press(job.target(), options, out, host)
    return Halted(
        exit_code=ExitCode.DONE if result["outcome"] == "done" else ExitCode.UNRESOLVED,
        reason=result["reason"],
        open=tuple(result["open"]),
        notes=tuple(out.notes),
        text=json.dumps(result),
    )


async def resume(site: Site, reason: str, *, host: Host = _IN_TRIO) -> dict[str, Any]:
    """Let runs send again; return the halt that has ended, if there was one. Raises as ``halt`` does."""
    job = site.job()
    with families():
        return await release(job.target(), _checked(reason), job.variables(), host)


def _checked(reason: str) -> str:
    text = neutral(" ".join(reason.split()))
    if not text:
        raise InvalidInput("say why, for those who find it halted")
    if len(text) > _LONGEST_REASON:
        raise InvalidInput(f"the reason is too long: {len(text)} characters, at most {_LONGEST_REASON}")
    return text
