"""The faults that a published schema finds in a document.

The schema holds the rules and, under the editors' own ``errorMessage`` keys, their words. Numbers reach it
as the text that their author typed, so the keywords that compare numbers are adapted to that. A document
without faults passes the schema's predicate, and the validator is never loaded for it.
"""

from __future__ import annotations

import functools
from itertools import islice
from typing import TYPE_CHECKING, Any

from runner.batchfile.document.limits import MAX_FAULTS

from .compiled_schema import CompiledSchema
from .published import load_schema

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

    from runner.batchfile.document.values import Fault


def schema_faults(document: Any, name: str = "batch") -> list[Fault]:
    """Return the faults that the schema finds in a document with ``defaults`` merged in, one per mistake."""
    schema, compiled = _compile(name)
    if compiled.of(schema)(document):
        return []
    from .messages import faults_of  # noqa: PLC0415
    from .validator import errors_of  # noqa: PLC0415 - most documents have no errors

    return faults_of(islice(errors_of(document, _validator(name)), MAX_FAULTS), document, schema)


@functools.cache
def _compile(name: str) -> tuple[dict[str, Any], CompiledSchema]:
    """Return a schema with its references inlined, and its compiled form."""
    return inlined(load_schema(name)), CompiledSchema()


@functools.cache
def _validator(name: str) -> Validator:
    from .validator import validator_of  # noqa: PLC0415 - jsonschema takes longer to load than all of ours

    return validator_of(*_compile(name))


def inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema without ``$ref``: looking one up for every field of every order costs seconds."""
    whole: dict[str, Any] = _Inlined(schema.get("$defs", {})).inlined(schema)
    return whole


class _Inlined:
    """Replaces references by their definitions.

    A definition is the same object in every place, unless the reference has further keywords.
    """

    def __init__(self, definitions: dict[str, Any]) -> None:
        self._definitions = definitions
        self._done: dict[str, Any] = {}

    def inlined(self, schema: Any) -> Any:
        """Return a part of the schema with what it refers to in place."""
        if isinstance(schema, list):
            return [self.inlined(item) for item in schema]
        if not isinstance(schema, dict):
            return schema
        plain = {key: self.inlined(part) for key, part in schema.items() if key not in ("$defs", "$ref")}
        if "$ref" not in schema:
            return plain
        definition = self._definition(schema["$ref"].removeprefix("#/$defs/"))
        return definition | plain if plain else definition

    def _definition(self, name: str) -> Any:
        if name not in self._done:
            self._done[name] = self.inlined(self._definitions[name])
        return self._done[name]
