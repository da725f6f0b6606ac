"""The check before a message is sent, and the evaluation of a policy over a whole plan.

The rules themselves are not known here. Without a policy every message is allowed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from runner.domain import Answer, Problem
from runner.guards import CancelId

from .disposition import MAY_LEAVE, CancelDisposition

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.domain import OrderKey, Place
    from runner.guards import Gate, Objection
    from runner.protocol import AddOrder

    from .plan import Plan, PlannedGroup
    from .planned_cancel import PlannedCancel


class Keeper(Protocol):
    """A check of every message. Its methods return why a message must not be sent; empty if it may."""

    def admit(self, key: OrderKey, request: AddOrder, now: float) -> str:
        """Check an order that is about to be sent."""

    def admit_cancel(self, group: str, ids: Sequence[CancelId], now: float, *, unwind: bool = False) -> str:
        """Check a ``cancelOrder`` with these ids. ``unwind``: it cancels what the group had placed."""

    def answered(self, *, rejected: bool) -> None:
        """Note that the exchange has answered an order that was sent."""


class OpenGate:
    """No policy: every message is allowed."""

    def admit(self, key: OrderKey, request: AddOrder, now: float) -> str:
        """Allow the order."""
        return ""

    def admit_cancel(self, group: str, ids: Sequence[CancelId], now: float, *, unwind: bool = False) -> str:
        """Allow the cancellation."""
        return ""

    def answered(self, *, rejected: bool) -> None:
        """Do nothing."""


OPEN_GATE = OpenGate()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """An objection with its place in the batch file; ``subject`` names what is at that place.

    ``order`` is the order that it concerns, None if it concerns the cancellation of ``group``.
    """

    objection: Objection
    subject: str
    place: Place
    group: str = ""
    order: OrderKey | None = None

    def problem(self, file: str) -> Problem:
        """Return it as a problem of a batch file, at its line."""
        said = self.objection
        return Problem(
            file,
            self.place.line,
            self.place.column,
            self.subject,
            f"{_WORDS[said.answer]} {said.rule}: {said.message}",
            said.detail,
            rule=f"policy-{said.answer.value}",
            warning=not said.denies,
        )

    def row(self) -> dict[str, str | int]:
        """Return it as plain data."""
        said = self.objection
        return {
            "rule": said.rule,
            "answer": said.answer.value,
            "message": said.message,
            "detail": said.detail,
            "subject": self.subject,
            "line": self.place.line,
            "column": self.place.column,
        }


_WORDS = {
    Answer.DENY: "denied by",
    Answer.WARN: "warning of",
    Answer.UNCHECKED: "not checked for",
}


def foresee(plan: Plan, gate: Gate, now: float) -> tuple[Ruling, ...]:
    """Return the objections of a gate to a run that begins now and succeeds, in the file's order.

    The gate counts what it lets pass, so it cannot be used for the run itself.
    """
    return tuple(
        ruling
        for group in plan.groups
        for ruling in (*_about_orders(plan, group, gate, now), *_about_cancel(plan, group, gate, now))
    )


def _about_orders(plan: Plan, group: PlannedGroup, gate: Gate, now: float) -> Iterator[Ruling]:
    for order in group.orders:
        if plan.becomes(order) in MAY_LEAVE:
            for objection in gate.ask(order.key, order.request, now):
                yield Ruling(
                    objection=objection,
                    subject=str(order.key),
                    place=order.place,
                    group=group.name,
                    order=order.key,
                )


def _about_cancel(plan: Plan, group: PlannedGroup, gate: Gate, now: float) -> Iterator[Ruling]:
    leaving = (CancelDisposition.SEND, CancelDisposition.DENIED)
    cancels = [cancel for cancel in group.cancel if plan.cancel_becomes(group, cancel) in leaving]
    if cancels:
        ids = [_id(plan, group, cancel) for cancel in cancels]
        for objection in gate.ask_cancel(group.name, ids, now):
            yield Ruling(
                objection=objection,
                subject=f"{group.name}, cancel",
                place=cancels[0].place,
                group=group.name,
            )


def _id(plan: Plan, group: PlannedGroup, cancel: PlannedCancel) -> CancelId:
    """Return what a cancellation would cancel.

    Of a user reference these are the account's open orders, and orders that this batch places before.
    """
    if not cancel.userref or cancel.sent_as is None:
        return CancelId.of(cancel.sent_as or cancel.ref)
    opened = plan.dispositions.open
    if not opened.read:
        return CancelId(cancel.sent_as, None)
    until = plan.groups[: plan.groups.index(group) + 1]
    own = [
        str(order.key)
        for one in until
        for order in one.orders
        if order.request.userref == cancel.sent_as and plan.becomes(order) in MAY_LEAVE
    ]
    resting = (order.txid for order in opened.with_userref(cancel.sent_as))
    return CancelId(cancel.sent_as, (*resting, *own))
