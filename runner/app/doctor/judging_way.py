"""The judgement of the way to the exchange, and of what is at its end. Pure: facts in, findings out."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from runner.errors import ExitCode
from runner.execution import clock_limit_s, judge_skew
from runner.kraken import TIME_PATH, ExchangeStatus, cure_of
from runner.net.failures import AccessFailed, TlsTrouble

from .facts import ExchangeFacts
from .findings import Check, Failure, Purpose, failed, ok, unchecked, warning

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from .facts import AddressFacts, ProxyFacts, TrustFacts
    from .findings import Finding

    Exchange = ExchangeFacts | Failure | None

_CONNECT_FIRST: Final = "Put the connection right first."
_TLS_CURES: Final = MappingProxyType(
    {
        TlsTrouble.EXPIRED: "Look at the date of this machine; if it is right, only whoever runs that server "
        "or a proxy before it can renew the certificate.",
        TlsTrouble.NOT_YET_VALID: "Set the clock of this machine.",
        TlsTrouble.WRONG_HOST: "Look at the addresses in KRAKEN_SPOT_URL and KRAKEN_WS_AUTH_URL, and for a "
        "proxy that answers in place of the exchange.",
        TlsTrouble.NO_TLS: "Look at the port; a simulated exchange on this machine without TLS has addresses "
        "with http:// and ws://.",
        TlsTrouble.OTHER: "Look for what is in between: a proxy, a firewall, an old server.",
    }
)
_WAIT: Final = "Wait until it is online: https://status.kraken.com"
_NO_ANSWER: Final = "no answer"
_NTP: Final = "Set the clock of this machine, and have it kept right: timedatectl set-ntp true"


def judge_proxies(proxies: ProxyFacts) -> Iterator[Finding]:
    """Yield which proxy is in effect, or why it cannot be obeyed."""
    if proxies.failure is not None:
        yield failed(Check.PROXIES, proxies.failure)
    elif not proxies.variable:
        yield ok(Check.PROXIES, "none is named")
    else:
        parts = [f"through it: {', '.join(proxies.through)}"] if proxies.through else []
        parts += [f"without it: {', '.join(proxies.past)}"] if proxies.past else []
        yield ok(Check.PROXIES, f"{proxies.variable} names {proxies.address}; {'; '.join(parts)}")
    if proxies.plain_alone:
        yield warning(
            Check.PROXIES,
            "HTTP_PROXY is set, and not obeyed: all that leaves this machine is encrypted",
            "If the exchange is to be reached through that proxy, name it in HTTPS_PROXY as well.",
        )


def judge_tls(trust: TrustFacts, addresses: AddressFacts, exchange: Exchange) -> Iterator[Finding]:
    """Yield whether the exchange has proven who it is, and with which authorities that was checked."""
    if trust.failure is not None:
        yield failed(Check.TLS, trust.failure)
        return
    if not addresses.secure:
        yield ok(Check.TLS, "not used: the exchange is on this machine")
        return
    failures = _failures(exchange)
    distrusted = {reason: each for reason, each in failures.items() if each.tls is not None}
    for reason, each in distrusted.items():
        text = reason.replace("TLS: ", "", 1)
        yield failed(Check.TLS, Failure(text, _tls_cure(each.tls, trust), ExitCode.UNREACHABLE))
    if distrusted:
        return
    if failures or not isinstance(exchange, ExchangeFacts):
        yield unchecked(Check.TLS, "there is no connection", _CONNECT_FIRST)
    else:
        named = [
            f"{name} ({value})"
            for name, value in (("SSL_CERT_FILE", trust.file), ("SSL_CERT_DIR", trust.folder))
            if value
        ]
        with_what = " and ".join(named) or "the authorities that come with certifi"
        yield ok(Check.TLS, f"the certificates are trusted, by {with_what}")


def _tls_cure(trouble: TlsTrouble | None, trust: TrustFacts) -> str:
    if trouble is TlsTrouble.UNKNOWN_AUTHORITY:
        named = "SSL_CERT_FILE" if trust.file else "SSL_CERT_DIR" if trust.folder else ""
        if named:
            return f"{named} replaces the usual authorities: add the one that is missing to it, or unset it."
        return "If a proxy of yours opens TLS, name a file with its authority in SSL_CERT_FILE."
    return _TLS_CURES[trouble or TlsTrouble.OTHER]


def judge_connection(proxies: ProxyFacts, addresses: AddressFacts, exchange: Exchange) -> Iterator[Finding]:
    """Yield whether REST and the WebSocket of the exchange can be reached."""
    if addresses.failure is not None:
        yield failed(Check.CONNECTION, addresses.failure)
        return
    if isinstance(exchange, Failure):
        yield failed(Check.CONNECTION, exchange)
        return
    if exchange is None:
        reason = "not tried: something that it needs has failed"
        yield unchecked(Check.CONNECTION, reason, "Put right what has failed first.")
        return
    failures = _failures(exchange)
    for reason, each in failures.items():
        if each.tls is not None:
            yield unchecked(Check.CONNECTION, "what answers is not trusted", "Put TLS right first.")
        else:
            cure = _connection_cure(proxies, addresses)
            yield failed(Check.CONNECTION, Failure(reason, cure, ExitCode.UNREACHABLE))
    if not failures:
        yield ok(Check.CONNECTION, f"REST and the WebSocket answer at {', '.join(addresses.hosts)}")


def _connection_cure(proxies: ProxyFacts, addresses: AddressFacts) -> str:
    if addresses.here:
        named = f", or correct {' and '.join(addresses.named)}" if addresses.named else ""
        return f"Start the simulated exchange: order-batch paper serve{named}."
    if proxies.through:
        return (
            f"Have the proxy of {proxies.variable} let CONNECT and WebSockets pass to "
            f"{', '.join(proxies.through)}, or except them with NO_PROXY."
        )
    return (
        "Look at the network, the name server and the firewall of this machine; where a proxy is needed, "
        "name it in HTTPS_PROXY."
    )


def _failures(exchange: Exchange) -> dict[str, AccessFailed]:
    """Return why REST and the WebSocket cannot be reached, each reason once."""
    if not isinstance(exchange, ExchangeFacts):
        return {}
    found = (each for each in (exchange.rest, exchange.websocket) if each is not None)
    return {each.reason.removeprefix(f"{TIME_PATH}: "): each for each in found}


def judge_clock(exchange: Exchange, deadline_s: Decimal) -> Iterator[Finding]:
    """Yield how far the clocks are apart, as a run would judge it that sends orders with a deadline."""
    if not isinstance(exchange, ExchangeFacts) or exchange.rest is not None:
        yield unchecked(Check.CLOCK, "there is no connection", _CONNECT_FIRST)
        return
    skew = exchange.skew
    if isinstance(skew, AccessFailed):
        yield unchecked(Check.CLOCK, skew.reason, cure_of(skew.reason))
        return
    limit_s = clock_limit_s(deadline_s)
    problem = judge_skew(skew, deadline_s)
    if problem is not None and problem.final:
        yield failed(Check.CLOCK, Failure(problem.reason, _NTP, ExitCode.UNREACHABLE))
    elif problem is not None:
        yield unchecked(Check.CLOCK, problem.reason, "Try again when the way to the exchange is faster.")
    elif (apart_s := max(skew[0], -skew[1])) > limit_s / 2:
        near = f"at least {apart_s:.1f} s from the exchange's; {limit_s:.1f} s are allowed"
        yield warning(Check.CLOCK, near, _NTP)
    else:
        yield ok(
            Check.CLOCK,
            f"at most {max(map(abs, skew)):.1f} s from the exchange's; {limit_s:.1f} s are allowed with a "
            f"deadline of {deadline_s} s",
        )


def judge_market(exchange: Exchange, purpose: Purpose) -> Iterator[Finding]:
    """Yield whether the exchange trades, and whether its pairs and prices can be read."""
    if not isinstance(exchange, ExchangeFacts) or exchange.rest is not None:
        yield unchecked(Check.MARKET, "there is no connection", _CONNECT_FIRST)
        return
    readable = isinstance(exchange.pairs, int)
    match exchange.status:
        case ExchangeStatus(takes_orders=True) as status:
            if readable:
                yield ok(Check.MARKET, f"the exchange is {status}; pairs and prices can be read")
        case ExchangeStatus() as status:
            reason = f"the exchange takes no orders: it says {status}"
            if purpose is Purpose.APPLY:
                yield failed(Check.MARKET, Failure(reason, _WAIT, ExitCode.UNREACHABLE))
            else:
                yield warning(Check.MARKET, reason, _WAIT)
        case unknown:
            reason = _NO_ANSWER if unknown is None else unknown.reason
            yield unchecked(Check.MARKET, f"its status cannot be read: {reason}", cure_of(reason))
    if not readable:
        reason = exchange.pairs.reason if isinstance(exchange.pairs, AccessFailed) else _NO_ANSWER
        failure = Failure(f"pairs cannot be read: {reason}", cure_of(reason), ExitCode.UNREACHABLE)
        yield failed(Check.MARKET, failure)
