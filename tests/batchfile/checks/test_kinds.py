"""Files that were given as batches and are none."""

from __future__ import annotations

import pytest

from runner.batchfile import parse


@pytest.mark.parametrize(
    ("text", "other", "what"),
    [
        ("version: 1\nname: a\nrules: []\n", "policy", "this is a policy"),
        ("version: 1\nname: a\ntimeline: []\n", "scenario", "this is a scenario"),
        ("version: 1\nname: a\nlatency_s: 1\n", "scenario", "this is a scenario"),
        ("version: 1\ntargets: {ETH: 40%}\n", "targets", "this is a targets file"),
        ("version: 1\nweights: {ETH: 40%}\n", "targets", "this is a targets file"),
        ("version: 1\nband: {}\n", "targets", "this is a targets file"),
        ('{"plan_version": 2, "groups": []}', "plan", "this is a saved plan"),
        (
            '{"crc":"cc5dcea8","entry":"run-started"}\n{"crc":"0","userref":null}\n',
            "journal",
            "this is a journal",
        ),
        ('{"snapshot_version": 1}', "snapshot", "this is a snapshot"),
        ('{"manifest_version": 1, "groups": []}', "manifest", "this is a results manifest"),
    ],
)
def test_what_is_no_batch_is_called_what_it_is(text: str, other: str, what: str) -> None:
    """One problem, and not one for each key that a batch does not have."""
    parsed = parse(text.encode(), "file")
    assert parsed.other == other
    assert parsed.batch is None
    (problem,) = parsed.problems
    assert problem.message.startswith(what)
    assert problem.hint


@pytest.mark.parametrize("text", ["version: 1\nname: a\n", "version: 1\nrules: []\ngroups: []\n", "a: 1\n"])
def test_a_batch_with_a_foreign_key_stays_a_batch(text: str) -> None:
    """So does an item of an unknown kind."""
    assert parse(text.encode(), "file").other == ""
