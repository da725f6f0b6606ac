"""The calls to the exchange that an engine requests, each reported to it as an event when it has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.execution import (
    CallCancel,
    CalledCancel,
    ClockMeasured,
    ConnectFailed,
    ListFailed,
    ListOrders,
    LockedOut,
    LookedUp,
    LookUp,
    LookUpFailed,
    MeasureClock,
    OrdersListed,
    OrdersQueried,
    QueryFailed,
    QueryOrders,
)
from runner.runtime.kraken.access import AccessFailed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from runner.execution import Action, EngineEvent
    from runner.net.clock import RunClock

    from .interfaces import Access


class Calls:
    """Makes calls over an access. ``report`` takes events; ``clock_needed`` as in ``Driver``."""

    def __init__(
        self,
        access: Access,
        clock: RunClock,
        report: Callable[[EngineEvent], Awaitable[None]],
        *,
        clock_needed: bool,
    ) -> None:
        self._access = access
        self._clock = clock
        self._report = report
        self._clock_needed = clock_needed

    async def make(self, action: Action) -> None:
        """Make a call, and report what came of it; a lockout of the account is reported as well."""
        try:
            event = await self._answer(action)
        except AccessFailed as failure:
            if failure.locked_out and not isinstance(action, MeasureClock):
                await self._report(LockedOut(failure.reason))
            event = self._failure(action, failure)
        await self._report(event)

    async def _answer(self, action: Action) -> EngineEvent:
        match action:
            case MeasureClock():
                return ClockMeasured(await self._access.clock_skew(self._clock()))
            case LookUp():
                return LookedUp(await self._access.look_up(action))
            case QueryOrders(txids, userrefs):
                return OrdersQueried(await self._access.query_orders(action), txids, userrefs)
            case ListOrders():
                return OrdersListed(await self._access.list_orders())
            case CallCancel(txids):
                return CalledCancel(await self._access.call_cancel(txids))
            case _:
                raise AssertionError(f"{type(action).__name__} is no call")

    def _failure(self, action: Action, failure: AccessFailed) -> EngineEvent:
        match action:
            case MeasureClock() if self._clock_needed:
                return ConnectFailed(failure.reason, final=failure.final)
            case MeasureClock():
                return ClockMeasured(None)
            case QueryOrders(txids, userrefs):
                return QueryFailed(failure.reason, txids, userrefs)
            case ListOrders():
                return ListFailed(failure.reason)
            case CallCancel():
                return CalledCancel(reason=failure.reason)
            case _:
                return LookUpFailed(failure.reason)
