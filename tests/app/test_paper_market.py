"""``paper serve --market``: what is typed becomes a market that moves, or an error that says what to type."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.app.paper_market import movement, read_tape
from runner.domain import Secret
from runner.errors import OrderBatchError
from runner.paper import Credentials, Exchange, Playback, Walk

NOW = 1_700_000_000.0


def exchange() -> Exchange:
    """A fresh one."""
    return Exchange(seed="test", credentials=Credentials(api_key="key", secret=Secret("c2VjcmV0")))


def test_a_walk_moves_every_pair_from_where_it_is() -> None:
    """And another one for another seed."""
    made = exchange()
    walks = [movement(wish, read_tape(wish), made, NOW) for wish in ("walk", "walk", "walk:7")]
    first, again, other = ([str(move.bid) for move in walk.until(NOW + 5)] for walk in walks)

    assert isinstance(walks[0], Walk)
    assert len(first) == 5 * len(made.quotes())
    assert first == again
    assert first != other


def test_a_tape_is_read_from_a_file(tmp_path: Path) -> None:
    """The file's name says the pair."""
    file = tmp_path / "ETHEUR_1.csv"
    file.write_text("0,150,1\n1,151,1\n", encoding="utf-8")
    tape = read_tape(str(file))
    made = movement(str(file), tape, exchange(), NOW)

    assert isinstance(made, Playback)
    assert [(move.pair, str(move.last)) for move in made.until(NOW + 1)] == [
        ("ETH/EUR", "150.00"),
        ("ETH/EUR", "151.00"),
    ]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("prices.csv", "0,1,1\n", "neither `walk` nor a file whose name begins with a pair"),
        ("ETHEUR.csv", None, "cannot be read"),
        ("ETHEUR.csv", "0,lots,1\n", "ETHEUR.csv"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, name: str, text: str | None, message: str) -> None:
    """With the file and the place."""
    file = tmp_path / name
    if text is not None:
        file.write_text(text, encoding="utf-8")

    with pytest.raises(OrderBatchError, match=message):
        read_tape(str(file))
