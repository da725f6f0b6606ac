"""Bundles as text."""

from __future__ import annotations

from runner.report.base import BundleResult, VerifyResult
from runner.report.lines import plain
from runner.report.text.bundles import bundle_lines, verification_lines

DIGEST = "f" * 64


def test_a_bundle_names_its_files_and_its_digest() -> None:
    """The digest is alone on its line, to be copied."""
    lines = [plain(line) for line in bundle_lines(BundleResult("run.zip", DIGEST, ("a", "b")), 80)]
    assert lines == ["run.zip", "2 files: a, b", f"SHA-256 {DIGEST}"]


def test_a_check_that_fails_is_said_with_what_is_wrong() -> None:
    """And the verdict comes last."""
    result = VerifyResult("run.zip", DIGEST, [("one", ()), ("two", ("x:1: other",))])
    assert [plain(line) for line in verification_lines(result, 80)] == [
        *("run.zip", "holds   one", "broken  two", "        x:1: other"),
        *("1 problem: not what was run", f"SHA-256 {DIGEST}"),
    ]
    sound = [plain(line) for line in verification_lines(VerifyResult("r", DIGEST, [("one", ())]), 80)]
    assert sound[2] == "sound: its files agree with each other"
