"""Journal entries of every kind, as hypothesis makes them."""

from __future__ import annotations

import typing
from enum import StrEnum
from typing import Any

from hypothesis import strategies as st

from runner import journal
from runner.domain import CancelOutcome, Executed, GroupOutcome, OrderState, Otherwise, RunOutcome
from runner.journal import Entry

KINDS: tuple[type[Any], ...] = typing.get_args(Entry)

_TEXT = st.text(max_size=12)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXT,
    lambda part: st.lists(part, max_size=2) | st.dictionaries(_TEXT, part, max_size=2),
    max_leaves=4,
)
_OBJECT = st.dictionaries(_TEXT, _JSON, max_size=3)
_EXECUTED = st.builds(
    Executed,
    **dict.fromkeys(("status", "vol_exec", "cost", "fee", "avg_price", "seen_at"), st.none() | _TEXT),
    awaited=st.booleans(),
)
_REQUESTS = st.dictionaries(st.text("abc", max_size=5), st.none() | st.booleans() | st.integers() | _TEXT)
_BY_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "str": _TEXT,
    "str | None": st.none() | _TEXT,
    "int": st.integers(),
    "bool": st.booleans(),
    "tuple[str, ...]": st.lists(_TEXT, max_size=3).map(tuple),
    "Mapping[str, Any]": _OBJECT,
    "Mapping[str, Executed]": st.dictionaries(_TEXT, _EXECUTED, max_size=2),
    "Mapping[str, Any] | None": st.none() | _OBJECT,
    "Mapping[str, tuple[str, ...]] | None": st.none()
    | st.dictionaries(st.text(max_size=5), st.lists(st.text(max_size=5), max_size=2).map(tuple), max_size=2),
    "RequestFields": _REQUESTS,
    "RequestFields | None": st.none() | _REQUESTS,
    "tuple[Mapping[str, Any], ...]": st.lists(_OBJECT, max_size=2).map(tuple),
}

_TIMES = st.sampled_from(["2026-11-22T07:00:10.000000Z", "2026-11-22T07:00:10Z"])
_GROUPS = st.lists(st.fixed_dictionaries({"name": _TEXT}), max_size=2).map(tuple)
_APPROVALS = st.lists(st.fixed_dictionaries({"by": _TEXT, "at": _TIMES, "reason": _TEXT}), max_size=2).map(
    tuple
)
_STATES = st.dictionaries(_TEXT, st.sampled_from([state.value for state in OrderState]), max_size=3)
_OF_WAITS = {"until": _TIMES, "otherwise": st.sampled_from([item.value for item in Otherwise])}
_OUTCOMES: dict[type[Any], type[StrEnum]] = {
    journal.CancelSettled: CancelOutcome,
    journal.GroupEnded: GroupOutcome,
    journal.RunEnded: RunOutcome,
}


def entries_of(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Entries of one kind, every field filled at random where it may hold anything."""
    types = {
        name: text for base in kind.__mro__ for name, text in getattr(base, "__annotations__", {}).items()
    }
    fields = {name: _BY_TYPE[types[name]] for name in kind.__struct_fields__}
    known = {"at": _TIMES, "groups": _GROUPS, "states": _STATES, "approvals": _APPROVALS}
    fields |= {name: values for name, values in known.items() if name in fields}
    fields |= _OF_WAITS if kind is journal.FillsAwaited else {}
    if kind in _OUTCOMES:
        fields["outcome"] = st.sampled_from([outcome.value for outcome in _OUTCOMES[kind]])
    return st.builds(kind, **fields)


ENTRIES: st.SearchStrategy[Any] = st.one_of([entries_of(kind) for kind in KINDS])
assert all(kind.__name__ in journal.__all__ for kind in KINDS)
