"""A server for each worker that runs such a test, and a ledger that is new for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.postgres.server import Server, missing, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.domain import Secret


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL for this process; where there is none, tests are skipped with the reason."""
    if why := missing():
        pytest.skip(why)
    with serve() as running:
        yield running


@pytest.fixture
def no_tables(postgres: Server) -> Secret:
    """The address of a ledger without tables."""
    from runner.domain import Secret  # noqa: PLC0415

    postgres.sql("drop schema if exists order_batch cascade")
    return Secret(postgres.url)


@pytest.fixture
def url(no_tables: Secret) -> Secret:
    """The address of an empty ledger."""
    from runner.api import init_ledger  # noqa: PLC0415

    init_ledger(no_tables)
    return no_tables
