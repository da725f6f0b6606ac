"""A diagnosis at exchanges that are served, and broken in one way at a time. Nothing is changed by it."""

from __future__ import annotations

import fcntl
import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import trustme

from runner.api import schema
from runner.app.access.venues import paper_exchange as held_exchange
from runner.runtime.storage import JOURNAL, hold, state_path
from tests.acceptance.foreign.process import foreign_exchange
from tests.app.shell import (
    GOOD_SECRET,
    SEED,
    STATE,
    UNREACHABLE,
    Shell,
    batch,
    order,
    served,
    variables,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from runner.paper.server.in_thread import PaperExchange
    from tests.app.shell import CommandResult

LIVE = ("--venue", "kraken")
READING = ("query-funds", "query-open-trades", "query-closed-trades")
ALL_OK = dict.fromkeys(
    (
        *("versions", "state-folder", "ledger", "key", "proxies"),
        *("tls", "connection", "clock", "market", "permissions"),
    ),
    "ok",
)


def use(monkeypatch: pytest.MonkeyPatch, environ: Mapping[str, str]) -> None:
    """Put variables into the environment."""
    for name, text in environ.items():
        monkeypatch.setenv(name, text)


def place_of(exchange: PaperExchange) -> dict[str, str]:
    """The variables that point at an exchange in this process."""
    return variables(
        rest_url=exchange.rest_url,
        ws_url=exchange.ws_url,
        api_key=exchange.api_key,
        api_secret=exchange.api_secret,
    )


def states(result: CommandResult) -> dict[str, str]:
    """The state of each check, in a result of the published shape."""
    jsonschema.validate(result.json, schema("doctor"))
    assert result.json["exit_code"] == result.code
    return {check["check"]: check["state"] for check in result.json["checks"]}


def finding(result: CommandResult, name: str) -> dict[str, Any]:
    """The first finding of a check."""
    found: dict[str, Any] = next(check for check in result.json["checks"] if check["check"] == name)
    first: dict[str, Any] = found["findings"][0]
    return first


def files_below(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Content and time of each file, and of each folder."""
    return {
        str(path): (path.read_bytes() if path.is_file() else b"", path.stat().st_mtime_ns)
        for path in folder.rglob("*")
    }


# --- it changes nothing ----------------------------------------------------------------------


def test_nothing_is_made_for_the_simulated_exchange(shell: Shell, tmp_path: Path) -> None:
    """Where there is none yet, all is well; no folder, no exchange, no key has come into being."""
    result = shell("doctor", "--format", "json")
    assert (result.code, states(result)) == (0, ALL_OK)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_and_no_lock_is_taken(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """State that a run has left, down to its times; a call that locks would fail."""
    assert shell("apply", SEED).code == 0
    before = files_below(tmp_path)

    def refuse(*_: object) -> None:
        raise AssertionError("a lock")

    monkeypatch.setattr(fcntl, "flock", refuse)
    result = shell("doctor", "--format", "json")
    assert (result.code, states(result)) == (0, ALL_OK)
    assert files_below(tmp_path) == before


def test_the_exchange_is_only_read(shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One private call, a WebSocket without a message, no token."""
    with foreign_exchange(tmp_path, iban="AA97 N84G WOQR 5TLQ") as exchange:
        use(monkeypatch, exchange.environment)
        result = shell("doctor", *LIVE, "--format", "json")
        account = exchange.account()
    assert finding(result, "permissions")["state"] == "ok"
    called = [entry["path"].rpartition("/")[2] for entry in account.entries if entry["way"] == "rest"]
    assert [name for name in called if name not in ("Time", "SystemStatus", "AssetPairs", "Ticker")] == [
        "GetApiKeyInfo"
    ]
    assert [entry for entry in account.entries if entry["way"] == "in"] == []
    assert account.tokens == []


def test_a_run_in_progress_is_a_warning(shell: Shell) -> None:
    """Its lock is left alone."""
    with hold(state_path(STATE, "paper", "core", "")):
        result = shell("doctor", "--format", "json")
    assert (result.code, states(result)["state-folder"]) == (0, "warning")
    assert "core is in use by process" in finding(result, "state-folder")["message"]


# --- all is well -----------------------------------------------------------------------------


def test_all_is_well_at_an_exchange_on_this_machine(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, paper_exchange: PaperExchange
) -> None:
    """For every command, in text and as JSON; the key is named and not shown."""
    use(monkeypatch, place_of(paper_exchange))
    for purpose in ("apply", "plan", "status", "rebalance"):
        result = shell("doctor", *LIVE, "--for", purpose, "--format", "json")
        assert (result.code, states(result)) == (0, ALL_OK)
    text = shell("doctor", *LIVE)
    assert text.code == 0
    assert "well formed, from KRAKEN_API_KEY and KRAKEN_API_SECRET" in " ".join(text.stdout.split())
    for secret in (paper_exchange.api_key, paper_exchange.api_secret):
        assert secret not in text.stdout + text.stderr + result.stdout + result.stderr


def test_an_exchange_that_is_served_for_this_state_is_looked_at_there(shell: Shell) -> None:
    """By the venue paper alone."""
    with served(STATE) as exchange:
        result = shell("doctor", "--format", "json")
        host = exchange.environment["KRAKEN_SPOT_URL"].removeprefix("http://")
    assert result.code == 0
    assert host in finding(result, "connection")["message"]
    assert finding(result, "state-folder")["message"].startswith(".exchange is in use by process")


# --- one thing is wrong ----------------------------------------------------------------------


def test_a_closed_port_is_a_failed_connection(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """What depends on it is not checked, and nothing is waited for."""
    use(monkeypatch, UNREACHABLE)
    result = shell("doctor", *LIVE, "--format", "json")
    found = states(result)
    assert (result.code, found["connection"], found["key"]) == (5, "failed", "ok")
    assert {found[name] for name in ("clock", "market", "permissions")} == {"unchecked"}
    assert finding(result, "connection")["message"] == "127.0.0.1:9: Connection refused"
    assert "order-batch paper serve" in finding(result, "connection")["cure"]


def test_without_a_key_a_run_ends_early_and_a_plan_does_not(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, paper_exchange: PaperExchange
) -> None:
    """The public part is looked at in both cases."""
    place = place_of(paper_exchange)
    use(monkeypatch, {name: place[name] for name in ("KRAKEN_SPOT_URL", "KRAKEN_WS_AUTH_URL")})
    for purpose, code, state in (("apply", 3, "failed"), ("plan", 0, "warning")):
        result = shell("doctor", *LIVE, "--for", purpose, "--format", "json")
        assert (result.code, states(result)["key"], states(result)["market"]) == (code, state, "ok")


def test_a_malformed_secret_hides_nothing_else(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, paper_exchange: PaperExchange
) -> None:
    """And is not shown."""
    use(monkeypatch, {**place_of(paper_exchange), "KRAKEN_API_SECRET": "canary!"})
    result = shell("doctor", *LIVE, "--format", "json")
    found = states(result)
    assert (result.code, found["key"], found["clock"], found["permissions"]) == (
        3,
        "failed",
        "ok",
        "unchecked",
    )
    assert finding(result, "permissions")["message"] == "without a valid key nothing says"
    assert "canary" not in result.stdout + result.stderr


@pytest.mark.parametrize("name", ["KRAKEN_API_KEY", "KRAKEN_API_SECRET"])
def test_a_key_of_somebody_else_is_refused(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, paper_exchange: PaperExchange, name: str
) -> None:
    """As the exchange says it, with what to do."""
    use(monkeypatch, {**place_of(paper_exchange), name: GOOD_SECRET})
    result = shell("doctor", *LIVE, "--format", "json")
    assert (result.code, states(result)["key"], states(result)["permissions"]) == (5, "failed", "unchecked")
    assert (
        "the exchange refuses it: /0/private/GetApiKeyInfo: EAPI:Invalid" in finding(result, "key")["message"]
    )


def test_a_key_that_only_reads_is_enough_for_a_plan(
    shell: Shell,
    monkeypatch: pytest.MonkeyPatch,
    paper_exchange_factory: Callable[..., PaperExchange],
) -> None:
    """Not for a run; and one that may withdraw is a warning."""
    much = json.dumps([*READING, "withdraw-funds"])
    exchange = paper_exchange_factory(options={"api_key.permissions": much})
    use(monkeypatch, place_of(exchange))
    result = shell("doctor", *LIVE, "--format", "json")
    assert (result.code, states(result)["permissions"]) == (5, "failed")
    assert "`apply` needs more: WebSocket interface" in finding(result, "permissions")["message"]
    plan = shell("doctor", *LIVE, "--for", "plan", "--format", "json")
    assert (plan.code, states(plan)["permissions"]) == (0, "warning")
    assert "no command needs: Withdraw" in plan.stdout


def test_maintenance_is_a_closed_market(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, paper_exchange: PaperExchange
) -> None:
    """In which a plan can still be made."""
    paper_exchange.set_status("maintenance")
    use(monkeypatch, place_of(paper_exchange))
    result = shell("doctor", *LIVE, "--format", "json")
    assert (result.code, states(result)["market"]) == (5, "failed")
    assert "it says maintenance" in finding(result, "market")["message"]
    assert shell("doctor", *LIVE, "--for", "plan").code == 0


def test_a_call_that_fails_is_no_permission(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, paper_exchange: PaperExchange
) -> None:
    """Exit code 1: nothing has failed, and not everything is known."""
    paper_exchange.fault("GetApiKeyInfo", "reject", error="EGeneral:Unknown method")
    use(monkeypatch, place_of(paper_exchange))
    result = shell("doctor", *LIVE, "--format", "json")
    assert (result.code, states(result)["permissions"]) == (1, "unchecked")
    text = shell("doctor", *LIVE).stdout
    assert "not checked" in text
    assert "whether `apply --venue kraken` has what it needs is not known" in text


def test_a_wrong_clock_is_found(shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Half a minute is too much for a deadline of ten seconds."""
    (tmp_path / "late.yaml").write_text("version: 1\nname: late\nclock_skew_s: 30\n", "utf-8")
    with served(tmp_path / "late", "--scenario", str(tmp_path / "late.yaml")) as exchange:
        use(monkeypatch, exchange.environment)
        result = shell("doctor", *LIVE, "--format", "json")
    assert (result.code, states(result)["clock"]) == (5, "failed")
    assert "the exchange's clock is +" in finding(result, "clock")["message"]
    assert "timedatectl" in finding(result, "clock")["cure"]


def test_an_authority_that_is_not_known_is_named_as_the_fault(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With its certificate in SSL_CERT_FILE all is well; with that of another authority it is not."""
    authority, other = trustme.CA(), trustme.CA()
    for name, made in (("ca.pem", authority), ("other.pem", other)):
        made.cert_pem.write_to_path(str(tmp_path / name))
    certificate = authority.issue_cert("localhost")
    certificate.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "server.pem"))
    pem = str(tmp_path / "server.pem")
    with served(tmp_path / "tls", "--tls-cert", pem, "--tls-key", pem) as exchange:
        use(monkeypatch, exchange.environment)
        found = {}
        for name in ("", "other.pem", "ca.pem"):
            monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / name) if name else "")
            result = shell("doctor", *LIVE, "--format", "json")
            checks = states(result)
            found[name] = (result.code, checks["tls"], checks["connection"], finding(result, "tls"))
    distrusted = (5, "failed", "unchecked")
    assert [each[:3] for each in found.values()] == [distrusted, distrusted, (0, "ok", "ok")]
    assert "If a proxy of yours opens TLS" in found[""][3]["cure"]
    assert "SSL_CERT_FILE replaces the usual authorities" in found["other.pem"][3]["cure"]
    assert "ca.pem" in found["ca.pem"][3]["message"]


def test_a_halt_names_the_command_that_ends_it(shell: Shell) -> None:
    """A run would be refused."""
    assert shell("halt", "--reason", "odd fills").code == 0
    result = shell("doctor", "--format", "json")
    assert (result.code, states(result)["state-folder"]) == (4, "failed")
    assert "order-batch resume --reason TEXT" in finding(result, "state-folder")["cure"]


def test_a_damaged_simulated_exchange_is_a_finding(shell: Shell) -> None:
    """And no end of the diagnosis."""
    with held_exchange(STATE):
        pass
    (STATE / "paper/.exchange" / JOURNAL).write_text('{"x": 1}\n{"y": 2}\n', "utf-8")
    result = shell("doctor", "--format", "json")
    assert (result.code, states(result)["connection"]) == (4, "failed")


@pytest.mark.parametrize("target", ["nowhere", "state"])
def test_a_link_that_leads_nowhere_is_one_failed_check(shell: Shell, tmp_path: Path, target: str) -> None:
    """Missing, or in a circle: a run would be refused there too."""
    (tmp_path / "state").symlink_to(target)
    result = shell("doctor", "--state-dir", "state", "--format", "json")
    assert (result.code, states(result)["state-folder"]) == (4, "failed")
    assert [name for name, state in states(result).items() if state == "failed"] == ["state-folder"]
    assert "a link that leads nowhere" in finding(result, "state-folder")["message"]
    assert "Remove the link" in finding(result, "state-folder")["cure"]
    assert shell("apply", SEED, "--state-dir", "state").code == 4


def test_a_ledger_for_paper_is_named_as_what_it_is(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run at the simulated exchange ends with it."""
    monkeypatch.setenv("ORDER_BATCH_LEDGER", "postgresql://u:canary@127.0.0.1:9/x")
    result = shell("doctor", "--format", "json")
    assert (result.code, states(result)["ledger"]) == (3, "failed")
    assert shell("apply", batch(order())).code == 3
    assert "canary" not in result.stdout + result.stderr
