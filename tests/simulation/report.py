"""The figures of many worlds, as text: of one runner and of teams alike."""

from __future__ import annotations

from typing import Any


def report_text(report: dict[str, Any]) -> str:
    """Return figures, faults and violations, one a line."""
    plain = {name: value for name, value in report.items() if not isinstance(value, dict | list)}
    lines = [f"{name.replace('_', ' '):28}{value:>12}" for name, value in plain.items()]
    lines += ["", "faults", *(f"  {name:42}{count:>10}" for name, count in report["faults"].items())]
    for violation in report["violations"]:
        lines.append(f"VIOLATION: seed {violation['seed']} ({violation['kind']}): {violation['what']}")
    return "\n".join(lines)
