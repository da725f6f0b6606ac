"""The evidence of a run in one file: packed by ``bundle``, checked by ``verify``."""
