"""The origin of a plan or a run, in words."""

from __future__ import annotations

import pytest

from runner.domain import Provenance
from runner.report.wording.provenance import describe_provenance, provenance_line

REVISION = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (Provenance(), ""),
        (Provenance(revision=REVISION, dirty=False), "commit 0123456789ab"),
        (Provenance(revision=REVISION, dirty=True), "commit 0123456789ab, file changed since"),
        (Provenance(revision=REVISION), "commit 0123456789ab, whether the file is as in it is not known"),
        (Provenance(user="ann", host="desk"), "by ann on desk"),
        (Provenance(user="root", host="h", ci="GitLab CI", actor="ann"), "by ann in GitLab CI"),
        (Provenance(ci="GitHub Actions", run="https://x/y"), "in GitHub Actions (https://x/y)"),
    ],
)
def test_what_is_known_is_said(known: Provenance, words: str) -> None:
    """And nothing else: a fact that is not known is no fact."""
    assert describe_provenance(known.row()) == words
    assert ["".join(span.text for span in line) for line in provenance_line(known.row(), 200)] == (
        [words] if words else []
    )


def test_an_earlier_version_read_none_of_it() -> None:
    """Its journals say so."""
    assert describe_provenance(None) == ""
