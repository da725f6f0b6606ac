"""Files of people who trade: what they wrote is valid, whatever a review then says of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner.batchfile import parse, parse_policy

if TYPE_CHECKING:
    from runner.domain import Batch

BATCHES = Path(__file__).parent / "batches"
FILES = [*sorted((BATCHES / "real").glob("*.yaml")), *sorted((BATCHES / "review").glob("*.yaml"))]
POLICY = "policy-denies.yaml"


def batch_in(file: Path) -> Batch:
    """The batch of a file that is valid."""
    parsed = parse(file.read_bytes(), file.name)
    assert parsed.batch is not None, parsed.problems
    return parsed.batch


@pytest.mark.parametrize("file", [file for file in FILES if file.name != POLICY], ids=lambda file: file.stem)
def test_a_real_batch_is_valid(file: Path) -> None:
    """A price with a digit too many is a number like any other: that is found against the market."""
    assert batch_in(file).groups


def test_the_policy_of_the_reviews_is_valid() -> None:
    """Two rules, as README shows them."""
    parsed = parse_policy((BATCHES / "review" / POLICY).read_bytes(), POLICY)
    assert parsed.policy is not None
    assert [rule.name for rule in parsed.policy.rules] == ["fat-finger", "buy-collar"]


def test_prices_are_kept_as_they_were_typed() -> None:
    """Also those of a long ladder in which one is wrong, and those that mean thousands elsewhere."""
    ladder = batch_in(BATCHES / "review" / "two-price.yaml").groups[0].orders
    assert len(ladder) > 1_900
    assert {order.id: order.price for order in ladder}["xbt-sell-068"] == "947.7"
    german = batch_in(BATCHES / "review" / "german-thousands.yaml").groups[0].orders
    assert [order.price for order in german] == ["1.550", "9.500"]
