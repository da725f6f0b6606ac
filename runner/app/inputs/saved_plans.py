"""Saved plans on disk: written by ``plan``, carried out once by ``apply``."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from runner import TOOL
from runner.domain import rfc3339
from runner.errors import InvalidInput
from runner.review import (
    NO_ACCOUNT,
    Today,
    admit,
    admit_plan,
    finding_object,
    look_object,
    market_object,
    save_plan,
    write_plan,
)
from runner.runtime.storage import write_text

from .outputs import refuse_output

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.app.console import Console
    from runner.domain import Policy
    from runner.journal import Ledger, RunStarted
    from runner.planning import EmptyLook, Plan
    from runner.review import Review, SavedPlan

    from .batches import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """The path of a plan to be saved, and its lifetime. ``offline``: for no account yet."""

    path: Path
    valid_for_s: int
    offline: bool
    environ: Mapping[str, str] = field(repr=False)


def refuse_no_file(
    path: Path, what: str, target: Target, environ: Mapping[str, str], saved: SavedPlan | None = None
) -> None:
    """Refuse an output file before anything is done. Raises ``InvalidInput``.

    It must be writable, and replace no device, no input, no policy and no state.
    """
    planned = [] if saved is None else [Path(saved.file)]
    policies = [] if target.policy is None else [target.policy]
    refuse_output(path, what, (target.file, *policies, *planned), environ)


def save(
    plan: Plan, source: bytes, target: Target, saving: Saving, review: Review, *, look: EmptyLook | None
) -> SavedPlan:
    """Save a plan with its review. Raises ``InvalidInput`` if the file cannot be written."""
    saved = saved_form(plan, source, target, saving, review, look=look)
    write_saved(saving.path, write_plan(saved))
    return saved


def saved_form(
    plan: Plan, source: bytes, target: Target, saving: Saving, review: Review, *, look: EmptyLook | None
) -> SavedPlan:
    """Return the saved form of a plan with its review."""
    return save_plan(
        plan,
        source,
        tool=TOOL,
        now=time.time(),
        valid_for_s=saving.valid_for_s,
        account=None if saving.offline else _account(plan, target, saving.environ),
        look=look,
        market=None if review.market is None else market_object(review.market),
        findings=[
            *map(finding_object, review.findings),
            *(ruling.row() for ruling in plan.rulings),
            *map(look_object, review.second_looks),
        ],
    )


def write_saved(path: Path, text: str) -> None:
    """Write the text of a saved plan. Raises ``InvalidInput`` if the file cannot be written."""
    try:
        write_text(path, text)
    except OSError as error:
        raise InvalidInput(f"{path}: the plan cannot be written: {error.strerror}") from error


def check_admission(
    saved: SavedPlan, target: Target, environ: Mapping[str, str], out: Console, policy: Policy | None = None
) -> None:
    """Raise ``Refused`` unless a plan was made for this venue, account, policy and run key, and for now.

    That it names no account is reported.
    """
    from runner.app.access.venues import account_at  # noqa: PLC0415 - who saves no plan loads no sockets for it

    today = Today(
        now=time.time(),
        venue=target.venue,
        run_key=target.run_key,
        account=account_at(target.venue, target.state_dir, environ),
        policy=policy.digest if policy is not None else None,
        policies=policy.files if policy is not None else (),
    )
    admit(saved, today, name=str(target.file))
    say_what_it_binds(saved, target.file, out)


def say_what_it_binds(saved: SavedPlan, file: Path, out: Console) -> None:
    """Report that a plan names no account."""
    if saved.account is None:
        out.note(f"WARNING: {file}: this plan binds {NO_ACCOUNT}.")


def say_what_it_looked_at(saved: SavedPlan, file: Path, out: Console) -> None:
    """Report the part of the account that the run of a saved plan need not look through."""
    if saved.look is not None:
        since = rfc3339(saved.look.began_at, digits=3)
        out.note(
            f"{file}: the account had none of its orders at {since}: on this account apply looks only "
            "through what has ended since."
        )


def mark_admitted(saved: SavedPlan, plan: Plan, ledger: Ledger, target: Target) -> Plan:
    """Return the plan that is to be carried out; raises ``Refused`` when it was used or no longer fits."""
    used = next((_use(run) for run in reversed(ledger.runs) if run.plan == saved.id), "")
    return admit_plan(saved, plan, ledger.plans.get(saved.id), name=str(target.file), used=used)


def _use(run: RunStarted) -> str:
    """Return when a run has used a plan and who has begun it, as it said itself."""
    who = run.provenance or {}
    named = {" by ": who.get("actor") or who.get("user"), " on ": who.get("host"), ", job ": who.get("run")}
    return f", at {run.at[:19]}Z{''.join(f'{word}{text}' for word, text in named.items() if text)}"


def _account(plan: Plan, target: Target, environ: Mapping[str, str]) -> str | None:
    """Return the account that a plan is made for: by its IBAN, which all of its keys share, else by the key.

    A simulated one is opened now, so that the plan names it.
    """
    from runner.app.access.venues import KRAKEN, PAPER, account_at, paper_exchange  # noqa: PLC0415

    if target.venue == KRAKEN and plan.owner is not None and plan.owner.iban:
        return plan.owner.iban  # A simulated exchange has one key for ever, which says as much.

    account = account_at(target.venue, target.state_dir, environ)
    if account is None and target.venue == PAPER:
        with paper_exchange(target.state_dir):
            pass
        account = account_at(target.venue, target.state_dir, environ)
    return account
