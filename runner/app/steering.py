"""``order-batch paper move|release|cut|fault|orders|reset``: steer the exchange that is being served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import to_builtins

from runner.batchfile import MAX_FILE_BYTES, parse_scenario
from runner.errors import InvalidInput, Refused
from runner.net.dialing import dialer_of
from runner.paper.server.control_client import Control, ControlRefused
from runner.runtime.storage import read_limited

from .access.signals import run
from .access.venues import control_token_of, served_elsewhere
from .inputs.batches import InvalidBatch

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from runner.domain import FaultRule

    from .console import Console

T = TypeVar("T")


class Steering:
    """Steers the exchange that is served with a state folder. Each method raises ``Refused``.

    ``environ`` says which authorities are trusted, for one that is served with TLS.
    """

    def __init__(self, state_dir: Path, environ: Mapping[str, str], out: Console) -> None:
        self._state_dir, self._environ, self._out = state_dir, environ, out

    def move(self, pair: str, bid: str, ask: str | None) -> None:
        """Set the market of a pair, until it is released."""
        self._do(lambda control: control.move(pair, bid, ask))
        self._out.note(f"{pair} is at {bid}{f' and {ask}' if ask else ''} until it is released")

    def release(self, pair: str) -> None:
        """Let the market of a pair move by itself again."""
        self._do(lambda control: control.release(pair))
        self._out.note(f"{pair} moves by itself again")

    def cut(self) -> None:
        """End all WebSocket connections."""
        self._do(lambda control: control.cut())
        self._out.note("all WebSocket connections were ended")

    def add_faults(self, file: Path) -> None:
        """Add the faults of a scenario file. Raises ``InvalidBatch`` for a faulty file."""
        parsed = parse_scenario(read_limited(file, MAX_FILE_BYTES), str(file))
        if parsed.scenario is None:
            raise InvalidBatch(str(file), parsed.problems)
        faults = parsed.scenario.faults
        if not faults:
            raise InvalidInput(f"{file}: there are no faults in it", details=["Write them under `faults:`."])
        self._do(lambda control: control.add_faults([_plain(fault) for fault in faults]))
        self._out.note(f"{len(faults)} {'fault was' if len(faults) == 1 else 'faults were'} added")

    def clear_faults(self) -> None:
        """Remove all faults."""
        self._do(lambda control: control.remove_faults())
        self._out.note("all faults were removed")

    def reset(self) -> None:
        """Begin again as on the first day, and forget every batch that was applied to it."""
        self._do(lambda control: control.reset())
        self._out.note("the simulated exchange begins again, and all that was applied to it is forgotten")

    def orders(self) -> list[dict[str, Any]]:
        """Return the open orders, as the control page shows them."""
        found: list[dict[str, Any]] = self._do(lambda control: control.state())["orders"]
        return found

    def _do(self, act: Callable[[Control], Awaitable[T]]) -> T:
        where, token = served_elsewhere(self._state_dir), control_token_of(self._state_dir)
        if where is None or token is None:
            raise Refused(
                f"{self._state_dir}: no simulated exchange is served here",
                details=["Start one in another terminal: order-batch paper serve."],
            )
        control = Control(where.rest_url, token, dialer_of(self._environ))
        found: list[T] = []

        async def main() -> None:
            found.append(await act(control))

        try:
            run(main)
        except ControlRefused as refused:
            raise Refused(f"the simulated exchange did not do it: {refused}") from refused
        return found[0]


def _plain(fault: FaultRule) -> dict[str, Any]:
    plain: dict[str, Any] = to_builtins(fault)
    return {"do": plain.pop("act"), **plain, "where": dict(fault.where)}
