"""A market as typed becomes what files say, or an error that says what to type."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from runner.app.inputs.batches import Rehearsal
from runner.app.rehearsal.choices import Kind, read_choice
from runner.errors import OrderBatchError
from tests.app.rehearsal.markets import BALANCES, market_file


def test_each_market_has_its_kind(tmp_path: Path) -> None:
    """By its first word, else by the ending of a file."""
    record = market_file(tmp_path)
    tape = tmp_path / "XBTEUR.csv"
    tape.write_text("0,9000,1\n", "utf-8")
    kinds = {
        "": Kind.STANDING,
        "walk": Kind.WALK,
        "walk:7": Kind.WALK,
        "live": Kind.LIVE,
        "live:follow": Kind.FOLLOW,
        str(record): Kind.RECORD,
        f"replay:{record}": Kind.REPLAY,
        str(tape): Kind.TAPE,
        f"replay:{tape}": Kind.TAPE,
    }

    assert {text: read_choice(Rehearsal(market=text)).kind for text in kinds} == kinds


def test_a_recording_is_known_by_its_content(tmp_path: Path) -> None:
    """Played or not, and wherever it lies; live prices are always the same market."""
    first, second = market_file(tmp_path), market_file(tmp_path, name="copy.yaml")
    other = market_file(
        tmp_path, text=first.read_text("utf-8").replace("78000.0", "77999.0"), name="other.yaml"
    )
    names = [
        read_choice(Rehearsal(market=text)).name for text in (f"{first}", f"replay:{second}", f"{other}")
    ]

    assert names[0] == names[1] != names[2]
    assert [read_choice(Rehearsal(market=text)).name for text in ("live", "live:follow", "walk", "")] == [
        *("live", "live", "", "")
    ]


def test_balances_are_those_of_a_file_or_still_to_be_read(tmp_path: Path) -> None:
    """And the usual ones without any."""
    file = market_file(tmp_path, BALANCES, "balances.yaml")
    read = read_choice(Rehearsal(balances=str(file)))
    account = read_choice(Rehearsal(balances="account"))

    assert read.balances == {"EUR": Decimal(5000), "XBT": Decimal("0.5")}
    assert (account.balances, account.of_account, read.of_account) == (None, True, False)


@pytest.mark.parametrize(
    ("rehearsal", "message"),
    [
        (Rehearsal(market="live:folow"), "market live:folow: write `live`, or `live:follow`"),
        (Rehearsal(market="live", speed=Decimal(2)), "there is nothing to play faster"),
        (Rehearsal(market="nothing.yaml"), "market nothing.yaml: cannot be read: No such file"),
        (Rehearsal(market="replay:"), "market replay:: cannot be read"),
        (
            Rehearsal(market="prices.csv"),
            "market prices.csv: the name of this file does not begin with a pair",
        ),
        (Rehearsal(market="ETHEUR.csv"), "ETHEUR.csv: cannot be read"),
        (Rehearsal(market="ETHEUR_1.csv"), "ETHEUR_1.csv has a problem"),
        (Rehearsal(balances="market.yaml"), "market.yaml has "),
    ],
)
def test_what_is_wrong_is_said(
    rehearsal: Rehearsal, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the file, and what to write instead."""
    monkeypatch.chdir(tmp_path)
    market_file()
    Path("ETHEUR_1.csv").write_text("0,lots,1\n", "utf-8")
    with pytest.raises(OrderBatchError) as error:
        read_choice(rehearsal)

    assert str(error.value).startswith(message)
