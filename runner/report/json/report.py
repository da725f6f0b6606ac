"""Results as JSON for programs: one object on standard output, and nothing else there. No rich."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.harmless import json_text
from runner.report.base import Report
from runner.report.text.plans.forecast import forecast_object
from runner.report.wording.rejects import reject_objects

from .objects import diff_object, error_object, plan_object, starter_object, status_object, validated_object

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TextIO

    from runner.domain import Problem
    from runner.errors import OrderBatchError
    from runner.journal import History
    from runner.report.base import (
        BundleResult,
        FileResult,
        PlanResult,
        RebalanceResult,
        RunResult,
        SeriesResult,
        StarterResult,
        StatusResult,
        VerifyResult,
    )
    from runner.review import PlanApprovals

_SERVED_KEYS = {
    "KRAKEN_SPOT_URL": "rest_url",
    "KRAKEN_WS_AUTH_URL": "ws_url",
    "KRAKEN_API_KEY": "api_key",
    "KRAKEN_API_SECRET": "api_secret",
    "ORDER_BATCH_CONTROL_TOKEN": "control_token",
}


class JsonReport(Report):
    """The writer of ``--format json``."""

    def __init__(self, stdout: TextIO) -> None:
        self._stdout = stdout

    def validated(self, files: Sequence[FileResult]) -> None:
        """Write what was found in batch files."""
        self._write(validated_object(files))

    def plan(self, result: PlanResult) -> None:
        """Write what a run would do, and what is different about it."""
        self._write(_plan(result))

    def run(self, result: RunResult) -> None:
        """Write the manifest as it is on disk, with what the errors in it mean.

        Where that is, and how long it took, is not part of it.
        """
        self._write(_run(result))

    def series(self, result: SeriesResult) -> None:
        """Write the results of several files, each as it would be alone, and a summary."""
        from .series import series_object  # noqa: PLC0415

        self._write(series_object(result, plan=_plan, manifest=_run))

    def status(self, result: StatusResult) -> None:
        """Write what the journal says, and what the exchange says."""
        self._write(status_object(*result[:5], halt=result.halt))

    def rebalance(self, result: RebalanceResult) -> None:
        """Write what follows from a targets file."""
        from .rebalance import rebalance_object  # noqa: PLC0415

        self._write(rebalance_object(result))

    def bundled(self, result: BundleResult) -> None:
        """Write where a bundle is, and what is in it."""
        self._write({"path": result.path, "sha256": result.digest, "files": list(result.files)})

    def verified(self, result: VerifyResult) -> None:
        """Write the checks of a bundle."""
        checks = [{"check": words, "problems": list(problems)} for words, problems in result.checks]
        sound = not any(check["problems"] for check in checks)
        self._write({"path": result.path, "sha256": result.digest, "sound": sound, "checks": checks})

    def approvals(self, plans: Sequence[PlanApprovals]) -> None:
        """Write the approvals of saved plans, and what is missing."""
        self._write({"plans": [each.row() for each in plans]})

    def history(self, found: History) -> None:
        """Write runs of all batches, in the published form."""
        from .history import history_object  # noqa: PLC0415

        self._write(history_object(found))

    def initialized(self, result: StarterResult) -> None:
        """Write which starter files there are now."""
        self._write(starter_object(result))

    def halted(self, result: Mapping[str, Any]) -> None:
        """Write the result of a halt as it is on disk."""
        self._write(result)

    def resumed(self, result: Mapping[str, Any]) -> None:
        """Write which halt has ended."""
        self._write(result)

    def diagnosed(self, result: Mapping[str, Any]) -> None:
        """Write the checks of a set-up."""
        self._write(result)

    def failed(self, error: OrderBatchError, problems: Sequence[Problem]) -> None:
        """Write why there is no result."""
        self._write(error_object(error, problems))

    def served(self, variables: Mapping[str, str]) -> None:
        """Write where the simulated exchange is, on one line."""
        self._write({_SERVED_KEYS[name]: text for name, text in variables.items()}, one_line=True)

    def _write(self, content: Mapping[str, Any], *, one_line: bool = False) -> None:
        self._stdout.write(json_text(content, one_line=one_line))
        self._stdout.flush()


def _plan(result: PlanResult) -> dict[str, Any]:
    plan, review, diff = result
    content = plan_object(plan, review) | ({} if diff is None else {"diff": diff_object(diff)})
    if plan.forecast is not None:
        content["forecast"] = forecast_object(plan.forecast)
    return content


def _run(result: RunResult) -> dict[str, Any]:
    explained = reject_objects(result.manifest)
    return {**result.manifest, "explanations": explained} if explained else dict(result.manifest)
