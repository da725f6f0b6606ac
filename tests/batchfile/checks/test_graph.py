"""Groups that wait for each other."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from runner.batchfile.checks.graph import Upstream, cycle_in
from runner.batchfile.document.outline import Outline, outline_of
from runner.batchfile.document.values import YamlMap
from runner.batchfile.yaml.reader import read


def outline(needs: dict[str, list[str] | None]) -> Outline:
    """Groups with these needs, in this order."""
    lines = [
        f"  - {{name: {name}" + ("" if wanted is None else f", needs: [{', '.join(wanted)}]") + "}\n"
        for name, wanted in needs.items()
    ]
    root = read("groups:\n" + "".join(lines)).root
    assert isinstance(root, YamlMap)
    return outline_of(root)


def test_a_circle_begins_with_its_first_group_of_the_file() -> None:
    """The names follow the way, the first again at the end."""
    assert cycle_in(outline({"x": [], "a": ["c"], "b": ["a"], "c": ["b"]})) == ["a", "c", "b", "a"]
    assert cycle_in(outline({"a": ["b"], "b": None})) == ["a", "b", "a"]


def test_a_diamond_is_no_circle() -> None:
    """Two ways to the same group are fine, and so is needing it twice over."""
    assert cycle_in(outline({"d": ["b", "c"], "a": [], "b": ["a"], "c": ["a", "b"]})) == []


def test_unknown_needs_and_oneself_are_left_to_others() -> None:
    """They have their own problems."""
    assert cycle_in(outline({"a": ["a", "nowhere"], "b": None})) == []


def test_upstream_is_everything_that_is_over_before() -> None:
    """The group itself, what it needs, and what those need."""
    upstream = Upstream(outline({"a": None, "b": None, "c": [], "d": ["b"]}))
    assert {name: [other for other in "abcd" if upstream.holds(name, other)] for name in "abcd"} == {
        "a": ["a"],
        "b": ["a", "b"],
        "c": ["c"],
        "d": ["a", "b", "d"],
    }
    assert upstream.holds(None, "d")


@given(st.lists(st.lists(st.integers(0, 7), max_size=3), min_size=1, max_size=8))
def test_upstream_is_what_a_search_finds(edges: list[list[int]]) -> None:
    """Also where groups wait for each other in circles, for which there is no order."""
    names = [f"g{number}" for number in range(len(edges))]
    groups = outline({name: [f"g{n}" for n in wanted] for name, wanted in zip(names, edges, strict=True)})
    upstream = Upstream(groups)
    for name in names:
        reached, pending = {name}, [name]
        while pending:
            new = set(groups.needs_of(pending.pop())) - reached
            reached |= new
            pending += new
        assert {other for other in names if upstream.holds(name, other)} == reached


@given(st.lists(st.lists(st.integers(0, 5), max_size=3), min_size=1, max_size=6))
def test_a_circle_is_reported_exactly_when_there_is_one(edges: list[list[int]]) -> None:
    """It is a true circle, and if none is reported, the groups can be put in a row."""
    names = [f"g{number}" for number in range(len(edges))]
    groups = outline({name: [f"g{n}" for n in wanted] for name, wanted in zip(names, edges, strict=True)})
    cycle = cycle_in(groups)
    if cycle:
        assert cycle[0] == cycle[-1]
        assert all(b in groups.needs_of(a) for a, b in pairwise(cycle))
        return
    left = set(names)
    while left:
        ready = {name for name in left if not left & set(groups.needs_of(name))}
        assert ready
        left -= ready
