"""The requests of the control, and their effect on the served exchange."""

from __future__ import annotations

import pytest
import trio
from trio_websocket import ConnectionClosed

from runner.net.dialing import Dialer
from runner.paper.server.control_client import Control, ControlRefused
from tests.net.served import client, exchange, heard, served


async def test_all_connections_end_at_once() -> None:
    """Each client sees it."""
    async with served(exchange()) as where, client(where) as first, client(where) as second:
        await heard(first)
        await heard(second)
        await Control(where.rest_url, where.control_token, Dialer()).cut()
        for socket in (first, second):
            with pytest.raises(ConnectionClosed), trio.fail_after(10):
                await heard(socket)


async def test_a_request_that_there_is_not() -> None:
    """It is said, and changes nothing."""
    async with served(exchange()) as where:
        control = Control(where.rest_url, where.control_token, Dialer())
        with pytest.raises(ControlRefused, match="HTTP status 404"):
            await control._post("nothing", {})
