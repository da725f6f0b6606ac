"""The batch of a path, and the ledger of its journal."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Final

from msgspec import structs

from runner.batchfile import parse
from runner.domain import RunId
from runner.errors import ExitCode, InvalidInput, OrderBatchError, Refused, Remedy
from runner.journal import fold, read_entries
from runner.kraken import fields_of
from runner.planning import RESTORE, Plan, differing_fields, find_reached_own_orders, plan
from runner.review import (
    is_saved_plan,
    is_saved_series,
    read_plan,
    read_series,
    refuse_other_run_key,
    source_of,
)
from runner.runtime.storage import read_limited, state_path

from .records import LocalRecords

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from runner.domain import Batch, Policy, Problem, Secret
    from runner.journal import Ledger
    from runner.planning import PlannedOrder
    from runner.review import SavedPlan

    from .records import Records

_NEEDS_APPROVALS: Final = "kraken"
"""The venue of real orders; a rehearsal needs none."""

MAX_PLAN_BYTES = 64 * 1024 * 1024
"""The longest batch with its messages takes about half of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """A market and balances of the simulated exchange as typed, empty for the usual ones.

    ``market``: ``walk``, ``live``, ``replay:FILE`` or a file; ``balances``: a file, or ``account``. ``speed``
    is how much faster recorded prices are played.
    """

    market: str = ""
    balances: str = ""
    speed: Decimal = Decimal(1)

    @property
    def wanted(self) -> bool:
        """True if anything is not as usual."""
        return bool(self.market or self.balances or self.speed != 1)

    def row(self) -> dict[str, str]:
        """Return it as an object for JSON."""
        return {"market": self.market, "balances": self.balances}


USUAL: Final = Rehearsal()
"""The exchange of the state folder, as it is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The subject of a command: a batch file, a venue, a state directory, and a policy that was named.

    ``same_account``: the user confirms that the key belongs to the account of the journal. ``batch`` names
    one of several plans that were saved in one file. ``ledger`` is the address of a team's ledger, None for
    the state folder; ``records`` are the journals in it, once opened. ``wait_s`` is for how many seconds a
    run waits for an account that another one holds there. ``rehearsal`` is what the simulated exchange of
    this command alone opens with; that exchange and its journals are thrown away at the end.
    """

    file: Path
    state_dir: Path
    venue: str
    run_key: str
    policy: Path | None = None
    same_account: bool = False
    batch: str = ""
    ledger: Secret | None = None
    records: Records | None = None
    wait_s: int = 0
    rehearsal: Rehearsal = USUAL


class InvalidBatch(OrderBatchError):
    """The file has problems; nothing was sent."""

    exit_code = ExitCode.INVALID

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        many = "a problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__(f"{file} has {many}; nothing was sent")
        self.problems = tuple(problems)


class KeyIsForOthers(InvalidInput):
    """A run key was given to a batch that is applied once."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A batch with the bytes that it was read from; ``saved`` is the plan that held them, if one did."""

    batch: Batch
    source: bytes
    saved: SavedPlan | None


def load(target: Target) -> Loaded:
    """Read a batch file, or a saved plan and the batch in it.

    Raises ``InvalidBatch``, ``InvalidInput`` when the run key does not fit the batch, or ``Refused`` for a
    saved plan that was edited, or made for another run key. A plan answers to the rules of its batch file.
    """
    content = read_limited(target.file, MAX_PLAN_BYTES)
    name = str(target.file)
    if is_saved_series(content):
        return _load_plan(read_series(content, name=name).plan_of(target.batch, name=name), target)
    if target.batch:
        raise InvalidInput(f"{name}: it is one batch, and none of several saved plans is to be named")
    return _load(content, target)


def load_all(target: Target) -> list[tuple[Target, Loaded | OrderBatchError]]:
    """Read a file of a command that takes several, which may hold several saved plans.

    Each batch comes with its own target; the run key is for those that repeat. A batch that is invalid comes
    with the error. Raises ``InvalidInput`` and ``Refused`` where the file itself cannot be read.
    """
    content = read_limited(target.file, MAX_PLAN_BYTES)
    if not is_saved_series(content):
        return [_loaded_for_key(target, partial(_load, content))]
    plans = read_series(content, name=str(target.file)).plans
    each = [replace(target, batch=saved.batch) for saved in plans]
    return [
        _loaded_for_key(place, partial(_load_plan, saved)) for place, saved in zip(each, plans, strict=True)
    ]


def _loaded_for_key(
    target: Target, read: Callable[[Target], Loaded]
) -> tuple[Target, Loaded | OrderBatchError]:
    """Read a batch with the run key, and without it if it is not for this one."""
    without = replace(target, run_key="")
    for place in dict.fromkeys((target, without)):
        try:
            return place, read(place)
        except KeyIsForOthers:
            continue
        except OrderBatchError as error:
            return place, error
    raise AssertionError("without a run key no batch refuses it")


def _load(content: bytes, target: Target) -> Loaded:
    if is_saved_plan(content):
        return _load_plan(read_plan(content, name=str(target.file)), target)
    batch = _valid(content, str(target.file), target)
    _check_run_key(batch, target)
    return Loaded(batch, content, None)


def _load_plan(saved: SavedPlan, target: Target) -> Loaded:
    source = source_of(saved)
    batch = _valid(source, saved.file, target)
    _refuse_key_without_repeat(batch, target)
    refuse_other_run_key(saved, target.run_key, name=str(target.file))
    _check_run_key(batch, target)
    return Loaded(batch, source, saved)


def load_batch(target: Target) -> Batch:
    """Return the batch of a file, or of a saved plan. Raises as ``load`` does."""
    return load(target).batch


def _valid(content: bytes, file: str, target: Target) -> Batch:
    parsed = parse(content, file, run_key=target.run_key, now=time.time())
    if parsed.batch is None:
        raise InvalidBatch(file, parsed.problems)
    return parsed.batch


def _check_run_key(batch: Batch, target: Target) -> None:
    file = batch.file
    if batch.repeat and not target.run_key:
        raise InvalidInput(
            f"{file}: this batch says `repeat: true`, so it needs a run key",
            details=["Say which repetition this is, such as 2026-W47: it is applied once per key."],
            remedies=[Remedy.RUN_KEY],
        )
    _refuse_key_without_repeat(batch, target)


def _refuse_key_without_repeat(batch: Batch, target: Target) -> None:
    file = batch.file
    if target.run_key and not batch.repeat:
        raise KeyIsForOthers(
            f"{file}: a run key is for batches that say `repeat: true`",
            details=["Without it a batch is applied once, ever; a run key would place it all again."],
        )


def records_of(target: Target) -> Records:
    """Return where the journals of runs are kept."""
    return target.records or LocalRecords(target.state_dir, target.venue)


def run_of(target: Target, batch: Batch) -> RunId:
    """Return the run of a batch: its name and the run key."""
    return RunId(batch.name, target.run_key)


def folder_of(target: Target, batch: Batch) -> Path:
    """Return the folder of this machine for a batch and run key at a venue."""
    return state_path(target.state_dir, target.venue, batch.name, target.run_key)


def ledger_of(contents: Sequence[Mapping[str, Any]]) -> Ledger:
    """Return the ledger of a journal's lines."""
    return fold(read_entries(contents))


def ledger_at(target: Target, batch: Batch) -> Ledger:
    """Return the ledger of a batch without locking its journal.

    Raises ``Refused`` if it cannot be read, or if git tracks it.
    """
    return fold(records_of(target).entries(run_of(target, batch)))


def plan_of(target: Target, batch: Batch, ledger: Ledger, policy: Policy | None = None) -> Plan:
    """Return the plan of a batch and the policy that applies to it."""
    planned = plan(batch, ledger, run_key=target.run_key, venue=target.venue)
    if policy is None:
        return planned
    required = policy.approvals if target.venue == _NEEDS_APPROVALS else ()
    return structs.replace(planned, policy=policy.digest, policies=policy.files, required=required)


def refuse_own_orders(plan: Plan, ledger: Ledger) -> None:
    """Raise ``InvalidBatch`` if a cancellation by user reference would cancel orders of the same batch."""
    if problems := find_reached_own_orders(plan, ledger):
        raise InvalidBatch(plan.file, problems)


def refuse_changed(plan: Plan) -> None:
    """Raise ``Refused`` when an order differs from what was placed under its name."""
    if not plan.changed:
        return
    if unrecorded := [order for order in plan.changed if order.unrecorded]:
        raise Refused(
            f"{_names(unrecorded)}: the journal lacks its request; nothing was sent",
            details=[*(_all_that_is_known(plan.file, order) for order in unrecorded), RESTORE],
        )
    details = [line for order in plan.changed for line in _both_versions(plan.file, order)]
    details.append("What was placed cannot be placed differently: give the order a new id.")
    raise Refused(f"{_names(plan.changed)}: changed after it was placed; nothing was sent", details=details)


def _names(orders: Sequence[PlannedOrder]) -> str:
    return ", ".join(str(order.key) for order in orders[:3])


def _all_that_is_known(file: str, order: PlannedOrder) -> str:
    where = f"{file}:{order.place.line}:{order.place.column}: {order.key}"
    known = order.known
    outcome = known.outcome.value if known and known.outcome else "in doubt"
    known_facts = [known.txid, known.error] if known else []
    return f"{where}: an earlier run has called it {': '.join(filter(None, [outcome, *known_facts]))}"


def _both_versions(file: str, order: PlannedOrder) -> list[str]:
    placed = dict(order.known.request or {}) if order.known else {}
    requested = fields_of(order.request)
    where = f"{file}:{order.place.line}:{order.place.column}: {order.key}"
    txid = order.known.txid if order.known else None
    return [
        f"{where}: {name} was {placed.get(name, 'absent')} when placed as {txid or 'an order in doubt'}, "
        f"is now {requested.get(name, 'absent')}"
        for name in differing_fields(placed, requested)
    ]
