"""``verify``: a bundle against itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.runtime.storage import pack, unpack
from tests.app.shell import Shell, batch, order

RUN = Path("run.zip")


@pytest.fixture
def bundle(shell: Shell) -> bytes:
    """A bundle of a run that placed an order and canceled it."""
    file = batch(order(), order("b", price="0.01"), cancel="[{order: group/a}]")
    assert shell("apply", file, "--unchecked").code in (0, 1)
    assert shell("bundle", file, "--out", RUN).code == 0
    return RUN.read_bytes()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(data=st.data())
def test_a_bundle_with_one_byte_changed_is_refused(shell: Shell, bundle: bytes, data: st.DataObject) -> None:
    """Anywhere, and the place is said."""
    at = data.draw(st.integers(0, len(bundle) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != bundle[at]))
    RUN.write_bytes(bundle[:at] + bytes([byte]) + bundle[at + 1 :])
    result = shell("verify", RUN)
    assert result.code == 4
    assert "run.zip: this bundle was changed, or is damaged: " in result.words


def test_each_check_is_shown(shell: Shell, bundle: bytes) -> None:
    """As text and as JSON, with the digest of the whole."""
    result = shell("verify", RUN)
    assert result.code == 0, result.stderr
    assert result.stdout.count("holds") == 9
    shown = shell("verify", RUN, "--format", "json").json
    assert (shown["sound"], len(shown["checks"])) == (True, 9)
    assert shown["sha256"] in result.stdout


def test_a_bundle_that_was_packed_again_is_found_out(shell: Shell, bundle: bytes) -> None:
    """All files have to be changed alike to repack it."""
    files, index = unpack(bundle, name="run.zip")
    del index["files"]
    files["manifest.json"] = files["manifest.json"].replace(b'"venue": "paper"', b'"venue": "kraken"')
    RUN.write_bytes(pack(files, index))
    result = shell("verify", RUN)
    assert result.code == 4
    assert "broken  the manifest is the fold of the journal" in result.stdout
    assert "manifest.json:6: it is not what the journal says" in result.words


def test_a_bundle_of_a_later_version_is_refused(shell: Shell, bundle: bytes) -> None:
    """In plain words."""
    files, index = unpack(bundle, name="run.zip")
    del index["files"]
    RUN.write_bytes(pack(files, {**index, "bundle_version": 2}))
    result = shell("verify", RUN)
    assert (result.code, "a bundle of version 2, which is not known here" in result.words) == (4, True)


@pytest.mark.parametrize("name", ["missing.zip", "one.yaml", "."])
def test_what_is_no_bundle_is_an_error(shell: Shell, bundle: bytes, name: str) -> None:
    """Without a traceback."""
    assert shell("verify", name).code in (3, 4)
