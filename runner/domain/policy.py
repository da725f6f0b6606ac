"""The nouns of a policy: the limits that a reviewer sets for the batches of others.

A policy is a list of rules; each rule is one check, for the orders that it covers, with an answer (``deny``
or ``warn``) and a message. Nothing here knows YAML, the wire, or how a rule is checked.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .approvals import ApprovalRule
    from .batch import Place


class Answer(StrEnum):
    """The answer of a rule to what it does not allow.

    ``off`` is for second looks alone: they are not taken. An author cannot choose ``unchecked``: nothing was
    sent yet, and what the rule needs is not known.
    """

    DENY = "deny"
    WARN = "warn"
    OFF = "off"
    UNCHECKED = "unchecked"


class Per(StrEnum):
    """The scope of a limit. A day is a day of UTC, and counts every batch of an account at a venue."""

    ORDER = "order"
    PAIR = "pair"
    BATCH = "batch"
    DAY = "day"


class Against(StrEnum):
    """The reference price of a collar."""

    LAST = "last"
    MID = "mid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Only:
    """The orders that a rule is about; what is empty leaves nothing out. ``pairs`` may hold ``*/EUR``."""

    pairs: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    ordertypes: tuple[str, ...] = ()
    venues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AllowedPairs:
    """The pairs that may be traded; ``*/EUR`` is every pair that is paid in EUR."""

    allow: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AllowedTypes:
    """The sides that may be taken: ``buy``, ``sell``."""

    allow: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AllowedOrdertypes:
    """The ways in which an order may execute."""

    allow: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AllowedVenues:
    """The venues that orders may go to."""

    allow: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """A time span on some weekdays (0 is Monday), in minutes after local midnight.

    ``end`` is exclusive. With ``end`` at or before ``begin`` it extends into the next day.
    """

    days: tuple[int, ...]
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class AllowedTimes:
    """The days and hours of ``zone`` when messages may leave, and when what they ask for may begin.

    Without ``rest`` an order must also be over before the window ends in which it begins.
    """

    windows: tuple[Window, ...]
    zone: tzinfo = UTC
    rest: bool = True


@dataclass(frozen=True, slots=True)
class MaxLeverage:
    """The most leverage that an order may ask for; None where none may trade on margin."""

    most: int | None


@dataclass(frozen=True, slots=True)
class RequiredFields:
    """The fields of ``addOrder`` that an order must have, or ``post`` for the order flag."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MaxVolume:
    """The largest volume in units of the base currency: of an order, or of all orders that share the base."""

    most: Decimal
    per: Per


@dataclass(frozen=True, slots=True)
class MaxNotional:
    """The largest worth, in ``currency``."""

    most: Decimal
    currency: str
    per: Per


@dataclass(frozen=True, slots=True)
class Collar:
    """The allowed distance of a price from the market's, in percent of that; None if a side is open."""

    against: Against
    above: Decimal | None
    below: Decimal | None


@dataclass(frozen=True, slots=True)
class MaxOrders:
    """The largest number of orders."""

    most: int
    per: Per


@dataclass(frozen=True, slots=True)
class MaxDuplicates:
    """The largest number of orders that ask for the same: pair, side, order type, prices and volume."""

    most: int
    per: Per


@dataclass(frozen=True, slots=True)
class MaxCancels:
    """The largest number of ids in ``cancelOrder`` messages."""

    most: int
    per: Per


@dataclass(frozen=True, slots=True)
class MaxRejects:
    """The rejects after which sending stops: so many in a run, or a share of the answers, in percent.

    The share counts only from ``after`` answers on.
    """

    most: int | None
    share: Decimal | None
    after: int


@dataclass(frozen=True, slots=True)
class SecondLooks:
    """The kinds of second looks that a rule is about, by their codes; all of them if it names none."""

    codes: tuple[str, ...]


Check = (
    AllowedPairs
    | AllowedTypes
    | AllowedOrdertypes
    | AllowedVenues
    | AllowedTimes
    | MaxLeverage
    | RequiredFields
    | MaxVolume
    | MaxNotional
    | Collar
    | MaxOrders
    | MaxDuplicates
    | MaxCancels
    | MaxRejects
    | SecondLooks
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. ``message`` is shown when it is violated; ``place`` is in the policy file."""

    name: str
    check: Check
    message: str
    place: Place
    answer: Answer = Answer.DENY
    only: Only = field(default_factory=Only)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFile:
    """A policy file that holds: its policy's name, where it is, and the SHA-256 of its bytes, in hex."""

    name: str
    file: str
    digest: str

    def row(self) -> dict[str, str]:
        """Return the same as plain data."""
        return {"name": self.name, "file": self.file, "digest": self.digest}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Valid rules, their names unique: those of one policy file in its order, or of several that all hold.

    ``file`` is the name to print in messages; ``digest`` is the SHA-256 of the file's bytes, in hex, or that
    of all digests. ``joined`` are the files where there are several. ``may_withdraw``: the API key may have
    the permission to withdraw money. ``approvals`` are what real orders need before they are sent.
    """

    name: str
    description: str
    rules: tuple[Rule, ...]
    file: str
    digest: str
    joined: tuple[PolicyFile, ...] = ()
    may_withdraw: bool = False
    approvals: tuple[ApprovalRule, ...] = ()

    @property
    def files(self) -> tuple[PolicyFile, ...]:
        """The policy files that hold, nearest first."""
        return self.joined or (PolicyFile(name=self.name, file=self.file, digest=self.digest),)


def join(policies: Sequence[Policy]) -> Policy | None:
    """Return one policy with the rules of all; None where there is none. No order changes the digest.

    The API key may withdraw money only if each of them allows it.
    Rules are then called after their policy, and after its file where two policies have one name.
    """
    if len(policies) < 2:
        return policies[0] if policies else None
    names = Counter(policy.name for policy in policies)
    digests = ",".join(sorted(policy.digest for policy in policies))
    return Policy(
        name=" and ".join(policy.name for policy in policies),
        description="",
        rules=tuple(
            replace(rule, name=f"{policy.name if names[policy.name] == 1 else policy.file}/{rule.name}")
            for policy in policies
            for rule in policy.rules
        ),
        file=", ".join(policy.file for policy in policies),
        digest=hashlib.sha256(digests.encode("ascii")).hexdigest(),
        joined=tuple(file for policy in policies for file in policy.files),
        may_withdraw=all(policy.may_withdraw for policy in policies),
        approvals=tuple(rule for policy in policies for rule in policy.approvals),
    )
