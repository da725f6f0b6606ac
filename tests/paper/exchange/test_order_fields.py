"""Fields as values: the forms that mean something, and an error for all others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.paper.exchange import order_fields

NOW = 1_700_000_000.5
WHEN = [("0", None), ("+0", NOW), ("+60", NOW + 60), ("1700000060", 1_700_000_060)]


@pytest.mark.parametrize(("text", "moment"), WHEN)
def test_when(text: str, moment: float | None) -> None:
    """Never, so many seconds from now, or Unix seconds."""
    assert order_fields.when(text, NOW) == moment


@pytest.mark.parametrize("text", ["", "-5", "1.5", "++5", " 5", "5 ", "\u0665", "1" * 13])
def test_what_is_no_time(text: str) -> None:
    """Whole seconds in ASCII digits only."""
    with pytest.raises(ValueError, match="not a time"):
        order_fields.when(text, NOW)


@given(st.integers(-(2**31), 2**31 - 1))
def test_userrefs(value: int) -> None:
    """All signed 32-bit integers."""
    assert order_fields.userref(str(value)) == value


@pytest.mark.parametrize("text", ["2147483648", "-2147483649", "", "1.0", "1_0", "\u0665", "9" * 99])
def test_what_is_no_userref(text: str) -> None:
    """Too large, or no integer."""
    with pytest.raises(ValueError, match=r"integer|range"):
        order_fields.userref(text)


@given(st.uuids(), st.booleans())
def test_one_uuid_is_one_id(value: object, upper: bool) -> None:
    """Dashed or not, in either case; unless they are kept apart."""
    text = str(value).upper() if upper else str(value)
    key = order_fields.cl_ord_key(text, folds=True)

    assert key == order_fields.cl_ord_key(text.replace("-", ""), folds=True) == key.lower()
    assert order_fields.cl_ord_key(text, folds=False) == text


@pytest.mark.parametrize("text", ["2%", "1" * 13, "0." + "1" * 31, "1e5", "", "+", "$5"])
def test_what_is_no_price(text: str) -> None:
    """A percentage without a sign, too many digits, and what is no decimal."""
    with pytest.raises(ValueError, match=r"percentage|long|not a price"):
        order_fields.price(text)
