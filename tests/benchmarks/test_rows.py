"""The rows of a benchmark's table."""

from __future__ import annotations

from tests.benchmarks.rows import alone, beside, table


def test_a_ratio_is_that_of_runs_that_took_turns() -> None:
    """Run by run: a machine that was slow for a while was slow for both."""
    row = beside("read", "s", [1.0, 4.0, 1.2], "loader", [4.0, 16.0, 4.0], target=0.25)
    assert (row.figure, row.ratio, row.spread, row.kept) == (1.2, 0.25, (0.25, 0.3), True)
    assert not beside("read", "s", [2.0], "loader", [4.0], target=0.25).kept


def test_a_row_alone_is_held_to_its_figure() -> None:
    """Or to nothing, where there is no target."""
    row = alone("floor", "ms", [20.0, 18.0, 40.0], target=19)
    assert (row.figure, row.ratio, row.spread, row.kept) == (20.0, None, (18.0, 40.0), False)
    assert alone("floor", "ms", [20.0]).kept


def test_the_table_says_which_targets_are_kept() -> None:
    """One line a row, columns aligned."""
    rows = [alone("floor", "ms", [20.0]), beside("read", "s", [3.0], "loader", [4.0], target=0.25)]
    assert table(rows).splitlines() == [
        "what   median  unit  beside  ratio  least  most  target",
        "floor  20      ms                   20     20",
        "read   3       s     loader  0.75   0.75   0.75  0.25    MISSED",
    ]
