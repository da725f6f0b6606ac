"""The memory that a piece of work takes, whatever becomes of it."""

from __future__ import annotations

import gc
import tracemalloc
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Memory:
    """Bytes that a block has allocated: those it still held at its end, and the most at any time."""

    held: int = 0
    peak: int = 0


@contextmanager
def measured_memory() -> Iterator[Memory]:
    """Measure a block; the figures are there when it has ended without an error.

    The measuring always ends with the block: what follows would take several times as long under it.
    """
    memory = Memory()
    gc.collect()
    tracemalloc.start()
    try:
        yield memory
        memory.held, memory.peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
