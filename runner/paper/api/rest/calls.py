"""REST calls and their answers as values: what was sent, what is answered, and how fields are read.

Which calls there are, and what they mean, is not known here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from runner.kraken import encode_envelope

if TYPE_CHECKING:
    from runner.paper.api.feeds.delivery import Delivery


UNKNOWN_METHOD = "EGeneral:Unknown method"


class CallError(Exception):
    """A REST call is refused; the message is the exchange's error string."""


@dataclass(frozen=True, slots=True)
class RestCall:
    """An HTTP request. ``path`` may hold a query, ``body`` is the text exactly as it was sent."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: str = ""


@dataclass(frozen=True, slots=True)
class RestReply:
    """An HTTP response; ``body`` is JSON. It may hold a token, so its ``repr`` omits it.

    ``deliveries`` are the feed messages that it causes.
    """

    status: int
    body: str = field(repr=False)
    deliveries: tuple[Delivery, ...] = field(default=(), repr=False)


def refused_call(error: str) -> RestReply:
    """Return the answer to a call that is not carried out.

    A method that does not exist has been seen with HTTP status 404, by several who called the exchange.
    """
    return RestReply(404 if error == UNKNOWN_METHOD else 200, encode_envelope(errors=[error]))


def read_call(call: RestCall) -> tuple[str, dict[str, str]]:
    """Return the path alone, and the fields of the query and the body, all as text. Raises ``CallError``."""
    try:
        target = urlsplit(call.path)
    except ValueError:
        raise CallError(UNKNOWN_METHOD) from None
    fields = dict(parse_qsl(target.query, keep_blank_values=True)) if target.query else {}
    if not call.body.lstrip().startswith("{"):
        return target.path, fields | dict(parse_qsl(call.body, keep_blank_values=True))
    try:
        content = json.loads(call.body)
    except (ValueError, RecursionError):
        raise CallError("EAPI:Bad request") from None
    return target.path, fields | {name: _text(value) for name, value in content.items()}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
