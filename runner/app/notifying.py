"""Notifications: a message to each receiver, after all else is done.

A receiver is a webhook, which gets JSON of the schema ``notification``, or a service that Apprise knows,
which gets one line. Its address is a secret: messages show the host alone. Failures are reported here, and
changes nothing.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from runner.errors import InvalidInput, OrderBatchError
from runner.harmless import json_text, neutral

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from runner.domain import Secret
    from runner.net.dialing import Dialer
    from runner.net.http_client import HttpClient

    from .hosts import Host

LIMIT_S: Final = 15.0
"""All receivers together have so long; a command ends no later for them."""

_PAUSES_S: Final = (0.0, 1.0, 3.0)
"""The pause before each attempt."""

_WEBHOOKS: Final = ("https", "http")


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody who wants to know. ``name`` is for messages."""

    name: str
    url: Secret = field(repr=False)

    @property
    def is_webhook(self) -> bool:
        """True for a receiver of JSON over HTTP."""
        return urlsplit(self.url.reveal()).scheme in _WEBHOOKS


def receivers_of(urls: Sequence[Secret]) -> list[Receiver]:
    """Return the receivers at some addresses, each once. Raises ``InvalidInput`` for a useless one."""
    return list(dict.fromkeys(_receiver(url, number) for number, url in enumerate(urls, 1)))


def _receiver(url: Secret, number: int) -> Receiver:
    from runner.net.addresses import is_loopback  # noqa: PLC0415 - most commands send no notice

    which = f"the address of notification {number}"
    text = url.reveal()
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        raise InvalidInput(f"{which} is no URL") from None
    if not parts.scheme or not text.isprintable() or " " in text:
        raise InvalidInput(
            f"{which} is no URL", details=["Write https://host/path, or one of Apprise's URLs."]
        )
    if parts.scheme not in _WEBHOOKS:
        _require_apprise(which, text)
        return Receiver(f"{neutral(parts.scheme)}://...", url)
    if not host:
        raise InvalidInput(f"{which} names no host")
    if parts.scheme == "http" and not is_loopback(host):
        raise InvalidInput(
            f"{which} is not encrypted", details=["Use https; http is for this machine alone."]
        )
    return Receiver(neutral(host), url)


def _require_apprise(which: str, url: str) -> None:
    try:
        import apprise  # noqa: PLC0415 - an extra, for who names such a service
    except ImportError:
        raise InvalidInput(
            f"{which} is no webhook, and Apprise is not installed",
            details=["Install it: pip install '.[notify]' in a checkout, or 'FILE.whl[notify]'."],
        ) from None
    _silence_apprise()
    if not apprise.Apprise().add(url):
        raise InvalidInput(f"{which} is none that Apprise knows")


def _silence_apprise() -> None:
    """Keep Apprise from writing to standard error: its warnings show addresses."""
    logger = logging.getLogger("apprise")
    logger.propagate = False
    logger.handlers = [logging.NullHandler()]


async def notify(
    receivers: Sequence[Receiver],
    message: Mapping[str, Any],
    environ: Mapping[str, str],
    host: Host,
    say: Callable[[str], None],
) -> None:
    """Send a message to all receivers, each a few times until it is taken. Failures are reported."""
    if not receivers:
        return
    failures = dict.fromkeys(receivers, f"no answer within {LIMIT_S:.0f} s")
    try:
        await host.run(partial(_notify_all, receivers, message, environ, failures))
    except OrderBatchError as error:
        failures = {receiver: f"{why} ({error})" for receiver, why in failures.items()}
    for receiver, why in failures.items():
        say(f"The notification to {receiver.name} was not taken: {neutral(why)}")


async def _notify_all(
    receivers: Sequence[Receiver],
    message: Mapping[str, Any],
    environ: Mapping[str, str],
    failures: dict[Receiver, str],
) -> None:
    import trio  # noqa: PLC0415

    from runner.net.dialing import dialer_of  # noqa: PLC0415

    dialer = dialer_of(environ)

    async def until_taken(receiver: Receiver) -> None:
        send = _to_webhook if receiver.is_webhook else _to_apprise
        for pause in _PAUSES_S:
            await trio.sleep(pause)
            why = await send(receiver, message, dialer)
            if not why:
                del failures[receiver]
                return
            failures[receiver] = why

    with trio.move_on_after(LIMIT_S):
        async with trio.open_nursery() as nursery:
            for receiver in receivers:
                nursery.start_soon(until_taken, receiver)


async def _to_webhook(receiver: Receiver, message: Mapping[str, Any], dialer: Dialer) -> str:
    """Post the message; return why it was not taken, empty if it was. Redirects are not followed."""
    from runner.net.addresses import Address  # noqa: PLC0415
    from runner.net.failures import AccessFailed  # noqa: PLC0415
    from runner.net.http_client import HttpClient  # noqa: PLC0415

    client = HttpClient(dialer, Address.of(receiver.url.reveal()))
    try:
        return await _post(client, json_text(message, one_line=True))
    except AccessFailed as failure:
        return failure.reason
    finally:
        await client.aclose()


async def _post(client: HttpClient, body: str) -> str:
    async def sign() -> tuple[Mapping[str, str], str]:
        return {"Content-Type": "application/json"}, body

    answer = await client.call("POST", "", sign)
    return "" if 200 <= answer.status < 300 else f"HTTP status {answer.status}"


async def _to_apprise(receiver: Receiver, message: Mapping[str, Any], _: Dialer) -> str:
    import trio  # noqa: PLC0415

    def send() -> bool:
        import apprise  # noqa: PLC0415

        services = apprise.Apprise()
        return bool(services.add(receiver.url.reveal()) and services.notify(body=neutral(message["text"])))

    # A service that hangs is left behind: its thread ends with the process.
    taken = await trio.to_thread.run_sync(send, abandon_on_cancel=True)
    return "" if taken else "Apprise says that it failed"
