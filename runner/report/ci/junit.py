"""Results as JUnit XML, which CI systems show as tests: an order is a test case, a group is a suite.

A reject is a failure; an unresolved order is an error, so that it is not taken for a failed one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

from runner.domain import BarrierOutcome, Batch, CancelOutcome, OrderOutcome
from runner.harmless import xml_without_commands
from runner.report.base import FailedResult, NotBegunResult, PlanResult, Report, RunResult
from runner.report.diagnostics import (
    Level,
    remarks_of_contradictions,
    remarks_of_error,
    remarks_of_looks,
    remarks_of_orphans,
    remarks_of_plan,
    remarks_of_problems,
    remarks_of_refusal,
    remarks_of_result,
)
from runner.report.markdown.escaping import xml_text
from runner.report.text.validation import other_kind
from runner.report.wording.approvals import controls_of_plan, controls_of_run
from runner.report.wording.barriers import describe_end, describe_need, end_word, passed_unfilled
from runner.report.wording.cancels import left_fate
from runner.report.wording.orders import describe_sent_order
from runner.report.wording.policies import DIGEST_DIGITS, describe_policies

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import TextIO

    from runner.domain import Problem
    from runner.errors import OrderBatchError
    from runner.report.base import FileOutcome, FileResult, RebalanceResult, SeriesResult, StatusResult
    from runner.report.diagnostics import Remark
    from runner.report.wording.approvals import Controls

_SKIPPED: Final = {OrderOutcome.SKIPPED.value, CancelOutcome.SKIPPED.value}
_UNKNOWN: Final = {OrderOutcome.UNRESOLVED.value, CancelOutcome.UNRESOLVED.value}
_FAILED: Final = {
    OrderOutcome.ENDED.value,
    OrderOutcome.REJECTED.value,
    OrderOutcome.REFUSED.value,
    CancelOutcome.OPEN.value,
}


class JunitReport(Report):
    """The writer of ``--format junit``."""

    def __init__(self, stdout: TextIO) -> None:
        self._stdout = stdout

    def validated(self, files: Sequence[FileResult]) -> None:
        """Each file is a suite; each problem is a test case that failed."""
        root = ET.Element("testsuites", name="order-batch validate")
        for file, batch, problems in files:
            suite = _suite(root, file)
            if batch is not None:
                name = batch.name if isinstance(batch, Batch) else other_kind(batch)[1]
                _case(suite, name or file, file, {"line": 1})
            for remark in remarks_of_problems(problems):
                case = _case(suite, remark.subject or f"line {remark.line}", file, _place(remark))
                if remark.level is Level.ERROR:
                    _end_case(case, "failure", remark.text, _where(remark), kind=remark.rule)
        self._write(root)

    def plan(self, result: PlanResult) -> None:
        """Write what is wrong with a plan; it has run nothing, so an order is no test case yet."""
        plan, review, _ = result
        remarks = [*remarks_of_refusal(plan, review), *remarks_of_looks(review, plan.file)]
        remarks += remarks_of_plan(plan, review)
        self._write_remarks(f"order-batch plan {plan.run.batch}", remarks, plan.file, controls_of_plan(plan))

    def series(self, result: SeriesResult) -> None:
        """Each file is a suite, with the cases that it has alone; what was not begun is skipped."""
        from runner.report.series_remarks import controls_of_series  # noqa: PLC0415

        root = ET.Element("testsuites", name=f"order-batch {result.verb}")
        for file, outcome in zip(result.end.files, result.outcomes, strict=True):
            suite = _suite(root, file.file)
            for case in self._cases_of(outcome):
                suite.append(case)
        if not result.outcomes:
            _case(_suite(root, f"order-batch {result.verb}"), "there is no file", "", {"line": 1})
        self._write(root, controls_of_series(result))

    def _cases_of(self, outcome: FileOutcome) -> Iterator[ET.Element]:
        from runner.report.series_remarks import remarks_of_outcome  # noqa: PLC0415

        if isinstance(outcome, RunResult):
            yield from self._run_root(outcome).iter("testcase")
            return
        suite = ET.Element("testsuite", name="order-batch")
        file = outcome.plan.file if isinstance(outcome, PlanResult) else outcome.file
        remarks = remarks_of_outcome(outcome)
        for remark in remarks:
            case = _case(suite, remark.subject or "command", remark.file, _place(remark))
            if isinstance(outcome, NotBegunResult):
                ET.SubElement(case, "skipped", message=xml_text(remark.text))
            else:
                how = "error" if isinstance(outcome, FailedResult) else "failure"
                _end_case(case, how, remark.text, _where(remark), kind=remark.rule)
        if not remarks:
            _case(suite, "nothing is wrong", file, {"line": 1})
        yield from suite

    def run(self, result: RunResult) -> None:
        """Each group is a suite, each order and cancellation a test case."""
        self._write(self._run_root(result), controls_of_run(result.manifest))

    def _run_root(self, result: RunResult) -> ET.Element:
        manifest, _, elapsed_s = result
        verb = "apply --validate-only" if manifest.get("validate_only") else "apply"
        root = ET.Element("testsuites", name=xml_text(f"order-batch {verb} {manifest['batch']}"))
        root.set("time", f"{elapsed_s:.3f}")
        for group in manifest["groups"]:
            suite = _suite(root, f"{manifest['batch']}/{group['name']}")
            for barrier in group.get("barriers", ()):
                case = _case(suite, describe_need(barrier), manifest["file"], barrier)
                _judge_barrier(case, group, barrier, _at(manifest, barrier))
            for order in group["orders"]:
                case = _case(suite, order["id"], manifest["file"], order)
                text = f"{order['error'] or group['reason'] or order['outcome']}"
                _judge(case, order["outcome"], text, _at(manifest, order))
                if "group" in order and order["outcome"] == OrderOutcome.PLACED:
                    _end_case(case, "failure", f"no longer in the file: {text}", _at(manifest, order))
                text = describe_sent_order(order["request"], order["descr"])
                if text:
                    ET.SubElement(case, "system-out").text = xml_text(f"{text} {order['txid'] or ''}".strip())
            for cancel in group["cancel"]["results"]:
                name = f"cancel {cancel.get('order') or cancel.get('userref') or cancel['txid']}"
                case = _case(suite, name, manifest["file"], cancel)
                _judge_cancel(case, cancel, _at(manifest, cancel))
        self._add_unwound(root, manifest)
        return root

    def _add_unwound(self, root: ET.Element, manifest: Mapping[str, Any]) -> None:
        """Add a suite for orders that should have been taken back and were not: no other suite has them."""
        left = [remark for remark in remarks_of_result(manifest) if remark.subject.startswith("taking back ")]
        if left:
            suite = _suite(root, f"{manifest['batch']}: taken back")
            for remark in left:
                case = _case(suite, remark.subject, remark.file, _place(remark))
                _end_case(case, "failure", remark.text, _where(remark), kind=remark.rule)

    def status(self, result: StatusResult) -> None:
        """Write what the last run left."""
        plan, manifest, _, denied, *_ = result
        left = [*remarks_of_orphans(plan), *remarks_of_contradictions(denied, plan.file)]
        left += remarks_of_result(manifest) if manifest else []
        held = controls_of_run(manifest) if manifest else None
        self._write_remarks(f"order-batch status {plan.run.batch}", left, plan.file, held)

    def rebalance(self, result: RebalanceResult) -> None:
        """Each currency is a test case, which fails outside of its band."""
        from runner.rebalance import describe_line, drift_text, unsold_rests  # noqa: PLC0415
        from runner.report.rebalance_remarks import place_of  # noqa: PLC0415

        targets = result.rebalance.targets
        root = ET.Element("testsuites", name=xml_text(f"order-batch rebalance {targets.name}"))
        suite, rests = _suite(root, targets.name), unsold_rests(result.rebalance)
        for line in result.rebalance.lines:
            place = place_of(line, result.rebalance)
            case = _case(suite, line.weight.currency, targets.file, {"line": place.line})
            if line.weight.out and line not in rests:
                text = f"outside its band by {drift_text(line.weight.drift)}: {describe_line(line)}"
                _end_case(case, "failure", text, f"{targets.file}:{place.line}:{place.column}: ")
        self._write(root)

    def failed(self, error: OrderBatchError, problems: Sequence[Problem]) -> None:
        """Write why there is no result."""
        root = ET.Element("testsuites", name="order-batch")
        suite = _suite(root, "order-batch")
        for remark in remarks_of_problems(problems) or [remarks_of_error(error, "")]:
            case = _case(suite, remark.subject or "command", remark.file, _place(remark))
            _end_case(case, "error", remark.text, _where(remark), kind=remark.rule)
        self._write(root)

    def _write_remarks(
        self,
        name: str,
        remarks: Sequence[Remark],
        file: str,
        controls: Controls | None,
    ) -> None:
        root = ET.Element("testsuites", name=xml_text(name))
        suite = _suite(root, name)
        for remark in remarks:
            case = _case(suite, remark.subject, remark.file, _place(remark))
            _end_case(case, "failure", remark.text, _where(remark), kind=remark.rule)
        if not remarks:
            _case(suite, "nothing is wrong", file, {"line": 1})
        self._write(root, controls)

    def _write(self, root: ET.Element, controls: Controls | None = None) -> None:
        suites = root.findall("testsuite")
        for suite in suites:
            _count(suite, suite)
            if controls is not None:
                suite.insert(0, _properties(controls))
        _count(root, root)
        ET.indent(root)
        self._stdout.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        text = ET.tostring(root, encoding="us-ascii", xml_declaration=False).decode("ascii")
        self._stdout.write(xml_without_commands(text) + "\n")
        self._stdout.flush()


def _suite(root: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(root, "testsuite", name=xml_text(name))


def _properties(controls: Controls) -> ET.Element:
    """Return the policies that held, and the approvals; the form has a place for them in a suite alone."""
    found = ET.Element("properties")
    ET.SubElement(
        found,
        "property",
        name="policy",
        value=xml_text(describe_policies(controls.policies, digits=DIGEST_DIGITS)),
    )
    for text in controls.approvals:
        ET.SubElement(found, "property", name="approval", value=xml_text(text))
    return found


def _case(suite: ET.Element, name: str, file: str, place: Mapping[str, Any]) -> ET.Element:
    case = ET.SubElement(suite, "testcase", name=xml_text(name), classname=suite.get("name", ""))
    if file:
        case.set("file", xml_text(file))
        case.set("line", str(place["line"] or 1))
    return case


def _judge(case: ET.Element, outcome: str, text: str, where: str) -> None:
    if outcome in _SKIPPED:
        ET.SubElement(case, "skipped", message=xml_text(text))
    elif outcome in _UNKNOWN:
        _end_case(case, "error", f"unresolved: {text}", where)
    elif outcome in _FAILED:
        _end_case(case, "failure", f"{outcome}: {text}", where)


def _judge_barrier(
    case: ET.Element, group: Mapping[str, Any], barrier: Mapping[str, Any], where: str
) -> None:
    """Judge a wait until another group was filled; in vain it is no failure if the group was sent anyhow."""
    outcome, end = barrier["outcome"], describe_end(group, barrier)
    if outcome in (BarrierOutcome.PENDING, BarrierOutcome.WAITING):
        word = end_word(group, barrier)
        ET.SubElement(case, "skipped", message=xml_text(f"{word}: {end}" if end else word))
    elif passed_unfilled(group, barrier):
        ET.SubElement(case, "system-out").text = xml_text(end)
    elif outcome == BarrierOutcome.UNFILLED:
        _end_case(case, "failure", f"{outcome}: {end}", where)


def _judge_cancel(case: ET.Element, result: Mapping[str, Any], where: str) -> None:
    """Judge a cancellation; one that was left open and that the file has no more is never passed."""
    outcome = result["outcome"]
    if "group" not in result:
        _judge(case, outcome, outcome, where)
        return
    how = "error" if outcome in _UNKNOWN else "failure"
    _end_case(case, how, f"no longer in the file: {outcome}: {left_fate(result)}", where)


def _end_case(case: ET.Element, how: str, text: str, where: str, *, kind: str = "") -> None:
    """End a case; ``kind`` is the code of what is wrong, empty for an outcome, which the text begins with."""
    end = ET.SubElement(case, how, message=xml_text(text))
    end.text = xml_text(f"{where}{text}")
    if kind:
        end.set("type", kind)


def _place(remark: Remark) -> dict[str, int]:
    return {"line": remark.line, "column": remark.column}


def _where(remark: Remark) -> str:
    return f"{remark.file}:{remark.line}:{remark.column}: " if remark.file else ""


def _at(manifest: Mapping[str, Any], item: Mapping[str, Any]) -> str:
    return f"{manifest['file']}:{item['line'] or 1}:{item['column'] or 1}: "


def _count(where: ET.Element, about: ET.Element) -> None:
    tags = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
    for name, tag in tags.items():
        where.set(name, str(sum(1 for _ in about.iter(tag))))
