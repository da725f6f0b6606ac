"""A program that applies a batch, and notifies."""

from __future__ import annotations

import pytest

from runner import api
from runner.api import sync
from runner.domain import Secret
from tests.support.receiver import receiving


async def test_a_result_is_sent(job: api.Job) -> None:
    """As the command line does, from a program under Trio."""
    applied = await api.apply(job, confirm=(await api.plan(job)).digest)
    with receiving() as receiver:
        assert await api.notify([Secret(receiver.url)], results=[applied]) == ()
    assert receiver.messages[0]["event"] == "done"
    assert receiver.messages[0]["runs"][0]["batch"] == applied.manifest["batch"]


def test_an_error_is_sent_with_its_exit_code() -> None:
    """A refusal of the receiver is returned in words."""
    with receiving(204) as receiver:
        notes = sync.notify([Secret(receiver.url)], results=[], error=api.Refused("no"))
    assert notes == ()
    assert (receiver.messages[0]["exit_code"], receiver.messages[0]["error"]) == (4, "no")


def test_a_useless_address_is_found_before() -> None:
    """Of several, its number."""
    with pytest.raises(api.InvalidInput, match="notification 1 names no host"):
        api.check_receivers([Secret("https:///a")])
