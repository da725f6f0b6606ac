"""Check whether a saved plan may be applied here and now, and report all reasons against it at once.

It was approved for one venue, account, policy and run key, for a limited time, and for the journal of that
time. An interrupted run of it may be resumed, whatever it has placed since. Knows no file and no clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from msgspec import structs

from runner.domain import RunOutcome, may_be_iban
from runner.errors import Refused, Remedy
from runner.planning import Admission

from .saved_plan import cancel_rows, group_rows, order_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from runner.domain import Owner, PolicyFile
    from runner.planning import Plan

    from .saved_plan import Rows, SavedPlan

CLOCK_SLACK_S: Final = 300.0
"""Tolerated difference between the clocks of the planning and the applying machine."""

_NAMED: Final = 3
_USED_UP: Final = frozenset({RunOutcome.DONE, RunOutcome.INCOMPLETE})
"""Ends after which a plan is used: whatever it could send was sent, or will not be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """The place and time at which a plan is to be applied. ``now`` is Unix seconds.

    ``account`` is the fingerprint of the API key: the owner's IBAN has to be read from the exchange
    (``refuse_other_account``). ``account`` and ``policy`` are None if there is none; ``policies`` names
    the files of the policy.
    """

    now: float
    venue: str
    run_key: str
    account: str | None
    policy: str | None
    policies: tuple[PolicyFile, ...] = ()


def admit(saved: SavedPlan, today: Today, *, name: str) -> None:
    """Raise ``Refused`` where a plan was made for elsewhere or for another time. ``name`` is its file's."""
    _refuse([*_elsewhere(saved, today), *_out_of_time(saved, today.now)], name)


def refuse_other_account(saved: SavedPlan, owner: Owner, *, name: str) -> None:
    """Raise ``Refused`` if a plan was made for another account than the current one.

    A plan names an account by its IBAN, or by the fingerprint of the API key if the exchange has none.
    """
    if saved.account is not None and saved.account not in (owner.iban, owner.key):
        _refuse([_other_account(saved, owner.iban or owner.key)], name)


def refuse_other_run_key(saved: SavedPlan, run_key: str, *, name: str) -> None:
    """Raise ``Refused`` where a plan is used under another run key than the one that it was made for."""
    _refuse(list(_other_run_key(saved, run_key)), name)


def admit_plan(saved: SavedPlan, plan: Plan, ended: RunOutcome | None, *, name: str, used: str = "") -> Plan:
    """Return the plan of a run, marked as approved.

    ``plan`` is made of the source and the journal now; ``ended`` is the outcome of the last run of
    the saved plan, None if there was none; ``used`` says when it was and whose. Raises ``Refused`` if it was
    used, or no longer fits.
    """
    if ended in _USED_UP:
        _refuse([f"it was used before{used}, and a plan is used once"], name)
    _refuse(list(_differences(saved, plan, resumed=ended is not None)), name)
    return structs.replace(plan, admission=Admission(saved.id, saved.made_at, saved.look))


def _refuse(reasons: list[str], name: str) -> None:
    if reasons:
        raise Refused(
            f"{name}: this plan may not be applied; nothing was sent",
            details=[*reasons, _ADVICE],
            remedies=[Remedy.NEW_PLAN],
        )


_ADVICE: Final = "Make a new plan, and have that reviewed: it shows what is placed already."


def _elsewhere(saved: SavedPlan, today: Today) -> Iterator[str]:
    if saved.venue != today.venue:
        yield f"it was made for the venue {saved.venue}, and this is {today.venue}"
        return  # Another venue has other accounts.
    yield from _other_run_key(saved, today.run_key)
    by_key = saved.account is not None and not may_be_iban(saved.account)
    if by_key and saved.account != today.account:
        yield _other_account(saved, today.account)
    if saved.policy != today.policy:
        then, now = _policies(saved.policies), _policies(policy.row() for policy in today.policies)
        yield f"it was made under {then}, and now there is {now}"


def _other_account(saved: SavedPlan, account: str | None) -> str:
    return f"it was made for the account {saved.account}, and this is {account or 'none'}"


def _other_run_key(saved: SavedPlan, run_key: str) -> Iterator[str]:
    if saved.run_key != run_key:
        yield f"it was made for {_key(saved.run_key)}, and this run has {_key(run_key)}"


def _out_of_time(saved: SavedPlan, now: float) -> Iterator[str]:
    if now >= saved.ends_at:
        yield f"it expired at {saved.expires_at}"
    if now < saved.made_at - CLOCK_SLACK_S:
        yield f"it was made at {saved.created_at}, which is in the future here: one of two clocks is wrong"


def _differences(saved: SavedPlan, plan: Plan, *, resumed: bool) -> Iterator[str]:
    """Yield how the plan that its source gives now differs from what the saved plan lists."""
    if saved.digest != plan.digest or saved.batch != plan.run.batch or saved.groups != group_rows(plan):
        yield "its batch file is not the one that it lists"
        return
    pairs = ((saved.orders, order_rows(plan)), (saved.cancels, cancel_rows(plan)))
    for then, now in pairs:
        if _requests_of(then) != _requests_of(now):
            yield "its messages are not those that its batch file comes to"
        elif not resumed:
            yield from _changed_rows(then, now)


def _requests_of(rows: Rows) -> list[dict[str, object]]:
    """Return what rows ask for, without what became of it."""
    plain = (row if isinstance(row, dict) else {} for row in rows)
    return [{name: row[name] for name in row if name not in _FATE} for row in plain]


_FATE_WORDS: Final = {"send": "to be sent", "look_up": "to be looked up"}
_FATE: Final = ("disposition", "txid", "settled")


def _changed_rows(then: Rows, now: Rows) -> Iterator[str]:
    moved = [(before, after) for before, after in zip(then, now, strict=True) if before != after]
    for before, after in moved[:_NAMED]:
        yield f"{_subject(after)} was {_fate(before)} when the plan was made, and is {_fate(after)} now"
    if len(moved) > _NAMED:
        yield f"so are {len(moved) - _NAMED} more"


def _subject(row: dict[str, str]) -> str:
    return f"{row['group']}/{row['id']}" if "id" in row else f"cancel {row['ref']}"


def _fate(row: dict[str, object]) -> str:
    if "settled" in row:
        return "settled" if row["settled"] else "to be sent"
    disposition = str(row.get("disposition"))
    txid = f" as {row['txid']}" if row.get("txid") else ""
    return f"{_FATE_WORDS.get(disposition, disposition)}{txid}"


def _key(run_key: str) -> str:
    return f"the run key {run_key}" if run_key else "no run key"


def _policies(rows: Iterable[Mapping[str, str]]) -> str:
    named = (f"policy {row['name']} ({row['file']}, SHA-256 {row['digest'][:16]})" for row in rows)
    return " and ".join(named) or "no policy"
