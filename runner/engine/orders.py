"""The life of one order, from the plan to its fate.

Rules, in one table below (a pair that is missing is a defect of ours, and stops the run):

* An order is sent only when it is new, when its absence was proven, or when it was turned away at the door.
* A missing reply is doubt, never a rejection. Doubt ends by a late reply, by finding the order at the
  exchange, by proof of its absence, or not at all (unresolved).
* What was found or acknowledged is placed. Nothing said of its sending takes that back; only the exchange
  itself may end it later, and then it did not come to stand.
* An order that has ended is never sent again: a part of it may have been executed.
"""

from __future__ import annotations

from enum import StrEnum, auto
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from runner.domain import OrderOutcome
from runner.protocol import Complaint

from .disposition import Standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.domain import OrderState
    from runner.protocol import OpenOrder

    from .plan import PlannedOrder


MAX_SENDS = 5
"""How often an order that was proven absent is sent again before we stop believing that it will arrive."""

MAX_REFUSALS = 20
"""How often an order may be refused for the rate, each time after a longer wait."""


class State(StrEnum):
    """Where an order is in its life."""

    NEW = auto()
    SENT = auto()
    DOUBT = auto()
    PLACED = auto()
    ENDED = auto()
    VALIDATED = auto()
    REJECTED = auto()
    REFUSED = auto()
    SKIPPED = auto()
    UNRESOLVED = auto()


NEW: Final = State.NEW
SENT: Final = State.SENT
DOUBT: Final = State.DOUBT
PLACED: Final = State.PLACED
SKIPPED: Final = State.SKIPPED
"""The states of an order that has no fate yet, and the fate of most. They are asked for at every step, and to
look a member up in its class costs more than a call."""

NONE_YET: Mapping[State, int] = dict.fromkeys(State, 0)
"""No order in any state: the beginning of a tally."""


class Fact(StrEnum):
    """What can become known of an order.

    ``TURN_AWAY``: refused for a reason that is not the order's own (the token), so it may be sent again.
    ``LOSE``: the reply is lost or late. ``MISS``: its absence is proven. ``END``: the exchange has ended it.
    """

    SEND = auto()
    ACCEPT = auto()
    VALIDATE = auto()
    REJECT = auto()
    TURN_AWAY = auto()
    LOSE = auto()
    FIND = auto()
    END = auto()
    MISS = auto()
    GIVE_UP = auto()
    REFUSE = auto()
    SKIP = auto()


_NEXT: dict[tuple[State, Fact], State] = {
    (State.NEW, Fact.SEND): State.SENT,
    (State.NEW, Fact.SKIP): State.SKIPPED,
    (State.NEW, Fact.REFUSE): State.REFUSED,
    (State.SENT, Fact.VALIDATE): State.VALIDATED,
    (State.SENT, Fact.REJECT): State.REJECTED,
    (State.SENT, Fact.TURN_AWAY): State.NEW,
    (State.SENT, Fact.LOSE): State.DOUBT,
    (State.DOUBT, Fact.VALIDATE): State.VALIDATED,
    (State.DOUBT, Fact.REJECT): State.REJECTED,
    (State.DOUBT, Fact.TURN_AWAY): State.NEW,
    (State.DOUBT, Fact.MISS): State.NEW,
    (State.UNRESOLVED, Fact.VALIDATE): State.VALIDATED,
    (State.UNRESOLVED, Fact.REJECT): State.REJECTED,
    (State.PLACED, Fact.END): State.ENDED,
    # Beside patience at its end: one of ours there twice, or two of ours as one order there. It must
    # never happen, and is never passed over.
    **{(state, Fact.GIVE_UP): State.UNRESOLVED for state in State},
    # Presence is the one fact that always counts, however late it becomes known.
    **{(state, fact): State.PLACED for state in State for fact in (Fact.ACCEPT, Fact.FIND)},
    (State.ENDED, Fact.ACCEPT): State.ENDED,
    (State.ENDED, Fact.FIND): State.ENDED,
}

FINAL = frozenset(
    {
        State.PLACED,
        State.ENDED,
        State.VALIDATED,
        State.REJECTED,
        State.REFUSED,
        State.SKIPPED,
        State.UNRESOLVED,
    }
)
AT_EXCHANGE = frozenset({State.PLACED, State.ENDED})
"""The exchange has accepted it, whatever has become of it since."""
UNDER_WAY = frozenset({State.SENT, State.DOUBT})
OPEN_TO_NEWS = UNDER_WAY | {State.UNRESOLVED}
"""States in which a refusal or a validation still tells something."""

OUTCOMES: dict[State, OrderOutcome] = {
    State.PLACED: OrderOutcome.PLACED,
    State.ENDED: OrderOutcome.ENDED,
    State.VALIDATED: OrderOutcome.VALIDATED,
    State.REJECTED: OrderOutcome.REJECTED,
    State.REFUSED: OrderOutcome.REFUSED,
    State.SKIPPED: OrderOutcome.SKIPPED,
    State.UNRESOLVED: OrderOutcome.UNRESOLVED,
}

_BEGIN = {
    Standing.NEW: State.NEW,
    Standing.ALREADY: State.PLACED,
    Standing.ENDED: State.ENDED,
    Standing.DOUBT: State.DOUBT,
    Standing.SPENT: State.SKIPPED,
}


class OrderTrack(Struct, eq=False, gc=False):
    """What this run knows of one order. Times are Unix seconds.

    ``deadline_at``: after it the exchange refuses the order. ``watched_at``: from when on the feed would have
    shown it, 0 if always since it was sent, None if not yet again. ``seen``: the order as the feed showed it
    while its reply is still awaited. ``look_at``: when it is next looked for, if in doubt;
    ``looked_at``: when the last look began, after ``looks`` looks that found nothing; ``patient_from``: from
    when on looks that fail use up patience, 0 while one has still to end after the window.
    ``refusals``: how many of its ``attempts`` the exchange refused for the rate. ``guessed``: it was found by
    a user reference that others may share.

    Of an accepted order: ``shown`` is how it was last seen at the exchange, ``vol_exec`` how much of it was
    executed, ``ended_for`` why it ended; ``cancel_sent``: a cancellation of the batch was sent for it.
    ``denied``: the exchange refused its last sending, which says that it is not there.
    ``txids``: all ids under which it was shown, where the exchange contradicts itself.
    ``held``: it waits for room on its pair; ``no_room``: the exchange had none for it, with ``room_seen``
    orders open.
    """

    planned: PlannedOrder
    state: State
    reqid: int | None = None
    attempts: int = 0
    refusals: int = 0
    sent_at: float = 0.0
    deadline_at: float = 0.0
    watched_at: float | None = 0.0
    patient_from: float = 0.0
    look_at: float = 0.0
    looked_at: float = 0.0
    looks: int = 0
    seen: OpenOrder | None = None
    txid: str | None = None
    guessed: bool = False
    held: bool = False
    no_room: bool = False
    room_seen: int = 0
    why: str = ""
    accepted_at: float = 0.0
    shown: OrderState | None = None
    vol_exec: str | None = None
    ended_for: str = ""
    cancel_sent: bool = False
    denied: bool = False
    txids: tuple[str, ...] = ()

    @classmethod
    def begin(cls, planned: PlannedOrder, *, held: bool = False) -> OrderTrack:
        """The track of an order at the start of a run; ``held``: it waits for room on its pair."""
        return cls(
            planned,
            _BEGIN[planned.standing],
            txid=planned.already_txid,
            held=held,
            cancel_sent=planned.cancel_sent,
        )

    @property
    def final(self) -> bool:
        """Whether the order's fate is known, or given up."""
        return self.state in FINAL

    @property
    def may_leave_again(self) -> bool:
        """Whether it has not been sent in vain too often."""
        return self.attempts - self.refusals < MAX_SENDS

    def has_another_turn(self, complaint: Complaint) -> bool:
        """Whether an order refused for this reason, which is not its own, is to be sent again."""
        match complaint:
            case Complaint.BAD_TOKEN:
                return self.may_leave_again
            case Complaint.INVALID_DEADLINE:
                return self.may_leave_again and self.state in UNDER_WAY
            case Complaint.DEADLINE if self.planned.deadline_s is None:
                # An author who says how late is too late is not overruled.
                return self.may_leave_again and self.state in UNDER_WAY
            case Complaint.RATE | Complaint.ACCOUNT_RATE:
                self.refusals += 1
                return self.refusals < MAX_REFUSALS and self.state in UNDER_WAY
            case Complaint.ORDERS_LIMIT if self.held:
                self.refusals += 1
                self.no_room = True
                return self.refusals < MAX_REFUSALS and self.state in UNDER_WAY
            case _:
                return False

    def refusal(self, complaint: Complaint, error: str) -> str:
        """Why an order is refused for good, in the exchange's words and ours where those do not suffice."""
        if complaint not in (Complaint.DEADLINE, Complaint.INVALID_DEADLINE):
            return error
        own = self.planned.deadline_s
        if complaint is Complaint.DEADLINE and own is not None:
            return f"{error}: it came later than the {own} s that its own deadline allows, and was not placed"
        times = "once" if self.attempts == 1 else f"{self.attempts} times"
        return f"{error}: sent {times}, and not placed"

    def learn(self, fact: Fact) -> State:
        """Take the step that a fact asks for; a step that is not in the table is our defect."""
        state = _NEXT.get((self.state, fact))
        assert state is not None, f"no step for {self.state} and {fact} of {self.planned.key}"
        self.state = state
        return state
