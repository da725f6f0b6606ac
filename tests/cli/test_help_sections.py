"""The help of each verb ends with examples that work, and with the variables that it reads."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from runner.cli.options import venue_option
from runner.cli.verbs import order_batch
from runner.report.explaining.examples import EXAMPLES
from runner.report.explaining.variables import VARIABLES, variables_of
from tests.app.shell import ROOT, STATE, Shell, finish, served, start, variables
from tests.cli.commands import context_of, verbs

if TYPE_CHECKING:
    from runner.domain import Secret
    from runner.paper.server.in_thread import PaperExchange

VERBS = dict(verbs())
SERVED = ("paper cut", "paper fault", "paper move", "paper orders", "paper release")
WITH_A_LEDGER = ("approvals", "approve", "ledger", "revoke")
ENDS_WITH_A_SIGNAL = "paper serve"
TAKES_AN_HOUR = "order-batch paper record --out hour.json --for 1h"
CONSENT = {'order-batch halt --venue kraken --reason "odd fills" --keep-stops': ["--yes"]}
"""What a person says at a terminal, which is not there in a test."""

OTHER_CODES = {
    "order-batch rebalance targets.yaml --check --venue kraken": 2,
    'order-batch ledger unlock --account "AA97 N84G WOQR 5TLQ"': 3,  # there is no account of that name
}
PLAN = "plan batches/quickstart.yaml --venue kraken --out plan.json"
PLANS = "plan batches/core.yaml batches/weekly.yaml --run-key 1 --venue kraken --out plans.json"
BEFORE = {
    "apply": [PLAN],
    "approvals": [PLAN],
    "approve": [PLAN, PLANS],
    "revoke": [PLAN, PLANS],
    "bundle": ["apply batches/quickstart.yaml", "apply batches/weekly.yaml --run-key W47"],
    "history": ["apply batches/quickstart.yaml"],
    "ledger": ["ledger init"],
    "ledger unlock": ["ledger init", "ledger look"],
    "paper release": ["paper move XBT/EUR 9100 --state-dir other"],
    "status": ["apply batches/quickstart.yaml", "apply batches/weekly.yaml --run-key W47"],
    "verify": ["apply batches/quickstart.yaml", "bundle batches/quickstart.yaml --out run.zip"],
}
WEEKLY = "version: 1\nname: weekly\nrepeat: true\n"
ORDERS = """\
groups:
- {name: a, orders: [{id: a, pair: XBT/EUR, type: buy, ordertype: limit, price: 8000, volume: 0.01}]}
"""
TARGETS = """\
version: 1
name: core
quote: EUR
weights: {XBT: 40%, ETH: 20%}
cash: {target: 40%, floor: 100}
band: {absolute: 5%, relative: 25%, use: smaller, to: half}
order: {minimum: 25, maximum: 1000, oflags: [post]}
price: {from: mid, offset: 0.1%}
fees: account
"""
FAULTS = 'version: 1\nname: bad\nfaults: [{on: addOrder, do: reject, error: "EOrder:Rate limit exceeded"}]\n'


def arguments(command: str) -> list[str]:
    """The arguments of a command line, up to where it gives its output to something else."""
    words = shlex.split(command.replace("\\\n", " "))[1:]
    return words[: min(words.index(each) if each in words else len(words) for each in ("|", ">"))]


# --- help ------------------------------------------------------------------------------------


def test_every_verb_has_examples() -> None:
    """And no example is of a verb that is gone."""
    assert EXAMPLES.keys() == VERBS.keys()
    assert {verb for variable in VARIABLES for verb in variable.verbs} <= VERBS.keys()


def test_the_help_of_each_verb_ends_with_them() -> None:
    """Within eighty columns, each option in words."""
    for verb, command in VERBS.items():
        text = command.get_help(context_of(verb, command))
        assert max(map(len, text.splitlines())) <= 80, verb
        head, _, rest = text.partition("\nExamples:\n")
        assert "\nEnvironment:\n" in rest, verb
        assert all(example.purpose in rest for example in EXAMPLES[verb])
        assert "\\b" not in head
        options = [each for each in command.params if isinstance(each, click.Option)]
        assert [option.name for option in options if not option.help] == [], verb


def test_variables_of_options_are_those_of_the_table() -> None:
    """A verb that has the option reads the variable, and no other verb does."""
    for name in ("ORDER_BATCH_STATE_DIR", "ORDER_BATCH_LEDGER", "ORDER_BATCH_NOTIFY"):
        with_it = {
            verb
            for verb, command in VERBS.items()
            if any(getattr(parameter, "envvar", None) == name for parameter in command.params)
        }
        row = next(variable for variable in VARIABLES if name in variable.names)
        assert set(row.verbs) == with_it, name


def test_a_verb_that_goes_to_kraken_reads_the_account() -> None:
    """It has the option --venue."""
    (venue,) = venue_option(lambda: None).__click_params__
    for verb, command in VERBS.items():
        if any(parameter.opts == venue.opts and parameter.default == "paper" for parameter in command.params):
            assert "KRAKEN_API_KEY" in {name for row in variables_of(verb) for name in row.names}, verb


def test_help_is_shown_where_a_command_is_typed(shell: Shell) -> None:
    """In whatever way it was started."""
    text = shell("paper", "move", "--help").stdout
    assert "order-batch paper move XBT/EUR 9100\n" in text
    assert "SSL_CERT_FILE, SSL_CERT_DIR" in text
    assert "Examples:" not in shell("paper", "--help").stdout


# --- the examples themselves -----------------------------------------------------------------


def test_each_example_is_a_command_line_that_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its options exist, and their values are such."""
    monkeypatch.chdir(tmp_path)
    for verb, examples in EXAMPLES.items():
        for example in examples:
            args = arguments(example.command)[len(verb.split()) :]
            VERBS[verb].make_context(f"order-batch {verb}", args)


@pytest.fixture
def desk(shell: Shell, monkeypatch: pytest.MonkeyPatch, paper_exchange: PaperExchange) -> Shell:
    """A shell in a repository of batches, whose exchange is simulated."""
    shutil.copytree(ROOT / "batches", "batches")
    texts = {"batches/weekly.yaml": WEEKLY + ORDERS, "batches/core.yaml": f"version: 1\nname: core\n{ORDERS}"}
    for name, text in {**texts, "targets.yaml": TARGETS, "bad-moment.yaml": FAULTS}.items():
        Path(name).write_text(text, "utf-8")
    identity = ("-c", "user.name=x", "-c", "user.email=x@example")
    for command in (("init", "-q", "-b", "main"), ("add", "batches"), (*identity, "commit", "-qm", "x")):
        subprocess.run(["git", *command], check=True)
    Path("batches/core.yaml").write_text(f"version: 1\nname: core\n{ORDERS}".replace("8000", "8001"), "utf-8")
    place = variables(
        rest_url=paper_exchange.rest_url,
        ws_url=paper_exchange.ws_url,
        api_key=paper_exchange.api_key,
        api_secret=paper_exchange.api_secret,
    )
    for name, text in place.items():
        monkeypatch.setenv(name, text)
    return shell


def run_all(desk: Shell, verb: str) -> None:
    """Run what has to be there, then each example of a verb."""
    for command in BEFORE.get(verb, BEFORE.get(verb.partition(" ")[0], [])):
        result = desk(*shlex.split(command))
        assert result.code == 0, (command, result)
    for example in EXAMPLES[verb]:
        if example.command == TAKES_AN_HOUR:
            continue
        result = desk(*arguments(example.command), *CONSENT.get(example.command, ()))
        assert result.code == OTHER_CODES.get(example.command, 0), (example.command, result)


PLAIN = [verb for verb in EXAMPLES if verb not in (*SERVED, ENDS_WITH_A_SIGNAL)]


@pytest.mark.long
@pytest.mark.parametrize("verb", [verb for verb in PLAIN if verb.split()[0] not in WITH_A_LEDGER])
def test_the_examples_of_a_verb_work(desk: Shell, verb: str) -> None:
    """In a repository of batches."""
    run_all(desk, verb)


@pytest.mark.long
@pytest.mark.parametrize("verb", [verb for verb in PLAIN if verb.split()[0] in WITH_A_LEDGER])
def test_the_examples_with_a_ledger_work(
    desk: Shell, verb: str, url: Secret, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In an empty one."""
    monkeypatch.setenv("ORDER_BATCH_LEDGER", url.reveal())
    run_all(desk, verb)


@pytest.mark.long
def test_the_examples_at_a_served_exchange_work(desk: Shell) -> None:
    """In two state folders."""
    with served(STATE), served(Path("other")):
        for verb in SERVED:
            run_all(desk, verb)


@pytest.mark.long
def test_an_exchange_is_served_as_the_examples_say(desk: Shell) -> None:
    """Until a signal."""
    place = {name: os.environ[name] for name in ("KRAKEN_SPOT_URL", "KRAKEN_WS_AUTH_URL")}
    for number, example in enumerate(EXAMPLES[ENDS_WITH_A_SIGNAL]):
        state = {"ORDER_BATCH_STATE_DIR": f"state-{number}"}
        with start(*arguments(example.command), **place, **state) as process:
            assert process.stdout is not None
            assert "KRAKEN_SPOT_URL" in process.stdout.readline()
            process.send_signal(signal.SIGTERM)
            assert finish(process).code == 0


def test_the_whole_command_has_no_examples() -> None:
    """Its help is a list of verbs."""
    assert "Examples:" not in order_batch.get_help(click.Context(order_batch, info_name="order-batch"))
