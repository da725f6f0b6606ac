"""The policies that apply to a batch, and the gate for its messages.

All policies that are found apply, and so does one that is named; ``policy_files`` finds them.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runner.batchfile import MAX_FILE_BYTES, parse_policy
from runner.domain import Answer, SecondLooks, join, rfc3339
from runner.errors import InvalidInput, Refused
from runner.journal import RunStarted, owner_of
from runner.policy import Gate, SentCancel, SentOrder, needs_the_day, pairs_to_price, sent_in
from runner.review import evaluate_policy
from runner.runtime.storage import Sender, read_regular

from .batches import InvalidBatch, Target, records_of
from .policy_files import places_of, policy_paths

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.app.console import Console
    from runner.domain import Market, Owner, Policy, Problem
    from runner.journal import Entry
    from runner.planning import Plan, Ruling
    from runner.policy import CheckPhase
    from runner.review import SavedPlan


class Denied(Refused):
    """A policy denies a part of the batch; nothing was sent."""

    def __init__(self, policy: Policy, problems: Sequence[Problem]) -> None:
        many = "one message" if len(problems) == 1 else f"{len(problems)} messages"
        super().__init__(
            f"the {'policies' if policy.joined else 'policy'} {policy.name} "
            f"{'deny' if policy.joined else 'denies'} {many}; nothing was sent",
            details=[f"Its rules are in {file.file}, SHA-256 {file.digest}." for file in policy.files],
        )
        self.problems = tuple(problems)


def policy_for(
    target: Target, saved: SavedPlan | None, out: Console, *, beside: Path | None = None
) -> Policy | None:
    """Return the policies that apply to the subject of a command, joined; None if there is none.

    For a saved plan, the policies of its own folder and of its batch file's folder apply; ``beside`` is the
    path where one is to be saved. Raises ``InvalidBatch`` for a policy with problems, ``InvalidInput`` for
    one that cannot be read.
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
    """A policy that applies to a plan, with its inputs: the orders sent before, and prices.

    ``pairs`` are those whose prices it needs; ``market`` is None if they were not read.
    """

    policy: Policy
    plan: Plan
    sent: tuple[SentOrder | SentCancel, ...]
    pairs: tuple[str, ...]
    market: Market | None = None

    def gate(self, phase: CheckPhase) -> Gate:
        """Return a new gate."""
        plan = self.plan
        return Gate(self.policy, plan.run, plan.venue, market=self.market, sent=self.sent, phase=phase)


def guarding_for(policy: Policy | None, plan: Plan, target: Target) -> Guarding | None:
    """Return the policy check of a plan, without prices yet; None without a policy."""
    if policy is None:
        return None
    sent = tuple(_sent_before(policy, plan, target))
    others = [entry.pair for entry in sent if isinstance(entry, SentOrder)]
    pairs = pairs_to_price(policy, [*(order.pair for order in plan.orders()), *others])
    return Guarding(policy=policy, plan=plan, sent=sent, pairs=pairs)


@contextmanager
def exclude_other_senders(senders: Sequence[tuple[Policy | None, Plan]], target: Target) -> Iterator[None]:
    """During a block, exclude other runs that count in the same daily limit.

    ``senders`` are the plans that this process sends one after another, each with its policy. Meanwhile
    no other run writes a journal that such a limit counts. Raises ``Locked``, ``Refused``.
    """
    first = senders[0][1]
    more = f" and {len(senders) - 1} more" if len(senders) > 1 else ""
    sender = Sender(
        pid=os.getpid(),
        batch=f"{first.run.batch}{more}",
        run_key=first.run.run_key,
        since=rfc3339(time.time(), digits=3),
        alone=any(policy is not None and needs_the_day(policy, target.venue) for policy, _ in senders),
        owner=first.owner,
    )
    with records_of(target).exclude(sender):
        yield


def rulings_on(plan: Plan, gate: Gate) -> tuple[Ruling, ...]:
    """Return the rulings of a policy on a run that begins now."""
    return evaluate_policy(plan, gate, time.time())


def denies_looks(policy: Policy | None) -> bool:
    """Return whether a policy denies any second looks, so that they have to be taken."""
    rules = policy.rules if policy is not None else ()
    return any(isinstance(rule.check, SecondLooks) and rule.answer is Answer.DENY for rule in rules)


def problems_of(rulings: Iterable[Ruling], file: str, *answers: Answer) -> tuple[Problem, ...]:
    """Return the rulings as problems, at the lines of the batch file that they are about."""
    return tuple(ruling.problem(file) for ruling in rulings if ruling.violation.answer in answers)


def refuse_denied(policy: Policy | None, rulings: Iterable[Ruling], file: str) -> None:
    """Raise ``Denied`` when a rule denies anything."""
    denied = problems_of(rulings, file, Answer.DENY)
    if policy is not None and denied:
        raise Denied(policy, denied)


def _sent_before(policy: Policy, plan: Plan, target: Target) -> Iterator[SentOrder | SentCancel]:
    """Return what was sent before: by all batches of the venue if a rule counts a day, else by this one."""
    every = needs_the_day(policy, target.venue)
    place = str(target.state_dir / target.venue)
    try:
        for kept in records_of(target).all():
            place = kept.place
            own = kept.name in (plan.run.batch, f"{plan.run.batch}@{plan.run.run_key}")
            if own or every:
                entries = kept.entries()
                _refuse_headless(entries, place)
                if own or _may_be_of(entries, plan.owner):
                    yield from sent_in(entries)
    except OSError as error:
        raise InvalidInput(
            f"{error.filename or place}: the journal cannot be read: {error.strerror}"
        ) from error


def _refuse_headless(entries: Sequence[Entry], place: str) -> None:
    if entries and not isinstance(entries[0], RunStarted):
        raise Refused(
            f"{place}: this journal does not begin with the beginning of a run",
            details=["What it says cannot be counted. Restore the file from a copy."],
        )


def _may_be_of(entries: Sequence[Entry], owner: Owner | None) -> bool:
    """Return True if a journal may hold orders of an account; always for an unknown account."""
    if owner is None:
        return True
    known = [account for entry in entries if isinstance(entry, RunStarted) and (account := owner_of(entry))]
    return not known or any(owner.may_share_limits(account) for account in known)
