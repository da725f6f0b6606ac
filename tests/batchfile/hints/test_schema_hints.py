"""Hints that depend on what is around a mistake."""

from __future__ import annotations

import pytest

from runner.batchfile import parse

ORDER = "pair: ETH/EUR, type: buy, ordertype: limit, price: 145, volume: 0.25"
HEAD = "version: 1\nname: t\n"


def hints(text: str) -> list[str]:
    """All hints of a file."""
    return [problem.hint for problem in parse(text.encode(), "f").problems]


def test_an_id_is_made_of_what_the_order_does() -> None:
    """No other order of the group has it, nor will have after the hint is obeyed."""
    text = f"{HEAD}groups:\n  - name: g\n    orders:\n"
    text += f"      - {{id: buy-eth, {ORDER}}}\n" + f"      - {{{ORDER}}}\n" * 2
    assert hints(text) == ["write id: buy-eth-2", "write id: buy-eth-3"]
    defaults = f"{HEAD}defaults: {{pair: XBT/EUR, type: sell}}\ngroups:\n  - name: g\n    orders:\n"
    assert hints(f"{defaults}      - {{ordertype: market, volume: 1}}\n") == ["write id: sell-xbt"]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (
            f"groups:\n  g:\n    orders:\n      - {{id: a, {ORDER}}}\n",
            "it is a list: write `- name: g` for `g:`, and so for each",
        ),
        (
            f"groups:\n  name: g\n  orders:\n    - {{id: a, {ORDER}}}\n",
            "it is a list: put `- ` before its first key, `name`, and two blanks before the others",
        ),
        (
            f"groups:\n  - name: g\n    orders:\n      a: {{{ORDER}}}\n",
            "it is a list: write `- {id: a, ...}` for `a: {...}`, and so for each",
        ),
        (
            f"groups:\n  - g:\n      orders: [{{id: a, {ORDER}}}]\n",
            "write name: g, and what is under it beside that",
        ),
    ],
)
def test_a_list_that_is_a_mapping_is_shown_as_a_list(text: str, hint: str) -> None:
    """With the line to write for the first of its entries."""
    assert hint in hints(HEAD + text)


def test_anchors_are_spoken_of_once() -> None:
    """Fields from its anchor are not called missing, and a later one has no further problem."""
    text = f"{HEAD}base: &base {{{ORDER}}}\nmore: &more {{}}\ngroups:\n  - name: g\n    orders:\n"
    text += "      - {<<: *base, id: a}\n      - {<<: *more, id: b}\n"
    (problem,) = parse(text.encode(), "f").problems
    assert (problem.line, problem.path) == (3, "base")
    assert problem.hint == "put what the orders share under `defaults`; also on lines 4, 8, 9"
