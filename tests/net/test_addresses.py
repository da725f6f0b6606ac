"""Addresses and proxies: taken apart, judged, and shown without a password."""

from __future__ import annotations

import base64

import pytest

from runner.errors import InvalidInput
from runner.net.addresses import Address, Endpoints, is_loopback, proxies_of, without_password

EXCHANGE = Address.of("https://api.kraken.com")


@pytest.mark.parametrize(
    ("url", "header", "tunnel", "secure", "path"),
    [
        ("https://api.kraken.com", "api.kraken.com", "api.kraken.com:443", True, ""),
        ("wss://exchange.test:8443/v1?x=1", "exchange.test:8443", "exchange.test:8443", True, "/v1?x=1"),
        ("http://[::1]:80/gate", "[::1]", "[::1]:80", False, "/gate"),
        ("ws://127.0.0.1:9", "127.0.0.1:9", "127.0.0.1:9", False, ""),
    ],
)
def test_an_address_is_taken_apart(url: str, header: str, tunnel: str, secure: bool, path: str) -> None:
    """Usual ports, other ports, and brackets where they belong."""
    found = Address.of(url)
    assert (found.header, found.tunnel, found.secure, found.path) == (header, tunnel, secure, path)


def test_a_name_and_password_become_a_header_and_are_not_shown() -> None:
    """Neither by the address nor by what is said of it."""
    found = Address.of("https://user:can%3Aary@exchange.test")
    assert found.authorization == "Basic " + base64.b64encode(b"user:can:ary").decode()
    assert "can" not in repr(found)
    assert without_password("https://user:canary@exchange.test/x") == "https://exchange.test/x"
    assert without_password("user:canary@exchange.test") == "exchange.test"
    with pytest.raises(InvalidInput) as caught:
        Endpoints("http://user:canary@exchange.test", "wss://exchange.test")
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_this_machine_is_known(host: str) -> None:
    """By number and by name."""
    assert is_loopback(host)
    assert not is_loopback(f"{host}.example.org")


# --- proxies ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environ", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": ""}, None),
        ({"HTTPS_PROXY": "http://proxy.test:3128"}, "proxy.test:3128"),
        ({"https_proxy": "proxy.test"}, "proxy.test:80"),
        ({"ALL_PROXY": "http://all.test:1"}, "all.test:1"),
        ({"all_proxy": "https://all.test"}, "all.test:443"),
        ({"HTTPS_PROXY": "http://one.test:1", "ALL_PROXY": "socks5://all.test:1"}, "one.test:1"),
        ({"HTTPS_PROXY": "http://upper.test:1", "https_proxy": "http://lower.test:1"}, "lower.test:1"),
        ({"HTTP_PROXY": "http://plain.test:1"}, None),
    ],
)
def test_the_environment_names_the_proxy(environ: dict[str, str], proxy: str | None) -> None:
    """The one for TLS, else the one for all; nothing leaves this machine without TLS."""
    found = proxies_of(environ).to(EXCHANGE)
    assert (None if found is None else found.tunnel) == proxy


@pytest.mark.parametrize(
    ("without", "past"),
    [
        ("", False),
        ("*", True),
        ("kraken.com", True),
        (".kraken.com", True),
        ("*.kraken.com", True),
        ("API.Kraken.Com", True),
        ("example.org, api.kraken.com", True),
        ("api.kraken.com:443", True),
        ("api.kraken.com:8443", False),
        ("raken.com", False),
        ("10.0.0.0/8", False),
    ],
)
def test_some_hosts_are_reached_without_it(without: str, past: bool) -> None:
    """A host, its domain, with a port or without."""
    proxies = proxies_of({"HTTPS_PROXY": "http://proxy.test:1", "NO_PROXY": without})
    assert (proxies.to(EXCHANGE) is None) is past


@pytest.mark.parametrize(
    ("without", "past"), [("10.0.0.0/8", True), ("10.1.2.3", True), ("10.2.0.0/16", False)]
)
def test_a_network_may_be_reached_without_it(without: str, past: bool) -> None:
    """By its numbers."""
    proxies = proxies_of({"ALL_PROXY": "http://proxy.test:1", "no_proxy": without})
    assert (proxies.to(Address.of("https://10.1.2.3")) is None) is past


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "wss://localhost:1", "https://[::1]"])
def test_this_machine_is_never_reached_through_one(url: str) -> None:
    """With any environment."""
    assert proxies_of({"ALL_PROXY": "http://proxy.test:1"}).to(Address.of(url)) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("socks5://user:canary@proxy.test:1080", "SOCKS"),
        ("socks5h://proxy.test", "SOCKS"),
        ("ftp://user:canary@proxy.test", "not a proxy"),
        ("http://user:canary@proxy.test:99999", "not a proxy"),
        ("http://", "not a proxy"),
    ],
)
def test_a_proxy_that_is_none_is_refused_by_name(text: str, why: str) -> None:
    """And without its password."""
    with pytest.raises(InvalidInput, match=f"^HTTPS_PROXY: .*{why}") as caught:
        proxies_of({"HTTPS_PROXY": text})
    assert "canary" not in str(caught.value)
