"""Error messages of the YAML parser, translated for the author of the file.

The parser uses the terms tokens and contexts; a table maps its sentences to ours. A sentence that is not
in the table is quoted after an introduction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from runner.batchfile.document.values import START, Fault, LineColumn

from .mistakes import seen_in

if TYPE_CHECKING:
    import yaml


class _Rule(NamedTuple):
    """``of_context``: the mistake is where the construct began, not where the parser gave up."""

    says: str
    message: str
    hint: str
    of_context: bool = False


_INDENTATION = "give the keys of one mapping, and the dashes of one list, the same indentation"
_QUOTES = "put a text that holds `: ` or begins with a special character in quotes"

_COLON = f"{_INDENTATION}; {_QUOTES}"
_OPEN_QUOTE = "a quote is not closed"
_OWN_LINE = "start it on a separate line"
_ESCAPE = r"write `\\` for a backslash"

_RULES: Final = (
    _Rule("mapping values are not allowed", "a second `:` where a value was expected", _COLON),
    _Rule("could not find expected ':'", "a line without `:`", "write `key: value`", of_context=True),
    _Rule("did not find expected key", "a key was expected here", _INDENTATION),
    _Rule("did not find expected '-' indicator", "the indentation does not fit the list above", _INDENTATION),
    _Rule("did not find expected ',' or ']'", "a list in [ ] is not closed", "add `]`", of_context=True),
    _Rule("did not find expected ',' or '}'", "a mapping in { } is not closed", "add `}`", of_context=True),
    _Rule("found unexpected end of stream", _OPEN_QUOTE, "add the closing quote", of_context=True),
    _Rule("found unexpected document indicator", _OPEN_QUOTE, "add the closing quote", of_context=True),
    _Rule("found unknown escape character", "an unknown escape in double quotes", _ESCAPE),
    _Rule("did not find expected hex", "an unfinished escape in double quotes", _ESCAPE),
    _Rule("found invalid Unicode character escape", "an escape that names no character", _ESCAPE),
    _Rule("block sequence entries are not allowed", "a dash where no list can start", _OWN_LINE),
    _Rule("mapping keys are not allowed", "a key where no mapping can start", _OWN_LINE),
    _Rule("did not find expected node content", "a value is missing here", "write it, or remove the comma"),
    _Rule("did not find expected <document start>", "text after the end of the document", _INDENTATION),
    _Rule("tab character", "a tab is used for indentation", "indent with spaces"),
    _Rule("a block scalar", "a text after `|` or `>` begins wrongly", "begin it on the next line, indented"),
    _Rule(" tag", "tags (`!...`) are not allowed", _QUOTES),
    _Rule("an anchor", "anchors (`&`) and aliases (`*`) are not allowed", _QUOTES),
    _Rule("an alias", "anchors (`&`) and aliases (`*`) are not allowed", _QUOTES),
    _Rule("directive", "directives (`%...`) are not allowed", "remove the line"),
    _Rule("YAML document", "directives (`%...`) are not allowed", "remove the line"),
)


def _rule_code(message: str) -> str:
    """Return the code of a rule's problem: what YAML has and we refuse, its indentation, or its syntax."""
    if "not allowed" in message:
        return "yaml-not-allowed"
    if "indent" in message:
        return "yaml-indentation"
    return "yaml-not-closed" if "not closed" in message or message == _OPEN_QUOTE else "yaml-syntax"


def syntax_fault(error: yaml.YAMLError, text: str) -> Fault:
    """Return the one fault that ends the reading of a file."""
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable")
    message = f"{getattr(error, 'context', None)}: {problem}"
    problem_mark, context_mark = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    at = _position(problem_mark)
    if problem_mark is not None:
        begun = context_mark.line if context_mark is not None else problem_mark.line
        seen = seen_in(text, min(begun, problem_mark.line), problem_mark.line)
        if seen is not None:
            return seen
    if "cannot start any token" in problem:
        letter = _letter(text, at)
        if letter == "\t":
            return Fault(
                at, "", "a tab is used for indentation", "indent with spaces", code="yaml-indentation"
            )
        return Fault(
            at, "", f"no value can begin with `{letter}`", "put the text in quotes", code="yaml-syntax"
        )
    for rule in _RULES:
        if rule.says in message:
            mark = context_mark if rule.of_context else None
            return Fault(
                _position(mark) if mark else at, "", rule.message, rule.hint, code=_rule_code(rule.message)
            )
    return Fault(at, "", f"this is not YAML: {problem}", code="yaml-syntax")


def _position(mark: yaml.Mark | None) -> LineColumn:
    return START if mark is None else (mark.line + 1, mark.column + 1)


def _letter(text: str, at: LineColumn) -> str:
    lines = text.split("\n", at[0])
    line = lines[at[0] - 1] if len(lines) >= at[0] else ""
    return line[at[1] - 1 : at[1]] or "?"
