"""``order-batch validate``: check files, and batches against their policies. No network, no state."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from runner.batchfile import (
    MAX_FILE_BYTES,
    parse,
    parse_balances,
    parse_market,
    parse_policy,
    parse_scenario,
    parse_targets,
)
from runner.domain import Batch, Problem
from runner.errors import ExitCode, InvalidInput, Refused
from runner.runtime.storage import read_limited, read_regular

from .inputs.policy_files import is_policy, places_of, policy_paths

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from runner.domain import Content, Policy
    from runner.planning import Ruling

    Checked = tuple[str, Content | None, Sequence[Problem]]

NO_VENUE = "paper"
"""A batch is planned for some venue; which one says nothing while only its file is known."""

_OTHERS: Final[Mapping[str, Callable[[bytes, str], tuple[Content | None, Sequence[Problem]]]]] = {
    "balances": parse_balances,
    "market": parse_market,
    "policy": parse_policy,
    "scenario": parse_scenario,
    "targets": parse_targets,
}
"""The parsers of files that are no batches, by the names of their schemas."""


def validate(files: Sequence[Path], *, policy: Path | None = None) -> tuple[list[Checked], ExitCode]:
    """Check all files and return all problems of all of them; a file that cannot be read is one more.

    Policies are applied as far as the file alone allows; a denial gives the exit code of a refusal.
    """
    policies = _Policies(policy, files)
    rows = [(file, row) for file in files for row in _checked(file, policy=is_policy(file))]
    found = [row for _, row in rows]
    rulings = [_rulings(row, policies.of(file)) for file, row in rows]
    found = [
        _with(checked, file_rulings) if file_rulings else checked
        for checked, file_rulings in zip(found, rulings, strict=True)
    ]
    found += policies.bad(but=files)
    if any(content is None for _, content, _ in found):
        return found, ExitCode.INVALID
    denied = any(ruling.violation.denies for file_rulings in rulings for ruling in file_rulings)
    return found, ExitCode.REFUSED if denied else ExitCode.DONE


class _Policies:
    """The policies for some files, each read once. Their problems are reported separately."""

    def __init__(self, given: Path | None, files: Sequence[Path]) -> None:
        self._given = given
        self._files = files
        self._checked: dict[Path, Checked] = {}
        self._unseen: dict[str, Checked] = {}

    def of(self, file: Path) -> Policy | None:
        """Return the policies that hold for a file, as one, as far as they are valid."""
        if is_policy(file):
            return None
        try:
            paths = policy_paths(places_of([file]), self._given, but=self._files)
        except InvalidInput as error:
            where, _, what = str(error).partition(": ")
            problem = Problem(where, 1, 1, "", what, error.details[0], "policy-name")
            self._unseen.setdefault(where, (where, None, [problem]))
            return None
        if not paths:
            return None
        from runner.domain import Policy, join  # noqa: PLC0415 - most batches have none

        for path in paths:
            if path not in self._checked:
                (self._checked[path],) = _checked(path, policy=True)
        policies_read = [content for path in paths if isinstance(content := self._checked[path][1], Policy)]
        return join(list({policy.digest: policy for policy in policies_read}.values()))

    def bad(self, *, but: Sequence[Path]) -> list[Checked]:
        """Return the problems of policies, except for those that were named as files."""
        read = [checked for path, checked in self._checked.items() if checked[1] is None and path not in but]
        return [*read, *self._unseen.values()]


def _checked(file: Path, *, policy: bool) -> list[Checked]:
    """Return what is in a file, and its problems; each of several saved plans has its own entry."""
    name = str(file)
    try:
        content = (read_regular if policy else read_limited)(file, MAX_FILE_BYTES)
    except InvalidInput as error:
        return [
            (
                name,
                None,
                [Problem(name, 1, 1, "", str(error).removeprefix(f"{name}: "), rule="file-unreadable")],
            )
        ]
    if policy:
        return [(name, *parse_policy(content, name))]
    parsed = parse(content, name, now=time.time())
    if (parse_other := _OTHERS.get(parsed.other)) is not None:
        return [(name, *parse_other(content, name))]
    plan = parsed.other in ("plan", "plans")
    return _check_plans(content, name) if plan else [(name, parsed.batch, parsed.problems)]


def _check_plans(content: bytes, name: str) -> list[Checked]:
    """Return each saved plan of a file: as it was saved, and a batch inside that is still valid."""
    from runner.review import (  # noqa: PLC0415 - most files are batches
        is_saved_series,
        read_plan,
        read_series,
        source_of,
    )

    try:
        series = is_saved_series(content)
        plans = read_series(content, name=name).plans if series else [read_plan(content, name=name)]
    except Refused as error:
        hint = "; ".join(error.details)
        return [
            (
                name,
                None,
                [Problem(name, 1, 1, "", str(error).removeprefix(f"{name}: "), hint, "plan-unusable")],
            )
        ]
    now = time.time()
    parsed = [parse(source_of(saved), saved.file, run_key=saved.run_key, now=now) for saved in plans]
    return [(name, each.batch, each.problems) for each in parsed]


def _rulings(checked: Checked, rules: Policy | None) -> Sequence[Ruling]:
    """Return the rulings of a policy on a batch; none if either of them is invalid."""
    batch = checked[1]
    if not isinstance(batch, Batch) or rules is None:
        return ()
    # A file without a policy is read, and nothing else is loaded for it.
    from runner.journal import Ledger  # noqa: PLC0415
    from runner.planning import plan  # noqa: PLC0415
    from runner.policy import CheckPhase, Gate  # noqa: PLC0415

    from .inputs.policies import rulings_on  # noqa: PLC0415

    planned = plan(batch, Ledger(), run_key="", venue=NO_VENUE)
    return rulings_on(planned, Gate(rules, planned.run, NO_VENUE, phase=CheckPhase.FILE))


def _with(checked: Checked, rulings: Sequence[Ruling]) -> Checked:
    from runner.domain import Answer  # noqa: PLC0415

    from .inputs.policies import problems_of  # noqa: PLC0415

    name, content, problems = checked
    return name, content, (*problems, *problems_of(rulings, name, Answer.DENY, Answer.WARN))
