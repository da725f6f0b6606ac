"""``order-batch doctor`` on the command line; ``tests/app/doctor`` sees to what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.api import Purpose
from runner.cli.diagnosing import doctor

if TYPE_CHECKING:
    import pytest

    from tests.app.shell import Shell


def test_it_ends_with_the_code_that_it_shows(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """As text and as JSON; paper by default."""
    assert shell("doctor").code == 0
    monkeypatch.setenv("SSL_CERT_FILE", "gone.pem")
    result = shell("doctor", "--format", "json")
    assert (result.code, result.json["venue"], result.json["for"]) == (3, "paper", "apply")
    assert result.json["exit_code"] == 3


def test_each_purpose_can_be_named(shell: Shell) -> None:
    """And nothing else; a deadline is one that orders may have."""
    option = next(parameter for parameter in doctor.params if parameter.name == "purpose")
    assert list(getattr(option.type, "choices", ())) == [purpose.value for purpose in Purpose]
    assert shell("doctor", "--for", "halt").code == 3
    assert shell("doctor", "--deadline", "1").code == 3


def test_the_format_is_text_or_json(shell: Shell) -> None:
    """No other form of it is published."""
    assert shell("doctor", "--format", "markdown").code == 3
