"""The cures of a diagnosis, completed by the options of whoever shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.errors import Remedy


def with_options(result: Mapping[str, Any], options: Mapping[Remedy, str]) -> dict[str, Any]:
    """Return a diagnosis whose cures name the options for their remedies; ``options`` has a sentence each."""
    return {**result, "checks": [_check(check, options) for check in result["checks"]]}


def _check(check: Mapping[str, Any], options: Mapping[Remedy, str]) -> dict[str, Any]:
    return {**check, "findings": [_finding(finding, options) for finding in check["findings"]]}


def _finding(finding: Mapping[str, Any], options: Mapping[Remedy, str]) -> dict[str, Any]:
    named = [text for remedy, text in options.items() if remedy.value in finding["remedies"]]
    return {**finding, "cure": " ".join([finding["cure"], *named]).strip()}
