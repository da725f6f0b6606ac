"""The loop that carries an execution out: the only place that holds decisions and sockets together."""

from .driver import Driver
from .recorder import Recorder
from .stops import StopRequest, StopSource

__all__ = ["Driver", "Recorder", "StopRequest", "StopSource"]
