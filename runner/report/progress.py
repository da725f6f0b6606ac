"""The display of a running apply on a terminal; it is wiped away when the run ends.

It is loaded only where there is a terminal to draw on.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.text import Text

from runner.harmless import neutral

from .lines import cut
from .wording.progress import SAY_AFTER_S, counts, describe_wait

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rich.console import Console, RenderableType

    from runner.execution import Progress as RunProgress
    from runner.execution import Wait

BAR_WIDTH = 24
SHARE_WIDTH = 24
"""Columns for what is left and right of the bar but the name: ``100,000 of 100,000``, and the gaps."""


class _Display(Progress):
    """A bar, below it how far the run is, and what it waits for, once that has lasted a while."""

    counts = "connecting"
    wait: Wait | None = None
    since = 0.0

    def get_renderables(self) -> Iterable[RenderableType]:
        """Return what is drawn, several times a second."""
        yield from super().get_renderables()
        yield Text(self.counts)
        wait, now = self.wait, time.time()
        if wait is not None and now >= self.since + SAY_AFTER_S:
            yield Text(neutral(describe_wait(wait, now)), style="dim")


@contextmanager
def live_progress(console: Console, batch: str) -> Iterator[Callable[[RunProgress], None]]:
    """Show a bar with counts that the yielded callable brings up to date."""
    display = _Display(
        TextColumn("{task.description}", markup=False, style="bold"),
        BarColumn(BAR_WIDTH, complete_style="cyan", finished_style="green"),
        TextColumn("{task.fields[share]}", markup=False),
        console=console,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    with display:
        # The bar keeps its width: a long name and high counts take none of it.
        name = cut(neutral(batch), max(console.width - BAR_WIDTH - SHARE_WIDTH, 1))
        task = display.add_task(name, total=1, share="")
        yield lambda progress: _show(display, task, progress)


def _show(display: _Display, task: TaskID, progress: RunProgress) -> None:
    if progress.wait is None or display.wait is None or progress.wait.what != display.wait.what:
        display.since = time.time()
    display.wait = progress.wait
    display.counts = counts(progress)
    # Unwinding cancels more than the file does.
    total = progress.orders + max(progress.cancels, progress.canceled)
    completed = progress.settled + progress.canceled
    display.update(task, total=total, completed=completed, share=f"{completed:,} of {total:,}")
