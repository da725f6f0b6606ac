"""The loop that carries an execution out: the only place that holds decisions and sockets together."""

from .driver import Driver

__all__ = ["Driver"]
