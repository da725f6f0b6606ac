"""Remarks with the same text, merged into one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from runner.report.alike import MANY, merge_alike, more_words


def test_messages_that_differ_in_numbers_alone_are_merge_alike() -> None:
    """From a few on; others keep their place."""
    items = [("a", f"price 1,00{number}.5 is wrong") for number in range(MANY + 1)]
    merged = merge_alike([("b", "other"), *items], lambda item: item)
    assert [(first, len(others)) for first, others in merged] == [(("b", "other"), 0), (items[0], MANY)]
    assert [others for _, others in merge_alike(items[:MANY], lambda item: item)] == [[]] * MANY


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["x 1", "x 2", "y"]))))
def test_nothing_is_lost(items: list[tuple[str, str]]) -> None:
    """Each is shown, or counted with one that is like it."""
    merged = merge_alike(items, lambda item: item)
    assert sorted(item for first, others in merged for item in (first, *others)) == sorted(items)


def test_lines_are_named_in_spans() -> None:
    """Neighbours together."""
    assert more_words([9, 10, 11, 14, 20, 21]) == "and 6 more like it, lines 9 to 11, 14, 20 to 21"
    assert more_words(range(0, 400, 2)).endswith("78, ...")
