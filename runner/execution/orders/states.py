"""The life cycle of one order, as one table of transitions.

A pair that is missing from the table is an internal error, and stops the run. Rules:

* An order is sent only if it is new, if its absence was proven, or if it was turned away.
* A missing reply means doubt, never a rejection. Doubt ends with a late reply, by finding the order at the
  exchange, by proof of its absence, or not at all (unresolved).
* An order that was found or acknowledged is placed. No later reply takes that back; only the exchange itself
  may end the order, which then counts as not placed.
* An order that has ended is never sent again: it may have been executed in part.
"""

from __future__ import annotations

from enum import StrEnum, auto
from typing import TYPE_CHECKING

from msgspec import Struct

from runner.domain import OrderOutcome
from runner.kraken import ErrorKind
from runner.planning import JournalState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.domain import OrderState
    from runner.kraken import ErrorText, OpenOrder
    from runner.planning import PlannedOrder


MAX_SENDS = 5
"""Maximum number of sends of an order that was proven absent each time."""

MAX_REFUSALS = 20
"""Maximum number of times an order may be refused for the rate, each time after a longer wait."""


class State(StrEnum):
    """The state of an order in its life cycle."""

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


NONE_YET: Mapping[State, int] = dict.fromkeys(State, 0)
"""An empty tally: no order in any state."""


class Fact(StrEnum):
    """Something learned about an order.

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
    # Its intent did not become durable.
    **{(state, Fact.REFUSE): State.REFUSED for state in (State.SENT, State.DOUBT, State.UNRESOLVED)},
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
    # Besides a timeout: an order exists twice at the exchange, or two of ours are one order there. This must
    # never happen, and is never ignored.
    **{(state, Fact.GIVE_UP): State.UNRESOLVED for state in State},
    # Presence always counts, however late it becomes known.
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
"""States in which a rejection or a validation still counts."""

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
    JournalState.UNSENT: State.NEW,
    JournalState.PLACED: State.PLACED,
    JournalState.ENDED: State.ENDED,
    JournalState.UNKNOWN: State.DOUBT,
    JournalState.ABANDONED: State.SKIPPED,
}


class OrderTrack(Struct, eq=False):
    """The state of one order in this run. Times are Unix seconds.

    ``deadline_at``: the exchange refuses the order after it. ``watched_at``: the feed would have shown the
    order since then; 0 means since it was sent, None that the feed is down. ``seen``: the order as the feed
    showed it before its reply. ``look_at``: the next look-up while in doubt; ``looked_at``: the start of the
    last look-up, after ``looks`` look-ups without a result; ``patient_from``: failed look-ups count against
    the patience from then on, 0 while one has still to end after the settle window. ``refusals``: how many of
    its ``attempts`` the exchange refused for the rate. ``guessed``: it was found by a user reference that
    others may share. ``found``: it was shown, and no reply has named its txid.

    Of an accepted order: ``shown`` is its state as last shown by the exchange, ``opened_at`` when the run was
    first shown it open, ``vol_exec`` its executed volume, ``end_reason`` the reason of its end;
    ``cancel_sent``: the batch sent a cancellation for it. ``denied``: the exchange refused its last sending,
    so it should not be there. ``unknown_txid``: its txid is not in records that are up to date. ``txids``:
    all its ids, if the exchange contradicts itself.
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
    found: bool = False
    held: bool = False
    no_room: bool = False
    room_seen: int = 0
    why: str = ""
    accepted_at: float = 0.0
    shown: OrderState | None = None
    opened_at: float = 0.0
    vol_exec: str | None = None
    end_reason: str = ""
    cancel_sent: bool = False
    denied: bool = False
    unknown_txid: bool = False
    txids: tuple[str, ...] = ()

    @classmethod
    def begin(cls, planned: PlannedOrder, *, held: bool = False) -> OrderTrack:
        """Return the track of an order at the start of a run; ``held``: it waits for room on its pair."""
        return cls(
            planned,
            _BEGIN[planned.journal_state],
            txid=planned.known_txid,
            held=held,
            found=planned.known is not None and planned.known.found,
            cancel_sent=planned.cancel_sent,
        )

    @property
    def final(self) -> bool:
        """True if the order's outcome is known, or given up."""
        return self.state in FINAL

    @property
    def last_sent_at(self) -> float:
        """The time of its last sending, by this run or else an earlier one, in Unix seconds; 0 if none."""
        return self.sent_at or self.planned.last_sent_at

    @property
    def may_resend(self) -> bool:
        """True if it may be sent again after having been proven absent."""
        return self.attempts - self.refusals < MAX_SENDS

    def should_resend(self, kind: ErrorKind) -> bool:
        """Return whether an order refused for this reason, which is not its own, is to be sent again."""
        match kind:
            case ErrorKind.BAD_TOKEN:
                return self.may_resend
            case ErrorKind.INVALID_DEADLINE:
                return self.may_resend and self.state in UNDER_WAY
            case ErrorKind.DEADLINE if self.planned.deadline_s is None:
                # A deadline that the author set is final.
                return self.may_resend and self.state in UNDER_WAY
            case ErrorKind.RATE | ErrorKind.ACCOUNT_RATE:
                self.refusals += 1
                return self.refusals < MAX_REFUSALS and self.state in UNDER_WAY
            case ErrorKind.ORDERS_LIMIT if self.held:
                self.refusals += 1
                self.no_room = True
                return self.refusals < MAX_REFUSALS and self.state in UNDER_WAY
            case _:
                return False

    def refusal(self, error: ErrorText) -> str:
        """Return the reason of a final refusal: the exchange's text, with an explanation if needed."""
        if error.kind not in (ErrorKind.DEADLINE, ErrorKind.INVALID_DEADLINE):
            return error.text
        own = self.planned.deadline_s
        if error.kind is ErrorKind.DEADLINE and own is not None:
            return f"{error}: it came later than the {own} s that its own deadline allows, and was not placed"
        times = "once" if self.attempts == 1 else f"{self.attempts} times"
        return f"{error}: sent {times}, and not placed"

    def learn(self, fact: Fact) -> State:
        """Make the transition for a fact; one that is not in the table is an internal error."""
        state = _NEXT.get((self.state, fact))
        assert state is not None, f"no step for {self.state} and {fact} of {self.planned.key}"
        self.state = state
        return state
