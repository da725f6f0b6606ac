"""``order-batch paper``: the simulated exchange served alone, over real sockets, and forgotten."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from runner.journal.codec import seal
from runner.runtime.storage import hold
from tests.app.shell import (
    BATCHES,
    LIMIT_S,
    PAPER_RECORD,
    SEED,
    STATE,
    Shell,
    added,
    batch,
    order,
    requests,
    served,
    start,
)


def test_reset_forgets(shell: Shell) -> None:
    """After a reset the exchange is a new one, and a batch is placed again; live state is not touched."""
    live = STATE / "kraken" / "seed-example"
    live.mkdir(parents=True)
    first = shell("apply", SEED, "--format", "json").orders()["buy-eth"]["txid"]
    result = shell("paper", "reset")
    assert result.code == 0
    assert not (STATE / "paper").exists()
    assert live.exists()
    again = shell("apply", SEED, "--format", "json").orders()["buy-eth"]
    assert (again["already"], again["txid"] == first) == (False, False)


def test_reset_of_nothing_is_done(shell: Shell) -> None:
    """There is nothing to forget, and nothing is made; on standard output there is nothing either way."""
    result = shell("paper", "reset", "--format", "json")
    assert (result.code, result.stdout) == (0, "")
    assert not STATE.exists()


def test_an_exchange_of_another_format_is_refused_and_can_be_forgotten(shell: Shell) -> None:
    """Code 4, with the way out; after the way out all is well."""
    record = STATE / PAPER_RECORD
    record.parent.mkdir(parents=True)
    record.write_text(seal({"seed": "abc"}), encoding="ascii")
    result = shell("apply", SEED)
    assert result.code == 4
    assert "kept in format 1" in result.words
    assert "paper reset" in result.words
    assert shell("paper", "reset").code == 0
    assert shell("apply", SEED).code == 0


def test_exchange_that_is_served_is_not_taken_away(shell: Shell) -> None:
    """While somebody holds it, a reset, a second server and an apply end with 7 and change nothing."""
    shell("apply", SEED)
    record = (STATE / PAPER_RECORD).read_bytes()
    with hold(STATE / PAPER_RECORD.parent):
        codes = [
            shell(*command).code
            for command in (("paper", "reset"), ("paper", "serve"), ("apply", BATCHES / "ladder.yaml"))
        ]
    assert codes == [7, 7, 7]
    assert (STATE / PAPER_RECORD).read_bytes() == record


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_served_exchange_prints_one_line_and_ends_well(tmp_path: Path, number: signal.Signals) -> None:
    """In JSON it prints one line, serves until it is stopped, and ends with 0 and no further output."""
    with served(tmp_path) as exchange:
        assert all(exchange.environment.values())
        exchange.process.send_signal(number)
        rest, errors = exchange.process.communicate(timeout=LIMIT_S)
        assert (exchange.process.returncode, rest, errors) == (0, "", "")


def test_text_is_for_a_shell_to_read(tmp_path: Path) -> None:
    """Standard output can be sourced: text for people is on standard error."""
    with start("paper", "serve", "--state-dir", str(tmp_path)) as process:
        assert process.stdout is not None
        lines = "".join(process.stdout.readline() for _ in range(4))
        process.terminate()
        _, errors = process.communicate(timeout=LIMIT_S)
    done = subprocess.run(
        ["bash", "-euc", f'{lines} echo "${{KRAKEN_SPOT_URL:0:17}} ${{KRAKEN_WS_AUTH_URL:0:15}}"'],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "http://127.0.0.1: ws://127.0.0.1:\n"
    assert "Ctrl-C" in errors


def test_live_path_works_against_it_across_a_restart(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Four variables point the live path at it; after a restart it still knows its orders, and so do we."""
    exchange_dir = tmp_path / "exchange"
    file = batch(order("a"), order("b", price="144.50"), order("c", price="143"))
    command = ("apply", file, "--venue", "kraken", "--yes", "--format", "json")
    runs = []
    for state in ("first", "without-journal"):
        with served(exchange_dir) as exchange:
            for name, text in exchange.environment.items():
                monkeypatch.setenv(name, text)
            runs.append(shell(*command, "--state-dir", state))
            if state != "first":
                # The first state is compared with the open orders, and nothing is sent.
                runs.append(shell(*command, "--state-dir", "first"))
            assert exchange.stop() == 0
    assert [run.code for run in runs] == [0, 0, 0]
    assert [request["price"] for request in requests(exchange_dir)] == ["145", "144.50", "143"]
    placed = [{name: row["txid"] for name, row in run.orders().items()} for run in runs]
    assert placed[0] == placed[1] == placed[2]
    assert [{order["already"] for order in run.orders().values()} for run in runs] == [
        {False},
        {True},
        {True},
    ]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--tls-cert", "a.pem"], "a certificate and its key belong together"),
        (["--tls-cert", "a.pem", "--tls-key", "b.pem"], "no TLS with a.pem and b.pem: No such file"),
        (["--tls-cert", "c.pem", "--tls-key", "c.pem"], "Both are PEM files"),
        (["--expose-to-network", "203.0.113.1"], "cannot listen on 203.0.113.1"),
        (["--rest-port", "70000"], "70000"),
    ],
)
def test_doors_that_cannot_be_opened(shell: Shell, options: list[str], words: str) -> None:
    """Bad input: exit code 3, and what is wrong with it."""
    Path("c.pem").write_text("no certificate", "utf-8")
    result = shell("paper", "serve", *options)
    assert (result.code, result.stdout) == (3, "")
    assert words in result.words


def test_a_scenario_with_problems(shell: Shell) -> None:
    """All of them at once, with their places; a pair that is not traded is one more."""
    Path("s.yaml").write_text("version: 1\nname: s\nlatency: 1\nseed: x\n", "utf-8")
    result = shell("paper", "serve", "--scenario", "s.yaml")
    assert result.code == 3
    assert "s.yaml:3:1" in result.words
    assert "s.yaml:4:7" in result.words
    moment = "{at_s: 1, quote: {pair: ETH/NIL, bid: 1, ask: 2}}"
    Path("s.yaml").write_text(f"version: 1\nname: s\ntimeline: [{moment}]\n", "utf-8")
    result = shell("paper", "serve", "--scenario", "s.yaml")
    assert (result.code, "there is no pair ETH/NIL here" in result.words) == (3, True)


def test_a_run_under_a_scenario(tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replies are lost and orders refused: the run finds out which orders are open, and says so."""
    scenario = tmp_path / "s.yaml"
    scenario.write_text(
        "version: 1\nname: s\nfaults:\n"
        "  - {on: addOrderStatus, do: lose, times: 1}\n"
        "  - {on: addOrder, do: reject, error: 'EOrder:Insufficient funds', skip: 1, times: 1}\n",
        "utf-8",
    )
    with served(tmp_path / "exchange", "--scenario", str(scenario)) as exchange:
        for name, text in exchange.environment.items():
            monkeypatch.setenv(name, text)
        file = batch(order("lost"), order("refused"), order("fine"))
        result = shell("apply", file, "--venue", "kraken", "--yes", "--format", "json")
        assert result.code == 1
        assert result.outcomes() == {"lost": "placed", "refused": "rejected", "fine": "placed"}


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--option", "nonsense=1"], "there is no option nonsense"),
        (["--option", "post_only_refusal=cancel"], "did you mean orders.post_only_refusal?"),
        (["--option", "orders.post_only_refusl=cancel"], "did you mean orders.post_only_refusal?"),
        (["--option", "orders.post_only_refusal=never"], "expected one of reply, cancel, got never"),
        (["--option", "feeds.whole_ratecount"], "write GROUP.NAME=VALUE"),
        (["--option", "fees.tiers=1"], "expected a list"),
        (["--option", 'market.pair_states=[{"pair":"A/B","status":"post_only"}]'], "there is no pair A/B"),
    ],
)
def test_options_that_are_none(shell: Shell, args: list[str], words: str) -> None:
    """The name or the value that is wrong is named, and nothing is served."""
    result = shell("paper", "serve", *args)
    assert (result.code, words in result.words) == (3, True), result.stderr


def test_options_of_a_scenario_are_held_to_their_place(shell: Shell) -> None:
    """Line and column of the value."""
    text = 'version: 1\nname: s\noptions:\n  limits: {tier: fast}\n  requests: {cl_ord_id_character: "["}\n'
    Path("s.yaml").write_text(text, "utf-8")
    result = shell("paper", "serve", "--scenario", "s.yaml")
    assert result.code == 3
    assert "s.yaml:4:18: options.limits.tier: expected one of starter, intermediate, pro" in result.words
    Path("s.yaml").write_text(text.replace("fast", "pro"), "utf-8")
    result = shell("paper", "serve", "--scenario", "s.yaml")
    assert result.code == 3
    assert "s.yaml:5:35: options.requests.cl_ord_id_character: expected a regular" in result.words


@pytest.mark.parametrize("how", ["typed", "scenario"])
def test_options_and_tier_are_those_of_the_served_exchange(
    how: str, tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A post-only order that would take is booked and canceled, where the option says so."""
    scenario = tmp_path / "s.yaml"
    scenario.write_text("version: 1\nname: s\noptions: {orders: {post_only_refusal: cancel}}\n", "utf-8")
    options = {
        "typed": ["--option", "orders.post_only_refusal=cancel", "--tier", "pro"],
        "scenario": ["--scenario", str(scenario)],
    }[how]
    with served(tmp_path / "exchange", *options) as exchange:
        for name, text in exchange.environment.items():
            monkeypatch.setenv(name, text)
        file = batch(order("a", price="999", oflags="post"))
        shell("apply", file, "--venue", "kraken", "--yes", "--unchecked", "--state-dir", tmp_path / "state")
        exchange.stop()
    assert len(added(tmp_path / "exchange")) == 1


def test_commands_use_an_exchange_that_is_served(shell: Shell) -> None:
    """With the same state directory they go there, and see what it does; a second server says where it is."""
    with served(STATE) as exchange:
        url = exchange.environment["KRAKEN_SPOT_URL"]
        result = shell("paper", "serve")
        assert result.code == 7
        assert f"is served already, at {url}" in result.words
        file = batch(order("a"))
        assert shell("apply", file).code == 0
        assert shell("plan", file).code == 0
        assert shell("status", file).code == 0
        assert [request["price"] for request in added()] == ["145"]
        exchange.process.kill()
        exchange.process.wait(LIMIT_S)
    # The address that it left behind leads nowhere, and is not followed.
    assert shell("apply", batch(order("b"), name="two")).code == 0
    assert len(added()) == 2


def test_an_exchange_that_is_served_begins_again(shell: Shell) -> None:
    """With what was applied to it forgotten, unless a run is under way; a new process finds it so."""
    file = batch(order("a"))
    with served(STATE):
        first = shell("apply", file, "--format", "json").orders()["a"]["txid"]
        assert shell("paper", "move", "ETH/EUR", "200").code == 0
        with hold(STATE / "paper" / "one"):
            result = shell("paper", "reset")
            assert (result.code, "another run holds this state" in result.words) == (4, True)
        result = shell("paper", "reset")
        assert (result.code, "begins again" in result.words) == (0, True)
        again = shell("apply", file, "--format", "json").orders()["a"]
        assert (again["already"], again["outcome"], again["txid"] == first) == (False, "placed", False)
    assert shell("apply", file, "--format", "json").orders()["a"]["already"] is True


def test_reset_leaves_what_is_behind_a_link(shell: Shell, tmp_path: Path) -> None:
    """The link and its goal are both named, and nothing is removed."""
    goal = tmp_path / "elsewhere"
    shell("apply", SEED, "--state-dir", goal)
    STATE.mkdir()
    (STATE / "paper").symlink_to(goal / "paper")
    result = shell("paper", "reset")
    assert result.code == 3
    assert f"reset the folder that it points to: {goal / 'paper'}" in result.words
    assert (goal / PAPER_RECORD).exists()
