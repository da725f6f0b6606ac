"""The faults of one simulated world: one frozen value, drawn from a seed.

Every kind of fault is here once, with how often a schedule has it at all and how often it then strikes.
Each schedule has a few kinds only, so that rare meetings of two of them are tried as well as all at once.
Nothing here knows an engine or an exchange.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from random import Random

from runner.paper import Options
from runner.paper.options.kinds import UserrefReplies
from runner.paper.options.options import CancelOptions, ErrorOptions, FeedOptions, MarketOptions, RestOptions

GRAIN_S = 1 / 16
"""Frames arrive at multiples of this, so that some arrive together, as they do on a real socket."""

LAG_MAX_S = 60.0
SKEW_MAX_S = 4.0
"""Below the half of the deadline, beyond which a run does not start."""


class Fault(StrEnum):
    """A kind of fault, under the name that the report shows."""

    CUT_BEFORE_BOOKING = "connection cut before booking"
    CUT_BEFORE_REPLY = "connection cut between booking and reply"
    CUT_AFTER_REPLY = "connection cut after reply"
    CUT_IN_A_WAIT = "connection cut while fills are awaited"
    MUTED = "reply muted"
    DOUBLED = "reply doubled"
    LATE_REPLY = "reply late, past the deadline too"
    LATE_REQUEST = "request late, past the deadline too"
    LATE_FEED = "feed behind the replies"
    FEED_LOST = "feed message lost"
    GARBLED = "frame garbled"
    RATE_DROPPED = "request dropped: Exceeded msg rate"
    UNSUBSCRIBED = "subscription taken away"
    STALLED = "server stops reading"
    REST_FAILED = "REST call failed"
    REST_SLOW = "REST answer late"
    CONNECT_FAILED = "no connection"
    TOKEN_STALE = "token refused at its first use"
    TOKEN_REFUSED = "token refused in the middle"
    REJECTED = "order rejected"
    BUSY_BOOKED = "ambiguous error, and booked"
    BUSY_UNBOOKED = "ambiguous error, not booked"
    ENDED = "order accepted, then ended by the exchange"
    REFUSED_BOOKED = "order refused for good, and booked"
    ACK_OTHER = "reply names another txid than the feed"
    ACK_TWICE = "two replies with two txids"
    SNAPSHOT_LIES = "snapshot that lacks orders, or comes in parts"
    NEWS_UNTOLD = "news that the feed never shows"
    MARKET_MOVED = "market moved: fills"
    STATUS_CHANGED = "system status changed and back"
    STOPPED = "run stopped"
    KILLED = "runner killed"
    TORN = "last journal line torn"
    DISK_FAILED = "disk failed"
    EDITED = "file edited between two runs"
    GROWN = "orders ended after the last run, and a group added"
    ID_REUSED = "own id that another order carries"
    JOURNAL_LOST = "journal lost"
    TWO_RUNNERS = "two runners at once"
    REST_LAG = "REST behind the socket"
    SKEWED = "clocks apart"
    SWITCH_LOST = "dead man's switch not set: message lost"
    SWITCH_MUTED = "dead man's switch set, answer lost"
    SWITCH_FIRED = "dead man's switch fired"

    # As equal as texts are; an enumeration's own hash is a call of Python's, for each chance of a fault.
    __hash__ = str.__hash__


class Reuse(StrEnum):
    """The state of the other order that carries an author's own id."""

    OPEN = "open"
    CANCELED = "canceled"
    FILLED = "filled"


_STRIKES: dict[Fault, tuple[float, float]] = {
    Fault.CUT_BEFORE_BOOKING: (0.20, 0.10),
    Fault.CUT_BEFORE_REPLY: (0.25, 0.10),
    Fault.CUT_AFTER_REPLY: (0.20, 0.10),
    Fault.MUTED: (0.20, 0.20),
    Fault.DOUBLED: (0.20, 0.50),
    Fault.LATE_REPLY: (0.20, 0.20),
    Fault.LATE_REQUEST: (0.15, 0.20),
    Fault.LATE_FEED: (0.30, 0.50),
    Fault.FEED_LOST: (0.15, 0.05),
    Fault.GARBLED: (0.20, 0.10),
    Fault.RATE_DROPPED: (0.15, 0.15),
    Fault.UNSUBSCRIBED: (0.10, 0.05),
    Fault.STALLED: (0.15, 0.10),
    Fault.REST_FAILED: (0.25, 0.60),
    Fault.REST_SLOW: (0.15, 0.50),
    Fault.CONNECT_FAILED: (0.15, 0.50),
    Fault.TOKEN_STALE: (0.10, 0.50),
    Fault.TOKEN_REFUSED: (0.10, 0.10),
    Fault.REJECTED: (0.15, 0.15),
    Fault.BUSY_BOOKED: (0.15, 0.20),
    Fault.BUSY_UNBOOKED: (0.15, 0.20),
}
"""For each kind: how many schedules have it, and its highest chance a frame, call or order."""

_STRIKES_LATER: dict[Fault, tuple[float, float]] = {
    Fault.ENDED: (0.20, 0.15),
    Fault.REFUSED_BOOKED: (0.08, 0.10),
    Fault.ACK_OTHER: (0.08, 0.10),
    Fault.ACK_TWICE: (0.08, 0.10),
    Fault.SNAPSHOT_LIES: (0.20, 0.80),
    Fault.NEWS_UNTOLD: (0.15, 0.20),
}
"""As above; drawn by another chance, so that older seeds stay the worlds that they were."""

EDITED_SHARE, DISK_FAILED_SHARE, REUSED_SHARE = 0.12, 0.06, 0.05
"""How many processes find an edited file, and a disk that fails; how many batches reuse an id."""

GROWN_SHARE = 0.2
"""In how many worlds the file has one more group, and orders have ended, long after the last run."""

SWITCH_SHARE = 0.2
"""In how many worlds runs have a dead man's switch."""

WAITS_SHARE = 0.3
"""In how many worlds groups wait until others are filled."""

FAULTS_MAX = 12
"""Faults that strike frames and calls in one life; what comes after them goes well, so that runs end."""

REJECTIONS = (
    "EOrder:Insufficient funds",
    "EOrder:Order minimum not met",
    "EOrder:Rate limit exceeded",
    "EOrder:Orders limit exceeded",
    "EGeneral:Invalid arguments:price",
    "EOrder:Tick size check failed",
    "[EOrder:Insufficient funds (insufficient user funds)]",
)
REASONS = ("Post only order", "Self trade prevented", "Insufficient margin", "Insufficient funds", "Expired")
"""Why an exchange ends an order that it has accepted."""

REST_FAILURES = (
    "HTTP status 502",
    "HTTP status 520",
    "timed out",
    "EAPI:Invalid nonce",
    "EAPI:Rate limit exceeded",
)
AMBIGUOUS = ("EService:Busy", "EService:Unavailable", "EGeneral:Internal error", "EService:Timeout", "WTF:?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One process from its start to its end.

    ``kill_at`` counts the instants of the process (before, while and after each durable write, after each
    action); ``torn`` is the share of the last write that reached the disk, None for a kill elsewhere.
    ``journal_lost``: this process starts on another machine, ``pause_s`` after the one before ended.
    ``disk_fails_at``: the durable write, counted from one, that fails; ``torn`` of it may stay all the same.
    """

    pause_s: float = 0.0
    kill_at: int | None = None
    torn: float | None = None
    journal_lost: bool = False
    stop_after_s: float | None = None
    disk_fails_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """Something that happens to the exchange by itself, ``at_s`` after the start of a life."""

    at_s: float
    status: str = ""
    lasts_s: float = 0.0
    move: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """All faults of one world. ``guarded``: orders that rest under client order ids, and a still market.
    ``full``: the batch has as many orders as it may have. ``edits``: before which processes somebody edits
    the file, counted from zero; the one after the last is the first that nothing disturbs. ``reused``: an
    order of somebody else's has the id that the author gave to one, and is in this state. ``waits``: groups
    wait until others are filled. ``grows``: later the exchange ends orders, and a group is added.
    ``dead_man_s``: the time of the dead man's switch of each run, 0 without one. It is for the whole account,
    so that only runs that know of each other have one.

    Kraken refuses a second order under one ``cl_ord_id`` only while the first is open. So where one runner
    cannot know of the other, nothing less than that can keep them from placing an order twice.
    """

    seed: int
    chances: Mapping[Fault, float]
    options: Options
    lives: tuple[Life, ...]
    episodes: tuple[Episode, ...]
    orders_max: int
    delay_s: float
    skew_s: float
    second_runner_after_s: float | None
    guarded: bool
    full: bool = False
    edits: frozenset[int] = frozenset()
    reused: Reuse | None = None
    waits: bool = False
    grows: bool = False
    dead_man_s: int = 0

    @property
    def fresh_machine(self) -> bool:
        """Return whether some process does not know what another one wrote down."""
        return self.second_runner_after_s is not None or any(life.journal_lost for life in self.lives)


def drawn(seed: int, *, orders_max: int = 20, full: bool = False) -> Schedule:
    """The schedule of a seed."""
    chance = Random(seed)
    chances = {
        fault: chance.uniform(most / 10, most)
        for fault, (share, most) in _STRIKES.items()
        if chance.random() < share
    }
    later = Random(seed ^ 0xF47E)
    chances |= {
        fault: later.uniform(most / 10, most)
        for fault, (share, most) in _STRIKES_LATER.items()
        if later.random() < share
    }
    lag_s = chance.choice((0.0, 0.0, 5.0, 30.0, LAG_MAX_S))
    # Separate, so that older seeds stay the worlds that they were.
    open_orders_lag_s = Random(~seed).choice((None, None, 0.0))
    second = chance.choice((0.0, 0.02, 0.1, 1.0, 20.0)) if chance.random() < 0.10 else None
    lives = _lives(chance) if second is None else (Life(),)
    hasty = any(life.journal_lost and life.pause_s < 100 for life in lives)
    guarded = second is not None or hasty
    if guarded:
        # A refusal that depends on the caller would be another world for each of the two.
        for fault in (Fault.REJECTED, Fault.RATE_DROPPED, *_STRIKES_LATER):
            chances.pop(fault, None)
    latest = Random(seed ^ 0xD15C)
    lives = _with_failing_disks(latest, lives)
    # What was taken out of the file and of the journal too, cannot be known any more.
    alone = second is None and not any(life.journal_lost for life in lives)
    reused = latest.choice(tuple(Reuse)) if latest.random() < REUSED_SHARE else None
    edits = frozenset(n for n in range(1, len(lives) + 1) if alone and latest.random() < EDITED_SHARE)
    if reused is not None:
        edits = frozenset()
    schedule = Schedule(
        seed=seed,
        chances=chances,
        options=_options(chance, lag_s, open_orders_lag_s),
        lives=lives,
        episodes=() if guarded else _episodes(chance),
        orders_max=orders_max,
        delay_s=chance.choice((GRAIN_S, 0.12, 0.25, 0.6)),
        skew_s=chance.choice((0.0, 0.0, SKEW_MAX_S, -SKEW_MAX_S, 1.5)),
        second_runner_after_s=second,
        guarded=guarded,
        full=full,
        edits=edits,
        reused=reused,
    )
    return replace(
        _with_switch(schedule, Random(seed ^ 0xDEAD)) if alone and reused is None else schedule,
        waits=Random(seed ^ 0xF1115).random() < WAITS_SHARE,
        grows=alone and reused is None and Random(seed ^ 0x6209).random() < GROWN_SHARE,
    )


def _with_switch(schedule: Schedule, chance: Random) -> Schedule:
    """Return the schedule, with a dead man's switch in a share of worlds, some of whose messages are lost."""
    if chance.random() >= SWITCH_SHARE:
        return schedule
    faults = (Fault.SWITCH_LOST, Fault.SWITCH_MUTED)
    chances = {fault: chance.uniform(0.05, 0.5) for fault in faults if chance.random() < 0.4}
    return replace(
        schedule, chances={**schedule.chances, **chances}, dead_man_s=chance.choice((10, 15, 60, 300))
    )


def _with_failing_disks(chance: Random, lives: tuple[Life, ...]) -> tuple[Life, ...]:
    return tuple(
        replace(
            life,
            disk_fails_at=chance.choice((1, 2, 3, 4, 6, 9, 14)),
            kill_at=None,
            torn=chance.choice((None, None, chance.random())),
        )
        if chance.random() < DISK_FAILED_SHARE
        else life
        for life in lives
    )


def _lives(chance: Random) -> tuple[Life, ...]:
    lives: list[Life] = []
    lost = False
    while len(lives) < 3 and chance.random() < 0.3:
        lives.append(
            Life(
                pause_s=_pause_s(chance, lost=lost),
                kill_at=chance.randint(1, chance.choice((8, 40, 120))),
                torn=chance.random() if chance.random() < 0.3 else None,
                journal_lost=lost,
            )
        )
        lost = chance.random() < 0.2
    stop = chance.uniform(0.0, 20.0) if chance.random() < 0.08 else None
    return (*lives, Life(pause_s=_pause_s(chance, lost=lost), journal_lost=lost, stop_after_s=stop))


def _pause_s(chance: Random, *, lost: bool) -> float:
    return chance.choice((0.0, 0.5, 12.0, 120.0, 4000.0) if not lost else (0.0, 30.0, 120.0, 4000.0))


def _episodes(chance: Random) -> tuple[Episode, ...]:
    episodes = []
    if chance.random() < 0.12:
        status = chance.choice(("maintenance", "cancel_only", "post_only", "limit_only"))
        lasts_s = chance.choice((0.5, 5.0, 50.0, 200.0))
        episodes.append(Episode(at_s=chance.uniform(0.0, 3.0), status=status, lasts_s=lasts_s))
    while len(episodes) < 4 and chance.random() < 0.3:
        at_s = chance.choice(
            (chance.uniform(0.0, 1.0), chance.uniform(0.0, 15.0), chance.uniform(0.0, 120.0))
        )
        episodes.append(Episode(at_s=at_s, move=chance.choice((0.6, 0.75, 0.95, 1.05, 1.3))))
    return tuple(episodes)


def _options(chance: Random, lag_s: float, open_orders_lag_s: float | None) -> Options:
    # A seed stays the world that it is as long as nothing changes the order of these choices.
    shuffled, first, empty = chance.random() < 0.5, chance.random() < 0.5, chance.random() < 0.8
    depth = chance.choice((None, None, Decimal("0.6")))
    unknown = chance.choice(("EOrder:Unknown order", "EOrder:Invalid order"))
    userrefs = chance.choice((UserrefReplies.EACH, UserrefReplies.ONE))
    stale = chance.choice(("EAPI:Invalid token", "ESession:Invalid session"))
    return Options(
        # It counts no calls: what paces them is not part of these worlds.
        rest=RestOptions(enforce_rates=False, lag_s=lag_s, open_orders_lag_s=open_orders_lag_s),
        cancels=CancelOptions(shuffle_replies=shuffled, userref_replies=userrefs),
        feeds=FeedOptions(first=first, empty_snapshot=empty),
        market=MarketOptions(depth=depth),
        errors=ErrorOptions(unknown_order=unknown, invalid_token=stale),
    )
