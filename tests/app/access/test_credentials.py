"""Real money: where, with which credentials, by which way. What is wrong is found before anything else."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme

from runner.app.access.credentials import (
    MAX_SECRET_BYTES,
    REST_URL,
    WS_URL,
    live_access,
    live_credentials,
    live_endpoints,
)
from runner.errors import InvalidInput
from tests.app.shell import GOOD_SECRET, SEED, STATE, UNREACHABLE, Shell

BOTH = {"KRAKEN_API_KEY": "key", "KRAKEN_API_SECRET": GOOD_SECRET}


def test_authorities_are_loaded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Further calls read the file no more, except where it is another file by now."""
    loaded: list[object] = []
    load = ssl.SSLContext.load_verify_locations

    def load_counted(self: ssl.SSLContext, *args: Any, **fields: Any) -> None:
        loaded.append(fields)
        load(self, *args, **fields)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", load_counted)
    file = tmp_path / "ca.pem"
    environ = {**BOTH, "SSL_CERT_FILE": str(file)}
    for times in (1, 2):
        trustme.CA().cert_pem.write_to_path(file)
        live_endpoints(environ)
        live_access(environ)
        assert len(loaded) == times
    file.write_text("none")
    with pytest.raises(InvalidInput, match="it holds no certificate"):
        live_access(environ)


# --- credentials -----------------------------------------------------------------------------


def test_credentials_come_from_the_environment() -> None:
    """White space around them, as a careless paste leaves it, is no part of them."""
    found = live_credentials({"KRAKEN_API_KEY": " key\n", "KRAKEN_API_SECRET": GOOD_SECRET})
    assert (found.key.reveal(), found.secret.reveal()) == ("key", GOOD_SECRET)


def test_credentials_come_from_files(tmp_path: Path) -> None:
    """Each may be in a file, with or without a line end."""
    (tmp_path / "key").write_text("key\n", "utf-8")
    (tmp_path / "secret").write_text(GOOD_SECRET, "utf-8")
    names = {f"{name}_FILE": str(tmp_path / name[11:].lower()) for name in BOTH}
    found = live_credentials(names)
    assert (found.key.reveal(), found.secret.reveal()) == ("key", GOOD_SECRET)


@pytest.mark.parametrize("name", sorted(BOTH))
def test_one_credential_is_said_once(name: str, tmp_path: Path) -> None:
    """A variable and a file for the same thing may differ, so neither is taken."""
    with pytest.raises(InvalidInput, match=f"{name} and {name}_FILE are both set"):
        live_credentials({**BOTH, f"{name}_FILE": str(tmp_path)})


@pytest.mark.parametrize("name", sorted(BOTH))
@pytest.mark.parametrize("text", [None, "", " \n"])
def test_missing_credential_is_named(name: str, text: str | None) -> None:
    """Missing and empty are the same."""
    environ = {**BOTH, name: text} if text is not None else {key: BOTH[key] for key in BOTH if key != name}
    with pytest.raises(InvalidInput, match=f"{name} is not set"):
        live_credentials(environ)  # type: ignore[arg-type]


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b""])
def test_file_without_a_credential_is_named(content: bytes | None, tmp_path: Path) -> None:
    """A file that is not there, no text, or empty gives an error that names the variable."""
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
    environ = {"KRAKEN_API_KEY_FILE": str(path), "KRAKEN_API_SECRET": GOOD_SECRET}
    with pytest.raises(InvalidInput, match="KRAKEN_API_KEY"):
        live_credentials(environ)


@pytest.mark.parametrize("name", sorted(BOTH))
@pytest.mark.parametrize("text", ["two words", "line\nbreak", "caf\u00e9", "nul\x00", "tab\tbed"])
def test_credential_that_no_header_can_carry_is_not_repeated(name: str, text: str) -> None:
    """A value that is not a single plain word is refused by name, and no part of it is shown."""
    with pytest.raises(InvalidInput, match=f"{name} is not one word") as caught:
        live_credentials({**BOTH, name: text})
    shown = " ".join([str(caught.value), *caught.value.details])
    assert text not in shown
    assert text[:3] not in shown


def test_secret_that_is_not_base64_ends_with_3(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret that was cut off is a mistake of whoever set it, and is not shown."""
    for name, text in {**UNREACHABLE, "KRAKEN_API_SECRET": "canary"}.items():
        monkeypatch.setenv(name, text)
    result = shell("apply", SEED, "--venue", "kraken", "--yes")
    assert result.code == 3
    assert "base64" in result.words
    assert "canary" not in result.stdout + result.stderr
    assert not STATE.exists()


# --- endpoints -------------------------------------------------------------------------------


def test_kraken_is_where_nothing_else_is_said() -> None:
    """Without variables, and with empty ones, it is Kraken itself, over TLS."""
    for environ in ({}, {"KRAKEN_SPOT_URL": "", "KRAKEN_WS_AUTH_URL": ""}):
        found = live_endpoints(environ)
        assert (found.rest_url, found.ws_url) == (REST_URL, WS_URL)
    assert (REST_URL[:8], WS_URL[:6]) == ("https://", "wss://")


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("KRAKEN_SPOT_URL", "http://api.kraken.com"),
        ("KRAKEN_SPOT_URL", "http://127.0.0.1.example.org"),
        ("KRAKEN_SPOT_URL", "http://localhost.example.org"),
        ("KRAKEN_SPOT_URL", "http://127.0.0.1@example.org"),
        ("KRAKEN_SPOT_URL", "http://0.0.0.0:80"),
        ("KRAKEN_WS_AUTH_URL", "ws://ws-auth.kraken.com"),
        ("KRAKEN_WS_AUTH_URL", "WS://192.168.0.1:8080"),
    ],
)
def test_plain_text_leaves_this_machine_never(name: str, url: str) -> None:
    """An address that only looks like this machine is refused without TLS."""
    with pytest.raises(InvalidInput, match="refused without TLS"):
        live_endpoints({name: url})


@pytest.mark.parametrize("host", ["127.0.0.1:1", "[::1]:1", "localhost:1", "127.9.9.9"])
def test_plain_text_on_this_machine_is_allowed(host: str) -> None:
    """Every loopback address will do."""
    found = live_endpoints({"KRAKEN_SPOT_URL": f"http://{host}", "KRAKEN_WS_AUTH_URL": f"ws://{host}"})
    assert found.ws_url == f"ws://{host}"


@pytest.mark.parametrize(
    "url", ["api.kraken.com", "file:///etc", "https://", "http://[::1", "ws://127.0.0.1:99999", "ws://[x]:1"]
)
@pytest.mark.parametrize("name", ["KRAKEN_SPOT_URL", "KRAKEN_WS_AUTH_URL"])
def test_what_is_no_url_is_refused(name: str, url: str) -> None:
    """A mistyped address is no internal error."""
    with pytest.raises(InvalidInput, match="not a URL"):
        live_endpoints({name: url})


def test_plain_text_off_this_machine_ends_with_3(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the command line too, before the credentials could go anywhere."""
    for name, text in {**UNREACHABLE, "KRAKEN_SPOT_URL": "http://192.0.2.1"}.items():
        monkeypatch.setenv(name, text)
    result = shell("apply", SEED, "--venue", "kraken", "--yes", "--format", "json")
    assert result.code == result.json["exit_code"] == 3
    assert "refused without TLS" in result.words
    assert not STATE.exists()


def test_a_password_in_an_address_is_not_repeated() -> None:
    """The message repeats no password, whatever is wrong with the rest of the address."""
    for url in (
        "http://user:canary@exchange.test",
        "ftp://user:canary@exchange.test",
        "https://user:canary@exchange.test:99999",
        "https://user:can/ary@[x",
    ):
        with pytest.raises(InvalidInput) as caught:
            live_endpoints({"KRAKEN_SPOT_URL": url})
        assert "KRAKEN_SPOT_URL" in str(caught.value)
        assert "canary" not in str(caught.value)
        assert "can/ary" not in str(caught.value)


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_authorities_that_are_missing_are_named(
    name: str, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 3, before anything is begun; the simulated exchange needs none."""
    for variable, text in {**UNREACHABLE, name: "nowhere.pem"}.items():
        monkeypatch.setenv(variable, text)
    result = shell("apply", SEED, "--venue", "kraken", "--yes")
    assert (result.code, STATE.exists()) == (3, False)
    assert f"{name}: nowhere.pem" in result.words
    assert shell("apply", SEED).code == 0


def test_a_file_without_certificates_is_named(tmp_path: Path) -> None:
    """It is found before a run has begun."""
    (tmp_path / "empty.pem").write_text("nothing", "utf-8")
    with pytest.raises(InvalidInput, match=r"SSL_CERT_FILE.*no certificate"):
        live_endpoints({"SSL_CERT_FILE": str(tmp_path / "empty.pem")})


# --- secret files ----------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "warned"), [(0o600, False), (0o400, False), (0o640, True), (0o644, True)])
def test_a_secret_that_others_can_read_gets_a_warning(mode: int, warned: bool, tmp_path: Path) -> None:
    """It is used all the same; what it holds is not said."""
    result: list[str] = []
    (tmp_path / "secret").write_text(GOOD_SECRET, "utf-8")
    (tmp_path / "secret").chmod(mode)
    environ = {"KRAKEN_API_KEY": "key", "KRAKEN_API_SECRET_FILE": str(tmp_path / "secret")}
    assert live_credentials(environ, say=result.append).secret.reveal() == GOOD_SECRET
    named = [("KRAKEN_API_SECRET_FILE" in text, GOOD_SECRET in text) for text in result]
    assert named == [(True, False)] * warned


@pytest.mark.parametrize("name", sorted(BOTH))
def test_a_secret_that_is_too_long_is_refused_and_not_cut(name: str, tmp_path: Path) -> None:
    """In a file and in a variable: the front of it might be a key of somebody else."""
    (tmp_path / "long").write_text("A" * (MAX_SECRET_BYTES + 4), "utf-8")
    rest = {other: text for other, text in BOTH.items() if other != name}
    for environ in (rest | {f"{name}_FILE": str(tmp_path / "long")}, rest | {name: "A" * 5000}):
        with pytest.raises(InvalidInput, match=rf"{name}.* longer than 4096 bytes"):
            live_credentials(environ)
