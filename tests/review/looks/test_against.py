"""Numbers against those of the version before."""

from __future__ import annotations

import pytest

from runner.batchfile import parse
from runner.review import diff, review
from tests.review.looks.looking import looks_of
from tests.review.markets import MARKET, NOW, group, order, plan_of


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ({"price": "145"}, {"price": "154"}, ["digits-swapped a"]),
        ({"volume": "0.25"}, {"volume": "2.5"}, ["point-moved a"]),
        ({"volume": "0.25"}, {"volume": "0.025"}, ["point-moved a"]),
        ({"price": "145"}, {"price": "144"}, []),
        ({"volume": "0.25"}, {"volume": "0.2"}, []),
        (
            {"close": "{ordertype: limit, price: 160}"},
            {"close": "{ordertype: limit, price: 106}"},
            ["digits"],
        ),
    ],
)
def test_a_slip_against_the_version_before(
    was: dict[str, object], now: dict[str, object], expected: list[str]
) -> None:
    """Of the same id; what is another number may be meant."""
    old, new = (("version: 1\nname: test\ngroups:\n" + group(order(**item))).encode() for item in (was, now))
    before, after = parse(old, "old.yaml").batch, parse(new, "test.yaml").batch
    assert before is not None
    assert after is not None
    difference = diff(before, after, "old.yaml")
    found = looks_of(review(plan_of(group(order(**now))), MARKET, None, NOW, diff=difference))
    slips = [item for item in found if item.startswith(("digits", "point"))]
    assert len(slips) == len(expected)
    assert all(slip.startswith(start) for slip, start in zip(slips, expected, strict=True))
    assert not [
        item for item in looks_of(review(plan_of(group(order(**now))), MARKET, None, NOW)) if item in slips
    ]
