"""One browser for all tests of a worker: starting one takes longer than all that is done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.devtools import browser, tab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.browser.devtools import Tab


@pytest.fixture(scope="session")
def one_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """A browser; where there is none, the tests of a module are skipped before they need it."""
    program = browser()
    assert program is not None
    with tab(program, tmp_path_factory.mktemp("profile")) as there:
        yield there


@pytest.fixture(scope="module")
def window(one_browser: Tab) -> Iterator[Tab]:
    """The same for one module: afterwards it shows nothing, and is as wide as it was."""
    yield one_browser
    one_browser.open("about:blank")
    one_browser.call("Emulation.clearDeviceMetricsOverride")
    one_browser.call("Emulation.setEmulatedMedia", features=[])
    one_browser.errors.clear()
