"""One base for all formats."""

from __future__ import annotations

import io
import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

import runner.report
from runner.report import Format, Output
from runner.report.base import Report

if TYPE_CHECKING:
    from types import ModuleType


def modules() -> list[ModuleType]:
    """All modules of the reports."""
    found = pkgutil.walk_packages(runner.report.__path__, "runner.report.")
    return [import_module(module.name) for module in found]


def test_every_format_is_a_report() -> None:
    """A format without a method for a result could not even be made."""
    named = {kind for module in modules() for name, kind in vars(module).items() if name.endswith("Report")}
    formats = named - {Report}
    assert len(formats) == len(Format)
    assert all(issubclass(kind, Report) and not kind.__abstractmethods__ for kind in formats)


@pytest.mark.parametrize("format", [Format.MARKDOWN, Format.GITHUB, Format.SARIF, Format.JUNIT])
def test_only_shells_and_programs_are_shown_where_the_simulated_exchange_is(format: Format) -> None:
    """No comment, finding or test case is made of its credentials."""
    stdout = io.StringIO()
    out = Output(format, stdout=stdout, stderr=io.StringIO())
    out.served(rest_url="http://127.0.0.1:1", ws_url="ws://127.0.0.1:1", api_key="k", api_secret="s")
    assert stdout.getvalue() == ""
