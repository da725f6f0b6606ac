"""Placeholders of other tools."""

from __future__ import annotations

import pytest

from runner.batchfile.hints.templates import message, placeholder


@pytest.mark.parametrize(
    "text",
    [
        "${PRICE}",
        "$PRICE",
        "{{ price }}",
        "${{ vars.PRICE }}",
        "%PRICE%",
        "<%= price %>",
        "$(date)",
        "{% if x %}",
    ],
)
def test_a_placeholder_is_known_wherever_it_is(text: str) -> None:
    """As a whole."""
    found = placeholder(f"a {text} b")
    assert found is not None
    assert found[0] == text
    assert text in message(found[0])


@pytest.mark.parametrize("text", ["$5", "+2%", "5% and 6%", "{a: 1}", "{a: {b: 1}}", "100$"])
def test_a_sign_alone_is_none(text: str) -> None:
    """Dollars and percents are amounts."""
    assert placeholder(text) is None
