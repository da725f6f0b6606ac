"""Checks besides the schema of targets. Most messages are in ``tests/acceptance/targets/invalid``."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.batchfile.document.limits import MAX_WEIGHTS
from tests.batchfile.targets.files import NEEDED, problems, targets, text
from tests.support.for_each import for_each


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=12), st.integers(-3, 3))
def test_the_sum_is_exactly_one_or_refused(parts: list[int], off: int) -> None:
    """Off by a millionth of a percent is off."""
    total = sum(parts)
    shares = [part * 50_000_000 // total for part in parts]
    weights = ", ".join(f"C{n}: {share / 10**6:.6f}%" for n, share in enumerate(shares))
    cash = 100_000_000 - sum(shares) + off
    content = text(NEEDED, weights=f"{{{weights}}}", cash=f"{{target: {cash / 10**6:.6f}%}}")
    if not off and all(shares):
        targets(content)
    elif off:
        (message,) = [problem for problem in problems(content) if "cash.target" in problem]
        assert ("missing" in message) == (off < 0)
        assert f"0.00000{abs(off)}%" in message
        fixed = message.rpartition("for example target: ")[2].rstrip(")")
        assert float(fixed.rstrip("%")) == pytest.approx((cash - off) / 10**6)


@for_each(
    [
        ({"weights": "{}"}, "there are no weights"),
        ({"weights": "{XBT: 49%, ETH: 30%}"}, "99% together: 1% is missing (for example target: 21%)"),
        ({"weights": "{XBT: 90%, ETH: 90%}"}, "200% together: 100% is too much (make the weights smaller)"),
        ({"weights": "{XBT: 50%, ETH: 30%, EUR: 0%}"}, "EUR is the quote currency"),
        ({"weights": "{Ax: 50%, AX: 30%}", "keep": "{}"}, "AX is Ax of line 4 again"),
        ({"keep": "{SOL: 1}"}, "there is no weight of SOL"),
        ({"keep": "{EUR: 1}"}, "write it as `floor` under `cash`"),
        ({"band": "{absolute: 5%, relative: 0%}"}, "the band is 0%"),
        ({"band": "{absolute: 50%, relative: 100%}"}, "less than 50% as absolute, or less than 100%"),
        (
            {"band": "{absolute: 30%, relative: 0%, use: larger}"},
            "less than 30% as absolute, and less than 100%",
        ),
        ({"band": "{absolute: 30%, relative: 25%, use: larger}"}, "write use: smaller"),
        ({"order": '{minimum: "30", maximum: 29.5}'}, "the maximum 29.5 is below the minimum 30"),
        ({"order": "{timeinforce: GTD}"}, 'write expiretm: "+3600"'),
        ({"order": '{timeinforce: IOC, expiretm: "+60"}'}, "`expiretm` is for GTD, not for IOC"),
        ({"order": "{timeinforce: IOC, oflags: [post]}"}, "post never trades at once"),
        ({"price": "{offset: -0.1%}"}, "write 0.1%, or leave post out"),
        ({"price": "{max-spread: 0.0%}"}, "no market has a spread of 0%"),
        (
            {"weights": "{" + ", ".join(f"C{n}: 0%" for n in range(MAX_WEIGHTS + 1)) + "}", "keep": "{}"},
            f"at most {MAX_WEIGHTS} weights",
        ),
    ]
)
def test_what_contradicts_itself_is_explained(parts: dict[str, str], message: str) -> None:
    """The message says what is wrong, and what to write instead."""
    assert any(message in problem for problem in problems(text(**parts))), problems(text(**parts))


@pytest.mark.parametrize(
    "parts",
    [
        {"weights": "{XBT: 100%}", "cash": "{target: 0%}", "keep": "{XBT: 0}"},
        {
            "weights": "{XBT: 0%}",
            "cash": "{target: 100%}",
            "band": "{absolute: 0%, relative: 0%}",
            "keep": "{}",
        },
        {"weights": "{XBT: 80%, ETH: 0%}"},
        {"band": "{absolute: 0%, relative: 25%, use: larger}"},
        {"band": "{absolute: 29%, relative: 99%, use: larger}", "weights": "{XBT: 80%}", "keep": "{}"},
        {"order": "{minimum: 25, maximum: 25}"},
        {"order": '{timeinforce: GTD, expiretm: "+60"}'},
        {"order": "{}", "price": "{offset: -0.1%}"},
    ],
)
def test_what_is_odd_and_possible_is_left_alone(parts: dict[str, str]) -> None:
    """Nothing more is refused than must be."""
    targets(text(**parts))


def test_a_value_that_is_wrong_already_is_not_wrong_again() -> None:
    """Each mistake has one problem."""
    assert len(problems(text(weights="{XBT: -50%, ETH: 30%}"))) == 1
    assert len(problems(text(cash="{target: 0.2}"))) == 1
    assert len(problems(text(weights="{BTC: 50%, ETH: 30%}", keep="{XBT: 1}"))) == 1
    assert len(problems(text(weights="{}", keep="{XBT: 1}"))) == 1
