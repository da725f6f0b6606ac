"""The options of the command line in the cures of a diagnosis."""

from __future__ import annotations

from runner.errors import Remedy
from runner.report.cures import with_options

OPTIONS = {Remedy.WAIT: "Give --wait.", Remedy.STATE_DIR: "Give --state-dir."}


def test_a_cure_is_followed_by_the_options_of_its_remedies() -> None:
    """A remedy without an option, and a finding without a cure, add nothing; the result stays as it was."""
    findings = [
        {"cure": "Wait.", "remedies": ["wait_s", "validate_only"]},
        {"cure": "", "remedies": []},
        {"cure": "", "remedies": ["state_dir"]},
    ]
    result = {"checks": [{"check": "ledger", "findings": findings}]}
    (check,) = with_options(result, OPTIONS)["checks"]
    assert [finding["cure"] for finding in check["findings"]] == [
        "Wait. Give --wait.",
        "",
        "Give --state-dir.",
    ]
    assert findings[0]["cure"] == "Wait."
