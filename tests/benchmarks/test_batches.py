"""The files that benchmarks read."""

from __future__ import annotations

from runner.batchfile import parse
from tests.benchmarks.batches import KINDS, batch_file, fields


def test_a_file_for_benchmarks_is_a_batch() -> None:
    """With the given number of orders, in more than one group, of every kind."""
    batch = parse(batch_file(1_024), "f").batch
    assert batch is not None
    assert [len(group.orders) for group in batch.groups] == [1_000, 24]
    assert len({order.ordertype for order in batch.groups[1].orders}) == len(KINDS)


def test_an_order_has_ten_fields_or_more() -> None:
    """So that a file of 10,000 is about as long as one that people would be proud of."""
    assert {len(list(fields(number, wrong=False))) for number in range(24)} == {10, 11, 12, 13}


def test_faulty_orders_are_faulty() -> None:
    """Each in one place."""
    problems = parse(batch_file(20, faulty=frozenset({3, 17})), "f").problems
    assert [problem.path for problem in problems] == [f"group-0/order-{n:05}: volume" for n in (3, 17)]
