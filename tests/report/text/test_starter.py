"""The files of ``init`` as text."""

from __future__ import annotations

from runner.domain import NextStep, Presence, StarterFile, StepToDo
from runner.report.base import StarterResult
from runner.report.lines import plain, width_of
from runner.report.text.starter import file_lines, starter_lines

NEW = StarterFile("policy.yaml", "what batches may send", b"")
SAME = NEW._replace(path="batches/example.yaml", presence=Presence.SAME)
KEPT = NEW._replace(path=".gitignore", presence=Presence.OTHER, advice="add the line .order-batch/")


def test_each_file_has_what_becomes_of_it() -> None:
    """Advice is below its file."""
    assert [plain(line) for line in file_lines("here", [KEPT, SAME, NEW], 80)] == [
        "starter files in here",
        "  kept  .gitignore            another one is there",
        "        add the line .order-batch/",
        "  same  batches/example.yaml  what batches may send",
        "  new   policy.yaml           what batches may send",
    ]


def test_nothing_is_wider_than_the_terminal() -> None:
    """But for a path, which is left whole."""
    long = NEW._replace(
        path=".github/actions/order-batch/requirements.txt", purpose="what CI installs, by hash"
    )
    lines = file_lines("here", [long, KEPT._replace(advice="a word " * 30)], 80)
    assert max(width_of(plain(line)) for line in lines) <= 80
    assert len(file_lines("here", [long], 80)) == 2


def test_who_has_seen_the_files_sees_what_is_left() -> None:
    """Their number, and the steps."""
    result = StarterResult("here", [KEPT, NEW], ["policy.yaml"], [StepToDo(NextStep.PUSH)], listed=True)
    assert [plain(line) for line in starter_lines(result, 80)] == [
        *(
            "1 file written, 1 there already",
            "",
            "left to do",
            "  1. Commit and push. A merge is rehearsed on the simulated exchange",
        )
    ]
    again = result._replace(files=[SAME], written=[], next_steps=[], listed=False)
    assert [plain(line) for line in starter_lines(again, 80)][-1] == "nothing to write, 1 there already"
    assert plain(starter_lines(again, 80)[0]) == "starter files in here"
