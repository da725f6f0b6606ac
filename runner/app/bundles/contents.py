"""The files of a bundle: their names, and what each has to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from runner.batchfile import parse
from runner.domain import parse_rfc3339
from runner.errors import Refused
from runner.harmless import json_text
from runner.journal import RunStarted, fold, manifest, to_content
from runner.planning import plan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from runner.journal import Entry
    from runner.planning import Plan

BATCH: Final = "batch.yaml"
PLAN: Final = "plan.json"
JOURNAL: Final = "journal.jsonl"
MANIFEST: Final = "manifest.json"
EVENTS: Final = "events.jsonl"
WIRE: Final = "wire.jsonl"
BUNDLE_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last run of a journal: the entries before it, and its own, of which the first is ``started``."""

    before: tuple[Entry, ...]
    entries: tuple[Entry, ...]
    started: RunStarted

    @property
    def started_at(self) -> float:
        """The time at which it started, in Unix seconds."""
        return parse_rfc3339(self.started.at)

    def plan_of(self, batch: bytes) -> Plan:
        """Return the plan that the run had before it. Raises ``Refused`` for another file than was run."""
        found = parse(batch, self.started.file, run_key=self.started.run_key, now=self.started_at).batch
        if found is None or found.digest != self.started.digest:
            raise Refused(f"{self.started.file}: this is not the file that was run")
        return plan(found, fold(list(self.before)), run_key=self.started.run_key, venue=self.started.venue)

    def manifest_text(self) -> bytes:
        """Return its manifest, which is a fold of the journal."""
        ledger = fold([*self.before, *self.entries])
        return json_text(manifest(ledger)).encode("ascii")

    def events_text(self) -> bytes:
        """Return its events, one a line."""
        return "".join(json_text(to_content(entry), one_line=True) for entry in self.entries).encode("ascii")


def last_run(entries: Sequence[Entry]) -> LastRun | None:
    """Return the last run of a journal, None if there was none."""
    starts = [number for number, entry in enumerate(entries) if isinstance(entry, RunStarted)]
    if not starts:
        return None
    started = entries[starts[-1]]
    assert isinstance(started, RunStarted)
    return LastRun(tuple(entries[: starts[-1]]), tuple(entries[starts[-1] :]), started)


def policy_name(number: int) -> str:
    """Return the name of the n-th policy that held."""
    return f"policies/{number}.yaml"


def about(run: LastRun, tool: str) -> dict[str, Any]:
    """Return what the index says besides the digests of the files."""
    started = run.started
    return {
        "bundle_version": BUNDLE_VERSION,
        "tool": tool,
        "batch": started.batch,
        "run_key": started.run_key,
        "venue": started.venue,
        "file": started.file,
        "started_at": started.at,
        "policies": [dict(policy) for policy in started.policies],
    }
