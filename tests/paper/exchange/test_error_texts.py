"""Error strings with a detail."""

from __future__ import annotations

from runner.paper.exchange.error_texts import invalid


def test_the_field_is_named_as_the_exchange_names_it() -> None:
    """Without a space behind the colon, as in the documented strings."""
    assert invalid("close[price]") == "EGeneral:Invalid arguments:close[price]"
