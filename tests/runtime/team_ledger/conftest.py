"""A ledger with its tables, in a database that is new for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.domain import Secret
from tests.postgres.server import Server, missing, serve

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL for this process."""
    if why := missing():
        pytest.skip(why)
    with serve() as running:
        yield running


@pytest.fixture
def url(server: Server) -> Iterator[Secret]:
    """The ledger's address, with tables."""
    from runner.runtime.team_ledger.migrations import migrate
    from runner.runtime.team_ledger.session import Session

    server.sql("drop schema if exists order_batch cascade")
    with Session(Secret(server.url)) as session:
        migrate(session)
    return Secret(server.url)
