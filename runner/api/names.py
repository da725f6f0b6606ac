"""The names that a person may type, for the completion of a shell or an editor. Raises nothing.

Nothing is connected to, locked or written. What cannot be read has no names.
"""

from __future__ import annotations

from runner.app.inputs.known_names import batch_names, order_names, pairs, runs_in

__all__ = ["batch_names", "order_names", "pairs", "runs_in"]
