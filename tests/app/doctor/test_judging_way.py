"""The way to the exchange: proxy, TLS, connection, clock, market; each fault with the cure that is right."""

from __future__ import annotations

import pytest

from runner.app.doctor.facts import AddressFacts, ProxyFacts
from runner.app.doctor.findings import Check, Failure, Purpose
from runner.errors import ExitCode
from runner.kraken import ExchangeStatus
from runner.net.failures import AccessFailed, TlsTrouble
from tests.app.doctor.builders import WELL, changed, of, said, unreachable

BROKEN = Failure("broken", "mend it")
HERE = AddressFacts(hosts=("127.0.0.1:9",), secure=False, here=True, named=("KRAKEN_SPOT_URL",))


def test_a_proxy_is_shown_with_what_goes_through_it() -> None:
    """And what does not."""
    proxies = ProxyFacts(
        variable="HTTPS_PROXY",
        address="proxy.example:3128",
        through=("api.example:443",),
        past=("ws.example:443",),
    )
    assert said(Check.PROXIES, changed(proxies=proxies)) == [
        (
            "ok",
            "HTTPS_PROXY names proxy.example:3128; through it: api.example:443; without it: ws.example:443",
        )
    ]
    assert said(Check.PROXIES, WELL) == [("ok", "none is named")]
    assert of(Check.PROXIES, changed(proxies={"failure": BROKEN}))[0].cure == "mend it"


def test_a_proxy_for_plain_http_is_none() -> None:
    """Whoever has set it may have meant more."""
    _, finding = of(Check.PROXIES, changed(proxies={"plain_alone": True}))
    assert (finding.state, "HTTPS_PROXY" in finding.cure) == ("warning", True)


def test_authorities_are_named() -> None:
    """The usual ones, a file, a folder, or none at all on this machine."""
    assert "come with certifi" in said(Check.TLS, WELL)[0][1]
    both = changed(trust={"file": "ca.pem", "folder": "certs"})
    assert "by SSL_CERT_FILE (ca.pem) and SSL_CERT_DIR (certs)" in said(Check.TLS, both)[0][1]
    assert said(Check.TLS, changed(addresses=HERE)) == [("ok", "not used: the exchange is on this machine")]
    assert of(Check.TLS, changed(trust={"failure": BROKEN}))[0].cure == "mend it"


@pytest.mark.parametrize(
    ("trouble", "file", "cure"),
    [
        (TlsTrouble.UNKNOWN_AUTHORITY, "", "name a file with its authority in SSL_CERT_FILE"),
        (TlsTrouble.UNKNOWN_AUTHORITY, "ca.pem", "SSL_CERT_FILE replaces the usual authorities"),
        (TlsTrouble.EXPIRED, "", "Look at the date of this machine"),
        (TlsTrouble.NOT_YET_VALID, "", "Set the clock"),
        (TlsTrouble.WRONG_HOST, "", "Look at the addresses"),
        (TlsTrouble.NO_TLS, "", "Look at the port"),
        (TlsTrouble.OTHER, "", "Look for what is in between"),
    ],
)
def test_each_trouble_of_tls_has_its_cure(trouble: TlsTrouble, file: str, cure: str) -> None:
    """Of both connections once if it is the same; the connection is not what has failed."""
    distrusted = unreachable("/0/public/Time: api.example:443: TLS: no trust", tls=trouble)
    again = unreachable("api.example:443: TLS: no trust", tls=trouble)
    facts = changed(trust={"file": file}, exchange={"skew": distrusted, "websocket": again})
    (finding,) = of(Check.TLS, facts)
    assert (finding.state, finding.code) == ("failed", ExitCode.UNREACHABLE)
    assert finding.message == "api.example:443: no trust"
    assert cure in finding.cure
    assert said(Check.CONNECTION, facts)[0] == ("unchecked", "what answers is not trusted")
    for check in (Check.CLOCK, Check.MARKET):
        assert said(check, facts)[0][0] == "unchecked"


def test_a_folder_of_authorities_is_named_as_what_replaces_the_usual_ones() -> None:
    """Not the file, which is not set."""
    distrusted = unreachable("TLS: no trust", tls=TlsTrouble.UNKNOWN_AUTHORITY)
    facts = changed(trust={"folder": "certs"}, exchange={"websocket": distrusted})
    assert of(Check.TLS, facts)[0].cure.startswith("SSL_CERT_DIR replaces")


def test_a_connection_that_fails_is_named_with_the_way_out() -> None:
    """On this machine, through a proxy, and elsewhere that is another one."""
    away = {"skew": unreachable("/0/public/Time: x: Connection refused"), "websocket": None}
    (here,) = of(Check.CONNECTION, changed(addresses=HERE, exchange=away))
    assert (here.state, here.code, here.message) == ("failed", ExitCode.UNREACHABLE, "x: Connection refused")
    assert "order-batch paper serve, or correct KRAKEN_SPOT_URL" in here.cure
    proxies = ProxyFacts(variable="ALL_PROXY", address="p:1", through=("api.example:443",))
    (proxied,) = of(Check.CONNECTION, changed(proxies=proxies, exchange=away))
    assert "Have the proxy of ALL_PROXY let CONNECT and WebSockets pass" in proxied.cure
    (elsewhere,) = of(Check.CONNECTION, changed(exchange=away))
    assert "name server and the firewall" in elsewhere.cure
    assert said(Check.TLS, changed(exchange=away))[0][0] == "unchecked"


def test_a_websocket_alone_that_fails_is_a_failure() -> None:
    """REST goes on: its clock and market are judged."""
    facts = changed(exchange={"websocket": AccessFailed("the WebSocket was refused with HTTP status 403")})
    assert said(Check.CONNECTION, facts) == [("failed", "the WebSocket was refused with HTTP status 403")]
    assert said(Check.MARKET, facts)[0][0] == "ok"
    assert said(Check.CONNECTION, WELL) == [
        ("ok", "REST and the WebSocket answer at api.example:443, ws.example:443")
    ]


def test_addresses_and_proxies_come_before_a_connection() -> None:
    """Each is named once, where it is wrong."""
    assert of(Check.CONNECTION, changed(addresses={"failure": BROKEN}))[0].cure == "mend it"
    assert of(Check.CONNECTION, changed(exchange=BROKEN))[0].cure == "mend it"
    assert said(Check.CONNECTION, changed(proxies={"failure": BROKEN}, exchange=None))[0][0] == "unchecked"


@pytest.mark.parametrize(
    ("skew", "deadline_s", "state", "text"),
    [
        (
            (-0.6, 0.5),
            10,
            "ok",
            "at most 0.6 s from the exchange's; 5.0 s are allowed with a deadline of 10 s",
        ),
        ((2.6, 3.7), 10, "warning", "at least 2.6 s from the exchange's; 5.0 s are allowed"),
        ((-3.7, -2.6), 10, "warning", "at least 2.6 s"),
        ((2.6, 3.7), 4, "failed", "the exchange's clock is +2.6 s from ours"),
        ((-121.0, -120.0), 10, "failed", "-120.0 s from ours"),
        ((-9.0, 9.0), 10, "unchecked", "too long to compare clocks by it"),
    ],
)
def test_clocks_are_judged_as_a_run_judges_them(
    skew: tuple[float, float], deadline_s: int, state: str, text: str
) -> None:
    """With the deadline that its orders have; half of what is allowed is a warning."""
    ((found, message),) = said(Check.CLOCK, changed(exchange={"skew": skew}), deadline_s=deadline_s)
    assert found == state
    assert text in message


def test_a_clock_without_a_time_is_not_checked() -> None:
    """An answer that is none."""
    facts = changed(exchange={"skew": AccessFailed("/0/public/Time: HTTP status 502")})
    assert said(Check.CLOCK, facts) == [("unchecked", "/0/public/Time: HTTP status 502")]


@pytest.mark.parametrize("status", ["maintenance", "cancel_only", "post_only", "something-new"])
def test_an_exchange_that_takes_no_orders_fails_a_run_alone(status: str) -> None:
    """A plan is made all the same; a word that is new is no permission."""
    facts = changed(exchange={"status": ExchangeStatus(status)})
    (finding,) = of(Check.MARKET, facts)
    assert (finding.state, finding.code) == ("failed", ExitCode.UNREACHABLE)
    assert status in finding.message
    assert of(Check.MARKET, facts, Purpose.PLAN)[0].state == "warning"


def test_a_market_that_cannot_be_read_is_not_ok() -> None:
    """A status that is missing is not known; pairs that are missing end every command."""
    busy = AccessFailed("EService:Busy", errors=("EService:Busy",))
    assert said(Check.MARKET, changed(exchange={"status": busy}))[0] == (
        "unchecked",
        "its status cannot be read: EService:Busy",
    )
    assert said(Check.MARKET, changed(exchange={"pairs": busy})) == [
        ("failed", "pairs cannot be read: EService:Busy")
    ]
    assert said(Check.MARKET, WELL) == [("ok", "the exchange is online; pairs and prices can be read")]
