"""``--notify``: notices of the end of a command, on which nothing depends."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner.app import notifying
from tests.app.shell import SEED, Shell, batch, order
from tests.support.receiver import PATH, receiving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.receiver import Receiver


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A webhook that takes everything."""
    monkeypatch.setattr(notifying, "_PAUSES_S", (0.0, 0.0, 0.0))
    with receiving() as found:
        yield found


def test_the_end_of_a_run_is_sent_once(shell: Shell, receiver: Receiver) -> None:
    """Nothing else of the run is different."""
    result = shell("apply", SEED, "--notify", receiver.url)
    assert (result.code, result.stderr) == (0, "")
    (message,) = receiver.messages
    assert (message["event"], message["exit_code"], message["error"]) == ("done", 0, None)
    assert [run["batch"] for run in message["runs"]] == ["seed-example"]


def test_a_rejected_order_is_named(shell: Shell, receiver: Receiver) -> None:
    """With the exchange's words."""
    file = batch(order("a", price="145"), order("b", volume="100000"))
    assert shell("apply", file, "--unchecked", "--notify", receiver.url).code == 1
    (message,) = receiver.messages
    assert message["event"] == "rejected"
    assert [(found["order"], found["error"]) for found in message["orders"]] == [
        ("group/b", "EOrder:Insufficient funds")
    ]


def test_an_error_is_sent_as_well(shell: Shell, receiver: Receiver) -> None:
    """A run that could not begin has no witness."""
    assert shell("apply", "gone.yaml", "--notify", receiver.url).code == 3
    (message,) = receiver.messages
    assert (message["event"], message["exit_code"], message["runs"]) == ("failed", 3, [])
    assert "gone.yaml" in message["error"]


def test_a_halted_account_is_said(shell: Shell, receiver: Receiver) -> None:
    """It is no failure: somebody has stopped everything."""
    assert shell("halt", "--reason", "a test", "--yes").code == 0
    assert shell("apply", SEED, "--notify", receiver.url).code == 4
    assert receiver.messages[0]["event"] == "halted"


def test_several_files_are_one_message(shell: Shell, receiver: Receiver) -> None:
    """With a run for each that has a result."""
    first, second = batch(order("a"), name="one"), batch(order("a"), name="two")
    assert shell("apply", first, second, "--notify", receiver.url).code == 0
    (message,) = receiver.messages
    assert [run["batch"] for run in message["runs"]] == ["one", "two"]


def test_a_message_that_is_not_taken_changes_no_exit_code(shell: Shell, receiver: Receiver) -> None:
    """It is said, without the path that is a secret."""
    receiver.statuses[:] = [500, 500, 500]
    result = shell("apply", SEED, "--notify", receiver.url)
    assert result.code == 0
    assert "The notification to 127.0.0.1 was not taken: HTTP status 500" in result.stderr
    assert PATH not in result.stdout + result.stderr


def test_a_useless_address_is_refused_before_anything_is_sent(shell: Shell) -> None:
    """After the run it would not be noticed."""
    result = shell("apply", SEED, "--notify", "http://hooks.example/canary")
    assert result.code == 3
    assert "the address of notification 1 is not encrypted" in result.stderr
    assert "canary" not in result.stderr
    assert not Path(".order-batch").exists()


def test_addresses_may_come_from_a_variable(
    shell: Shell, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several are separated by blanks."""
    monkeypatch.setenv("ORDER_BATCH_NOTIFY", f"{receiver.url}?1 {receiver.url}?2")
    assert shell("apply", SEED).code == 0
    assert sorted(receiver.paths) == [f"{PATH}?1", f"{PATH}?2"]
