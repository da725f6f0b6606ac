"""The fold of a journal: the state of every order and every cancellation of one batch and run key.

The planner and the manifest read it. It decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from runner.domain import (
    CancelOutcome,
    GroupOutcome,
    OrderKey,
    OrderOutcome,
    OrderState,
    Owner,
    RunOutcome,
)

from .entries import (
    CancelIntent,
    CancelSettled,
    Entry,
    FillsAwaited,
    FillsSettled,
    GroupEnded,
    GroupStates,
    OrderPlaced,
    OrdersExecuted,
    RunEnded,
    RunStarted,
    SwitchArmed,
    SwitchDisarmed,
)
from .order_record import ACCEPTED, UNHEARD_OF, UPDATES, OrderRecord

if TYPE_CHECKING:
    from collections.abc import Iterable

SETTLED_CANCELS = frozenset({CancelOutcome.CANCELED, CancelOutcome.CLOSED})
"""Outcomes after which a cancellation is not sent again, because the order has ended. An unknown order is not
among them: it is not known how it ended or whether it existed, so it is looked up again."""


class CancelRecord(Struct, frozen=True, kw_only=True):
    """The state of one cancellation of a group; ``vol``, ``vol_exec`` and ``reason`` as in its entry.

    ``requested_at``: the time of the last request, None if it has none here; ``recorded_at``: the time of
    its outcome's entry.
    """

    txid: str
    outcome: CancelOutcome
    matched: tuple[str, ...] = ()
    vol: str | None = None
    vol_exec: str | None = None
    reason: str | None = None
    requested_at: str | None = None
    recorded_at: str | None = None

    @property
    def settled(self) -> bool:
        """Return True if nothing is left to cancel."""
        return self.outcome in SETTLED_CANCELS


class CancelLeftOpen(Struct, frozen=True, kw_only=True):
    """A cancellation that was sent for ``group``, last at ``requested_at``, and of which nothing is known.

    ``matched``: the orders that had its user reference, as far as was known.
    """

    group: str
    requested_at: str
    matched: tuple[str, ...] = ()


@dataclass(slots=True)
class Ledger:
    """Everything a journal says. Build it with ``fold``; entries may be added as they come.

    ``unwinding`` names the groups whose unwinding has started. ``run_cancel_ids`` are the ids in this run's
    ``cancelOrder`` messages, by group and by whether they unwind it. ``plans`` are the applied saved plans,
    by id, with the outcome of the last run of each. ``went_well`` names the groups that an earlier run
    completed; ``cancel_ids_sent`` are the ids in cancellations of any run, and ``cancel_requested_at`` is the
    time of a group's last one; ``finished`` are the completed runs, counted from 1, with their outcome.
    ``cancels_open`` are the cancellations that any run has sent and of which no run has learned the outcome,
    by the id in the message. ``fill_waits`` are the waits of groups for the fills of others, by both names,
    and ``fill_ends`` how those have ended that did; neither holds what was before another order was accepted.
    ``switch`` is the dead man's switch of the last run, or of one before it that was left armed, with its end
    if there was one; None without one.
    """

    runs: list[RunStarted] = field(default_factory=list)
    orders: dict[OrderKey, OrderRecord] = field(default_factory=dict)
    cancels: dict[tuple[str, str], CancelRecord] = field(default_factory=dict)
    unwinds: dict[tuple[str, str], CancelRecord] = field(default_factory=dict)
    unwinding: dict[str, None] = field(default_factory=dict)
    cancel_reqids: dict[tuple[str, bool], int] = field(default_factory=dict)
    run_cancel_ids: dict[tuple[str, bool], tuple[str, ...]] = field(default_factory=dict)
    groups: dict[str, GroupEnded] = field(default_factory=dict)
    ended: RunEnded | None = None
    plans: dict[str, RunOutcome] = field(default_factory=dict)
    went_well: dict[str, None] = field(default_factory=dict)
    cancel_ids_sent: dict[str, None] = field(default_factory=dict)
    cancel_requested_at: dict[tuple[str, str], str] = field(default_factory=dict)
    cancels_open: dict[str, CancelLeftOpen] = field(default_factory=dict)
    finished: dict[int, RunOutcome] = field(default_factory=dict)
    fill_waits: dict[tuple[str, str], FillsAwaited] = field(default_factory=dict)
    fill_ends: dict[tuple[str, str], FillsSettled] = field(default_factory=dict)
    switch: tuple[SwitchArmed, SwitchDisarmed | None] | None = None

    @property
    def claims(self) -> bool:
        """Return True if the journal holds a fact about the exchange; an unconnected run adds none."""
        return bool(self.orders or self.cancels or self.unwinds or self.run_cancel_ids)

    @property
    def owner(self) -> Owner | None:
        """The account and exchange of the last run; None where no run has noted them."""
        for run in reversed(self.runs):
            if (owner := owner_of(run)) is not None:
                return owner
        return None

    def is_unreported(self, key: OrderKey) -> bool:
        """Return True if an order is at the exchange and no completed run has listed it since."""
        record = self.orders[key]
        if record.outcome not in ACCEPTED or self._came_to_nothing(key):
            return False
        since = (self.runs[run - 1] for run in self.finished if run >= record.updated_run)
        return not any(key in keys_of(run) for run in since)

    def is_standing_orphan(self, key: OrderKey) -> bool:
        """Return True if a completed run has listed an order as no longer in its file, and it is still open.

        As far as the journal knows: it was neither filled nor ended.
        """
        record = self.orders[key]
        over = record.state in (OrderState.FILLED, OrderState.ENDED) or self._came_to_nothing(key)
        if record.outcome is not OrderOutcome.PLACED or over:
            return False
        return any(key in orphans_of(self.runs[run - 1]) for run in self.finished)

    def is_refusal_open(self, key: OrderKey) -> bool:
        """Return True if an order was refused, and may be at the exchange all the same.

        A look-up was due and not made, or its run was cut off before the feed could have shown the order.
        """
        record = self.orders[key]
        cut_off = record.outcome is OrderOutcome.REJECTED and record.updated_run not in self.finished
        return record.request is not None and (record.unconfirmed or cut_off)

    def _came_to_nothing(self, key: OrderKey) -> bool:
        """Return True if an order was canceled before any of it was executed."""
        ref, records = f"order:{key}", {**self.cancels, **self.unwinds}
        ends = [record for (_, target), record in records.items() if target == ref and record.settled]
        return any(end.vol_exec is not None and not end.vol_exec.strip("0.") for end in ends)

    def add(self, entry: Entry) -> None:
        """Add one more entry."""
        update = UPDATES.get(type(entry))
        if update is None:
            self._add_other(entry)
            return
        fact: Any = entry
        key = OrderKey(fact.group, fact.id)
        known = self.orders.get(key, UNHEARD_OF)
        self.orders[key] = update(known, fact, len(self.runs))
        if type(entry) is OrderPlaced and known.outcome not in ACCEPTED:
            self._forget_fills(key.group)

    def _forget_fills(self, needed: str) -> None:
        """Drop the waits for a group of which another order was accepted: their time counts anew."""
        for about in [about for about in (*self.fill_waits, *self.fill_ends) if about[1] == needed]:
            self.fill_waits.pop(about, None)
            self.fill_ends.pop(about, None)

    def _add_other(self, entry: Entry) -> None:
        match entry:
            case RunStarted():
                self._add_run(entry)
            case RunEnded():
                self._end_run(entry)
            case GroupEnded():
                self._end_group(entry)
            case GroupStates():
                self._add_states(entry)
            case OrdersExecuted():
                self._add_executed(entry)
            case CancelIntent():
                self._add_cancel_intent(entry)
            case CancelSettled():
                self._add_cancel(entry)
            case SwitchArmed() | SwitchDisarmed():
                self._add_switch(entry)
            case _:
                self._add_wait(entry)

    def _add_wait(self, entry: Entry) -> None:
        match entry:
            case FillsAwaited():
                self.fill_waits[entry.group, entry.needed] = entry
                self.fill_ends.pop((entry.group, entry.needed), None)
            case FillsSettled():
                self.fill_ends[entry.group, entry.needed] = entry

    @property
    def switch_left(self) -> SwitchArmed | None:
        """The dead man's switch that a run has armed and nothing has confirmed to be off since; else None."""
        armed, end = self.switch or (None, None)
        return None if end is not None and end.until is None else armed

    def _add_switch(self, entry: SwitchArmed | SwitchDisarmed) -> None:
        if isinstance(entry, SwitchArmed):
            self.switch = (entry, None)
        elif self.switch is not None:
            self.switch = (self.switch[0], entry)

    def _add_run(self, entry: RunStarted) -> None:
        """Drop the outcomes of cancellations that are sent again.

        An order in an unknown state is kept: it is looked up first.
        """
        self.runs.append(entry)
        if entry.plan is not None:
            self.plans[entry.plan] = RunOutcome.UNFINISHED
        self.groups.clear()
        self.cancel_reqids.clear()
        self.run_cancel_ids.clear()
        kept = (*SETTLED_CANCELS, CancelOutcome.GONE)
        self.cancels = {ref: record for ref, record in self.cancels.items() if record.outcome in kept}
        self.unwinds = {ref: record for ref, record in self.unwinds.items() if record.outcome in kept}
        self.ended = None
        left = self.switch_left
        self.switch = None if left is None else (left, None)

    def _end_run(self, entry: RunEnded) -> None:
        self.ended = entry
        outcome = self.finished[len(self.runs)] = RunOutcome(entry.outcome)
        plan = self.runs[-1].plan if self.runs else None
        if plan is not None:
            self.plans[plan] = outcome

    def _end_group(self, entry: GroupEnded) -> None:
        self.groups[entry.group] = entry
        if entry.outcome in _WENT_WELL:
            self.went_well[entry.group] = None
        elif entry.outcome not in _NOT_BEGUN:
            self.went_well.pop(entry.group, None)

    def _add_states(self, entry: GroupStates) -> None:
        for id, state in entry.states.items():
            key = OrderKey(entry.group, id)
            self.orders[key] = replace(
                self.orders.get(key, UNHEARD_OF),
                state=OrderState(state),
                vol_exec=(entry.vol_exec or {}).get(id),
                error=(entry.reasons or {}).get(id),
            )

    def _add_executed(self, entry: OrdersExecuted) -> None:
        for id, executed in entry.orders.items():
            key = OrderKey(entry.group, id)
            self.orders[key] = replace(self.orders.get(key, UNHEARD_OF), executed=executed)

    def _add_cancel_intent(self, entry: CancelIntent) -> None:
        about = (entry.group, entry.unwind)
        self.cancel_reqids.setdefault(about, entry.reqid)
        self.run_cancel_ids[about] = (*self.run_cancel_ids.get(about, ()), *entry.txid)
        self.cancel_ids_sent.update(dict.fromkeys(entry.txid))
        for text in entry.txid:
            self.cancel_requested_at[entry.group, text] = entry.at
            matched = (entry.matched or {}).get(text, ())
            self.cancels_open[text] = CancelLeftOpen(
                group=entry.group, requested_at=entry.at, matched=matched
            )
        if entry.unwind:
            self.unwinding[entry.group] = None

    def _add_cancel(self, entry: CancelSettled) -> None:
        outcome = CancelOutcome(entry.outcome)
        table = self.unwinds if entry.unwind else self.cancels
        table[entry.group, entry.ref] = CancelRecord(
            txid=entry.txid,
            outcome=outcome,
            matched=entry.matched,
            vol=entry.vol,
            vol_exec=entry.vol_exec,
            reason=entry.reason,
            requested_at=self.cancel_requested_at.get((entry.group, entry.txid)),
            recorded_at=entry.at,
        )
        if outcome in _LEARNED:
            self.cancels_open.pop(entry.txid, None)


def keys_of(run: RunStarted) -> set[OrderKey]:
    """Return the orders that a run lists, those that its file had no more included."""
    return {
        OrderKey(order.get("group", group["name"]), order["id"])
        for group in run.groups
        for order in group["orders"]
    }


def orphans_of(run: RunStarted) -> set[OrderKey]:
    """Return the orders that a run lists although its file had them no more."""
    return {
        OrderKey(order["group"], order["id"])
        for group in run.groups
        for order in group["orders"]
        if "group" in order
    }


def owner_of(run: RunStarted) -> Owner | None:
    """Return whose orders a run was to send; None where it has not noted that."""
    if run.exchange is None:
        return None
    return Owner(account=run.account, key=run.key, exchange=run.exchange)


def fold(entries: Iterable[Entry]) -> Ledger:
    """Return the ledger of a journal."""
    ledger = Ledger()
    for entry in entries:
        ledger.add(entry)
    return ledger


_LEARNED = (*SETTLED_CANCELS, CancelOutcome.GONE, CancelOutcome.OPEN)
_WENT_WELL = (GroupOutcome.DONE, GroupOutcome.PARTIAL)
_NOT_BEGUN = (GroupOutcome.SKIPPED, GroupOutcome.UNFINISHED)
