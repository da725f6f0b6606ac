"""A program with a hostile environment, which the library must not read, and jobs for it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner import api
from tests.app.conftest import skipped_waits
from tests.app.shell import batch, order, served

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["skipped_waits"]

HOSTILE = {
    "KRAKEN_API_KEY": "key of somebody else",
    "KRAKEN_API_SECRET": "no base64 at all",
    "KRAKEN_SPOT_URL": "http://127.0.0.1:9",
    "KRAKEN_WS_AUTH_URL": "ws://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "SSL_CERT_FILE": "gone.pem",
    "ORDER_BATCH_STATE_DIR": "elsewhere",
}
"""Variables of which each would break a call that obeys it."""


@pytest.fixture(autouse=True)
def _environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in the environment but what must not be used, in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if not name.startswith(("PYTEST_", "COVERAGE_", "COV_")):
            monkeypatch.delenv(name)
    for name, text in HOSTILE.items():
        monkeypatch.setenv(name, text)


@pytest.fixture
def job(tmp_path: Path) -> api.Job:
    """Two resting orders and one cancellation at the test's own simulated exchange."""
    file = batch(order("a"), order("b", price="144"), cancel="[{order: group/b}]")
    return api.Job(file=file, state_dir=tmp_path / "state")


@pytest.fixture
def kraken(tmp_path: Path) -> Iterator[api.Job]:
    """The same at an exchange that another process serves in Kraken's place, with a key and a secret."""
    file = batch(order("a"), order("b", price="144"), cancel="[{order: group/b}]")
    with served(tmp_path / "exchange") as exchange:
        variables = exchange.environment
        venue = api.Kraken(
            api_key=api.Secret(variables["KRAKEN_API_KEY"]),
            api_secret=api.Secret(variables["KRAKEN_API_SECRET"]),
            rest_url=variables["KRAKEN_SPOT_URL"],
            ws_url=variables["KRAKEN_WS_AUTH_URL"],
        )
        yield api.Job(file=file, state_dir=tmp_path / "state", venue=venue)
