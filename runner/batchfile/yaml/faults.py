"""The faults of one reading, each with its path; beyond a limit the reading ends.

Anchors, aliases and merge keys are one fault, however many there are: whoever removes the first removes all.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NoReturn

from runner.batchfile.document.limits import MAX_FAULTS
from runner.batchfile.document.values import SAID, Fault, path_text, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.batchfile.document.values import LineColumn

REUSE: Final = "put what the orders share under `defaults`"
"""The hint for an anchor in a batch."""
_LINES_NAMED: Final = 5


_NOT_ALLOWED = "yaml-not-allowed"


class GaveUp(Exception):
    """A limit is reached; the last fault says which."""


class Faults:
    """The faults so far. ``trail`` are the steps to the container that is being read.

    ``reuse`` is what to write instead of an anchor. An ``event`` is one of the YAML parser's; a ``step``
    leads from the trail to its value, None if there is none.
    """

    def __init__(self, reuse: str = REUSE) -> None:
        self.trail: list[str | int] = []
        self._reuse = reuse
        self._faults: list[Fault] = []
        self._muted = 0
        self._reused: int | None = None
        self._reused_lines: list[int] = []

    def result(self) -> list[Fault]:
        """Return all faults; call it once, at the end."""
        if self._reused is not None:
            self._name_other_lines(self._reused)
        return self._faults

    def report(self, event: Any, step: str | int | None, message: str, hint: str = "", *, code: str) -> None:
        """Add a fault at an event."""
        if not self._muted:
            path = path_text(self.trail if step is None else [*self.trail, step])
            self._add_within_limit(Fault(position(event), path, message, hint, code=code))

    def add(self, fault: Fault) -> None:
        """Add the fault that ends the reading."""
        self._faults.append(fault)

    def replace_last(self, at: LineColumn, step: str, message: str, hint: str, *, code: str) -> None:
        """Add a fault in place of the last one, if that is at the same path."""
        path = path_text([*self.trail, step])
        if self._faults and self._faults[-1].path == path:
            self._faults.pop()
        self._add_within_limit(Fault(at, path, message, hint, code=code))

    @contextmanager
    def muted(self) -> Iterator[None]:
        """Report nothing during a block."""
        self._muted += 1
        yield
        self._muted -= 1

    # --- parts of YAML that a batch file may not use -----------------------------------------------

    def report_alias(self, event: Any, step: str | int | None) -> None:
        """Report an alias."""
        self.report_reuse(event, step, f"aliases (`*{shorten(event.anchor)}`)")

    def refuse_properties(self, event: Any, step: str | int | None) -> None:
        """Report the anchor and the tag of an event, if it has any."""
        if event.anchor is not None:
            self.report_reuse(event, step, f"anchors (`&{shorten(event.anchor)}`)")
        if event.tag is not None:
            hint = "write the plain value, in quotes if it is text"
            self.report(event, step, "tags (`!...`) are not allowed", hint, code=_NOT_ALLOWED)

    def report_reuse(self, event: Any, step: str | int | None, means: str) -> None:
        """Report the first anchor; later anchors and aliases belong to the same fault."""
        if self._muted:
            return
        if self._reused is None:
            self.report(event, step, f"{means} are not allowed", self._reuse, code=_NOT_ALLOWED)
            self._reused = len(self._faults) - 1
            return
        self.report(event, step, SAID, code=_NOT_ALLOWED)
        line = position(event)[0]
        if len(self._reused_lines) < _LINES_NAMED and line not in self._reused_lines:
            self._reused_lines.append(line)

    def _name_other_lines(self, index: int) -> None:
        """Add to the fault about anchors the lines of the others."""
        first = self._faults[index]
        lines = [str(line) for line in self._reused_lines if line != first.at[0]]
        if lines:
            more = ", ..." if len(lines) == _LINES_NAMED else ""
            noun = "line" if len(lines) == 1 else "lines"
            hint = f"{self._reuse}; also on {noun} {', '.join(lines)}{more}"
            self._faults[index] = first._replace(hint=hint)

    # --- limits ------------------------------------------------------------------------------------

    def give_up(self, event: Any, message: str, hint: str, *, code: str) -> NoReturn:
        """End the reading with a fault of the whole file."""
        self._faults.append(Fault(position(event), "", message, hint, code=code))
        raise GaveUp

    def _add_within_limit(self, fault: Fault) -> None:
        self._faults.append(fault)
        if len(self._faults) > MAX_FAULTS:
            raise GaveUp


def position(event: Any) -> LineColumn:
    """Return the line and column where an event starts, both from 1."""
    mark = event.start_mark
    return mark.line + 1, mark.column + 1
