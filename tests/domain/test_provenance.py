"""Provenance as an object."""

from __future__ import annotations

from runner.domain import Provenance


def test_what_is_not_known_is_null() -> None:
    """Every key is there."""
    row = Provenance(revision="a" * 40, dirty=False).row()
    assert (row.pop("revision"), row.pop("dirty")) == ("a" * 40, False)
    assert set(row.values()) == {None}
