"""The silent console: it is one, keeps what is shown, and passes it on."""

from __future__ import annotations

import inspect
import io

from runner import api
from runner.api.collector import Collector
from runner.domain import Problem
from runner.report import Format, Output
from tests.execution.builders import group, plan_of
from tests.support.for_each import for_each

METHODS = [
    name for name, method in vars(api.Console).items() if inspect.isfunction(method) and name[0] != "_"
]
PLAN = plan_of(group("one", "a"))


@for_each(METHODS)
def test_it_takes_what_a_recipe_shows(name: str) -> None:
    """Each method of a console, with the same parameters."""
    wanted, has = (list(inspect.signature(getattr(of, name)).parameters) for of in (api.Console, Collector))
    assert has == wanted


def test_it_keeps_and_passes_on() -> None:
    """A message without what a terminal would obey."""
    stderr = io.StringIO()
    out = Collector(Output(Format.TEXT, stdout=io.StringIO(), stderr=stderr))
    out.note("a\x1b[31mb")
    out.remarks([Problem("f.yaml", 1, 2, "", "odd")])
    assert out.notes == ["a\\x1b[31mb"]
    assert out.found_remarks[0].message == "odd"
    assert "f.yaml:1:2" in stderr.getvalue()


def test_consent_needs_the_plan_to_be_shown() -> None:
    """A question without a console is answered with no."""
    assert not Collector().confirm(PLAN, lambda _: True)
    stderr = io.StringIO()
    shown = Collector(Output(Format.TEXT, stdout=io.StringIO(), stderr=stderr))
    assert shown.confirm(PLAN, lambda _: True)
    assert stderr.getvalue()


def test_credentials_of_a_served_exchange_are_not_kept() -> None:
    """They are passed on only."""
    stdout = io.StringIO()
    out = Collector(Output(Format.JSON, stdout=stdout, stderr=io.StringIO()))
    out.served(rest_url="http://127.0.0.1:1", ws_url="ws://127.0.0.1:2", api_key="k", api_secret="canary")
    assert "canary" in stdout.getvalue()
    assert "canary" not in repr(vars(out))
