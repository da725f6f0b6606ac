"""Batches at today's order of magnitude, rehearsed in one command: at recorded prices, and at live ones.

The files are in ``markets/``. In place of Kraken is a simulated exchange of another process, or the
exchange of ``foreign/``, which shares no code with ours.
"""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import trustme

from tests.acceptance.foreign.process import foreign_exchange
from tests.app.shell import ROOT, STATE, UNREACHABLE, Shell, added, batch, order, served

MARKETS = ROOT / "tests" / "acceptance" / "markets"
DESK, INVESTOR, LATE_2026 = MARKETS / "desk.yaml", MARKETS / "investor.yaml", MARKETS / "late-2026.yaml"
BALANCES = MARKETS / "desk.balances.yaml"
SCHEMA = json.loads((ROOT / "schemas" / "manifest.schema.json").read_text("utf-8"))


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing answers at Kraken's address."""
    for name, text in UNREACHABLE.items():
        monkeypatch.setenv(name, text)


@pytest.mark.usefixtures("offline", "skipped_waits")
@pytest.mark.parametrize(("file", "orders"), [(DESK, 8), (INVESTOR, 4)], ids=["desk", "investor"])
def test_a_batch_is_rehearsed_offline_at_recorded_prices(shell: Shell, file: Path, orders: int) -> None:
    """In one command, with balances of its own; each order is accepted, and nothing is kept."""
    command = ("apply", file, "--market", LATE_2026, "--balances", BALANCES)
    result = shell(*command, "--format", "json", "--manifest", "manifest.json")
    assert result.code == 0, result.stderr
    assert list(result.outcomes().values()) == ["placed"] * orders
    assert "Market: 7 pairs at the prices of 2026-11-30T08:00:00Z" in result.words
    assert not STATE.exists()

    manifest = json.loads(Path("manifest.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(SCHEMA).validate(manifest)
    assert manifest["rehearsal"] == {"market": str(LATE_2026), "balances": str(BALANCES)}


@pytest.mark.usefixtures("offline", "skipped_waits")
def test_two_files_share_the_exchange_of_a_rehearsal(shell: Shell) -> None:
    """The first one's hold is not free for the second: 1.25 XBT are there, and 0.35 and 0.2 are sold."""
    both = shell("apply", DESK, INVESTOR, "--market", LATE_2026, "--balances", BALANCES)
    assert (both.code, "summary of 2 files: 2 done" in both.stdout) == (0, True), both.stderr
    Path("little.yaml").write_text("version: 1\nbalances: {EUR: 60000, XBT: 0.4}\n", "utf-8")
    less = shell("apply", DESK, INVESTOR, "--market", LATE_2026, "--balances", "little.yaml")
    assert less.code == 4
    assert "XBT" in less.words


@pytest.mark.usefixtures("offline")
def test_a_plan_names_the_prices_of_the_recording(shell: Shell) -> None:
    """Worth and distance are those of the market; an account that cannot pay is found."""
    plan = shell("plan", DESK, "--market", LATE_2026)
    assert (plan.code, "78,012.3" in plan.stdout, "27,737.50 EUR" in plan.stdout) == (0, True, True)
    Path("poor.yaml").write_text("version: 1\nbalances: {EUR: 100}\n", "utf-8")
    assert shell("plan", DESK, "--market", LATE_2026, "--balances", "poor.yaml").code == 4


def test_a_batch_is_rehearsed_at_live_prices(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read without the key; with it, what the account holds. The exchange there gets no order."""
    kraken = tmp_path / "kraken"
    with served(kraken, "--market", str(LATE_2026), "--balances", str(BALANCES)) as there:
        monkeypatch.setenv("KRAKEN_SPOT_URL", there.environment["KRAKEN_SPOT_URL"])
        prices_alone = shell("plan", DESK, "--market", "live")
        for name, text in there.environment.items():
            monkeypatch.setenv(name, text)
        result = shell(
            "apply", INVESTOR, "--market", "live:follow", "--balances", "account", "--format", "json"
        )

    assert (prices_alone.code, "78,012.4" in prices_alone.stdout) == (0, True), prices_alone.stderr
    assert list(result.outcomes().values()) == ["placed"] * 4, result.stderr
    assert "Balances: those of the account." in result.words
    assert added(kraken) == []
    assert not STATE.exists()


def test_a_rebalance_of_what_the_account_holds(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At live prices, on the simulated exchange."""
    Path("targets.yaml").write_text(
        "version: 1\nname: core\nquote: EUR\nweights: {XBT: 60%, ETH: 20%}\ncash: {target: 20%}\n"
        "band: {absolute: 5%, relative: 25%}\n",
        "utf-8",
    )
    with served(tmp_path / "kraken", "--market", str(LATE_2026), "--balances", str(BALANCES)) as there:
        for name, text in there.environment.items():
            monkeypatch.setenv(name, text)
        result = shell("rebalance", "targets.yaml", "--market", "live", "--balances", "account")

    assert result.code == 0, result.stderr
    assert "XBT/EUR" in result.stdout
    assert "210,672.94 EUR managed" in result.stdout


def test_an_exchange_of_others_may_be_the_live_one(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pairs that it does not list are not there."""
    with foreign_exchange(tmp_path) as there:
        monkeypatch.setenv("KRAKEN_SPOT_URL", there.environment["KRAKEN_SPOT_URL"])
        known = shell("plan", batch(order()), "--market", "live")
        unknown = shell("plan", batch(order(pair="SOL/EUR"), name="other"), "--market", "live")

    assert (known.code, "150.10" in known.stdout) == (0, True), known.stderr
    assert (unknown.code, "SOL/EUR" in unknown.stdout + unknown.stderr) == (4, True)


def test_a_served_market_is_attached_to_and_never_mixed(shell: Shell) -> None:
    """Commands of its state folder use it as it is served; another market is refused there, until a reset."""
    with served(STATE, "--market", str(LATE_2026), "--balances", str(BALANCES)):
        first = shell("apply", INVESTOR, "--format", "json")
        again = shell("apply", INVESTOR, "--format", "json")
        throwaway = shell("apply", INVESTOR, "--market", LATE_2026, "--format", "json")
    assert list(first.outcomes().values()) == ["placed"] * 4, first.stderr
    assert [each["already"] for each in again.orders().values()] == [True] * 4
    assert [each["already"] for each in throwaway.orders().values()] == [False] * 4
    assert len(added()) == 4

    after = shell("status", INVESTOR)
    assert (after.code, "buy-xbt" in after.stdout) == (0, True)
    assert shell("paper", "serve", "--market", LATE_2026, "--balances", BALANCES).code == 4
    other = shell("paper", "serve", "--market", BALANCES.parent / "desk.yaml")
    assert other.code == 3
    mixed = Path("other.yaml")
    mixed.write_text(LATE_2026.read_text("utf-8").replace("78012.3", "78012.2"), "utf-8")
    refused = shell("paper", "serve", "--market", mixed)
    assert (refused.code, "was opened with the prices of another recording" in refused.words) == (4, True)
    assert "paper reset" in refused.words


def test_an_address_that_was_planted_gets_no_order(shell: Shell, tmp_path: Path) -> None:
    """Another exchange does not know the key of this state folder, whatever the address file says."""
    with served(STATE, "--market", str(LATE_2026)), served(tmp_path / "other") as other:
        urls = [other.environment[name] for name in ("KRAKEN_SPOT_URL", "KRAKEN_WS_AUTH_URL")]
        planted = json.dumps(dict(zip(("rest_url", "ws_url"), urls, strict=True)))
        (STATE / "paper" / ".exchange" / "served.json").write_text(planted, "utf-8")
        result = shell("apply", batch(order()))

    assert (result.code, "EAPI:Invalid key" in result.words + result.stdout) == (5, True), result.stderr
    assert (added(), added(tmp_path / "other")) == ([], [])


@pytest.mark.long
def test_live_prices_are_read_over_tls(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the authorities of the environment; without them nothing is believed."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    pem = str(tmp_path / "both.pem")
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(pem)
    options = ("--market", str(LATE_2026), "--tls-cert", pem, "--tls-key", pem)
    with served(tmp_path / "kraken", *options) as there:
        monkeypatch.setenv("KRAKEN_SPOT_URL", there.environment["KRAKEN_SPOT_URL"])
        stranger = shell("plan", INVESTOR, "--market", "live")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        known = shell("plan", INVESTOR, "--market", "live")

    assert (stranger.code, "TLS" in stranger.words) == (5, True)
    assert (known.code, "78,012.4" in known.stdout) == (0, True), known.stderr


@pytest.mark.long
def test_an_exchange_with_live_prices_goes_on_where_it_was(shell: Shell, tmp_path: Path) -> None:
    """Served again it moves to the prices of now, at which its order is filled; its balances are its own."""
    with served(tmp_path / "kraken", "--market", str(LATE_2026)) as there:
        at_kraken = {"KRAKEN_SPOT_URL": there.environment["KRAKEN_SPOT_URL"]}
        with served(STATE, "--market", "live", "--balances", str(BALANCES), **at_kraken):
            file = batch(order(pair="XBT/EUR", price="71000", volume="0.01"))
            assert shell("apply", file).code == 0
    later = tmp_path / "later.yaml"
    prices = LATE_2026.read_text("utf-8").replace("bid: 78012.3, ask: 78012.4", "bid: 70000, ask: 70000.1")
    later.write_text(prices, "utf-8")
    with served(tmp_path / "later", "--market", str(later)) as there:
        at_kraken = {"KRAKEN_SPOT_URL": there.environment["KRAKEN_SPOT_URL"]}
        with served(STATE, "--market", "live", **at_kraken):
            status = shell("status", file)

    assert (status.code, "executed at 71000 EUR" in status.stdout) == (0, True), status.stdout
