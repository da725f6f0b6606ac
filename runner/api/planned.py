"""The batch in a file, and its plan with a review."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from runner.app.checks.plan_review import ReviewOptions
from runner.app.consent import digest_of
from runner.app.hosts import Host, TrioProgram
from runner.app.inputs.batches import InvalidBatch, Target, load_batch
from runner.app.inputs.saved_plans import Saving
from runner.app.plan import PlanOptions
from runner.app.plan import plan as make_plan
from runner.domain import is_currency
from runner.errors import ExitCode, InvalidInput
from runner.kraken import Tier

from .collector import Collector
from .job import Kraken, families

if TYPE_CHECKING:
    from runner.app.console import Console
    from runner.domain import Batch, Problem
    from runner.planning import Forecast, Plan
    from runner.review import Diff, Review, SavedPlan

    from .job import Job

__all__ = ["InvalidBatch", "Planned", "Save", "load", "plan"]

_IN_TRIO: Final = TrioProgram()


@dataclass(frozen=True, slots=True, kw_only=True)
class Save:
    """The file that a plan is saved to, and its lifetime in seconds. A saved plan is applied once."""

    path: Path
    valid_for_s: int = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """The result of ``plan``.

    ``digest`` (64 hex digits) is what ``apply`` takes as ``confirm``. ``plan`` has each order with the
    message that would be sent; ``review`` has its worth, its distance from the market, sums, balances and
    findings, all in ``Decimal``. ``diff`` is the difference to another version, None if none was requested.
    ``remarks`` are those of a policy, at lines of the file; ``notes`` are all other messages. ``saved_as``
    is the id of the saved plan, None if none was saved. ``exit_code``: ``DONE``, ``CHANGES`` if requested,
    ``REFUSED`` for what ``apply`` would refuse, or ``UNREACHABLE`` if something could not be
    read. What a plan without a key cannot know is in ``review.unchecked``, and changes no exit code.
    """

    digest: str
    exit_code: ExitCode
    plan: Plan
    review: Review
    diff: Diff | None
    remarks: tuple[Problem, ...]
    notes: tuple[str, ...]
    saved_as: str | None

    @property
    def refused(self) -> bool:
        """True if nothing of it would be sent."""
        return self.exit_code is ExitCode.REFUSED

    @property
    def forecast(self) -> Forecast | None:
        """The duration of the run in seconds, and the pairs that decide it."""
        return self.plan.forecast


def load(file: Path, *, run_key: str = "") -> Batch:
    """Return the batch in a file, or the one in a saved plan. Prices are texts as their author wrote them.

    Raises ``InvalidBatch`` with all ``problems``, ``InvalidInput`` for a file that cannot be read or a run
    key that does not fit, and ``Refused`` for a saved plan that was edited.
    """
    with families():
        return load_batch(Target(file=file, state_dir=Path(), venue="paper", run_key=run_key))


async def plan(
    job: Job,
    *,
    offline: bool = False,
    currency: str = "",
    tier: Tier = Tier.STARTER,
    against: str = "",
    save: Save | None = None,
    detailed_exitcode: bool = False,
    console: Console | None = None,
    host: Host = _IN_TRIO,
) -> Planned:
    """Plan a batch and review the plan with the exchange's data. Sends no order.

    ``offline``: open no connection. ``currency``: that of the totals; empty for the one that all orders are
    paid in, or USD if there are several. ``tier``: the account's, for rate
    limits. ``against``: a git revision, ``REV:PATH`` or a file to compare with. ``detailed_exitcode``: a plan
    with changes ends with ``CHANGES``. ``console`` is shown everything on the way.

    Raises ``InvalidBatch``, ``InvalidInput``, ``Refused`` for a journal that cannot be believed, and
    ``Unreachable`` if the exchange cannot be reached at all.
    """
    options = options_of(
        job,
        offline=offline,
        currency=currency,
        tier=tier,
        against=against,
        save=save,
        detailed_exitcode=detailed_exitcode,
    )
    out, target = Collector(console), job.target()
    with families():
        ended = await make_plan(target, options, out, host)
        digest = digest_of(ended.intended, target, job.variables())
    return planned_of(out, ended.code, digest, saved=ended.saved)


def options_of(
    job: Job,
    *,
    offline: bool,
    currency: str,
    tier: Tier,
    against: str,
    save: Save | None,
    detailed_exitcode: bool,
) -> PlanOptions:
    """Return the arguments of a plan in the form that the recipe takes. Raises ``InvalidInput``."""
    if currency and not is_currency(currency):
        raise InvalidInput(f"{currency!r} is not a currency: write it as in pairs, such as USD or XBT")
    review = ReviewOptions(
        environ=job.variables(), offline=offline, currency=currency, tier=tier, saving=save is not None
    )
    return PlanOptions(
        review=review,
        detailed_exitcode=detailed_exitcode,
        saving=None if save is None else _saving(save, job, offline=offline),
        against=against,
    )


def planned_of(out: Collector, code: ExitCode, digest: str, *, saved: SavedPlan | None) -> Planned:
    """Return what a plan came to, as the recipe has shown it."""
    assert out.planned is not None, "a plan that ends is shown"
    shown, review, diff = out.planned
    assert review is not None, "and reviewed"
    return Planned(
        digest=digest,
        exit_code=code,
        plan=shown,
        review=review,
        diff=diff,
        remarks=tuple(out.found_remarks),
        notes=tuple(out.notes),
        saved_as=None if saved is None else saved.id,
    )


def _saving(save: Save, job: Job, *, offline: bool) -> Saving:
    """Return where a plan is saved. A key names its account offline; a simulated account would be opened."""
    if save.valid_for_s <= 0:
        raise InvalidInput(f"valid_for_s is {save.valid_for_s}: a plan is valid for some seconds at least")
    unbound = offline and not isinstance(job.venue, Kraken)
    return Saving(path=save.path, valid_for_s=save.valid_for_s, offline=unbound, environ=job.variables())
