"""The meaning of library errors, in words."""

from __future__ import annotations

import socket
import ssl

import pytest
import trio

from runner.net.failures import (
    MAX_TEXT,
    AccessFailed,
    TlsTrouble,
    describe_failure,
    in_short,
    tls_trouble_of,
)


def wrapped(error: BaseException) -> BaseException:
    """An error as Trio wraps it."""
    outer = trio.BrokenResourceError()
    outer.__cause__ = error
    return outer


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ConnectionResetError(104, "Connection reset by peer"), "reset by the other side"),
        (ConnectionRefusedError(111, "Connection refused"), "Connection refused"),
        (socket.gaierror(-2, "Name or service not known"), "cannot be resolved"),
        (trio.TooSlowError(), "no answer in time"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number"), "TLS"),
        (trio.BrokenResourceError("broken"), "broken"),
        (ValueError(), "ValueError"),
    ],
)
def test_each_error_has_its_words(error: BaseException, words: str) -> None:
    """As itself, and wrapped."""
    assert words in describe_failure(error)
    assert words in describe_failure(wrapped(error))
    assert words in describe_failure(wrapped(ExceptionGroup("all failed", [error]))) or not isinstance(
        error, Exception
    )


@pytest.mark.parametrize(
    ("errors", "final", "passing", "locked_out"),
    [
        ((), False, True, False),
        ((), True, False, False),
        (("EService:Unavailable",), False, True, False),
        (("EQuery:Unknown asset pair",), False, False, False),
        (("EGeneral:Temporary lockout",), True, False, True),
    ],
)
def test_a_failure_says_whether_it_may_pass(
    errors: tuple[str, ...], final: bool, passing: bool, locked_out: bool
) -> None:
    """Trouble may, a verdict may not."""
    failure = AccessFailed("reason", final=final, errors=errors)
    assert (failure.passing, failure.locked_out) == (passing, locked_out)


def test_an_answer_may_hold_several_errors() -> None:
    """Each of them counts: one lockout locks out, and one verdict does not pass."""
    failure = AccessFailed("reason", errors=("EService:Unavailable", "EGeneral:Temporary lockout"))
    assert (failure.passing, failure.locked_out, failure.not_permitted) == (False, True, False)
    assert AccessFailed("reason", errors=("EService:Busy", "EGeneral:Permission denied")).not_permitted


def test_a_text_that_repeats_what_came_in_is_cut() -> None:
    """It may be as long as that."""
    assert in_short(ValueError("short")) == "short"
    assert len(in_short(ValueError("x" * 10_000))) == MAX_TEXT + 1


def certificate_error(code: int) -> ssl.SSLCertVerificationError:
    """An error of OpenSSL with a number of its own."""
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = code, "why"
    return error


def reasoned(reason: str) -> ssl.SSLError:
    """An error of TLS with its reason."""
    error = ssl.SSLError(1, reason)
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (certificate_error(10), TlsTrouble.EXPIRED),
        (certificate_error(9), TlsTrouble.NOT_YET_VALID),
        (certificate_error(62), TlsTrouble.WRONG_HOST),
        (certificate_error(20), TlsTrouble.UNKNOWN_AUTHORITY),
        (certificate_error(99), TlsTrouble.OTHER),
        (reasoned("WRONG_VERSION_NUMBER"), TlsTrouble.NO_TLS),
        (reasoned("TLSV1_ALERT"), TlsTrouble.OTHER),
        (ConnectionRefusedError(111, "Connection refused"), None),
        (trio.BrokenResourceError(), None),
    ],
)
def test_a_connection_without_trust_says_why(error: BaseException, trouble: TlsTrouble | None) -> None:
    """Also where Trio has wrapped it; what is not about TLS has no such reason."""
    assert tls_trouble_of(error) is trouble
    assert tls_trouble_of(wrapped(error)) is trouble


@pytest.mark.parametrize("data", [b"\xff\x1b[31m", bytearray(b"it's \xff\n")])
def test_bytes_that_came_in_are_not_repeated(data: bytes) -> None:
    """Whatever answers may be anything."""
    assert in_short(ValueError(f"illegal status line: {data!r}")) == "illegal status line"
