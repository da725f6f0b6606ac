"""The plugin in a test suite of somebody else: another process of pytest, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SUITE = """\
import asyncio
import urllib.request


def test_a_moved_price(paper_exchange):
    paper_exchange.move("XBT/EUR", 9100, 9101)
    with urllib.request.urlopen(paper_exchange.rest_url + "/0/public/Ticker?pair=XBTEUR") as answer:
        assert b"9100.0" in answer.read()


def test_another_test_has_a_new_exchange(paper_exchange):
    with urllib.request.urlopen(paper_exchange.rest_url + "/0/public/Ticker?pair=XBTEUR") as answer:
        assert b"9000.0" in answer.read()


def test_under_asyncio(paper_exchange):
    async def main():
        await asyncio.to_thread(paper_exchange.cut)

    asyncio.run(main())


def test_one_for_the_session(paper_exchange_factory):
    first = paper_exchange_factory(options={"fees.taker": "0"}, seed="a")
    assert first.api_key and first.api_secret and first.ws_url.startswith("ws://127.0.0.1:")
"""
UNUSED = """\
import sys


def test_nothing_is_loaded_where_it_is_not_used():
    assert "runner.paper.pytest_plugin" in sys.modules
    assert not {"trio", "msgspec", "h11", "runner.paper.server"} & set(sys.modules)
"""


def run(folder: Path, suite: str) -> subprocess.CompletedProcess[str]:
    """Run a suite as a developer does who has installed the package and pytest."""
    (folder / "test_bot.py").write_text(suite, "utf-8")
    only = ("-p", "runner.paper.pytest_plugin", "-p", "no:cacheprovider", "-q", "-W", "error")
    environ = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    command = [sys.executable, "-m", "pytest", *only, "test_bot.py"]
    return subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize(("suite", "passed"), [(SUITE, 4), (UNUSED, 1)])
def test_a_suite_of_another_program(tmp_path: Path, suite: str, passed: int) -> None:
    """It passes, without warnings: no thread, socket or task is left."""
    ended = run(tmp_path, suite)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"{passed} passed" in ended.stdout


def test_the_plugin_is_an_entry_point() -> None:
    """After the installation of the package no further line is needed."""
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8")
    assert '[project.entry-points.pytest11]\norder-batch = "runner.paper.pytest_plugin"\n' in text
