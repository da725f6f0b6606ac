"""A plugin for pytest: ``paper_exchange``, a simulated exchange of the test's own, on loopback.

Nothing is loaded before a test uses it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .server.in_thread import PaperExchange


@pytest.fixture
def paper_exchange() -> Iterator[PaperExchange]:
    """Serve a fresh exchange during a test, with its standing prices and balances, and without orders."""
    from .server.in_thread import serve_in_thread  # noqa: PLC0415

    with serve_in_thread() as exchange:
        yield exchange


@pytest.fixture(scope="session")
def paper_exchange_factory() -> Iterator[Callable[..., PaperExchange]]:
    """Return a function that serves exchanges until the session ends: for fixtures of any scope.

    Its keyword ``options`` has what no document settles, as ``{"fees.taker": "0.0026"}``.
    """
    from contextlib import ExitStack  # noqa: PLC0415

    from .server.in_thread import serve_in_thread  # noqa: PLC0415

    with ExitStack() as stack:

        def serve(**given: Any) -> PaperExchange:
            return stack.enter_context(serve_in_thread(**given))

        yield serve
