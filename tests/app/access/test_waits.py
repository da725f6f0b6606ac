"""Work that takes long is spoken of."""

from __future__ import annotations

import pytest
import trio

from runner.app.access.waits import announce_wait
from runner.errors import Refused
from runner.net.failures import AccessFailed


async def lasting(duration_s: float, error: Exception | None = None) -> str:
    """Take so long, then end."""
    with trio.move_on_after(duration_s):
        await trio.sleep_forever()
    if error is not None:
        raise error
    return "done"


@pytest.mark.parametrize(
    ("duration_s", "lines"), [(0.0, 0), (1.4, 0), (2.0, 1), (11.0, 1), (12.0, 2), (35.0, 4)]
)
async def test_a_line_soon_and_then_every_ten_seconds(
    duration_s: float, lines: int, autojump_clock: object
) -> None:
    """Short work is no news."""
    messages: list[str] = []
    assert await announce_wait(lasting(duration_s), messages.append, "an answer") == "done"
    assert messages == ["Waiting for an answer."] * lines


async def test_how_far_it_is_is_said(autojump_clock: object) -> None:
    """As it is at that moment."""
    messages: list[str] = []
    pages = iter(range(2, 9))
    await announce_wait(lasting(13), messages.append, "the records", lambda: f"page {next(pages)}")
    assert messages == ["Waiting for the records (page 2).", "Waiting for the records (page 3)."]


@pytest.mark.parametrize("error", [Refused("no"), AccessFailed("gone")])
async def test_errors_come_out_as_they_were_raised(error: Exception, autojump_clock: object) -> None:
    """No group is around them."""
    with pytest.raises(type(error)) as caught:
        await announce_wait(lasting(3, error), lambda _: None, "an answer")
    assert caught.value is error
