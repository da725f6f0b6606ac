"""What the environment says, read part by part: one that is wrong hides no other."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from runner.app.doctor.facts import AddressFacts, KeyFacts, ProxyFacts, TrustFacts
from runner.app.doctor.surroundings import read_addresses, read_key, read_proxies, read_trust
from tests.app.shell import GOOD_SECRET

if TYPE_CHECKING:
    from pathlib import Path

LIVE = AddressFacts(hosts=("api.kraken.com:443", "ws-auth.kraken.com:443"))
KEY = "canary-of-a-key"


def test_a_key_is_read_from_where_it_is(tmp_path: Path) -> None:
    """And appears in no fact."""
    file = tmp_path / "secret"
    file.write_text(GOOD_SECRET, "utf-8")
    file.chmod(0o644)
    facts = read_key({"KRAKEN_API_KEY": KEY, "KRAKEN_API_SECRET_FILE": str(file)})
    assert facts == KeyFacts(sources=("KRAKEN_API_KEY", "KRAKEN_API_SECRET_FILE"), exposed=(str(file),))
    file.chmod(0o600)
    assert read_key({"KRAKEN_API_KEY": KEY, "KRAKEN_API_SECRET_FILE": str(file)}).exposed == ()
    assert read_key({}) == KeyFacts()


def test_half_a_key_and_a_malformed_one_are_failures() -> None:
    """With a cure, and without the text itself."""
    half = read_key({"KRAKEN_API_KEY": KEY}).failure
    assert half is not None
    assert (half.reason, half.cure.startswith("Set KRAKEN_API_SECRET")) == (
        "KRAKEN_API_SECRET is not set",
        True,
    )
    odd = read_key({"KRAKEN_API_KEY": KEY, "KRAKEN_API_SECRET": "canary!"})
    assert odd.failure is not None
    assert "base64" in odd.failure.reason
    assert "canary" not in repr(odd)
    gone = read_key({"KRAKEN_API_KEY": KEY, "KRAKEN_API_SECRET_FILE": "gone"}).failure
    assert gone is not None
    assert "gone cannot be read" in gone.reason


def test_addresses_are_krakens_or_those_that_are_named() -> None:
    """An address with a name and password shows neither."""
    assert read_addresses({}) == LIVE
    here = read_addresses(
        {"KRAKEN_SPOT_URL": "http://u:canary@127.0.0.1:8", "KRAKEN_WS_AUTH_URL": "ws://127.0.0.1:9"}
    )
    assert (here.hosts, here.secure, here.here) == (("127.0.0.1:8", "127.0.0.1:9"), False, True)
    assert "canary" not in repr(here)
    plain = read_addresses({"KRAKEN_SPOT_URL": "http://exchange.example"})
    assert plain.failure is not None
    assert "refused without TLS" in plain.failure.reason


def test_one_encrypted_address_is_enough_to_look_at_tls() -> None:
    """The other one is on this machine."""
    assert read_addresses({"KRAKEN_SPOT_URL": "http://127.0.0.1:8"}).secure


def test_a_proxy_is_read_with_the_ways_that_lead_through_it() -> None:
    """Never with its password."""
    environ = {"HTTPS_PROXY": "http://u:canary@proxy.example:3128", "NO_PROXY": "ws-auth.kraken.com"}
    facts = read_proxies(environ, LIVE)
    assert facts == ProxyFacts(
        variable="HTTPS_PROXY",
        address="proxy.example:3128",
        through=("api.kraken.com:443",),
        past=("ws-auth.kraken.com:443",),
    )
    assert "canary" not in repr(facts)
    lower = read_proxies({**environ, "https_proxy": "http://other.example"}, LIVE)
    assert (lower.variable, lower.address) == ("https_proxy", "other.example:80")


def test_a_proxy_that_cannot_be_used_is_a_failure() -> None:
    """With the variable that names it."""
    facts = read_proxies({"ALL_PROXY": "socks5://u:canary@p"}, LIVE)
    assert facts.failure is not None
    assert facts.variable == "ALL_PROXY"
    assert "canary" not in repr(facts)
    assert read_proxies({"HTTP_PROXY": "http://p"}, LIVE) == ProxyFacts(plain_alone=True)
    assert read_proxies({}, LIVE) == ProxyFacts()


def test_authorities_are_read(tmp_path: Path) -> None:
    """A file without a certificate is a failure, and so is one that is not there."""
    empty = tmp_path / "ca.pem"
    empty.write_text("nothing", "utf-8")
    assert read_trust({}) == TrustFacts()
    assert read_trust({"SSL_CERT_DIR": str(tmp_path)}) == TrustFacts(folder=str(tmp_path))
    for name in (str(empty), "gone.pem"):
        failure = read_trust({"SSL_CERT_FILE": name, "HTTPS_PROXY": "socks5://p"}).failure
        assert failure is not None
        assert name in failure.reason


def test_each_way_to_name_no_key_has_its_own_cure(tmp_path: Path) -> None:
    """A new key would help in none of them."""
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    os.mkfifo(tmp_path / "pipe")
    cures = {}
    for name in ("gone", "pipe", "binary", "."):
        failure = read_key(
            {"KRAKEN_API_KEY_FILE": str(tmp_path / name), "KRAKEN_API_SECRET": GOOD_SECRET}
        ).failure
        assert failure is not None
        cures[name] = failure.cure
    assert {name for name, cure in cures.items() if "Correct the path in KRAKEN_API_KEY_FILE" in cure} == {
        "gone",
        "pipe",
        ".",
    }
    assert "other bytes" in cures["binary"]
    both = {"KRAKEN_API_KEY": KEY, "KRAKEN_API_KEY_FILE": "k", "KRAKEN_API_SECRET": GOOD_SECRET}
    failure = read_key(both).failure
    assert failure is not None
    assert failure.cure == "Unset one of the two."


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_key_that_may_not_be_read_is_a_matter_of_permissions(tmp_path: Path) -> None:
    """Its path is right."""
    (tmp_path / "key").write_text(KEY, "utf-8")
    (tmp_path / "key").chmod(0)
    failure = read_key({"KRAKEN_API_KEY_FILE": str(tmp_path / "key")}).failure
    assert failure is not None
    assert "chmod 600" in failure.cure
