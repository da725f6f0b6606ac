"""An API key is looked at before it is used: what it lacks, what it may too much, when it ends."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.foreign.process import Foreign, foreign_exchange
from tests.app.policies import MANDATE, policy
from tests.app.shell import CommandResult, Served, Shell, added, batch, order, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIVE = ("--venue", "kraken")
READING = ("query-funds", "query-open-trades", "query-closed-trades")
TRADING = (*READING, "modify-trades", "close-trades", "create-ws-token")
FORMATS = ("text", "json", "markdown", "html")
DAY_S = 86_400
UNLIMITED = ("--option", "rest.enforce_rates=false")
BROKEN = """\
version: 1
name: broken
faults:
  - {on: GetApiKeyInfo, do: reject, error: "EService:Unavailable"}
"""


@pytest.fixture
def file() -> Path:
    """A batch with one order that rests."""
    return batch(order("a", pair="XBT/EUR", price="8500", volume="0.001"))


@contextmanager
def key_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str = "exchange", **options: object
) -> Iterator[Served]:
    """A simulated exchange over real loopback whose key is as the options say."""
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in options.items()}
    listed = [part for key, text in texts.items() for part in ("--option", f"api_key.{key}={text}")]
    with served(tmp_path / name, *listed, *UNLIMITED) as exchange:
        for variable, text in exchange.environment.items():
            monkeypatch.setenv(variable, text)
        yield exchange


@contextmanager
def foreign_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **script: Any) -> Iterator[Foreign]:
    """An exchange of another make."""
    tmp_path.mkdir(exist_ok=True)
    with foreign_exchange(tmp_path, **script) as exchange:
        for variable, text in exchange.environment.items():
            monkeypatch.setenv(variable, text)
        yield exchange


def refuse_secrets(result: CommandResult, exchange: Served, folder: Path) -> None:
    """Neither the streams nor any file of ours holds the key or its secret."""
    secrets = [exchange.environment[name] for name in ("KRAKEN_API_KEY", "KRAKEN_API_SECRET")]
    files = [path.read_text("utf-8", "replace") for path in folder.rglob("*") if path.is_file()]
    assert not [
        text for text in (result.stdout, result.stderr, *files) for secret in secrets if secret in text
    ]


def test_missing_permissions_are_named_before_anything_is_done(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path
) -> None:
    """A key that reads plans and shows a status; to send, it lacks what is named, and nothing leaves."""
    with key_of(tmp_path, monkeypatch, permissions=READING) as exchange:
        assert shell("plan", file, *LIVE).code == 0
        assert shell("status", file, *LIVE).code == 0
        lacking = {
            (): {"WebSocket interface", "Create & modify orders", "Cancel & close orders"},
            ("--validate-only",): {"WebSocket interface", "Create & modify orders"},
        }
        for more, names in lacking.items():
            result = shell("apply", file, *LIVE, "--yes", *more)
            assert result.code == 5
            assert {name for name in ("Query funds", *names) if f"{name}: to " in result.words} == names
            assert "--unchecked" in result.words
            refuse_secrets(result, exchange, tmp_path / ".order-batch")
        assert added(tmp_path / "exchange") == []


@pytest.mark.parametrize("format", FORMATS)
def test_each_format_says_what_a_plan_lacks(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path, format: str
) -> None:
    """The exit code is that of an exchange that refuses the key; without it there is a plan."""
    with key_of(tmp_path, monkeypatch, permissions=["query-open-trades"]) as exchange:
        result = shell("plan", file, *LIVE, "--format", format)
        assert result.code == 5
        assert "Query funds: to check that the account can pay for the orders" in result.words
        assert "Query closed orders & trades: " in result.words
        assert "Query open orders & trades: " not in result.words
        assert "--offline" in result.words
        refuse_secrets(result, exchange, tmp_path / ".order-batch")
        assert shell("plan", file, *LIVE, "--format", format, "--offline").code == 0
        if format == "text":
            assert shell("status", file, *LIVE).code == 5
            assert shell("status", file, *LIVE, "--offline").code == 0


def test_unchecked_a_lack_is_said_and_the_exchange_decides(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path
) -> None:
    """A batch that cancels nothing can do without the permission to cancel."""
    with key_of(tmp_path, monkeypatch, permissions=[name for name in TRADING if name != "close-trades"]):
        assert shell("apply", file, *LIVE, "--yes").code == 5
        result = shell("apply", file, *LIVE, "--yes", "--unchecked")
        assert result.code == 0
        assert "since the API key lacks what is needed here: Cancel & close orders." in result.words
        assert len(added(tmp_path / "exchange")) == 1


def test_a_lack_is_a_result_in_the_journal(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path
) -> None:
    """As with any run that reaches nothing: the manifest says so, and the next run sends."""
    with key_of(tmp_path, monkeypatch, permissions=READING):
        result = shell("apply", file, *LIVE, "--yes", "--format", "json")
        assert (result.code, result.json["outcome"]) == (5, "unreachable")
        names = "WebSocket interface, Create & modify orders, Cancel & close orders"
        assert result.json["reason"] == f"the API key lacks what is needed here: {names}"
        assert "give the API key the permission that it lacks" in shell("apply", file, *LIVE, "--yes").stdout
    with key_of(tmp_path, monkeypatch):
        assert shell("apply", file, *LIVE, "--yes").code == 0
        assert len(added(tmp_path / "exchange")) == 1


def test_a_key_that_may_withdraw_is_refused(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path
) -> None:
    """No flag lets it pass, but each policy that holds; a look at what is there is no harm."""
    named = policy(MANDATE, path="other/named.yaml")
    with key_of(tmp_path, monkeypatch, permissions=(*TRADING, "withdraw-funds")) as exchange:
        for verb in (("plan",), ("apply", "--yes"), ("apply", "--yes", "--unchecked", "--validate-only")):
            result = shell(verb[0], file, *LIVE, *verb[1:])
            assert result.code == 4, result
            assert "the API key may withdraw money; nothing was sent" in result.words
            assert "`key: {withdraw: allow}` into a policy.yaml" in result.words
            refuse_secrets(result, exchange, tmp_path / ".order-batch")
        assert shell("status", file, *LIVE).code == 0
        allow_in(policy(MANDATE), "allow")
        assert shell("plan", file, *LIVE).code == 0
        result = shell("plan", file, *LIVE, "--policy", named)
        assert result.code == 4
        assert f"each policy that holds ({named}, policy.yaml)" in result.words
        assert added(tmp_path / "exchange") == []
        assert shell("apply", file, *LIVE, "--yes").code == 0
        allow_in(policy(MANDATE), "deny")
        assert shell("apply", batch(order("b", pair="XBT/EUR"), name="two"), *LIVE, "--yes").code == 4
        assert len(added(tmp_path / "exchange")) == 1


def allow_in(path: Path, answer: str) -> None:
    """Add what a policy says of keys that may withdraw."""
    path.write_text(f"{path.read_text('utf-8')}key: {{withdraw: {answer}}}\n", "utf-8")


def test_a_withdraw_line_is_checked(shell: Shell) -> None:
    """Another word is a problem at its line, which names the right ones."""
    path = policy(MANDATE)
    allow_in(path, "yes")
    result = shell("validate", path)
    assert result.code == 3
    assert "policy.yaml:5:" in result.stdout
    assert "allow" in result.stdout
    assert shell("validate", policy(MANDATE)).code == 0


def test_dangers_are_said_in_each_format(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path
) -> None:
    """An end in a week and an open list of addresses: on stderr and in each form of the plan."""
    end = int(time.time()) + 7 * DAY_S
    date = time.strftime("%Y-%m-%d", time.gmtime(end))
    with key_of(tmp_path, monkeypatch, valid_until=end, ip_allowlist=[]) as exchange:
        for format in (*FORMATS, "sarif", "junit", "github"):
            result = shell("plan", file, *LIVE, "--format", format)
            assert result.code == 0, result
            for words in (
                f"the API key ends on {date}, in 6 days",
                "the API key may be used from any address",
            ):
                assert f"warning: {words}" in result.words
                assert words in " ".join(result.stdout.split()), format
            refuse_secrets(result, exchange, tmp_path / ".order-batch")
        warnings = json.loads(shell("plan", file, *LIVE, "--format", "json").stdout)["review"]["key_warnings"]
        assert [warning["code"] for warning in warnings] == ["key-expires", "key-any-address"]
        result = shell("apply", file, *LIVE, "--yes")
        assert (result.code, result.words.count("warning: the API key")) == (0, 2)
        assert "warning: the API key ends" in shell("status", file, *LIVE).words


def test_an_exchange_that_does_not_know_the_call_is_used_as_before(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: Path
) -> None:
    """The unknown permissions are reported; the exchange itself refuses what is not permitted."""
    with key_of(tmp_path, monkeypatch, info="unknown_method"):
        result = shell("apply", file, *LIVE, "--yes")
        assert result.code == 0
        assert "Not checked: what the API key may do (the exchange does not know this call)." in result.words


@pytest.mark.parametrize("answer", [{"permissions": None}, {"permissions": "all"}, {"permissions": [5]}])
def test_permissions_that_cannot_be_read_prove_nothing(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: dict[str, Any]
) -> None:
    """Nothing is sent before they are known, unless --unchecked says so; other odd parts stop nothing."""
    file = batch(order("a"))
    odd = {"validUntil": "\x1b[31msoon", "ipAllowlist": 5}
    with foreign_key(tmp_path / "odd", monkeypatch, iban="AA01", key_info=odd):
        result = shell("plan", file, *LIVE)
        assert (result.code, "\x1b[31m" in result.stdout + result.stderr) == (0, False)
    with foreign_key(tmp_path / "answered", monkeypatch, iban="AA01", key_info=answer) as exchange:
        for verb in ("plan", "apply"):
            result = shell(verb, file, *LIVE, *(("--yes",) if verb == "apply" else ()))
            assert result.code == 5
            assert "what the API key may do (its permissions cannot be read)" in result.words
        assert exchange.account().received("addOrder") == []
        assert shell("apply", file, *LIVE, "--yes", "--unchecked").code == 0


def test_a_key_whose_account_is_known_needs_no_answer_to_go_on_unchecked(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The journal knows the account; what the key may do is then not known, which stops a checked run."""
    monkeypatch.setattr("runner.runtime.kraken.rest_calls.RETRY_PAUSES_S", (0.0, 0.0))
    with key_of(tmp_path, monkeypatch):
        assert shell("apply", batch(order("a")), *LIVE, "--yes").code == 0
    broken = tmp_path / "broken.yaml"
    broken.write_text(BROKEN, "utf-8")
    both = batch(order("a"), order("b", price="140"))
    with served(tmp_path / "exchange", "--scenario", str(broken), *UNLIMITED) as exchange:
        for variable, text in exchange.environment.items():
            monkeypatch.setenv(variable, text)
        for verb in ("plan", "apply"):
            result = shell(verb, both, *LIVE, *(("--yes",) if verb == "apply" else ()))
            assert result.code == 5
            assert "what the API key may do (" in result.words
        assert shell("apply", both, *LIVE, "--yes", "--unchecked").code == 0
        assert len(added(tmp_path / "exchange")) == 2
