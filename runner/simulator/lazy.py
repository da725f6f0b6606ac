"""A property that is worked out when it is first asked for.

As ``functools.cached_property``, without the lock that it has until Python 3.12: an exchange belongs to one
task, and an order asks for half a dozen of these.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


class lazy(Generic[Value]):  # noqa: N801 - it is used as ``property`` is
    """Decorates a method without arguments of a class whose instances have a ``__dict__``."""

    def __init__(self, work_out: Callable[[Any], Value]) -> None:
        self._work_out = work_out
        self._name = work_out.__name__
        self.__doc__ = work_out.__doc__

    def __get__(self, instance: Any, owner: type) -> Value:
        value = self._work_out(instance)
        # From now on the instance's own attribute is found first.
        instance.__dict__[self._name] = value
        return value
