"""REST calls: signed, made again where that may help, and no oftener."""

from __future__ import annotations

import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
import trio
import trio.testing

from runner.domain import Secret
from runner.kraken import FrameError, Scrubber, private_call
from runner.net.addresses import Address, Credentials
from runner.net.dialing import Dialer
from runner.net.failures import AccessFailed
from runner.net.http_client import HttpClient
from runner.runtime.kraken import rest_calls
from runner.runtime.kraken.rest_calls import RestCalls
from tests.net.hostile import Hostile, answer, errors, hostile, result

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

KEY = Secret("a-key-of-some-length")
CREDENTIALS = Credentials(KEY, Secret("a2VlcCBpdCB0byB5b3Vyc2VsZg=="))
PATH = "/0/private/BalanceEx"


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RETRY_PAUSES_S", "NONCE_PAUSES_S", "COUNTER_PAUSES_S"):
        monkeypatch.setattr(rest_calls, name, (0.01,) * len(getattr(rest_calls, name)))


@asynccontextmanager
async def calls_to(server: Hostile, messages: list[str], nonces: Any = None) -> AsyncIterator[RestCalls]:
    """The calls of an account at a server."""
    http = HttpClient(Dialer(), Address.of(f"http://127.0.0.1:{server.port}"))
    calls = RestCalls(http, CREDENTIALS, scrub=Scrubber(KEY), say=messages.append, nonces=nonces)
    with trio.fail_after(120):
        yield calls
    await calls.aclose()


async def balance(answers: list[Any], *, patient: bool = True) -> tuple[Any, int, list[str]]:
    """The outcome of a private call that is answered so, how often it was made, and what was said."""
    messages: list[str] = []
    with hostile(Hostile(rest=lambda _: answers.pop(0) if answers else result({"fine": "1"}))) as server:
        async with calls_to(server, messages) as calls:
            try:
                outcome = await calls.private(PATH, {}, lambda content: content, patient=patient)
            except AccessFailed as failure:
                outcome = failure
        return outcome, server.calls["BalanceEx"], messages


@pytest.mark.parametrize(
    "passing", [answer(b"", "502 Bad"), answer(b"<html>"), errors("EService:Unavailable"), answer(b"[]")]
)
async def test_what_may_pass_is_tried_again_with_patience(passing: bytes) -> None:
    """Three times in all; without patience once."""
    assert (await balance([passing] * 2))[:2] == ({"fine": "1"}, 3)
    outcome, made, _ = await balance([passing] * 3)
    assert (outcome.reason.startswith(PATH), made) == (True, 3)
    assert (await balance([passing], patient=False))[1] == 1


@pytest.mark.parametrize(
    "text", ["EGeneral:Permission denied", "EAPI:Invalid key", "EGeneral:Temporary lockout"]
)
async def test_a_verdict_is_final(text: str) -> None:
    """Further calls would only lengthen a lockout."""
    outcome, made, _ = await balance([errors(text)] * 9)
    assert (outcome.final, outcome.errors, made) == (True, (text,), 1)


async def test_a_full_call_counter_is_waited_for_and_that_is_said() -> None:
    """With the exchange's own words; a counter that stays full is given up."""
    full = errors("EAPI:Rate limit exceeded")
    outcome, made, messages = await balance([full] * 2, patient=False)
    assert (outcome, made, len(messages)) == ({"fine": "1"}, 3, 2)
    assert "call counter is full (/0/private/BalanceEx: EAPI:Rate limit exceeded)" in messages[0]
    outcome, made, _ = await balance([full] * 9, patient=False)
    assert (outcome.errors, made) == (("EAPI:Rate limit exceeded",), 4)


async def test_a_key_with_finer_nonces_gets_its_cure_after_three_tries() -> None:
    """With patience too: it is final."""
    outcome, made, _ = await balance([errors("EAPI:Invalid nonce")] * 30)
    assert (outcome.final, made) == (True, 3)
    assert "new key" in outcome.reason
    assert "nonce window" in outcome.reason


async def test_the_nonces_of_a_team_are_used_for_each_call_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """One for each try, given the time; whoever keeps them may take a while, in a thread."""
    times: list[int] = []

    def next_nonce(now_ms: int) -> int:
        assert threading.current_thread() is not threading.main_thread()
        times.append(now_ms)
        return 7_000_000_000_000 + len(times)

    sent: list[str] = []

    def signed(key: str, secret: Secret, path: str, nonce: str, fields: Any) -> Any:
        sent.append(nonce)
        return private_call(key, secret, path, nonce, fields)

    monkeypatch.setattr(rest_calls, "private_call", signed)
    refused = [errors("EAPI:Invalid nonce")]
    server = Hostile(rest=lambda _: refused.pop() if refused else result({"fine": "1"}))
    with hostile(server):
        async with calls_to(server, [], next_nonce) as calls:
            for _ in range(2):
                await calls.private(PATH, {}, lambda content: content)
    assert sent == ["7000000000001", "7000000000002", "7000000000003"]
    assert len(times) == 3


async def test_no_call_leaves_without_the_nonce_of_a_team() -> None:
    """A ledger that is away: the call fails, and says why."""

    def away(_: int) -> int:
        raise OSError(104, "the connection was closed")

    server = Hostile(rest=lambda _: result({}))
    with hostile(server):
        async with calls_to(server, [], away) as calls:
            with pytest.raises(AccessFailed, match="ledger gives no nonce: the connection was closed"):
                await calls.private(PATH, {}, lambda content: content)
    assert server.calls["BalanceEx"] == 0


async def test_a_secret_that_is_repeated_is_not_in_the_failure() -> None:
    """The exchange may quote the key that it refuses."""
    outcome, _, _ = await balance([errors(f"EAPI:Invalid key:{KEY.reveal()}")])
    assert outcome.errors == ("EAPI:Invalid key:***",)
    assert KEY.reveal() not in outcome.reason


async def test_an_answer_that_the_reader_refuses_is_requested_again() -> None:
    """An answer that lacks the requested part is no answer."""

    def read(content: Any) -> str:
        if "fine" not in content:
            raise FrameError("nothing fine")
        return str(content["fine"])

    answers = [result({})]
    with hostile(Hostile(rest=lambda _: answers.pop() if answers else result({"fine": "1"}))) as server:
        async with calls_to(server, []) as calls:
            assert await calls.private(PATH, {}, read, patient=True) == "1"


async def test_how_long_the_call_counter_makes_a_call_wait_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the call under way, and of as many more as there are to come."""
    async with hostile_calls() as calls, trio.open_nursery() as nursery:
        assert calls.wait_s() == 0
        for _ in range(8):
            nursery.start_soon(calls.records, PATH, {}, str)
        await trio.testing.wait_all_tasks_blocked()
        assert calls.wait_s() == pytest.approx(1 / 0.33, abs=0.5)
        assert calls.wait_s(3) == pytest.approx(7 / 0.33, abs=0.5)
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def hostile_calls() -> AsyncIterator[RestCalls]:
    """The calls of an account at a server that answers."""
    with hostile(Hostile(rest=lambda _: result({"fine": "1"}))) as server:
        async with calls_to(server, []) as calls:
            yield calls
