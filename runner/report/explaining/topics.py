"""The explanation of a code: a rule, a second look, an exit code, an error of the exchange, a variable.

It reads the tables that the program itself uses, so what it explains is what is shown.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from textwrap import fill
from typing import TYPE_CHECKING, Final, NamedTuple

from runner.kraken import EXPLANATIONS, explain
from runner.report.wording.rules import RULES
from runner.review import CODE_WORDS

from .cures import CURES
from .exit_codes import EXIT_CODES
from .variables import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MAX_CODE: Final = 200
_SUGGESTED: Final = 3


class Topic(NamedTuple):
    """A code with its kind, what it means, and what to do about it."""

    code: str
    kind: str
    meaning: str
    cure: str


@cache
def topics() -> Mapping[str, Topic]:
    """Return every code that is explained, in the order of kinds."""
    looks = {code.value for code in CODE_WORDS}
    exits = [
        Topic(
            str(int(code)),
            "exit code",
            f"{row.meaning}; was anything sent: {row.sent}",
            f"the same command again: {row.again}",
        )
        for code, row in EXIT_CODES.items()
    ]
    rules = [
        Topic(rule, "second look" if rule in looks else "rule", meaning.rstrip("."), CURES[rule])
        for rule, meaning in RULES.items()
    ]
    errors = [Topic(row.text, "error of the exchange", row.meaning, row.cure) for row in EXPLANATIONS]
    return {topic.code: topic for topic in (*exits, *rules, *errors, *_variables())}


def _variables() -> Iterator[Topic]:
    for variable in VARIABLES:
        verbs = ", ".join(f"`{verb}`" for verb in sorted(variable.verbs)) or "any verb"
        secret = "; keep it where only you can read it" if variable.secret else ""
        for name in variable.names:
            together = ", ".join(other for other in variable.names if other != name)
            beside = f" (with {together})" if together else ""
            yield Topic(name, "variable", f"{variable.meaning}{beside}", f"set it for {verbs}{secret}")


def find(code: str) -> Topic | None:
    """Return the explanation of a code, None for an unknown one.

    Brackets around it do not count, nor do details in an error text of the exchange.
    """
    wanted = code[:_MAX_CODE].strip().strip("[]")
    known = topics()
    if wanted in known:
        return known[wanted]
    row = explain(wanted)
    return None if row is None else known[row.text]


def suggestions(code: str) -> list[str]:
    """Return the codes that are most like an unknown one."""
    return get_close_matches(code[:_MAX_CODE].strip(), topics(), n=_SUGGESTED, cutoff=0.5)


def as_text(found: Topic, width: int) -> str:
    """Return a topic as lines of at most ``width`` columns."""
    head = f"{found.code} ({found.kind}): {found.meaning}"
    cure = f"what to do: {found.cure}"
    return f"{fill(head, width)}\n{fill(cure, width, initial_indent='  ', subsequent_indent='  ')}\n"
