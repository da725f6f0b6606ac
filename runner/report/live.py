"""The display of a running apply on a terminal; it is wiped away when the run ends.

It is loaded only where there is a terminal to draw on.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, TaskID, TextColumn

from runner.harmless import neutral

from .words import seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from runner.engine import Progress as RunProgress

BAR_WIDTH = 24


@contextmanager
def live_progress(console: Console, batch: str) -> Iterator[Callable[[RunProgress], None]]:
    """A bar with counts that the yielded callable brings up to date."""
    display = Progress(
        TextColumn("{task.description}", markup=False, style="bold"),
        BarColumn(BAR_WIDTH, complete_style="cyan", finished_style="green"),
        TextColumn("{task.fields[counts]}", markup=False),
        console=console,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    with display:
        task = display.add_task(neutral(batch), total=1, counts="connecting")
        yield lambda progress: _show(display, task, progress)


def counts(progress: RunProgress) -> str:
    """How far a run has come, in words."""
    parts = [f"{progress.sent} sent", f"{progress.placed} of {progress.orders} placed"]
    if progress.rejected:
        parts.append(f"{progress.rejected} rejected")
    if progress.cancels:
        parts.append(f"{progress.canceled} of {progress.cancels} canceled")
    if progress.remaining_s >= 1:
        parts.append(f"about {seconds(round(progress.remaining_s))} left")
    if not progress.connected:
        parts.append("connecting again" if progress.sent else "connecting")
    return ", ".join(parts)


def _show(display: Progress, task: TaskID, progress: RunProgress) -> None:
    display.update(
        task,
        total=progress.orders + progress.cancels,
        completed=progress.settled + progress.canceled,
        counts=counts(progress),
    )
