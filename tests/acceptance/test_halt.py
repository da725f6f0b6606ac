"""The stop button beside runs in other processes, with journals of this machine and with a team's ledger."""

from __future__ import annotations

import json
import signal
import time
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from runner.api import schema
from tests.acceptance.foreign.process import Foreign, foreign_exchange
from tests.app.shell import Shell, at_terminal, batch, finish, order, start

if TYPE_CHECKING:
    from pathlib import Path

    from runner.domain import Secret

ARRIVAL_LIMIT_S = 120
LIVE = ("--venue", "kraken", "--yes")
QUICK = ("--deadline", "2", "--settle", "0", "--format", "json")
STOP = {"type": "sell", "ordertype": "stop-loss", "price": "90"}
OTHERS = "OUEMWD-CUO73-YYCBEK"


@pytest.fixture(params=["local", pytest.param("ledger", marks=pytest.mark.long)])
def team(
    request: pytest.FixtureRequest, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> tuple[Shell, dict[str, str]]:
    """A command line in this process, and the variables by which others share its journals."""
    if request.param == "local":
        return shell, {}
    url: Secret = request.getfixturevalue("url")
    monkeypatch.setenv("ORDER_BATCH_LEDGER", url.reveal())
    return shell, {"ORDER_BATCH_LEDGER": url.reveal()}


def at(exchange: Foreign, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands in this process trade there."""
    for name, text in exchange.environment.items():
        monkeypatch.setenv(name, text)


def two_groups() -> str:
    """A stop, and then an order that needs it."""
    file = batch(order("stop", **STOP), name="two")
    more = f"  - name: second\n    needs: [group]\n    orders: [{order('later')}]\n"
    file.write_text(f"{file.read_text('utf-8')}{more}", "utf-8")
    return str(file)


def wait_for(exchange: Foreign, event: str, count: int = 1) -> None:
    """Until so many of a kind have arrived."""
    limit = time.monotonic() + ARRIVAL_LIMIT_S
    while len(exchange.account().received(event)) < count:
        assert time.monotonic() < limit, f"{event} does not arrive"
        time.sleep(0.02)


def halted(shell: Shell, *args: str) -> Any:
    """Halt, and the result, which is of the published shape."""
    result = shell("halt", "--reason", "odd fills", *LIVE, "--settle", "0", "--format", "json", *args)
    jsonschema.validate(result.json, schema("halt"))
    return result


def test_a_run_under_way_learns_the_rest_and_sends_nothing_more(
    team: tuple[Shell, dict[str, str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its reply comes after the halt and is kept; its next intent is refused, and it says by whom and why."""
    shell, shared = team
    file = two_groups()
    with foreign_exchange(tmp_path, iban="AA01", bursts=[2], burst_limit_s=2) as exchange:
        at(exchange, monkeypatch)
        shorten(monkeypatch)
        run = start("apply", file, *LIVE, *QUICK, **exchange.environment, **shared)
        wait_for(exchange, "addOrder")
        result = halted(shell, "--keep-stops")
        ended = finish(run)
        account = exchange.account()
    assert result.code == 0, result
    assert result.json["scope"] == "all-but-stops"
    assert ended.code == 6, ended
    assert ended.json["outcome"] == "halted"
    assert "because: odd fills" in ended.json["reason"]
    assert "halted by" in ended.words
    assert ended.outcomes() == {"stop": "placed", "later": "refused"}
    assert len(account.received("addOrder")) == len(account.booked()) == 1


def test_nothing_is_planned_or_applied_until_somebody_resumes(
    team: tuple[Shell, dict[str, str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The refusal names person, reason and time, with the way out; then the same command goes on."""
    shell, shared = team
    file = str(batch(order()))
    with foreign_exchange(tmp_path, iban="AA01", standing=[{"txid": OTHERS}]) as exchange:
        at(exchange, monkeypatch)
        assert shell("apply", file, *LIVE, "--unchecked").code == 0
        result = halted(shell)
        assert result.code == 0, result
        ends = {each["txid"]: (each["status"], each["ours"]) for each in result.json["orders"]}
        assert sorted(ends.values()) == [("canceled", False), ("canceled", True)]
        assert ends[OTHERS] == ("canceled", False)
        for verb, more in (("apply", LIVE), ("plan", LIVE[:2])):
            for files in ((file,), (file, str(batch(order(volume="0.3"), name="other")))):
                refused = shell(verb, *files, *more)
                assert refused.code == 4, refused
                assert "because: odd fills; nothing was sent" in refused.words
                assert "order-batch resume --reason TEXT" in refused.words
        assert "WARNING: halted by" in shell("status", file, "--venue", "kraken").words
        if shared:
            assert "because: odd fills" in shell("ledger", "status").stdout
        resumed = shell("resume", "--reason", "it was a test", *LIVE[:2], "--format", "json")
        jsonschema.validate(resumed.json, schema("halt"))
        assert resumed.json["halt"]["reason"] == "odd fills"
        assert resumed.json["resumed"]["reason"] == "it was a test"
        again = shell("apply", "other.yaml", *LIVE, "--unchecked")
        assert again.code == 0, again
        assert len(exchange.account().booked()) == 2


def test_a_halt_that_is_killed_holds_and_is_repeated(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It was waiting for an order of a killed run that might still have been accepted."""
    file = str(batch(order()))
    with foreign_exchange(tmp_path, mute=[1], bursts=[2], burst_limit_s=60) as exchange:
        at(exchange, monkeypatch)
        run = start("apply", file, *LIVE, "--deadline", "60", **exchange.environment)
        wait_for(exchange, "addOrder")
        run.kill()
        finish(run)
        halt = start("halt", "--reason", "odd", *LIVE, **exchange.environment)
        wait_for(exchange, "cancelAll")
        halt.kill()
        finish(halt)
        assert shell("apply", file, *LIVE).code == 4
        shorten(monkeypatch)
        result = halted(shell)
        assert result.code == 0, result
        assert result.json["before"]["reason"] == "odd"
        assert [each["status"] for each in exchange.account().booked()] == ["canceled"]


def shorten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no order be under way for longer than a moment."""
    monkeypatch.setattr("runner.app.halting.journaled.parse_rfc3339", lambda _: time.time() + 0.1)


def test_what_is_not_certain_is_exit_code_6(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Records that cannot be read; a ledger that is away, where orders are canceled all the same."""
    pytest.importorskip("psycopg", reason="psycopg is not installed (pip install -e '.[postgres]')")
    monkeypatch.setattr("runner.execution.sweeping.sweep.PATIENCE_S", 0.3)
    broken = [{"status": 503, "times": 99}]
    with foreign_exchange(tmp_path, standing=[{"txid": OTHERS}], records_answers=broken) as exchange:
        at(exchange, monkeypatch)
        result = halted(shell)
        assert (result.code, result.json["outcome"], result.json["none_open"]) == (6, "unresolved", False)
        assert "records cannot be read" in result.words
        assert exchange.account().status_of(OTHERS) == "canceled"
    with foreign_exchange(tmp_path, standing=[{"txid": OTHERS}]) as exchange:
        at(exchange, monkeypatch)
        monkeypatch.setattr("runner.app.halting.recipe.MOST_DEADLINE_S", 0.0)
        result = halted(shell, "--ledger", "postgresql://ann@127.0.0.1:9/team")
        assert (result.code, result.json["halt"], result.json["none_open"]) == (6, None, True)
        assert "nothing was halted" in result.json["reason"]
        assert exchange.account().status_of(OTHERS) == "canceled"


def test_real_orders_are_canceled_with_consent_alone(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without a terminal nothing is halted, and nothing canceled."""
    with foreign_exchange(tmp_path, standing=[{"txid": OTHERS}]) as exchange:
        at(exchange, monkeypatch)
        result = shell("halt", "--reason", "odd", "--venue", "kraken")
        assert result.code == 3, result
        assert exchange.account().status_of(OTHERS) == "open"
    assert shell("resume", "--reason", "x", "--venue", "kraken").stdout.startswith("nothing was halted")


def test_only_ours_are_canceled(shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By id, and what other programs have open stays."""
    with foreign_exchange(tmp_path, standing=[{"txid": OTHERS}]) as exchange:
        at(exchange, monkeypatch)
        assert shell("apply", batch(order()), *LIVE, "--unchecked").code == 0
        result = halted(shell, "--ours")
        assert result.code == 0, result
        account = exchange.account()
        assert account.status_of(OTHERS) == "open"
        assert [each["status"] for each in account.booked()] == ["canceled"]
        assert account.received("cancelAll") == []
    kept = json.loads((tmp_path / ".order-batch" / "kraken" / ".halts" / "result.json").read_text("utf-8"))
    assert kept == result.json


def test_a_person_sees_the_stops_that_would_go_and_may_say_no(tmp_path: Path) -> None:
    """Then nothing is halted, and nothing canceled; a yes does both."""
    stop = {"txid": OTHERS, **STOP}
    with foreign_exchange(tmp_path, standing=[stop]) as exchange:
        args = (
            "halt",
            "--reason",
            "odd",
            "--venue",
            "kraken",
            "--settle",
            "0",
            "--state-dir",
            str(tmp_path / "state"),
        )
        code, shown = at_terminal(b"n\n", *args, **exchange.environment)
        words = " ".join(shown.split())
        assert code == 4, shown
        assert "It cancels every order of the account, also those of other programs." in words
        assert "1 stop among them" in words
        assert OTHERS in words
        assert exchange.account().status_of(OTHERS) == "open"
        code, shown = at_terminal(b"y\n", *args, **exchange.environment)
        assert code == 0, shown
        assert exchange.account().status_of(OTHERS) == "canceled"


@pytest.mark.long
def test_a_run_that_was_stopped_does_not_stand_in_the_way(
    team: tuple[Shell, dict[str, str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It holds the account and the journal; when it wakes it sends nothing more."""
    shell, shared = team
    file = two_groups()
    with foreign_exchange(tmp_path, iban="AA01", bursts=[2], burst_limit_s=2) as exchange:
        at(exchange, monkeypatch)
        shorten(monkeypatch)
        run = start("apply", file, *LIVE, *QUICK, **exchange.environment, **shared)
        wait_for(exchange, "addOrder")
        run.send_signal(signal.SIGSTOP)
        try:
            result = halted(shell, "--keep-stops")
        finally:
            run.send_signal(signal.SIGCONT)
        ended = finish(run)
        account = exchange.account()
    assert result.code == 0, result
    assert ended.code == 6, ended
    assert "because: odd fills" in ended.words
    assert len(account.received("addOrder")) == len(account.booked()) == 1


@pytest.mark.long
def test_a_ledger_without_tables_prevents_no_cancellation(
    shell: Shell, no_tables: Secret, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing is halted there, which is said with exit code 6."""
    monkeypatch.setattr("runner.app.halting.recipe.MOST_DEADLINE_S", 0.0)
    with foreign_exchange(tmp_path, iban="AA01", standing=[{"txid": OTHERS}]) as exchange:
        at(exchange, monkeypatch)
        result = halted(shell, "--ledger", no_tables.reveal())
        assert (result.code, result.json["halt"], result.json["none_open"]) == (6, None, True)
        assert "has no tables yet" in result.json["reason"]
        assert exchange.account().status_of(OTHERS) == "canceled"
