"""The output for people and CI: results on standard output, everything else on standard error.

Importing it is cheap: rich and the nouns of all other floors are loaded by the first thing that is shown.
"""

from .base import Format
from .output import Output

__all__ = ["Format", "Output"]
