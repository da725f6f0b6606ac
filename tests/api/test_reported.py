"""The status of orders as values."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from runner import api
from runner.api import sync
from runner.planning import JournalState


async def test_each_order_has_the_words_of_journal_and_exchange(job: api.Job) -> None:
    """With its volumes as decimals."""
    await api.apply(job, confirm=(await api.plan(job)).digest)
    found = await api.status(job)
    assert found.exit_code is api.ExitCode.DONE
    assert found.exchange_read
    assert [order.at_exchange for order in found.orders] == ["open", "canceled"]
    first = found.orders[0]
    assert (first.journal, first.volume, first.executed) == (JournalState.PLACED, Decimal("0.25"), 0)
    assert found.manifest is not None
    assert found.manifest["batch"] == "one"


def test_without_a_connection_only_the_journal_speaks(job: api.Job) -> None:
    """Unknown is None, and not zero."""
    before = sync.status(job, offline=True)
    assert (before.exchange_read, before.manifest) == (False, None)
    sync.apply(job, confirm=sync.plan(job).digest)
    found = sync.status(job, offline=True)
    assert not found.exchange_read
    assert [(order.journal, order.at_exchange, order.executed) for order in found.orders] == [
        (JournalState.PLACED, None, None)
    ] * 2
    assert found.orders[0].txid is not None


def test_an_exchange_that_cannot_be_reached_is_a_note(job: api.Job) -> None:
    """The journal is shown all the same."""
    venue = api.Kraken(rest_url="http://127.0.0.1:9", ws_url="ws://127.0.0.1:9")
    found = sync.status(replace(job, venue=venue))
    assert not found.exchange_read
    assert found.notes[0].startswith("the exchange was not queried")
