"""Command lines in processes that need not start Python each time."""

from .client import Process, launch

__all__ = ["Process", "launch"]
