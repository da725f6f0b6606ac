"""The engines and the ways to an account that the loop takes."""

from runner.execution import Execution, Sweep
from runner.runtime.driver.interfaces import Access, Engine
from runner.runtime.kraken.access import KrakenAccess


def test_each_has_what_the_loop_calls() -> None:
    """A run and a sweep are engines; the client of the exchange is a way to an account."""
    for protocol, classes in ((Engine, (Execution, Sweep)), (Access, (KrakenAccess,))):
        wanted = {name for name in vars(protocol) if not name.startswith("_")}
        for each in classes:
            assert wanted <= {*dir(each), *getattr(each, "__annotations__", ()), "finished"}
