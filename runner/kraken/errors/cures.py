"""Advice for a person when the exchange does not answer as expected: decided here, once, by kind of error."""

from __future__ import annotations

import re
from typing import Final

from .error_texts import ErrorKind, classify

KEY_LACKS: Final = "the API key lacks what is needed here:"
"""The begin of the reason for which nothing was sent with a key without the permissions that it needs."""

AGAIN_LATER: Final = "Run the same command again later."

_IS_THAT_IT: Final = "Running it again does not help: is that the address of the exchange?"
_CURES: Final = {
    ErrorKind.BAD_KEY: "Running it again does not help: put the API key and its secret right.",
    ErrorKind.PERMISSION: "Running it again does not help: give the API key the permission that it lacks.",
    ErrorKind.INVALID_NONCE: (
        "Stop what else uses this API key, or give each program its own key; then run the same command again."
    ),
    ErrorKind.LOCKOUT: "Wait a quarter of an hour: each try before makes it last longer.",
    ErrorKind.ARGUMENTS: _IS_THAT_IT,
    ErrorKind.UNKNOWN_METHOD: _IS_THAT_IT,
}
_SOMETHING_ELSE: Final = re.compile(
    r"\bHTTP status (?:3\d\d|400|401|404|405)\b|\bnot JSON\b|\billegal status line\b"
)
_ITS_TROUBLE: Final = re.compile(r"\bHTTP status (?:408|429|5\d\d)\b|\brefused the way\b")
"""A gateway before the exchange or a proxy on the way to it says so, perhaps in HTML."""

_PUT_RIGHT: Final = "Put right what is named here; then run the same command again."
_SET_THE_CLOCK: Final = "Set the clock of this machine; then run the same command again."


def cure_of(reason: str) -> str:
    """Return what to do about a call that failed, given why in words, which hold the exchange's own text."""
    if "TLS: " in reason:  # Time makes no connection trusted.
        return _PUT_RIGHT
    if reason.startswith(KEY_LACKS):
        return _CURES[ErrorKind.PERMISSION]
    if "clock is" in reason:
        return _SET_THE_CLOCK
    usual = AGAIN_LATER
    if _SOMETHING_ELSE.search(reason) and not _ITS_TROUBLE.search(reason):
        usual = _IS_THAT_IT
    return _CURES.get(classify(reason), usual)
