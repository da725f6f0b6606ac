"""Messages to real receivers on loopback: taken, refused, redirected, late; without their addresses."""

from __future__ import annotations

import socket

import pytest
import trio

from runner.app import notifying
from runner.app.hosts import PlainProgram, TrioProgram, result_without_loop
from runner.app.notifying import notify, receivers_of
from runner.domain import Secret
from runner.errors import InvalidInput
from tests.support.receiver import PATH, receiving

MESSAGE = {"event": "done", "text": "all \x1b[31mdone\n##[error]"}


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attempts follow each other at once."""
    monkeypatch.setattr(notifying, "_PAUSES_S", (0.0, 0.0, 0.0))


async def sent(*urls: str) -> list[str]:
    """Send a message; gives what was said of it."""
    messages: list[str] = []
    await notify(receivers_of([Secret(url) for url in urls]), MESSAGE, {}, TrioProgram(), messages.append)
    return messages


async def test_a_webhook_gets_the_message_as_json() -> None:
    """With its path and query, once, though it is named twice."""
    with receiving() as receiver:
        assert await sent(f"{receiver.url}?a=1", f"{receiver.url}?a=1") == []
    assert receiver.messages == [MESSAGE]
    assert receiver.paths == [f"{PATH}?a=1"]
    assert receiver.headers[0]["Content-Type"] == "application/json"


async def test_it_is_sent_again_until_it_is_taken() -> None:
    """A receiver that is being restarted gets it all the same."""
    with receiving(503, 500) as receiver:
        assert await sent(receiver.url) == []
    assert len(receiver.messages) == 3


async def test_what_is_not_taken_is_said_with_the_host_alone() -> None:
    """The path is a secret; the others get theirs."""
    with receiving(500, 500, 500) as broken, receiving() as receiver:
        assert await sent(broken.url, receiver.url) == [
            "The notification to 127.0.0.1 was not taken: HTTP status 500"
        ]
    assert len(broken.messages) == 3
    assert receiver.messages == [MESSAGE]


async def test_a_redirect_is_not_followed() -> None:
    """It would take the message to an unnamed receiver."""
    with receiving() as elsewhere, receiving(307, 307, 307, location=elsewhere.url) as receiver:
        assert await sent(receiver.url) == ["The notification to 127.0.0.1 was not taken: HTTP status 307"]
    assert elsewhere.messages == []


async def test_a_receiver_that_does_not_answer_ends_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither is it in the way of the others, nor of the end of the command."""
    monkeypatch.setattr(notifying, "LIMIT_S", 0.6)
    with socket.create_server(("127.0.0.1", 0)) as deaf, receiving() as receiver, trio.fail_after(10):
        messages = await sent(f"http://127.0.0.1:{deaf.getsockname()[1]}{PATH}", receiver.url)
    assert messages == ["The notification to 127.0.0.1 was not taken: no answer within 1 s"]
    assert receiver.messages == [MESSAGE]


def test_a_program_without_trio_can_send_one() -> None:
    """Without a receiver nothing is done."""
    with receiving() as receiver:
        receivers = receivers_of([Secret(receiver.url)])
        for some in (receivers, []):
            result_without_loop(notify(some, MESSAGE, {}, PlainProgram(), pytest.fail))
    assert receiver.messages == [MESSAGE]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("hooks.example/canary-7731", "is no URL"),
        ("https://exa mple/canary-7731", "is no URL"),
        ("https://host:port/canary-7731", "is no URL"),
        ("https:///canary-7731", "names no host"),
        ("http://hooks.example/canary-7731", "is not encrypted"),
        ("tgram://canary-7731", "is none that Apprise knows"),
    ],
)
@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")
def test_an_address_that_cannot_be_used_is_refused_without_being_shown(url: str, words: str) -> None:
    """Before anything is sent to the exchange."""
    if words.endswith("Apprise knows"):
        pytest.importorskip("apprise", reason="it is an extra, and not installed")
    with pytest.raises(InvalidInput, match="the address of notification 2") as caught:
        receivers_of([Secret("https://hooks.example/a"), Secret(url)])
    shown = str(caught.value) + " ".join(caught.value.details)
    assert words in shown
    assert "canary" not in shown


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")
async def test_a_service_of_apprise_gets_one_line() -> None:
    """Without what a terminal or a CI system would obey; its JSON service is tried for all others."""
    pytest.importorskip("apprise", reason="it is an extra, and not installed")
    with receiving() as receiver:
        assert await sent(receiver.url.replace("http://", "json://")) == []
    assert receiver.messages[0]["message"] == "all \\x1b[31mdone\\n##[error]"


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")
async def test_apprise_says_nothing_of_its_own(capfd: pytest.CaptureFixture[str]) -> None:
    """Its warnings show addresses."""
    pytest.importorskip("apprise", reason="it is an extra, and not installed")
    with receiving(500, 500, 500) as receiver:
        assert await sent(receiver.url.replace("http://", "json://")) == [
            "The notification to json://... was not taken: Apprise says that it failed"
        ]
    assert capfd.readouterr() == ("", "")


def test_receivers_have_no_address_in_their_repr() -> None:
    """A log of ours may show them."""
    assert "canary" not in repr(receivers_of([Secret("https://hooks.example/canary-7731")]))
