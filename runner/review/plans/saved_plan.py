"""A saved plan: the reviewed plan in a file that is used once. Text in, text out.

Its id is the SHA-256 of all of its other bytes, so a changed byte is detected; it does not authenticate the
author. It holds the text of the batch file, which ``apply`` parses again; the result must equal the listed
messages. So there is only one way from text to messages.
Its shape is published in ``schemas/plan.schema.json``; change both together.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from runner.domain import Provenance, parse_rfc3339, rfc3339
from runner.errors import Refused, Remedy
from runner.kraken import message_of
from runner.planning import EmptyLook, journal_disposition

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from runner.planning import Plan, PlannedCancel, PlannedGroup, PlannedOrder

PLAN_VERSION: Final = 3

NO_ACCOUNT: Final = "no account: it was made without an API key, so it may be applied to any account"
"""Message about a plan that names no account; shown in the plan, by ``plan`` and by ``apply``."""

Rows = tuple[dict[str, Any], ...]

_HEAD: Final = re.compile(r'\{\n  "plan_version": ([0-9]+),\n  "id": "([0-9a-f]{64})",\n')
ID_BYTES: Final = re.compile(rb'"[0-9a-f]{64}"')
_HEAD_BYTES: Final = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPlan:
    """The content of a plan file. Times are RFC 3339 in UTC, to the millisecond.

    ``account``, ``policy`` and ``market`` are None where the plan was made without one; ``policies`` are the
    files of the policy; ``provenance`` is the row of a ``Provenance``; ``findings`` are the results of checks
    and guards. ``orders`` and ``cancels`` are rows as ``save_plan`` makes them, and so is ``account_look``;
    ``applies_to`` says in words to which account; ``source`` is the batch file, line by line. ``id`` is empty
    until all else is known.
    """

    id: str = ""
    tool: str
    created_at: str
    expires_at: str
    batch: str
    run_key: str
    venue: str
    file: str
    digest: str
    account: str | None
    applies_to: str
    account_look: dict[str, str] | None
    policy: str | None
    policies: Rows
    provenance: dict[str, Any] | None
    changes: bool
    market: dict[str, Any] | None
    findings: Rows
    groups: Rows
    orders: Rows
    cancels: Rows
    source: tuple[str, ...]

    @property
    def made_at(self) -> float:
        """The time it was made, in Unix seconds."""
        return parse_rfc3339(self.created_at)

    @property
    def look(self) -> EmptyLook | None:
        """The complete look that found none of its orders in the account; None if there was none."""
        row = self.account_look
        if row is None:
            return None
        return EmptyLook(parse_rfc3339(row["began_at"]), row["account"], row["exchange"])

    @property
    def ends_at(self) -> float:
        """The time from which it may no longer be applied, in Unix seconds."""
        return parse_rfc3339(self.expires_at)


def save_plan(
    plan: Plan,
    source: bytes,
    *,
    tool: str,
    now: float,
    valid_for_s: float,
    account: str | None,
    look: EmptyLook | None = None,
    market: dict[str, Any] | None = None,
    findings: Iterable[dict[str, Any]] = (),
) -> SavedPlan:
    """Return the saved form of a plan, with its id. ``source`` are the bytes of a valid batch file."""
    saved = SavedPlan(
        tool=tool,
        created_at=rfc3339(now, digits=3),
        expires_at=rfc3339(now + valid_for_s, digits=3),
        batch=plan.run.batch,
        run_key=plan.run.run_key,
        venue=plan.venue,
        file=plan.file,
        digest=plan.digest,
        account=account,
        applies_to=f"the account {account}" if account is not None else NO_ACCOUNT,
        account_look=None if look is None else _look_row(look),
        policy=plan.policy,
        policies=tuple(policy.row() for policy in plan.policies),
        provenance=plan.provenance.row() if plan.provenance else None,
        changes=plan.changes,
        market=market,
        findings=tuple(findings),
        groups=group_rows(plan),
        orders=order_rows(plan),
        cancels=cancel_rows(plan),
        source=tuple(source.decode("utf-8").split("\n")),
    )
    return replace(saved, id=digest_of_text(_text(saved)))


def write_plan(saved: SavedPlan) -> str:
    """Return a saved plan as the text of its file, one order a line; ASCII."""
    return _text(saved)


def read_plan(content: bytes, *, name: str) -> SavedPlan:
    """Read a saved plan from a file's bytes; ``name`` is the file's. Raises ``Refused`` for an edited one."""
    text = content.decode("ascii", "replace")
    head = _HEAD.match(text)
    if head is None:
        raise _edited_error(name)
    if int(head.group(1)) != PLAN_VERSION:
        raise Refused(
            f"{name}: a saved plan of version {head.group(1)}, which is not known here; nothing was sent",
            details=["Make the plan with the version of order-batch that is to apply it."],
        )
    try:
        saved = _saved_plan(json.loads(text))
    except (ValueError, RecursionError):
        raise _edited_error(name) from None
    # Written again it must come out the same: what a reviewer's tools show is then what is read here.
    if saved is None or digest_of_text(text) != saved.id or _text(saved) != text:
        raise _edited_error(name)
    return saved


def is_saved_plan(content: bytes) -> bool:
    """Return whether a file is a saved plan and not a batch, even if it was edited."""
    head = content[:_HEAD_BYTES]
    # Two of three signs, so that no one change hides a plan, nor makes a batch look like one.
    signs = (head.startswith(b"{"), b'"plan_version"' in head, ID_BYTES.search(head) is not None)
    return sum(signs) > 1


def source_of(saved: SavedPlan) -> bytes:
    """Return the batch file that a plan was made of."""
    return "\n".join(saved.source).encode("utf-8", "surrogatepass")


def order_rows(plan: Plan) -> Rows:
    """Return the orders of a plan, each as its message without reqid, deadline and token."""
    return tuple(map(_order, plan.orders()))


def cancel_rows(plan: Plan) -> Rows:
    """Return the cancellations of a plan."""
    return tuple(_cancel(group, cancel) for group in plan.groups for cancel in group.cancel)


def group_rows(plan: Plan) -> Rows:
    """Return the groups of a plan."""
    return tuple(map(_group, plan.groups))


def _group(group: PlannedGroup) -> dict[str, Any]:
    row = {"name": group.name, "needs": list(group.needs), "on_reject": group.on_reject.value}
    barriers = [
        {"group": barrier.group, "within": barrier.within, "otherwise": barrier.otherwise.value}
        for barrier in group.barriers
    ]
    return {**row, **({"hold": True} if group.hold else {}), **({"barriers": barriers} if barriers else {})}


def _order(order: PlannedOrder) -> dict[str, Any]:
    return {
        "group": order.key.group,
        "id": order.key.id,
        "line": order.place.line,
        "column": order.place.column,
        "disposition": journal_disposition(order).value,
        "txid": order.known.txid if order.known else None,
        "deadline_s": None if order.deadline_s is None else str(order.deadline_s),
        "message": message_of(order.request),
    }


def _look_row(look: EmptyLook) -> dict[str, str]:
    began_at = rfc3339(look.began_at, digits=3)
    return {"began_at": began_at, "account": look.account, "exchange": look.exchange}


def _cancel(group: PlannedGroup, cancel: PlannedCancel) -> dict[str, Any]:
    return {
        "group": group.name,
        "ref": cancel.ref,
        "line": cancel.place.line,
        "column": cancel.place.column,
        "settled": cancel.settled,
    }


# --- the file's form -------------------------------------------------------------------------


def _text(saved: SavedPlan) -> str:
    """One key a line, and of a list one element a line: two plans can be compared line by line."""
    values: dict[str, Any] = {"plan_version": PLAN_VERSION}
    values |= {name: getattr(saved, name) for name in SavedPlan.__slots__}
    lines = ",\n".join(f"  {json.dumps(name)}: {_value(value)}" for name, value in values.items())
    return f"{{\n{lines}\n}}\n"


def _value(value: Any) -> str:
    if not isinstance(value, tuple) or not value:
        return json.dumps(value)
    items = ",\n".join(f"    {json.dumps(item)}" for item in value)
    return f"[\n{items}\n  ]"


def digest_of_text(text: str) -> str:
    """Return the SHA-256 of the text of a plan, or of several, without its id."""
    blank = re.sub(r'"id": "[0-9a-f]{0,64}"', '"id": ""', text, count=1)
    return hashlib.sha256(blank.encode("ascii", "replace")).hexdigest()


def _saved_plan(content: Mapping[str, Any]) -> SavedPlan | None:
    """Return the noun of a JSON object, or None where a key is missing, too many or of another kind."""
    values = {name: value for name, value in content.items() if name != "plan_version"}
    if set(values) != set(_KINDS) or not all(isinstance(values[name], kind) for name, kind in _KINDS.items()):
        return None
    plain: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in values.items()}
    if not all(isinstance(line, str) for line in plain["source"]):
        return None
    if not all(_holds(row, _POLICY) for row in plain["policies"]) or not _is_provenance(plain["provenance"]):
        return None
    if plain["account_look"] is not None and not _holds(plain["account_look"], _LOOK):
        return None
    saved = SavedPlan(**plain)
    # Times that are none are found here, and not when they are needed.
    looked_at = saved.made_at if saved.look is None else saved.look.began_at
    return saved if looked_at <= saved.made_at < saved.ends_at else None


def _is_provenance(row: Mapping[str, Any] | None) -> bool:
    if row is None:
        return True
    texts = [value for name, value in row.items() if name != "dirty"]
    return (
        set(row) == set(Provenance.__struct_fields__)
        and all(value is None or isinstance(value, str) for value in texts)
        and (row["dirty"] is None or isinstance(row["dirty"], bool))
    )


def _holds(row: object, names: Collection[str]) -> bool:
    """Return whether a row has these names, each with a text."""
    if not isinstance(row, dict) or set(row) != set(names):
        return False
    return all(isinstance(text, str) for text in row.values())


_POLICY: Final = ("name", "file", "digest")
_LOOK: Final = ("began_at", "account", "exchange")

_TEXT: Final = (
    *("id", "tool", "created_at", "expires_at", "batch", "run_key", "venue", "file", "digest"),
    "applies_to",
)
_KINDS: Final[dict[str, Any]] = {
    **dict.fromkeys(_TEXT, str),
    **dict.fromkeys(("account", "policy"), str | None),
    "changes": bool,
    **dict.fromkeys(("account_look", "market", "provenance"), dict | None),
    **dict.fromkeys(("policies", "findings", "groups", "orders", "cancels", "source"), list),
}


def _edited_error(name: str) -> Refused:
    return Refused(
        f"{name}: this saved plan was edited, or is damaged; nothing was sent",
        details=["A plan is applied as it was saved, to the last byte. Make a new one."],
        remedies=[Remedy.NEW_PLAN],
    )
