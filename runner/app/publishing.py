"""The manifest of a run: written wherever it is wanted, and shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from runner.runtime.storage import MANIFEST, State, write_json

from .validate_only import as_validation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import Any

    from .console import Console


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """The places of a run's manifest: its state, and a ``copy`` if one is wanted. ``kept`` is False for a run
    that only had orders validated, of which the state keeps nothing.
    """

    state: State
    copy: Path | None
    kept: bool
    elapsed_s: Callable[[], float]

    def publish(self, result: Mapping[str, Any], out: Console) -> bool:
        """Write the manifest, and show it; return True if all of its files could be written."""
        path = str(self.state.path / MANIFEST)
        if not self.kept:
            result, path = as_validation(result), ""
        written = self.write(result, out)
        out.manifest(result, path=path, elapsed_s=self.elapsed_s())
        return written

    def write(self, result: Mapping[str, Any], out: Console) -> bool:
        """Write it wherever it still can be; a failure to do so hides nothing of what the run did."""
        steps: list[Callable[[], object]] = []
        if self.kept:
            steps.append(partial(self.state.write_manifest, result))
        if self.copy is not None:
            steps.append(partial(write_json, self.copy, result))
        failures = [error for step in steps if (error := _failure_of(step)) is not None]
        for error in failures:
            out.note(f"The run is over, but its manifest could not be written everywhere: {error}")
        return not failures


def _failure_of(step: Callable[[], object]) -> OSError | None:
    try:
        step()
    except OSError as error:
        return error
    return None
