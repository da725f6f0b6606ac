"""From a batch to the policies that hold for it, and to the gate that its messages go through.

All that are found hold, and so does one that is named with --policy; where they are is known by
``policy_files``.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runner.batchfile import MAX_FILE_BYTES, parse_policy
from runner.domain import Answer, join
from runner.engine import foresee
from runner.errors import InvalidInput, Refused
from runner.guards import Gate, SentCancel, SentOrder, needs_the_day, pairs_to_price, sent_in
from runner.storage import journal_entries, journal_paths, read_regular

from .batches import InvalidBatch, Target
from .policy_files import places_of, policy_paths

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.domain import Market, Policy, Problem
    from runner.engine import Plan, Ruling
    from runner.guards import Moment
    from runner.report import Output
    from runner.review import SavedPlan


class Denied(Refused):
    """A policy denies something that the batch asks for; nothing was sent."""

    def __init__(self, policy: Policy, problems: Sequence[Problem]) -> None:
        many = "one message" if len(problems) == 1 else f"{len(problems)} messages"
        super().__init__(
            f"the {'policies' if policy.joined else 'policy'} {policy.name} "
            f"{'deny' if policy.joined else 'denies'} {many}; nothing was sent",
            details=[f"Its rules are in {one.file}, SHA-256 {one.digest}." for one in policy.files],
        )
        self.problems = tuple(problems)


def policy_for(
    target: Target, saved: SavedPlan | None, out: Output, *, beside: Path | None = None
) -> Policy | None:
    """Return the policies that hold for what a command is about, as one; None where there is none.

    A saved plan answers to those beside itself and to those beside the file that it was made of; ``beside``
    is where one is to be saved. Raises ``InvalidBatch`` for a policy with problems, ``InvalidInput`` for one
    that cannot be read.
    """
    inner = (Path(saved.file),) if saved is not None else ()
    files = [target.file, *inner, *(() if beside is None else (beside,))]
    places = places_of(files)
    if places.stream:
        out.note(f"What comes from a pipe is in no folder: policies are looked for in {Path.cwd()} as well.")
    found: dict[str, Policy] = {}
    for path in policy_paths(places, target.policy, but=files):
        policy = read_policy(path)
        found.setdefault(policy.digest, policy)
    return join(list(found.values()))


def read_policy(path: Path) -> Policy:
    """Return the policy in a file. Raises ``InvalidBatch`` and ``InvalidInput``."""
    parsed = parse_policy(read_regular(path, MAX_FILE_BYTES), str(path))
    if parsed.policy is None:
        raise InvalidBatch(str(path), parsed.problems)
    return parsed.policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarding:
    """A policy that holds for a plan, with what it has to know: what was sent before, and prices.

    ``pairs`` are those whose prices it looks at; ``market`` is None where nobody has read them.
    """

    policy: Policy
    plan: Plan
    sent: tuple[SentOrder | SentCancel, ...]
    pairs: tuple[str, ...]
    market: Market | None = None

    def gate(self, moment: Moment) -> Gate:
        """A gate that has let nothing pass yet."""
        plan = self.plan
        return Gate(self.policy, plan.run, plan.venue, market=self.market, sent=self.sent, moment=moment)


def guarding_for(policy: Policy | None, plan: Plan, target: Target) -> Guarding | None:
    """What stands between a plan and the exchange, without prices yet; None without a policy."""
    if policy is None:
        return None
    sent = tuple(_sent_before(policy, plan, target))
    others = [one.request.pair for one in sent if isinstance(one, SentOrder)]
    pairs = pairs_to_price(policy, [*(order.request.pair for order in plan.orders()), *others])
    return Guarding(policy=policy, plan=plan, sent=sent, pairs=pairs)


def rulings_on(plan: Plan, gate: Gate) -> tuple[Ruling, ...]:
    """What a policy would say of a run that begins now."""
    return foresee(plan, gate, time.time())


def problems_of(rulings: Iterable[Ruling], file: str, *answers: Answer) -> tuple[Problem, ...]:
    """What the policy says, at the lines of the batch file that it is about."""
    return tuple(ruling.problem(file) for ruling in rulings if ruling.objection.answer in answers)


def refuse_denied(policy: Policy | None, rulings: Iterable[Ruling], file: str) -> None:
    """Raise ``Denied`` when a rule denies anything."""
    denied = problems_of(rulings, file, Answer.DENY)
    if policy is not None and denied:
        raise Denied(policy, denied)


def _sent_before(policy: Policy, plan: Plan, target: Target) -> Iterator[SentOrder | SentCancel]:
    """From all journals of the venue where a rule counts the day, else from the batch's own."""
    for path in journal_paths(target.state_dir, target.venue):
        own = path.parent.name in (plan.run.batch, f"{plan.run.batch}@{plan.run.run_key}")
        if own or needs_the_day(policy):
            try:
                yield from sent_in(journal_entries(path))
            except OSError as error:
                raise InvalidInput(f"{path}: the journal cannot be read: {error.strerror}") from error
