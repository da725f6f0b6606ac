"""``order-batch halt`` and ``resume``: the stop button of an account."""

from .recipe import HaltOptions, halt, resume

__all__ = ["HaltOptions", "halt", "resume"]
