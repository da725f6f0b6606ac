"""Plain batches from a few numbers: a ladder of limit orders, one purchase, an order in parts over time."""

from .batch_text import batch_text
from .strategies import Generated, Spacing, dca, ladder, twap

__all__ = ["Generated", "Spacing", "batch_text", "dca", "ladder", "twap"]
