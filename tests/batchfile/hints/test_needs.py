"""The needs of a group, written in other ways: the hint is an entry that the format takes."""

from __future__ import annotations

import re

import pytest

from runner.batchfile import parse

BATCH = """\
version: 1
name: n
defaults: {{pair: ETH/EUR, type: buy, ordertype: market, volume: 1}}
groups:
  - {{name: sell, orders: [{{id: a}}]}}
  - {{name: buy, {}, orders: [{{id: a}}]}}
"""


def hints(need: str) -> list[str]:
    """Return what is said of a group that needs something."""
    return [problem.hint for problem in parse(BATCH.format(need).encode(), "b.yaml").problems]


@pytest.mark.parametrize(
    ("need", "hint"),
    [
        ("needs: [{sell: filled}]", "write {group: sell, until: filled, within: 15m}"),
        ("needs: [sell: filled]", "write {group: sell, until: filled, within: 15m}"),
        ("needs: [{sell: filled, within: 5m}]", "write {group: sell, until: filled, within: 5m}"),
        (
            "needs: [{sell: {until: filled, within: 5m, otherwise: proceed}}]",
            "write {group: sell, until: filled, within: 5m, otherwise: proceed}",
        ),
        ("needs: {sell: filled}", "it is a list: write [{group: sell, until: filled, within: 15m}]"),
    ],
)
def test_a_group_as_a_key_is_one_problem(need: str, hint: str) -> None:
    """And what is suggested is valid."""
    assert hints(need) == [hint]
    (entry,) = re.findall(r"\{.*\}", hint)
    assert hints(f"needs: [{entry}]") == []


def test_what_is_said_beside_a_need_belongs_into_it() -> None:
    """Each of the keys."""
    belongs = "it belongs to a needed group: write needs: [{group: ..., until: filled, within: 15m}]"
    assert hints("needs: [sell], until: filled, within: 15m, otherwise: stop") == [belongs] * 3


@pytest.mark.parametrize("need", ["needs: [{}]", "needs: [{x y: filled}]", "needs: [{a: 1, b: 2}]"])
def test_what_cannot_be_guessed_is_missing(need: str) -> None:
    """Each key that is missing, with what to write."""
    assert {"write until: filled", "write within: 15m, or another time"} <= set(hints(need))


def test_a_mapping_without_a_list_around_it() -> None:
    """The value inside is right."""
    (hint,) = hints("needs: {group: sell, until: filled, within: 15m}")
    assert hint == "it is a list: put `- ` before its first key, or brackets around its braces"
