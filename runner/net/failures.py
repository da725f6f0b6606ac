"""Failures on the way to an account, and what an error of a library means in words.

The texts name hosts, ports and reasons; never a header, a password or a token.
"""

from __future__ import annotations

import os
import re
import socket
import ssl
from enum import Enum, auto
from types import MappingProxyType
from typing import Final

import trio

from runner.kraken import ErrorKind, kinds_of

MAX_TEXT: Final = 100

_BYTES: Final = re.compile(r": (?:bytearray\()?b['\"].*", re.DOTALL)

_PASSING: Final = {ErrorKind.BUSY, ErrorKind.ACCOUNT_RATE}

_NO_TLS: Final = {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "RECORD_LAYER_FAILURE"}


class TlsTrouble(Enum):
    """The reason why a connection is not trusted."""

    EXPIRED = auto()
    NOT_YET_VALID = auto()
    WRONG_HOST = auto()
    UNKNOWN_AUTHORITY = auto()
    NO_TLS = auto()
    """The other side speaks plain text."""
    OTHER = auto()


# OpenSSL's numbers for why a certificate is refused.
_CERTIFICATE_TROUBLES: Final = MappingProxyType(
    {
        10: TlsTrouble.EXPIRED,
        9: TlsTrouble.NOT_YET_VALID,
        **dict.fromkeys((62, 64), TlsTrouble.WRONG_HOST),
        **dict.fromkeys((2, 18, 19, 20, 21, 27), TlsTrouble.UNKNOWN_AUTHORITY),
    }
)
_CERTIFICATE_WORDS: Final = MappingProxyType(
    {
        TlsTrouble.EXPIRED: "it has expired",
        TlsTrouble.NOT_YET_VALID: "it is not valid yet; is the clock right?",
        TlsTrouble.WRONG_HOST: "it is for another host",
        TlsTrouble.UNKNOWN_AUTHORITY: (
            "its authority is not known here; SSL_CERT_FILE can name a file with it"
        ),
    }
)


class AccessFailed(Exception):
    """A call or a connection has failed.

    ``final``: trying again is useless. ``answered``: the exchange has answered, with whatever; ``errors``
    are its own texts, and ``kinds`` their kinds. ``tls``: why a connection is not trusted; None for any other
    failure.
    """

    def __init__(
        self,
        reason: str,
        *,
        final: bool = False,
        errors: tuple[str, ...] = (),
        answered: bool = True,
        tls: TlsTrouble | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final
        self.errors = errors
        self.kinds = kinds_of(errors)
        self.answered = answered
        self.tls = tls

    @property
    def locked_out(self) -> bool:
        """Return True if the exchange has locked the account out for a while; further calls prolong it."""
        return ErrorKind.LOCKOUT in self.kinds

    @property
    def passing(self) -> bool:
        """Return True if the same call may succeed in a moment."""
        return not self.final and self.kinds <= _PASSING

    @property
    def not_permitted(self) -> bool:
        """Return True if the API key or the account may not make the call."""
        return ErrorKind.PERMISSION in self.kinds


def describe_failure(error: BaseException) -> str:
    """Describe the failure of a socket in a few words."""
    cause = _cause(error)
    text = str(cause)
    match cause:
        case ssl.SSLCertVerificationError():
            text = _describe_certificate(cause)
        case ssl.SSLError():
            text = _describe_tls(cause)
        case socket.gaierror():
            text = f"the name cannot be resolved ({cause.strerror or cause})"
        case trio.TooSlowError() | TimeoutError():
            text = "no answer in time"
        case ConnectionResetError():
            text = "the connection was reset by the other side"
        case OSError(errno=int(number), strerror=str(strerror)):
            # Trio puts the address in front, which is known already.
            text = os.strerror(number) if strerror.endswith(os.strerror(number)) else strerror
    return text or type(cause).__name__


def _cause(error: BaseException) -> BaseException:
    """Return the first error behind others that wrap it."""
    while isinstance(error, trio.BrokenResourceError | trio.ClosedResourceError) and error.__cause__:
        error = error.__cause__
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, OSError) and type(error) is OSError and error.__cause__ is not None:
        return _cause(error.__cause__)
    return error


def tls_trouble_of(error: BaseException) -> TlsTrouble | None:
    """Return why the failure of a socket leaves it without trust; None if it is not about TLS."""
    match _cause(error):
        case ssl.SSLCertVerificationError(verify_code=int(code)):
            return _CERTIFICATE_TROUBLES.get(code, TlsTrouble.OTHER)
        case ssl.SSLError() as cause:
            return TlsTrouble.NO_TLS if _tls_reason(cause) in _NO_TLS else TlsTrouble.OTHER
        case _:
            return None


def _describe_certificate(error: ssl.SSLCertVerificationError) -> str:
    why = _CERTIFICATE_WORDS.get(_CERTIFICATE_TROUBLES.get(error.verify_code, TlsTrouble.OTHER))
    if why is None:
        return f"TLS: the certificate is refused: {error.verify_message}"
    return f"TLS: the certificate is refused: {why} ({error.verify_message})"


def _describe_tls(error: ssl.SSLError) -> str:
    reason = _tls_reason(error)
    if reason in _NO_TLS:
        return f"TLS: the other side does not speak TLS; is it a plain-text port? ({reason})"
    return f"TLS: {reason}"


def _tls_reason(error: ssl.SSLError) -> str:
    return str(getattr(error, "reason", None) or error)


def in_short(error: BaseException) -> str:
    """Return the text of an error, without the bytes that came in if it repeats them."""
    text = _BYTES.sub("", str(error))
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"
