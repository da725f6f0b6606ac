"""Needs that a schema accepts and that lead nowhere; all messages are in the corpus of broken files."""

from __future__ import annotations

import pytest

from runner.batchfile import parse
from tests.batchfile.files import ORDER

_FILLED = "{{group: {}, until: filled, within: 15m}}"


def problems(needs: str, first: str = f"orders: [{ORDER}]") -> list[str]:
    """Return what is said about two groups, of which the second has these needs."""
    text = f"version: 1\nname: case\ngroups:\n  - {{name: one, {first}}}\n"
    text += f"  - {{name: two, needs: {needs}, orders: [{ORDER}]}}\n"
    return [f"{found.path}: {found.message}" for found in parse(text.encode(), "f").problems]


@pytest.mark.parametrize("need", ["one", _FILLED.format("one")])
def test_a_group_that_exists_can_be_needed(need: str) -> None:
    """By its name alone, or until it is filled."""
    assert problems(f"[{need}]") == []


@pytest.mark.parametrize(("need", "path"), [("{}", "needs[0]"), (_FILLED, "needs[0].group")])
def test_a_need_names_another_group_that_exists(need: str, path: str) -> None:
    """In both forms of an entry."""
    assert problems(f"[{need.format('three')}]") == [f'two: {path}: there is no group "three"']
    assert problems(f"[{need.format('two')}]") == [f"two: {path}: a group cannot need itself"]


def test_a_group_is_needed_in_one_way() -> None:
    """With a name and a barrier, or two barriers, it would be unclear which counts."""
    filled = _FILLED.format("one")
    for needs, path in (([filled, filled], "needs[1].group"), ([filled, "one"], "needs[1]")):
        messages = problems(f"[{', '.join(needs)}]")
        assert messages == [f'two: {path}: the group "one" is needed on line 5 already']


def test_a_group_without_orders_cannot_be_filled() -> None:
    """Its name alone waits for its cancellations; an unknown key may be its orders, misspelled."""
    messages = problems(f"[{_FILLED.format('one')}]", "cancel: [OUEMWD-CUO73-YYCBEK]")
    assert messages == ['two: needs[0].group: the group "one" has no orders that could be filled']
    misspelled = problems(f"[{_FILLED.format('one')}]", f"order: [{ORDER}]")
    assert misspelled == ["one: order: there is no key `order` here"]
