"""The nouns of ``init``."""

from __future__ import annotations

from runner.domain import CiService, Presence, StarterFile


def test_a_file_is_new_until_something_is_found_at_its_path() -> None:
    """And files are in the order of their paths."""
    file = StarterFile("b", "why", b"")
    assert (file.presence, file.advice) == (Presence.NEW, "")
    assert sorted([file, StarterFile("a", "why", b"")])[0].path == "a"


def test_the_services_are_those_of_the_command_line() -> None:
    """Their values are what is typed."""
    assert [service.value for service in CiService] == ["github", "gitlab", "none"]
