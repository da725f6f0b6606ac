"""The same functions for programs without Trio: blocking, and usable in any thread.

Arguments, results and errors are those of their namesakes in ``runner.api``. Trio is started for what needs
the exchange, without signal handlers; ``host=OwnProcess()`` is for a process that does nothing else: a
signal then ends a run cleanly, and the interpreter is tuned while orders are sent.
"""

from __future__ import annotations

import sys
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from runner.app.hosts import OwnProcess, PlainProgram, result_without_loop

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from . import (
        applied,
        applied_all,
        diagnosing,
        halting,
        ledgers,
        notified,
        planned,
        planned_all,
        rebalanced,
        reported,
        starting,
    )
    from .planned import load
    from .selected import find_files
    from .validation import validate

__all__ = [
    "OwnProcess",
    "apply",
    "apply_all",
    "diagnose",
    "find_files",
    "halt",
    "init",
    "load",
    "look_for_ledger",
    "notify",
    "plan",
    "plan_all",
    "rebalance",
    "resume",
    "status",
    "validate",
]

P = ParamSpec("P")
T = TypeVar("T")

_WAITING: Final = (
    *("apply", "apply_all", "diagnose", "halt", "init", "look_for_ledger", "notify", "plan", "plan_all"),
    *("rebalance", "resume", "status"),
)
"""Functions that are awaited in ``runner.api``."""


def _blocking(function: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        kwargs.setdefault("host", PlainProgram())
        return result_without_loop(function(*args, **kwargs))

    return call


if TYPE_CHECKING:
    apply = _blocking(applied.apply)
    apply_all = _blocking(applied_all.apply_all)
    diagnose = _blocking(diagnosing.diagnose)
    halt = _blocking(halting.halt)
    init = _blocking(starting.init)
    look_for_ledger = _blocking(ledgers.look_for_ledger)
    notify = _blocking(notified.notify)
    plan = _blocking(planned.plan)
    plan_all = _blocking(planned_all.plan_all)
    rebalance = _blocking(rebalanced.rebalance)
    resume = _blocking(halting.resume)
    status = _blocking(reported.status)


def __getattr__(name: str) -> Any:
    """Return a function when it is first used: ``plan`` does not load what ``apply`` needs."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    function = getattr(sys.modules[str(__package__)], name)
    globals()[name] = _blocking(function) if name in _WAITING else function
    return globals()[name]
