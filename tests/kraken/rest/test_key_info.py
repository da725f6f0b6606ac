"""The answer about a key: a part that cannot be read is unknown, and no danger and no lack is made of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.domain import ApiKeyInfo, Permission
from runner.kraken import PERMISSION_NAMES, FrameError, key_info_from
from tests.support.for_each import for_each

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
IBANS = [
    ({"iban": "AA98 N84G g000 0000"}, "AA98N84GG0000000"),
    ({"iban": None, "apiKey": "key"}, None),
    ({"iban": ""}, None),
    ({"apiKey": "key"}, None),
    ({}, None),
]


@pytest.mark.parametrize(("result", "iban"), IBANS)
def test_an_account_is_named_by_its_iban(result: Any, iban: str | None) -> None:
    """Blanks and case do not matter; where none is given there is none."""
    assert key_info_from(result).iban == iban


@pytest.mark.parametrize("result", [None, [], "AA98", {"iban": 5}, {"iban": "key:1"}, {"iban": "A" * 65}])
def test_an_answer_that_is_no_iban_is_refused(result: Any) -> None:
    """An unreadable answer is not taken for an account, nor for the absence of its name."""
    with pytest.raises(FrameError):
        key_info_from(result)


def test_an_answer_is_read_as_documented() -> None:
    """Permissions that are new to us are left out; times come as text and as numbers."""
    answer = {
        "iban": "AA98",
        "permissions": ["withdraw-funds", "query-funds", "\x1b[31mnew"],
        "validUntil": "1800000000",
        "ipAllowlist": ["192.0.2.1", "192.0.2.2"],
    }
    permissions = frozenset({Permission.FUNDS, Permission.WITHDRAW})
    expected = ApiKeyInfo(iban="AA98", permissions=permissions, valid_until=1_800_000_000, addresses=2)
    assert key_info_from(answer) == expected
    assert key_info_from(answer | {"validUntil": 1_800_000_000}) == expected


@for_each(
    [
        *(("permissions", bad, "permissions") for bad in (None, "query-funds", {}, [5], [None])),
        *(("validUntil", bad, "valid_until") for bad in (None, "", "soon", -1, True, 1.5, "1" * 30, [])),
        *(("ipAllowlist", bad, "addresses") for bad in (None, "192.0.2.1", {}, [5])),
    ]
)
def test_a_part_that_cannot_be_read_is_unknown(name: str, value: Any, field: str) -> None:
    """Neither empty nor zero: the other parts are read all the same."""
    answer = {"iban": "AA98", "permissions": [], "validUntil": "0", "ipAllowlist": []}
    assert getattr(key_info_from(answer), field) is not None
    info = key_info_from(answer | {name: value})
    assert getattr(info, field) is None
    assert info.iban == "AA98"


@given(result=st.fixed_dictionaries({}, optional={
    "iban": JSON, "permissions": JSON, "validUntil": JSON, "ipAllowlist": JSON,
}))  # fmt: skip
def test_no_answer_is_more_than_unknown(result: dict[str, Any]) -> None:
    """Any content is read or refused."""
    try:
        info = key_info_from(result)
    except FrameError:
        return
    assert info.permissions is None or info.permissions <= set(Permission)
    assert info.valid_until is None or 0 <= info.valid_until <= 10**11


def test_each_permission_has_a_name() -> None:
    """That of the page on which keys are made."""
    assert set(PERMISSION_NAMES) == set(Permission)
    assert len(set(PERMISSION_NAMES.values())) == len(Permission)
