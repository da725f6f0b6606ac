"""An author's own client order ids: one order each, and one of each repetition."""

from __future__ import annotations

import pytest

from runner.batchfile import parse
from tests.batchfile.files import ORDER, batch_text

REPEAT = b"repeat: true\ngroups:"


def messages_of(*own: str, run_key: str = "", repeat: bool = True) -> list[str]:
    """Return what is wrong with a batch whose orders have these ids."""
    orders = [
        ORDER.replace("id: a", f'id: o{number}, cl_ord_id: "{text}"') for number, text in enumerate(own)
    ]
    content = batch_text(*orders)
    content = content.replace(b"groups:", REPEAT) if repeat else content
    return [problem.message for problem in parse(content, "f", run_key=run_key).problems]


@pytest.mark.parametrize(
    ("own", "run_key"),
    [
        ("w-{run_key}", ""),
        ("w-{run_key}", "2026-W47"),
        ("{run_key}", "6d1b345e-2821-40e2-ad83-4ecb18a06876"),
        ("weekly-eth-{run_key}", "2026w47"),
    ],
)
def test_an_id_with_its_run_key_is_valid(own: str, run_key: str) -> None:
    """The text with the key in it counts, not the one in the file."""
    assert messages_of(own, run_key=run_key) == []


def test_an_id_that_the_run_key_makes_too_long() -> None:
    """The filled text is named."""
    (message,) = messages_of("weekly-eth-{run_key}", run_key="2026-W47")
    assert message == 'with its run key the cl_ord_id is "weekly-eth-2026-W47", which has 19 characters'


def test_a_literal_id_of_a_repeated_batch() -> None:
    """With it the second week would find last week's order."""
    (message,) = messages_of("weekly", run_key="2026-W47")
    assert "would be the same in every repetition" in message
    assert messages_of("weekly", repeat=False) == []


def test_ids_that_are_the_same_with_their_run_key() -> None:
    """They differ in the file."""
    assert messages_of("{run_key}-1", "1-{run_key}") == []
    (message,) = messages_of("{run_key}-1", "1-{run_key}", run_key="1")
    assert message.startswith('the cl_ord_id "1-1" is taken by the order on line')
