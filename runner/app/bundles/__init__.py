"""The evidence of a run in one file: packed by ``bundle``, checked by ``verify``."""

from .packing import bundle
from .verifying import verify

__all__ = ["bundle", "verify"]
