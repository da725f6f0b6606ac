"""The permissions that a key lacks for each command, and the warnings about it by day."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.domain import ApiKeyInfo, Permission
from runner.review import (
    KEY_WORDS,
    KeyUse,
    key_warnings,
    may_withdraw,
    missing_permissions,
    needless_permissions,
)
from runner.review.api_key import NEAR_END_DAYS, NEEDS, KeyWarningCode

NOW = 1_796_000_000.0  # 2026-11-30T00:53:20Z
DAY_S = 86_400


def key(*permissions: Permission, **more: int) -> ApiKeyInfo:
    """A key with these permissions."""
    return ApiKeyInfo(permissions=frozenset(permissions), **more)


@pytest.mark.parametrize(
    ("use", "names"),
    [
        (KeyUse.LOOK, {"Query open orders & trades", "Query closed orders & trades"}),
        (KeyUse.PLAN, {"Query funds", "Query open orders & trades", "Query closed orders & trades"}),
        (KeyUse.VALIDATE, {
            "Query funds", "Query open orders & trades", "Query closed orders & trades",
            "WebSocket interface", "Create & modify orders",
        }),
        (KeyUse.APPLY, {
            "Query funds", "Query open orders & trades", "Query closed orders & trades",
            "WebSocket interface", "Create & modify orders", "Cancel & close orders",
        }),
    ],
)  # fmt: skip
def test_each_command_needs_its_permissions(use: KeyUse, names: set[str]) -> None:
    """They are called as on the exchange's page, each with its purpose."""
    missing = missing_permissions(key(), use)
    assert {text.partition(": ")[0] for text in missing} == names
    assert all(text.partition(": ")[2] for text in missing)


@given(held=st.frozensets(st.sampled_from(Permission)), use=st.sampled_from(KeyUse))
def test_what_is_missing_is_what_is_not_held(held: frozenset[Permission], use: KeyUse) -> None:
    """No more, and no less; what is not known is not missing."""
    assert len(missing_permissions(key(*held), use)) == len(NEEDS[use].keys() - held)
    assert missing_permissions(ApiKeyInfo(), use) == ()


def test_a_key_may_withdraw_if_it_says_so() -> None:
    """Unknown is neither yes nor no; what does not pay out is not meant."""
    assert may_withdraw(key(Permission.WITHDRAW))
    assert not may_withdraw(key(Permission.ADD_FUNDS, Permission.ADD_ADDRESS))
    assert not may_withdraw(ApiKeyInfo())


@pytest.mark.parametrize(
    ("in_s", "words"),
    [
        (-1, "the API key ended on 2026-11-30, today: make another one"),
        (-DAY_S, "the API key ended on 2026-11-29, 1 day ago: make another one"),
        (-40 * DAY_S, "the API key ended on 2026-10-21, 40 days ago: make another one"),
        (1, "the API key ends on 2026-11-30, in less than a day: make another one before"),
        (DAY_S, "the API key ends on 2026-12-01, in 1 day: make another one before"),
        (13 * DAY_S, "the API key ends on 2026-12-13, in 13 days: make another one before"),
        (NEAR_END_DAYS * DAY_S, None),
    ],
)
def test_an_end_that_is_near_or_past_is_said(in_s: int, words: str | None) -> None:
    """With its date and the number of days."""
    warnings = key_warnings(key(valid_until=int(NOW) + in_s, addresses=1), NOW)
    assert [warning.message for warning in warnings] == ([] if words is None else [words])
    assert all(warning.code is KeyWarningCode.EXPIRES for warning in warnings)


def test_a_key_for_any_address_is_said() -> None:
    """None listed means all; an unknown list means nothing, and so does a key without an end."""
    assert [str(warning) for warning in key_warnings(key(valid_until=0, addresses=0), NOW)] == [
        "the API key may be used from any address: enter those of the machines that use it as its "
        "IP allow-list at the exchange [key-any-address]"
    ]
    assert key_warnings(key(valid_until=0, addresses=1), NOW) == ()
    assert key_warnings(ApiKeyInfo(), NOW) == ()


def test_each_warning_is_explained() -> None:
    """In one sentence, for formats that list rules."""
    assert set(KEY_WORDS) == set(KeyWarningCode)


def test_what_no_command_needs_is_named_if_it_may_do_harm() -> None:
    """Nothing that a command needs; of unknown permissions nothing."""
    needed = frozenset(permission for needs in NEEDS.values() for permission in needs)
    assert needless_permissions(ApiKeyInfo(permissions=needed)) == ()
    assert needless_permissions(ApiKeyInfo(permissions=None)) == ()
    assert needless_permissions(ApiKeyInfo(permissions=frozenset(Permission))) == (
        *("Withdraw", "Add withdrawal addresses", "Update withdrawal addresses", "Deposit", "Earn"),
    )
