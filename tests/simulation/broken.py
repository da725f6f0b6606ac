"""Engines that are broken on purpose, each in a way in which order programs have been broken before.

They exist so that the auditor can be seen to notice. Each is the real engine with one promise taken out.
"""

from __future__ import annotations

from typing import Any

from msgspec import structs

from runner.domain import CancelOutcome
from runner.execution import EngineEvent, Execution, LookedUp, Timing, Turn
from runner.execution.groups.barriers import Verdict
from runner.execution.groups.states import GroupTrack, Stage
from runner.execution.orders.states import State
from runner.journal import Entry, OrderIntent, OrderRejected, OrdersExecuted, OrderUnresolved
from runner.kraken import AddOrder, CancelReply, OrderChanged, Ready
from runner.planning import Plan, decide
from runner.planning.order_ends import OrderEnd

GONE = CancelOutcome.GONE


class BlindResend(Execution):
    """Sends again whatever had no reply when the connection broke."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._lose = self._connection.disconnect
        self._connection.disconnect = self._disconnect  # type: ignore[method-assign]

    def _disconnect(self, reason: str, now: float) -> None:
        self._lose(reason, now)
        desk = self._orders
        for track in list(desk._doubts):
            desk.tallies[track.planned.key.group][track.state] -= 1
            track.state = State.NEW
            desk.tallies[track.planned.key.group][track.state] += 1
            desk.queues[track.planned.key.group].append(track)
        desk._doubts.clear()


class SendsBeforeJournal(Execution):
    """Makes the entries of a turn durable one turn later than what they cover."""

    _held: tuple[Entry, ...] = ()

    def _turn(self, now: float) -> Turn:
        turn = super()._turn(now)
        if self.finished:
            return structs.replace(turn, entries=(*self._held, *turn.entries))
        entries, self._held = self._held, turn.entries
        return structs.replace(turn, entries=entries)


class FirstReplyDecides(Execution):
    """Takes the first of several anonymous replies for the fate of all ids of a ``cancelOrder``."""

    def _take(self, event: EngineEvent, now: float) -> None:
        super()._take(event, now)
        if not isinstance(event, CancelReply):
            return
        track = self._cancels._by_reqid.get(event.reqid)
        if track is not None and not track.done:
            fate = CancelOutcome.CANCELED if event.error is None else CancelOutcome.OPEN
            self._cancels._note(track, track.give_up(fate), now)


class TrustsSnapshot(Execution):
    """Takes what the snapshot of a new connection lacks for gone, and does not ask the records."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._connect = self._connection.take
        self._connection.take = self._take_and_trust  # type: ignore[method-assign]

    def _take_and_trust(self, event: EngineEvent, now: float) -> None:
        self._connect(event, now)
        if not isinstance(event, Ready):
            return
        for track in self._cancels._tracks:
            absent = [
                ref for ref, ids in track.waiting.items() if not track.orders.open_count(ids, self._feed)
            ]
            if track.attempts and absent:
                self._cancels._note(track, track._settle(dict.fromkeys(absent, OrderEnd(GONE))), now)


class NoDeadline(Execution):
    """Leaves the deadline to the exchange, so that doubt has no end that we know."""

    def _turn(self, now: float) -> Turn:
        turn = super()._turn(now)
        actions = tuple(
            structs.replace(a, deadline=None) if isinstance(a, AddOrder) else a for a in turn.actions
        )
        entries = tuple(
            structs.replace(e, request={k: v for k, v in e.request.items() if k != "deadline"})
            if isinstance(e, OrderIntent)
            else e
            for e in turn.entries
        )
        return structs.replace(turn, actions=actions, entries=entries)


class AbsentAtOnce(Execution):
    """Believes the first look that does not show an order, whatever the records' lag."""

    def _take(self, event: EngineEvent, now: float) -> None:
        if isinstance(event, LookedUp):
            for track in self._orders._doubts:
                track.deadline_at = -1e9
        super()._take(event, now)


class AdoptsNothing(Execution):
    """Never looks at the open orders of the exchange, neither in the feed nor in the records."""

    def _take(self, event: EngineEvent, now: float) -> None:
        match event:
            case OrderChanged(order) if not order.terminal:
                self._feed[order.txid] = order
            case Ready():
                super()._take(structs.replace(event, orders=()), now)
            case LookedUp():
                super()._take(LookedUp(()), now)
            case _:
                super()._take(event, now)


class DoubtIsRejection(Execution):
    """Reports an order whose fate it could not learn as rejected."""

    def _turn(self, now: float) -> Turn:
        turn = super()._turn(now)
        return structs.replace(turn, entries=tuple(map(_as_rejected, turn.entries)))


class AcceptedIsPlaced(Execution):
    """Takes an acknowledgement for protection, whatever becomes of the order afterwards."""

    def _turn(self, now: float) -> Turn:
        for unseen in self._orders.accepted.unseen.values():
            unseen.clear()
        for track in self._orders.tracks.values():
            track.cancel_sent = True
        return super()._turn(now)


class HurriesToCancel(Execution):
    """Cancels as soon as an order is shown open, which the exchange may still end."""

    def __init__(self, *args: Any, timing: Timing = Timing(), **options: Any) -> None:  # noqa: B008
        super().__init__(*args, **options, timing=structs.replace(timing, rest_s=0.0))


class ForgetsIndirectNeeds(Execution):
    """Stops only the groups that directly need one of which an order has ended."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._ends._stop_after = self._stop_the_next  # type: ignore[method-assign]

    def _stop_the_next(self, group: GroupTrack, why: str) -> None:
        for other in self._open:
            if group.name in other.planned.needs:
                other.stop_after(why)


class TrustsEarlierRuns(Execution):
    """Takes what an earlier run has brought to a good end for protection, whatever became of it since."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._ends._carry_cancels = frozenset()
        needed = self._ends.relied_on
        self._ends.relied_on = lambda group: [g for g in needed(group) if not g.planned.went_well]  # type: ignore[method-assign]


class BreaksBeforeMaking(Execution):
    """Begins every group at once, whatever it needs."""

    def _turn(self, now: float) -> Turn:
        for group in self._open:
            if group.stage is Stage.WAITING:
                group.stage = Stage.STREAMING
        return super()._turn(now)


class WaitsForNoFills(Execution):
    """Lets every group pass, whatever is filled of those that it needs."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._barriers.judge = lambda *_: Verdict.PASS  # type: ignore[method-assign]


class ForgetsMoments(Execution):
    """Counts the time of a wait from when it begins to wait, in each run anew."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._barriers._until.clear()
        for fills in self._barriers._fills.values():
            fills.accepted_at = lambda now: now  # type: ignore[method-assign]


class ForgetsCancellations(Execution):
    """Does not ask what became of a cancellation that the file has no more."""

    def __init__(self, plan: Plan, *args: Any, **options: Any) -> None:
        groups = tuple(structs.replace(g, cancel=()) if g.orphaned else g for g in plan.groups)
        super().__init__(decide(structs.replace(plan, groups=groups)), *args, **options)


class SendsUnguarded(Execution):
    """Lets orders leave while the dead man's switch is not known to be armed."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._dead_man.holds = lambda _: True  # type: ignore[method-assign]


class LeavesItArmed(Execution):
    """Takes the dead man's switch for off once its message has left, whatever the answer."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._dead_man.is_off = self._believe  # type: ignore[method-assign]

    def _believe(self, now: float, *, reachable: bool) -> bool:
        if self._dead_man.armed_until is not None:
            self._dead_man._note_end(None, now)
        return True


def _as_rejected(entry: Entry) -> Entry:
    if not isinstance(entry, OrderUnresolved):
        return entry
    return OrderRejected(at=entry.at, group=entry.group, id=entry.id, error=entry.reason)


class MisstatesFees(Execution):
    """Takes the cost of an order for its fee."""

    def _turn(self, now: float) -> Turn:
        turn = super()._turn(now)
        return structs.replace(turn, entries=tuple(map(self._misstated, turn.entries)))

    def _misstated(self, entry: Entry) -> Entry:
        if not isinstance(entry, OrdersExecuted):
            return entry
        wrong = {id: structs.replace(execution, fee=execution.cost) for id, execution in entry.orders.items()}
        return structs.replace(entry, orders=wrong)


BROKEN: dict[type[Execution], frozenset[str]] = {
    MisstatesFees: frozenset({"paid"}),
    BlindResend: frozenset({"doubt", "duplicate"}),
    SendsBeforeJournal: frozenset({"journal"}),
    FirstReplyDecides: frozenset({"cancel"}),
    NoDeadline: frozenset({"deadline"}),
    AbsentAtOnce: frozenset({"doubt", "duplicate"}),
    AdoptsNothing: frozenset({"doubt", "duplicate", "loss"}),
    DoubtIsRejection: frozenset({"claim", "loss"}),
    AcceptedIsPlaced: frozenset({"protection", "ended"}),
    HurriesToCancel: frozenset({"protection"}),
    ForgetsIndirectNeeds: frozenset({"protection", "needs"}),
    TrustsEarlierRuns: frozenset({"protection"}),
    BreaksBeforeMaking: frozenset({"needs", "make before break"}),
    WaitsForNoFills: frozenset({"barrier"}),
    ForgetsMoments: frozenset({"moment"}),
    SendsUnguarded: frozenset({"switch"}),
    LeavesItArmed: frozenset({"switch"}),
}
"""Each broken engine, and the kinds of violation that it is to be found out by."""
