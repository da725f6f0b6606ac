"""The requests of the control page and of programs: each is a look at the served exchange, or a change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import trio

from runner.errors import Locked, Refused
from runner.harmless import printable
from runner.paper.control import actions
from runner.paper.control.view import view

from .http_server import HttpAnswer
from .page import json_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from runner.domain import CloseFrame
    from runner.paper import Exchange
    from runner.paper.api.feeds.delivery import Delivery
    from runner.paper.control.messages import Messages
    from runner.paper.control.price_lines import PriceLines
    from runner.paper.scenario.traffic import Traffic

    from .client_connection import Connection

_DONE: Final = HttpAnswer(200, b"{}")
_UNKNOWN: Final = HttpAnswer(404, b"", "text/plain")
_FIELDS: Final = {
    "POST quote": ("pair", "bid", "ask"),
    "POST release": ("pair",),
    "POST status": ("status",),
    "POST cut": ("connection",),
    "POST faults": ("faults",),
    "POST faults/remove": ("number",),
    "POST reset": (),
}
"""The fields of each change."""


@dataclass(slots=True, eq=False)
class Controlled:
    """A request, by its method and name (``POST quote``), and its answer once it is ``done``.

    ``fields`` is None where they could not be read.
    """

    name: str
    fields: dict[str, Any] | None
    done: trio.Event = field(default_factory=trio.Event)
    answer: HttpAnswer = _DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """Carries requests out on what is served.

    ``close_frame`` is how connections end, ``traffic`` gives the scenario's part, which it makes first if
    that is needed, and ``reset`` begins again, None where that is not possible.
    """

    exchange: Exchange
    connections: Mapping[int, Connection]
    messages: Messages
    lines: PriceLines
    close_frame: CloseFrame
    traffic: Callable[[bool], Traffic | None]
    reset: Callable[[float], None] | None

    def carry_out(self, item: Controlled, now: float) -> list[Delivery]:
        """Carry a request out, and give it its answer."""
        try:
            if item.fields is None:
                raise actions.ControlError("the body is no JSON object, or holds what is no text")
            if item.name.startswith("GET "):
                item.answer = self._look(item.name, item.fields, now)
            elif item.name in _FIELDS:
                actions.check_fields(item.fields, _FIELDS[item.name])
                return self._act(item.name, item.fields, now)
            else:
                item.answer = _UNKNOWN
        except actions.ControlError as error:
            item.answer = HttpAnswer(400, printable(str(error)).encode(), "text/plain; charset=utf-8")
        return []

    def _look(self, name: str, fields: dict[str, Any], now: float) -> HttpAnswer:
        match name:
            case "GET state":
                return json_answer(self._view(str(fields.get("pair", "")), now))
            case "GET message":
                return json_answer(self.messages.whole(fields.get("number")))
            case "GET choices":
                return json_answer(actions.choices())
            case _:
                return _UNKNOWN

    def _act(self, name: str, fields: dict[str, Any], now: float) -> list[Delivery]:
        match name:
            case "POST quote":
                return actions.move_price(self.exchange, fields, now)
            case "POST release":
                return actions.release_price(self.exchange, fields, now)
            case "POST status":
                return actions.change_status(self.exchange, fields, now)
            case "POST cut":
                self._cut(fields)
            case "POST faults":
                actions.add_faults(self._traffic.rules, fields)
            case "POST faults/remove":
                actions.remove_faults(self._traffic.rules, fields)
            case "POST reset":
                self._reset(now)
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
        return view(self.exchange, self.traffic(False), self.lines, pair, now) | {
            "connections": connections,
            "messages": self.messages.lines(),
            "resettable": self.reset is not None,
        }

    def _reset(self, now: float) -> None:
        if self.reset is None:
            raise actions.ControlError("this exchange ends with its command, and cannot be reset")
        try:
            self.reset(now)
        except (Locked, Refused) as error:
            raise actions.ControlError(str(error)) from None

    def _cut(self, fields: dict[str, Any]) -> None:
        """End a connection, all of them where none is named."""
        number = fields.get("connection")
        if "connection" not in fields:
            ended = list(self.connections.values())
        elif type(number) is int and number in self.connections:
            ended = [self.connections[number]]
        else:
            raise actions.ControlError("there is no such connection any more")
        for connection in ended:
            connection.end(self.close_frame)
