"""A rule of a schema that a value breaks, with its place in the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    Schema = Mapping[str, Any]
    Steps = tuple[str | int, ...]


class Error(NamedTuple):
    """A rule that a value breaks.

    ``bound`` is the value of ``keyword`` in ``schema``; ``steps`` lead from the top of the document to the
    value.
    """

    keyword: str
    bound: Any
    value: Any
    schema: Schema
    steps: Steps
