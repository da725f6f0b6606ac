"""Settings of every test: hypothesis never fails a test for being slow on a busy machine, no proxy and no
certificates of this machine are used, and what Python has compiled is kept, whatever the surroundings say:
hundreds of processes would compile it all again."""

import contextlib
import gc
import importlib
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.postgres.fixtures import no_tables, postgres, url
from tests.processes.client import shared_server
from tests.support.merging import merged

__all__ = ["no_tables", "postgres", "url"]

for name, examples in (("default", 20), ("thorough", 200)):
    settings.register_profile(
        name,
        max_examples=examples,
        deadline=None,
        derandomize=name == "thorough",  # a step of CI: a change is judged by the same examples as the last
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile("default")  # --hypothesis-profile thorough replaces it

OF_THIS_MACHINE = ("SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "ALL_PROXY", "https_proxy", "all_proxy")
for name in (*OF_THIS_MACHINE, "PYTHONDONTWRITEBYTECODE"):
    os.environ.pop(name, None)
sys.dont_write_bytecode = False

LONGEST = (
    *("test_canceled_orders.py", "test_signals.py", "test_ended_order.py", "test_hostile_exchange.py"),
    *("test_readme.py", "test_architecture.py", "test_journal_kept.py", "test_journal_lost.py"),
    *("test_foreign_exchange.py", "test_secrets.py", "test_validate_only.py", "test_weeks.py"),
    *("test_seeds.py", "test_telling.py", "test_fills.py", "test_kills.py", "test_saved_plans.py"),
    *("test_auditor.py", "test_worlds.py", "test_pacing.py", "test_broken.py", "test_main.py"),
    *("test_source_words.py", "test_release.py"),
)
"""Files with tests that take long: the first wait for an exchange in another process, and the last would come
at the end, where one worker has something to do and the others have not."""

APART = 12
"""So many other files between two of them: while one worker waits, the others have something to do, and no
worker has one of them left at the end."""

YOUNG_OBJECTS = 20_000
"""So many new objects before the search for garbage begins: thousands live until their test ends."""

gc.disable()  # while modules and tests are collected, which all stay


def pytest_configure(config: pytest.Config) -> None:
    """Workers have one server for the processes that tests start."""
    if config.getoption("numprocesses", None):
        stack = contextlib.ExitStack()
        os.environ.update(stack.enter_context(shared_server()))
        config.add_cleanup(stack.close)


def runs_all(config: pytest.Config) -> bool:
    """Return whether this is a worker of a run of all tests."""
    return hasattr(config, "workerinput") and config.args_source is config.ArgsSource.TESTPATHS


def pytest_sessionstart(session: pytest.Session) -> None:
    """Each worker compiles a part of the tests first, so that not all of them compile all."""
    if not runs_all(session.config):
        return
    worker = session.config.workerinput
    modules = sorted(Path(__file__).parent.rglob("test_*.py"))
    for module in modules[int(worker["workerid"].removeprefix("gw")) :: worker["workercount"]]:
        name = module.relative_to(Path(__file__).parent.parent).with_suffix("")
        with contextlib.suppress(Exception, pytest.skip.Exception):  # reported when the module is collected
            importlib.import_module(".".join(name.parts))


@pytest.hookimpl(trylast=True)  # tests are marked and deselected before
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The files that take longest come early, one at a time."""
    if runs_all(config):
        items[:] = merged(items)
    files = dict.fromkeys(item.path for item in items)
    long = sorted(filter(lambda path: path.name in LONGEST, files), key=lambda path: LONGEST.index(path.name))
    others = [path for path in files if path.name not in LONGEST]
    places = {path: APART * number for number, path in enumerate(long)}
    places |= {path: number + 0.5 for number, path in enumerate(others)}
    items.sort(key=lambda item: places[item.path])


def pytest_collection_finish() -> None:
    """Tests and modules stay until the end: the search for garbage passes them over."""
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)
    gc.enable()
