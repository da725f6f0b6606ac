"""A halt, which holds before anything else: nothing is planned or applied. Each intent meets it once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from runner.app.inputs.batches import records_of
from runner.domain import HaltInForce, halt_in_force
from runner.errors import Refused, Remedy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.app.console import Console
    from runner.app.inputs.batches import Target


def refuse_halted(targets: Iterable[Target]) -> None:
    """Raise ``Refused`` if runs may send nothing new, or if that cannot be read.

    All targets of a command have their journals in one place.
    """
    for target in targets:
        if (halt := halt_in_force(records_of(target).halts())) is not None:
            raise Refused(f"{halt}; nothing was sent", remedies=[Remedy.RESUME])
        return


def say_halted(target: Target, out: Console) -> HaltInForce | None:
    """Say it if runs may send nothing new, and return that halt. Raises ``Refused`` if it cannot be read."""
    halt = halt_in_force(records_of(target).halts())
    if halt is None:
        return None
    out.note(f"WARNING: {halt}.")
    out.advise([Remedy.RESUME])
    return HaltInForce(**structs.asdict(halt), place=halted_place(target))


def halted_place(target: Target) -> str:
    """Return what a halt of a target holds for: ``ledger``, or the state folder of these runs."""
    return "ledger" if target.ledger is not None else str(target.state_dir)
