"""The receivers of ``--notify``, who learn how a command ended once all else is done."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from runner.errors import ExitCode, OrderBatchError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from runner.api import Applied
    from runner.domain import Secret
    from runner.report import Output

    Applies = Callable[[], tuple[ExitCode, Sequence[Applied]]]


def _secrets(_: click.Context, __: click.Parameter, values: Sequence[str]) -> tuple[Secret, ...]:
    from runner.domain import Secret  # noqa: PLC0415 - most commands send no notice

    return tuple(Secret(value) for value in values)


notify_option = click.option(
    "--notify",
    multiple=True,
    metavar="URL",
    envvar="ORDER_BATCH_NOTIFY",
    callback=_secrets,
    help="Send how it ended to a webhook, or to a service that Apprise knows; repeatable. Other users see "
    "arguments of processes: a variable keeps the address from them.",
)


def with_notifications(urls: Sequence[Secret], output: Output, command: Applies) -> ExitCode:
    """Apply, and then notify; whether a message was taken changes no result and no exit code.

    Raises ``InvalidInput`` for an address that cannot be used, before anything is done.
    """
    if not urls:
        return command()[0]
    from runner.api import check_receivers, sync  # noqa: PLC0415

    check_receivers(urls)
    code = ExitCode.DEFECT
    results: Sequence[Applied] = ()
    failure: OrderBatchError | None = None
    try:
        code, results = command()
    except OrderBatchError as error:
        code, failure = error.exit_code, error
        raise
    finally:
        host = sync.OwnProcess()
        sync.notify(
            urls,
            results=results,
            error=failure,
            exit_code=code,
            environ=os.environ,
            console=output,
            host=host,
        )
    return code
