"""Results as SARIF 2.1.0, for code scanning and for editors: what is wrong, each with its rule and its place.

Only what is wrong is in it: a run in which all went well has no results.
Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import os
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from runner import __version__
from runner.harmless import json_text
from runner.report.base import Report
from runner.report.diagnostics import (
    Remark,
    remarks_of_contradictions,
    remarks_of_error,
    remarks_of_looks,
    remarks_of_orphans,
    remarks_of_plan,
    remarks_of_problems,
    remarks_of_refusal,
    remarks_of_result,
    rooted,
)
from runner.report.explaining.cures import CURES
from runner.report.markdown.escaping import sarif_text
from runner.report.wording.approvals import controls_of_plan, controls_of_run
from runner.report.wording.policies import DIGEST_DIGITS, describe_policies
from runner.report.wording.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TextIO

    from runner.domain import Problem
    from runner.errors import OrderBatchError
    from runner.report.base import (
        FileResult,
        PlanResult,
        RebalanceResult,
        RunResult,
        SeriesResult,
        StatusResult,
    )
    from runner.report.wording.approvals import Controls

VERSION: Final = "2.1.0"
SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"


class SarifReport(Report):
    """The writer of ``--format sarif``. ``rooted_path`` names a file from the repository's root."""

    def __init__(self, stdout: TextIO, rooted_path: Callable[[str], str]) -> None:
        self._stdout = stdout
        self._rooted_path = rooted_path

    def validated(self, files: Sequence[FileResult]) -> None:
        """Write what was found in batch files."""
        self._write(remarks_of_problems(problem for _, _, found in files for problem in found))

    def plan(self, result: PlanResult) -> None:
        """Write what is wrong with a plan; a difference is nothing wrong."""
        plan, review, _ = result
        remarks = [*remarks_of_refusal(plan, review), *remarks_of_looks(review, plan.file)]
        remarks += remarks_of_plan(plan, review)
        self._write(remarks, controls_of_plan(plan))

    def run(self, result: RunResult) -> None:
        """Write the failures of a run."""
        self._write(remarks_of_result(result.manifest), controls_of_run(result.manifest))

    def series(self, result: SeriesResult) -> None:
        """Write what is wrong with several files, as one run."""
        from runner.report.series_remarks import controls_of_series, remarks_of_outcome  # noqa: PLC0415

        remarks = [remark for outcome in result.outcomes for remark in remarks_of_outcome(outcome)]
        self._write(remarks, controls_of_series(result))

    def status(self, result: StatusResult) -> None:
        """Write what the last run left."""
        plan, manifest, _, denied, *_ = result
        controls = controls_of_run(manifest) if manifest else None
        left = remarks_of_result(manifest) if manifest else []
        held = [*remarks_of_orphans(plan), *remarks_of_contradictions(denied, plan.file)]
        self._write([*held, *left], controls)

    def rebalance(self, result: RebalanceResult) -> None:
        """Write what is outside its band and gets no order; drift that orders answer is nothing wrong."""
        from runner.report.rebalance_remarks import remarks_of_rebalance  # noqa: PLC0415

        self._write(remarks_of_rebalance(result.rebalance))

    def failed(self, error: OrderBatchError, problems: Sequence[Problem]) -> None:
        """Write why there is no result."""
        self._write(remarks_of_problems(problems) or [remarks_of_error(error, "")])

    def _write(self, remarks: Sequence[Remark], controls: Controls | None = None) -> None:
        self._stdout.write(json_text(sarif_of(rooted(remarks, self._rooted_path), controls)))
        self._stdout.flush()


def sarif_of(remarks: Sequence[Remark], controls: Controls | None = None) -> dict[str, Any]:
    """Return a log with one run, and the policies that held for what it is about."""
    used = list(dict.fromkeys(remark.rule for remark in remarks))
    rules = [_rule(rule) for rule in used]
    driver = {"name": "order-batch", "version": __version__, "semanticVersion": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        # Columns are counted in characters, as everywhere here, and not in UTF-16 units.
        "columnKind": "unicodeCodePoints",
        "results": [_result(remark, used.index(remark.rule)) for remark in remarks],
        **({} if controls is None else {"properties": _properties(controls)}),
    }
    return {"$schema": SCHEMA, "version": VERSION, "runs": [run]}


def _rule(rule: str) -> dict[str, Any]:
    """Return a rule with what it means, and what to do about it."""
    words = {"id": rule, "shortDescription": {"text": RULES.get(rule, rule)}}
    return words if rule not in CURES else {**words, "help": {"text": f"What to do: {CURES[rule]}."}}


def _properties(controls: Controls) -> dict[str, Any]:
    words = sarif_text(describe_policies(controls.policies, digits=DIGEST_DIGITS))
    approvals = [sarif_text(text) for text in controls.approvals]
    return {"policy": words, "policies": controls.policies, **({"approvals": approvals} if approvals else {})}


def _result(remark: Remark, rule_index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": remark.rule,
        "ruleIndex": rule_index,
        "level": remark.level.value,
        "message": {"text": sarif_text(remark.text)},
    }
    if remark.file:
        region = {"startLine": remark.line, "startColumn": remark.column}
        location = {"artifactLocation": {"uri": uri_of(remark.file)}, "region": region}
        result["locations"] = [{"physicalLocation": location}]
    return result


def uri_of(file: str) -> str:
    """Return a path as a URI reference: relative as it is, absolute with its scheme."""
    path = PurePath(file)
    # A relative path that holds a colon in its first part would be read as a scheme.
    return path.as_uri() if path.is_absolute() else quote(os.fsencode(path))
