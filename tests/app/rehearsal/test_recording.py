"""``paper record``: the market of an exchange in place of Kraken, in a file that can be played."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from runner.app.rehearsal.recording import readable_text
from runner.batchfile import parse_market
from runner.domain import MarketRecord
from runner.errors import InvalidInput
from tests.app.rehearsal.markets import TEXT, market_file
from tests.app.shell import UNREACHABLE, Shell, served


def recorded(path: Path) -> MarketRecord:
    """The market in a file."""
    record = parse_market(path.read_bytes(), str(path)).record
    assert record is not None
    return record


@pytest.mark.long
def test_a_market_is_recorded_and_how_it_goes_on(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For as long as is wanted: each moment has the pairs that have changed, and the times rise."""
    rises = (
        f"  - {{at_s: {tenth / 10}, quotes: {{XBT/EUR: [{78001 + tenth}, 79000]}}}}" for tenth in range(300)
    )
    market = market_file(tmp_path, f"{TEXT.partition('series:')[0]}series:\n" + "\n".join(rises) + "\n")
    monkeypatch.setattr("runner.app.rehearsal.live.FOLLOW_S", 0.2)
    with served(tmp_path / "kraken", "--market", f"replay:{market}") as there:
        monkeypatch.setenv("KRAKEN_SPOT_URL", there.environment["KRAKEN_SPOT_URL"])
        result = shell("paper", "record", "--out", "recorded.json", "--for", "1s")
    record = recorded(Path("recorded.json"))
    times = [moment.after_s for moment in record.series if moment.quotes]

    assert result.code == 0, result.stderr
    assert sorted(record.market.instruments) == ["TSLAx/EUR", "WIF/EUR", "XBT/EUR"]
    assert times == sorted(times) != []
    assert all(list(moment.quotes) == ["XBT/EUR"] for moment in record.series)
    assert f"recorded.json: 3 pairs, and {len(record.series)} moment" in result.words


def test_some_pairs_alone(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And one that does not exist is named, with nothing written."""
    with served(tmp_path / "kraken", "--market", str(market_file(tmp_path))) as there:
        monkeypatch.setenv("KRAKEN_SPOT_URL", there.environment["KRAKEN_SPOT_URL"])
        some = shell("paper", "record", "--out", "some.json", "--pairs", "WIF/EUR, XBT/EUR")
        none = shell("paper", "record", "--out", "none.json", "--pairs", "WIF/EUR,FOO/EUR")

    assert (some.code, sorted(recorded(Path("some.json")).market.instruments)) == (0, ["WIF/EUR", "XBT/EUR"])
    assert (none.code, "there is no pair FOO/EUR" in none.words, Path("none.json").exists()) == (
        3,
        True,
        False,
    )


@pytest.mark.usefixtures("skipped_waits")
def test_without_an_answer_nothing_is_written(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unwritable file is found before any call."""
    monkeypatch.setenv("KRAKEN_SPOT_URL", UNREACHABLE["KRAKEN_SPOT_URL"])
    assert shell("paper", "record", "--out", "m.json").code == 5
    assert shell("paper", "record", "--out", "nowhere/m.json").code == 3
    assert not Path("m.json").exists()


def test_what_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    """The exchange may say what no file holds."""
    record = recorded(market_file(tmp_path))
    odd = replace(record.market.instruments["WIF/EUR"], status="Odd Status")
    market = replace(record.market, instruments={**record.market.instruments, "WIF/EUR": odd})

    assert readable_text(record, Path("m.json")).startswith("{")
    with pytest.raises(InvalidInput, match=r"cannot be recorded: pairs.WIF/EUR.status"):
        readable_text(replace(record, market=market), Path("m.json"))
