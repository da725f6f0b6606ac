"""The files of a new repository of batches: chosen, compared with what is there, and written."""

from .recipe import StarterOptions, init

__all__ = ["StarterOptions", "init"]
