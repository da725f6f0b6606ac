"""The manifest of a run: write it, and show it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from runner.runtime.storage import MANIFEST, State, write_json

from .inputs.batches import USUAL
from .validate_only import as_validation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import Any

    from .console import Console
    from .inputs.batches import Rehearsal


_IN_STATE: Final = "the state folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """The places of a run's manifest: its state, and a ``copy`` if one is wanted.

    ``kept`` is False for a run that only had orders validated; the state keeps nothing of it. The state
    of a ``rehearsal`` is thrown away at the end of the command, and is not shown.
    """

    state: State
    copy: Path | None
    kept: bool
    elapsed_s: Callable[[], float]
    rehearsal: Rehearsal = USUAL

    def publish(self, result: Mapping[str, Any], out: Console) -> bool:
        """Write the manifest, and show it; return True if all of its files could be written."""
        if not self.kept:
            result = as_validation(result)
        if self.rehearsal.wanted:
            result = {
                **result,
                "rehearsal": {"market": self.rehearsal.market, "balances": self.rehearsal.balances},
            }
        failures = self._write(result, out)
        kept = self.kept and _IN_STATE not in failures
        path = str(self.state.path / MANIFEST) if kept and not self.rehearsal.wanted else ""
        out.manifest(result, path=path, elapsed_s=self.elapsed_s())
        return not failures

    def write(self, result: Mapping[str, Any], out: Console) -> bool:
        """Write the manifest wherever possible; return True if all of its files could be written."""
        return not self._write(result, out)

    def _write(self, result: Mapping[str, Any], out: Console) -> Mapping[str, OSError]:
        """Return the error of a failed write. It names every order, so that nothing of the run is lost."""
        steps: dict[str, Callable[[], object]] = {}
        if self.kept:
            steps[_IN_STATE] = partial(self.state.write_manifest, result)
        if self.copy is not None:
            steps[str(self.copy)] = partial(write_json, self.copy, result)
        failures = {name: error for name, step in steps.items() if (error := _failure_of(step)) is not None}
        for error in failures.values():
            out.note(f"The run is over, but its manifest could not be written everywhere: {error}")
        if failures and (placed := _placed(result)):
            out.note(f"At the exchange: {', '.join(placed)}")
        return failures


def _placed(result: Mapping[str, Any]) -> list[str]:
    """Return the orders of a manifest that have a txid, each with it."""
    return [
        f"{group['name']}/{order['id']} as {order['txid']}"
        for group in result["groups"]
        for order in group["orders"]
        if order["txid"]
    ]


def _failure_of(step: Callable[[], object]) -> OSError | None:
    try:
        step()
    except OSError as error:
        return error
    return None
