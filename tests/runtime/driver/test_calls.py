"""Each call is reported with what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.execution import (
    CallCancel,
    CalledCancel,
    ClockMeasured,
    ConnectFailed,
    ListFailed,
    ListOrders,
    LockedOut,
    LookUp,
    LookUpFailed,
    MeasureClock,
    OrdersListed,
    QueryFailed,
    QueryOrders,
)
from runner.net.failures import AccessFailed
from runner.runtime.driver.calls import Calls

if TYPE_CHECKING:
    from runner.execution import Action, EngineEvent

QUERY, LOOK = QueryOrders(("O1",)), LookUp(("mine",), (), None)


class Way:
    """A way to an account on which each call fails with ``failure``, if there is one."""

    def __init__(self, failure: AccessFailed | None) -> None:
        self.failure = failure

    def __getattr__(self, name: str) -> Any:
        async def call(*_: object) -> Any:
            if self.failure is not None:
                raise self.failure
            return {"call_cancel": 3, "clock_skew": (0.0, 0.0)}.get(name, ())

        return call


async def events_of(
    action: Action, failure: AccessFailed | None = None, *, clock_needed: bool = True
) -> list[EngineEvent]:
    """The reports of a call."""
    events: list[EngineEvent] = []

    async def report(event: EngineEvent) -> None:
        events.append(event)

    calls = Calls(Way(failure), lambda: 0.0, report, clock_needed=clock_needed)  # type: ignore[arg-type]
    await calls.make(action)
    return events


async def test_what_came_of_it() -> None:
    """The answer, as an event of its own kind."""
    assert await events_of(ListOrders()) == [OrdersListed(())]
    assert await events_of(CallCancel()) == [CalledCancel(3)]
    assert await events_of(MeasureClock()) == [ClockMeasured((0.0, 0.0))]


async def test_a_failure_is_that_of_its_call() -> None:
    """An unneeded clock is unknown; one that is needed lets the run not begin."""
    failure = AccessFailed("no answer")
    expected: list[tuple[Action, EngineEvent]] = [
        (ListOrders(), ListFailed("no answer")),
        (CallCancel(), CalledCancel(reason="no answer")),
        (QUERY, QueryFailed("no answer", ("O1",))),
        (LOOK, LookUpFailed("no answer")),
        (MeasureClock(), ConnectFailed("no answer")),
    ]
    for action, event in expected:
        assert await events_of(action, failure) == [event]
    assert await events_of(MeasureClock(), failure, clock_needed=False) == [ClockMeasured(None)]


async def test_a_lockout_is_said_first() -> None:
    """Further calls would prolong it."""
    failure = AccessFailed("EGeneral:Temporary lockout", errors=("EGeneral:Temporary lockout",))
    assert failure.locked_out
    lockout = LockedOut("EGeneral:Temporary lockout")
    assert (await events_of(ListOrders(), failure))[0] == lockout
