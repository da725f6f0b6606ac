"""The checks of a bundle: each compares two of its files, of which one says what the other has to be.

A check returns what is wrong, each with the file and the line. None of them reads anything else.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from runner.errors import Refused
from runner.journal import CancelIntent, OrderIntent, SwitchArmed, count_unchained, fold, unseal_entries
from runner.kraken import fields_of
from runner.review import read_plan, source_of

from .contents import BATCH, EVENTS, JOURNAL, MANIFEST, PLAN, WIRE, LastRun, last_run, policy_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from runner.domain import OrderKey
    from runner.journal import Entry, OrderRecord
    from runner.planning import PlannedCancel, PlannedGroup

    Files = Mapping[str, bytes]

_OURS: Final = frozenset({"reqid", "deadline", "token"})
_HARMLESS: Final = frozenset({"subscribe", "unsubscribe", "ping"})


class Evidence(NamedTuple):
    """The files of a bundle, with the journal read: all of its entries, and the last run."""

    files: Files
    entries: tuple[Entry, ...]
    run: LastRun


class Check(NamedTuple):
    """A check in words, and what is wrong; nothing where it holds."""

    words: str
    problems: tuple[str, ...]


def examine(files: Files) -> tuple[Check, ...]:
    """Return all checks of a bundle's files. Raises ``Refused`` for a journal that cannot be read."""
    text = files.get(JOURNAL, b"").decode("latin-1")
    entries, sound = unseal_entries(text, name=JOURNAL)
    run = last_run(entries)
    if run is None or sound != len(text):
        raise Refused(f"{JOURNAL}: its end is torn, or no run is in it")
    evidence = Evidence(files, tuple(entries), run)
    return tuple(Check(words, tuple(check(evidence))) for words, check in _CHECKS)


def _chain(evidence: Evidence) -> Iterator[str]:
    """Find lines of earlier versions; whether the others follow each other was seen as they were read."""
    if loose := count_unchained(evidence.files[JOURNAL].decode("latin-1")):
        yield f"{JOURNAL}:{loose}: up to here no line holds the hash of the one before"


# --- the files -------------------------------------------------------------------------------


def _batch(evidence: Evidence) -> Iterator[str]:
    if _digest(evidence.files.get(BATCH)) != evidence.run.started.digest:
        yield f"{BATCH}: it is not the file that the journal names"


def _policies(evidence: Evidence) -> Iterator[str]:
    for number, policy in enumerate(evidence.run.started.policies, 1):
        if _digest(evidence.files.get(policy_name(number))) != policy["digest"]:
            yield f"{policy_name(number)}: it is not the policy {policy['file']} that the journal names"


def _manifest(evidence: Evidence) -> Iterator[str]:
    yield from _same_lines(MANIFEST, evidence.files, evidence.run.manifest_text())


def _events(evidence: Evidence) -> Iterator[str]:
    yield from _same_lines(EVENTS, evidence.files, evidence.run.events_text())


def _plan(evidence: Evidence) -> Iterator[str]:
    """Compare the saved plan with the batch file, its messages, and the plan that the run carried out."""
    run = evidence.run
    try:
        saved = read_plan(evidence.files.get(PLAN, b""), name=PLAN)
        planned = run.plan_of(evidence.files.get(BATCH, b""))
    except Refused as error:
        yield str(error)
        return
    if source_of(saved) != evidence.files.get(BATCH):
        yield f"{PLAN}: it was made of another file than {BATCH}"
    if run.started.plan not in (None, saved.id):
        yield f"{PLAN}: the run carried out another plan, {run.started.plan}"
    ours = [{"event": "addOrder", **fields_of(order.request)} for order in planned.orders()]
    if [row["message"] for row in saved.orders] != ours:
        yield f"{PLAN}: its messages are not those of {BATCH}"


# --- what left -------------------------------------------------------------------------------


def _intents(evidence: Evidence) -> Iterator[str]:
    """Compare every message that the run meant to send with the plan."""
    try:
        planned = evidence.run.plan_of(evidence.files.get(BATCH, b""))
    except Refused as error:
        yield str(error)
        return
    requests = {order.key: _without(fields_of(order.request), _OURS) for order in planned.orders()}
    keys = {(key.group, key.id): key for key in requests}
    orders = fold(list(evidence.entries)).orders
    cancelable = {group.name: _cancelable(group, orders) for group in planned.groups}
    first = len(evidence.run.before) + 1
    for number, entry in enumerate(evidence.run.entries, first):
        if isinstance(entry, OrderIntent):
            key = keys.get((entry.group, entry.id))
            if key is None or requests[key] != _without(entry.request, _OURS):
                yield f"{JOURNAL}:{number}: the order {entry.group}/{entry.id} is not one of the plan"
        elif isinstance(entry, CancelIntent):
            allowed = _own(entry.group, orders) if entry.unwind else cancelable.get(entry.group, set())
            for text in sorted(set(entry.txid) - allowed):
                yield f"{JOURNAL}:{number}: the plan does not cancel {text}"


def _cancelable(group: PlannedGroup, orders: Mapping[OrderKey, OrderRecord]) -> set[str]:
    """Return the ids that a group cancels by its file."""
    found: set[str] = set()
    for cancel in group.cancel:
        found |= _ids(orders.get(cancel.order)) if cancel.order else {_text_of(cancel)}
    return found


def _own(group: str, orders: Mapping[OrderKey, OrderRecord]) -> set[str]:
    """Return the ids of a group's own orders, which it cancels to take them back."""
    return {txid for key, order in orders.items() if key.group == group for txid in _ids(order)}


def _ids(order: OrderRecord | None) -> set[str]:
    return set() if order is None else {*order.txids, *filter(None, [order.txid])}


def _text_of(cancel: PlannedCancel) -> str:
    return cancel.ref.removeprefix("userref:")


def _wire(evidence: Evidence) -> Iterator[str]:
    """Compare every message that was sent with the journal."""
    log = evidence.files.get(WIRE)
    if log is None:
        return
    known = {_canonical("addOrder", entry.request) for entry in _of(evidence, OrderIntent)}
    for entry in _of(evidence, CancelIntent):
        known.add(_canonical("cancelOrder", {"reqid": entry.reqid, "txid": entry.txid}))
    times = [entry.timeout_s for entry in _of(evidence, SwitchArmed)]
    switch = {
        _canonical("cancelAllOrdersAfter", {"timeout": time}) for time in (*times, *([0] if times else []))
    }
    for number, line in enumerate(log.decode("utf-8", "replace").splitlines(), 1):
        message = _sent(line)
        if message is None or str(message.get("event")) in _HARMLESS:
            continue
        event, fields = message.get("event"), _without(message, {"event", "token"})
        if _canonical(event, fields) in known or _canonical(event, _without(fields, {"reqid"})) in switch:
            continue
        yield f"{WIRE}:{number}: this message left, and the journal does not hold it"


def _canonical(event: object, fields: Mapping[str, Any]) -> str:
    return json.dumps([event, dict(fields)], sort_keys=True)


def _of(evidence: Evidence, kind: type[Any]) -> list[Any]:
    return [entry for entry in evidence.entries if isinstance(entry, kind)]


def _sent(line: str) -> dict[str, Any] | None:
    """Return the message of a line of the wire log if it was sent; an empty one where it cannot be read."""
    try:
        logged = json.loads(line)
        if logged["direction"] == "received":
            return None
        message = json.loads(logged["text"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}


_CHECKS: Final[tuple[tuple[str, Callable[[Evidence], Iterator[str]]], ...]] = (
    ("the lines of the journal are one chain", _chain),
    ("the batch is the file that was run", _batch),
    ("the policies are those that held", _policies),
    ("the plan is that of the batch", _plan),
    ("nothing was to be sent that the plan does not hold", _intents),
    ("nothing was sent that the journal does not hold", _wire),
    ("the events are those of the journal", _events),
    ("the manifest is the fold of the journal", _manifest),
)


def _digest(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()


def _without(fields: Mapping[str, Any], names: frozenset[str] | set[str]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in names}


def _same_lines(name: str, files: Files, right: bytes) -> Iterator[str]:
    found = files.get(name, b"")
    if found != right:
        pairs = zip(found.split(b"\n"), right.split(b"\n"), strict=False)
        line = next((number for number, (line, other) in enumerate(pairs, 1) if line != other), 1)
        yield f"{name}:{line}: it is not what the journal says"
