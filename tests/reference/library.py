"""The library as a page: all that ``runner.api`` offers, from its docstrings and signatures."""

from __future__ import annotations

import enum
import inspect
import re
from dataclasses import MISSING, fields, is_dataclass
from typing import TYPE_CHECKING, Any, Final

from runner import api
from tests.reference.markdown import page, prose, table

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE: Final = 100


def library_page() -> str:
    """Return the page of the library."""
    named = {name: getattr(api, name) for name in sorted(api.__all__, key=str.lower)}
    functions = {name: value for name, value in named.items() if inspect.isroutine(value)}
    errors = {name: value for name, value in named.items() if _is_error(value)}
    kinds = {name: value for name, value in named.items() if name not in functions and name not in errors}
    example = "[Use it as a library](../how-to/use-as-a-library.md) has a program to start from."
    parts = {"Functions": functions, "Values": kinds, "Errors": errors}
    anchors = _anchors([name for title, part in parts.items() for name in (title, *part)])
    sections = [text for title, part in parts.items() for text in _part(title, part, anchors)]
    return page("Library", _text(api), example, *sections)


def _anchors(headings: list[str]) -> dict[str, str]:
    """Return the anchors of headings; one that comes again in other letters gets a number, as on GitHub."""
    anchors: dict[str, str] = {}
    for heading in headings:
        taken = sum(1 for other in anchors if other.lower() == heading.lower())
        anchors[heading] = heading.lower() + (f"-{taken}" if taken else "")
    return anchors


def _part(title: str, named: dict[str, Any], anchors: dict[str, str]) -> Iterator[str]:
    yield f"## {title}"
    yield " · ".join(f"[`{name}`](#{anchors[name]})" for name in named)
    for name, value in named.items():
        yield f"### {name}"
        yield from _entry(name, value)


def _entry(name: str, value: Any) -> Iterator[str]:
    if inspect.isroutine(value):
        yield f"```text\n{_call(name, value)}\n```"
        yield _text(value)
    elif isinstance(value, enum.EnumType):
        yield _text(value)
        yield table(("name", "value"), [(f"`{name}.{item.name}`", f"`{item.value}`") for item in value])
    elif _is_error(value):
        yield f"A `{value.__base__.__name__}` with the exit code {int(value.exit_code)}."
        yield _text(value)
    else:
        yield _text(value)
        rows = list(_fields(value))
        yield table(("field", "type", "default"), rows) if rows else ""
        for method, does in _methods(value):
            yield f"* `{method}`: {does}"


def _is_error(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, Exception)


def _call(name: str, function: Any) -> str:
    """Return a call with its parameters, on several lines if it is long."""
    signature = inspect.signature(function)
    parts = list(_parameters(signature))
    returns = _clean(inspect.formatannotation(signature.return_annotation))
    prefix = "await " if inspect.iscoroutinefunction(function) else ""
    call = f"{prefix}{name}({', '.join(parts)}) -> {returns}"
    if len(call) <= _LINE:
        return call
    lines = "".join(f"    {part},\n" for part in parts)
    return f"{prefix}{name}(\n{lines}) -> {returns}"


def _parameters(signature: inspect.Signature) -> Iterator[str]:
    """Yield the parameters, and the star after which they are given by name."""
    marked = False
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not marked:
            marked = True
            yield "*"
        default = "" if parameter.default is parameter.empty else f" = {_value(parameter.default)}"
        yield f"{parameter.name}: {_clean(str(parameter.annotation))}{default}"


def _fields(kind: Any) -> Iterator[tuple[str, str, str]]:
    if is_dataclass(kind):
        for field in fields(kind):
            if not field.name.startswith("_") and field.init:
                has_default = field.default is not MISSING
                default = f"`{_value(field.default)}`" if has_default else _made(field.default_factory)
                yield f"`{field.name}`", f"`{_clean(str(field.type))}`", default
    else:
        for name, annotation in getattr(kind, "__annotations__", {}).items():
            if not name.startswith("_"):
                text = getattr(annotation, "__forward_arg__", str(annotation))
                yield f"`{name}`", f"`{_clean(text)}`", ""


def _made(factory: Any) -> str:
    return "" if factory is MISSING else "made anew"


def _methods(kind: Any) -> Iterator[tuple[str, str]]:
    for name, value in vars(kind).items():
        function = value.fget if isinstance(value, property) else value
        if name.startswith("_") or not inspect.isfunction(function):
            continue
        shown = name if isinstance(value, property) else f"{name}()"
        yield shown, " ".join(_text(function).split("\n\n")[0].split())


def _value(default: object) -> str:
    """Return a default without addresses of objects."""
    text = re.sub(r"<(?:function )?(?:[\w.]*\.)?(\w+)(?: object)? at 0x[0-9a-f]+>", r"\1", repr(default))
    return re.sub(r"<(\w+\.\w+): [^>]+>", r"\1", text)


def _clean(annotation: str) -> str:
    """Return an annotation without quotes and modules."""
    return re.sub(r"\b(?:[a-z_]+\.)+(?=[A-Z])", "", annotation).replace("'", "")


def _text(item: Any) -> str:
    """Return a docstring as Markdown."""
    text = inspect.cleandoc(item.__doc__ or "")
    if is_dataclass(item) and text.startswith(f"{item.__name__}("):  # made by dataclass, which says nothing
        return ""
    return prose(text.replace("``", "`"))
