"""Every code that any output can show is explained, with what to do about it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from runner.errors import ExitCode
from runner.kraken import EXPLANATIONS
from runner.report.explaining.topics import as_text, find, suggestions, topics
from runner.report.explaining.variables import VARIABLES
from runner.report.wording.rules import RULES


def test_each_code_is_explained() -> None:
    """Exit codes, rules with second looks, the exchange's errors, variables; each with a remedy."""
    codes = {*(str(int(code)) for code in ExitCode), *RULES, *(row.text for row in EXPLANATIONS)}
    codes |= {name for variable in VARIABLES for name in variable.names}
    assert topics().keys() == codes
    assert all(topic.meaning and topic.cure for topic in topics().values())


def test_a_code_is_found_as_it_is_shown() -> None:
    """In brackets, with blanks, and an error with details or without its prefix."""
    for shown, code in {
        "[trades-at-once]": "trades-at-once",
        " 6 ": "6",
        "EOrder:Insufficient funds (2 EUR)": "EOrder:Insufficient funds",
        "Insufficient funds": "EOrder:Insufficient funds",
    }.items():
        found = find(shown)
        assert found is not None
        assert found.code == code


def test_a_second_look_is_called_so() -> None:
    """And a rule of a check is a rule."""
    assert {topics()[code].kind for code in ("lone-side", "far-from-market")} == {"second look"}
    assert topics()["tick-size"].kind == "rule"


def test_an_unknown_code_has_near_ones() -> None:
    """A typing error is seen; nonsense has none."""
    assert find("trades-at-onse") is None
    assert suggestions("trades-at-onse")[0] == "trades-at-once"
    assert suggestions("?????") == []


@given(st.text())
def test_any_text_gets_an_answer(text: str) -> None:
    """It may be anything that was pasted."""
    assert find(text) is None or find(text) in topics().values()
    assert len(suggestions(text)) <= 3


def test_lines_keep_their_width() -> None:
    """Codes of errors are longer than words."""
    for topic in topics().values():
        assert all(len(line) <= 80 for line in as_text(topic, 80).splitlines())
