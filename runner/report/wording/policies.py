"""The policies that held for a plan or a run, in the words that every format uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from runner.report.lines import Line, Span, Style, hang, line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from runner.planning import Plan

SHOWN_DIGITS: Final = 16
DIGEST_DIGITS: Final = 64
NO_POLICY: Final = "no policy"


def policies_of_plan(plan: Plan) -> list[dict[str, str]]:
    """Return the policy files that hold for a plan, nearest first: name, file and digest."""
    return [policy.row() for policy in plan.policies]


def policies_of_run(manifest: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the same for a run. A journal of an earlier version knows the digest alone."""
    rows: list[dict[str, str]] = list(manifest.get("policies", ()))
    digest = manifest.get("policy")
    return rows or ([{"name": "", "file": "", "digest": digest}] if digest else [])


def describe_policies(rows: Iterable[Mapping[str, str]], *, digits: int = SHOWN_DIGITS) -> str:
    """Return ``policy desk (batches/policy.yaml, SHA-256 0123456789abcdef)``, or that there is none."""
    return "; ".join(_describe_rule(row, digits) for row in rows) or NO_POLICY


def policy_line(rows: Iterable[Mapping[str, str]], width: int) -> list[Line]:
    """Return the same as lines of at most ``width`` columns."""
    return hang(line(Span(describe_policies(rows), Style.QUIET)), width, 2)


def _describe_rule(row: Mapping[str, str], digits: int) -> str:
    where = [row["file"]] if row["file"] else []
    named = " ".join(filter(None, ("policy", row["name"])))
    where.append(f"SHA-256 {row['digest'][:digits]}")
    return f"{named} ({', '.join(where)})"
