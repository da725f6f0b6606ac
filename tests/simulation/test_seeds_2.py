"""Part 2 of the seeds: no order twice, none lost, whatever breaks."""

from __future__ import annotations

import pytest

from tests.simulation.seeds import assert_all_promises_are_kept, chunks


@pytest.mark.parametrize("seeds", chunks(1), ids=str)
def test_whatever_breaks_all_promises_are_kept(seeds: range) -> None:
    """Each seed is a world of its own: its batch, its faults, its processes."""
    assert_all_promises_are_kept(seeds)
