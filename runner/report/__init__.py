"""What people and CI read: results on standard output, everything else on standard error.

Importing it is cheap: rich and the engine's nouns are loaded by the first thing that is shown.
"""

from .exits import exit_code_of
from .output import Format, Output

__all__ = ["Format", "Output", "exit_code_of"]
