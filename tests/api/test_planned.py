"""Batches and plans as values, from a simulated exchange on loopback."""

from __future__ import annotations

import io
import json
from dataclasses import FrozenInstanceError, replace
from decimal import Decimal
from pathlib import Path

import pytest
import trustme

from runner import api
from runner.api import sync
from runner.report import Format, Output
from tests.app.shell import batch, order, served


def test_a_batch_is_loaded_with_its_orders() -> None:
    """Frozen, and as its author wrote it."""
    found = api.load(batch(order("a", price="0.10")))
    assert [(order.id, order.price) for group in found.groups for order in group.orders] == [("a", "0.10")]


def test_what_cannot_be_loaded_is_an_error_with_an_exit_code() -> None:
    """All problems of a file; a file that is not there."""
    with pytest.raises(api.InvalidBatch) as caught:
        api.load(batch(order("a", volume="-1")))
    assert caught.value.problems[0].line == 6
    with pytest.raises(api.InvalidInput) as missing:
        api.load(Path("gone.yaml"))
    assert caught.value.exit_code == missing.value.exit_code == 3


async def test_a_plan_is_made_in_a_trio_program(job: api.Job) -> None:
    """With the market and the account, and money in decimals."""
    found = await api.plan(job)
    assert found.exit_code is api.ExitCode.DONE
    assert [str(order.key) for order in found.plan.orders()] == ["group/a", "group/b"]
    first = found.review.groups[0].orders[0].priced
    assert isinstance(first.notional, Decimal)
    assert found.forecast is not None
    assert len(found.digest) == 64
    with pytest.raises(FrozenInstanceError):
        found.digest = ""  # type: ignore[misc]


def test_a_plan_is_made_without_trio(job: api.Job) -> None:
    """The same plan, with the same digest, online and offline."""
    found = sync.plan(job)
    assert sync.plan(job, offline=True).digest == found.digest
    assert sync.plan(job, detailed_exitcode=True).exit_code is api.ExitCode.CHANGES


def test_another_file_policy_or_run_key_is_another_plan(job: api.Job) -> None:
    """Offline as well."""
    known = sync.plan(job, offline=True).digest
    assert sync.plan(replace(job, file=batch(order("a"), name="two")), offline=True).digest != known
    job.file.write_text(job.file.read_text("utf-8").replace("144", "143"), "utf-8")
    assert sync.plan(job, offline=True).digest != known


def test_a_plan_is_saved_to_be_applied_once(job: api.Job) -> None:
    """Its id is that of the file."""
    found = sync.plan(job, save=api.Save(path=Path("plan.json"), valid_for_s=60))
    assert found.saved_as == json.loads(Path("plan.json").read_text("utf-8"))["id"]
    with pytest.raises(api.InvalidInput):
        sync.plan(job, save=api.Save(path=Path("plan.json"), valid_for_s=0))


def test_a_plan_that_would_be_refused_says_so(job: api.Job) -> None:
    """The exchange would not take so small an order."""
    found = sync.plan(replace(job, file=batch(order("a", volume="0.00001"), name="small")))
    assert found.exit_code is api.ExitCode.REFUSED
    assert found.review.errors


@pytest.mark.usefixtures("skipped_waits")
def test_an_exchange_that_is_not_there_is_an_error(job: api.Job) -> None:
    """With the exit code of the command."""
    venue = api.Kraken(rest_url="http://127.0.0.1:9", ws_url="ws://127.0.0.1:9")
    with pytest.raises(api.Unreachable) as caught:
        sync.plan(replace(job, venue=venue))
    assert caught.value.exit_code == 5


def test_options_are_checked_and_a_console_is_shown_the_plan(job: api.Job) -> None:
    """As the command line does both."""
    with pytest.raises(api.InvalidInput):
        sync.plan(job, currency="usd")
    stdout = io.StringIO()
    sync.plan(job, offline=True, console=Output(Format.JSON, stdout=stdout, stderr=io.StringIO()))
    assert json.loads(stdout.getvalue())["batch"] == "one"


def test_authorities_are_those_of_the_job_and_not_of_the_environment(job: api.Job, tmp_path: Path) -> None:
    """An exchange that is served over TLS is looked at with what the caller names."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    certificate = authority.issue_cert("localhost")
    certificate.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "both.pem"))
    pem = str(tmp_path / "both.pem")
    trusting = replace(job, environ={"SSL_CERT_FILE": str(tmp_path / "ca.pem")})
    with served(job.state_dir, "--tls-cert", pem, "--tls-key", pem):
        assert sync.plan(trusting).exit_code is api.ExitCode.DONE
