"""The requests of the control page and of programs: each is a look at the served exchange, or a change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import trio

from runner.paper.scenario import control

from .http_server import HttpAnswer
from .page import json_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from runner.domain import CloseFrame
    from runner.paper import Exchange
    from runner.paper.api.feeds.delivery import Delivery
    from runner.paper.scenario.traffic import Traffic

    from .client_connection import Connection

_DONE: Final = HttpAnswer(200, b"{}")


@dataclass(slots=True, eq=False)
class Controlled:
    """A request, by its method and name (``POST quote``), and its answer once it is ``done``."""

    name: str
    fields: Any
    done: trio.Event = field(default_factory=trio.Event)
    answer: HttpAnswer = _DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """Carries requests out on what is served.

    ``log`` has the latest messages, ``close_frame`` is how connections end, and ``traffic`` gives the
    scenario's part, which it makes first if that is needed.
    """

    exchange: Exchange
    connections: Mapping[int, Connection]
    log: Iterable[tuple[float, int, Any]]
    close_frame: CloseFrame
    traffic: Callable[[bool], Traffic | None]

    def carry_out(self, item: Controlled, now: float) -> list[Delivery]:
        """Carry a request out, and give it its answer."""
        try:
            return self._act(item, now)
        except control.ControlError as error:
            item.answer = HttpAnswer(400, str(error).encode(), "text/plain; charset=utf-8")
        return []

    def _act(self, item: Controlled, now: float) -> list[Delivery]:
        match item.name:
            case "GET state":
                item.answer = json_answer(self._view(str(item.fields.get("pair", "")), now))
            case "POST quote":
                return control.move_price(self.exchange, item.fields, now)
            case "POST release":
                return control.release_price(self.exchange, item.fields, now)
            case "POST status":
                return control.change_status(self.exchange, item.fields, now)
            case "POST cut":
                self._cut(item.fields)
            case "POST faults":
                control.add_faults(self._traffic.rules, item.fields)
            case "POST faults/remove":
                control.remove_faults(self._traffic.rules, item.fields)
            case _:
                item.answer = HttpAnswer(404, b"", "text/plain")
        return []

    @property
    def _traffic(self) -> Traffic:
        traffic = self.traffic(True)
        assert traffic is not None, "it was needed"
        return traffic

    def _view(self, pair: str, now: float) -> dict[str, Any]:
        connections = [
            {"number": connection.number, "feeds": connection.session.subscriptions}
            for connection in self.connections.values()
        ]
        messages = [control.logged(*entry) for entry in reversed(tuple(self.log))]
        return control.view(self.exchange, self.traffic(False), pair, now) | {
            "connections": connections,
            "messages": messages,
        }

    def _cut(self, fields: Any) -> None:
        """End a connection, all of them where none is named."""
        number = fields.get("connection") if isinstance(fields, dict) else None
        if number is None:
            ended = list(self.connections.values())
        elif type(number) is int and number in self.connections:
            ended = [self.connections[number]]
        else:
            raise control.ControlError("there is no such connection any more")
        for connection in ended:
            connection.end(self.close_frame)
