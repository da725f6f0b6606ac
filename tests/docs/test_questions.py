"""The forty questions of four readers: each is answered three clicks from the front page, or nearer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.docs.pages import DOCS, README, ROOT, links, name_of, pages

if TYPE_CHECKING:
    from pathlib import Path

QUESTIONS = DOCS / "questions.md"
CLICKS = 3


def clicks() -> dict[Path, int]:
    """Return in how many clicks a reader of the front page is at each page."""
    found, edge = {README: 0}, [README]
    while edge:
        page = edge.pop(0)
        for _, target in links(page):
            file = (page.parent / target.partition("#")[0]).resolve()
            if file.suffix == ".md" and file.is_relative_to(ROOT) and file.exists() and file not in found:
                found[file] = found[page] + 1
                edge.append(file)
    return found


def test_each_question_has_its_answer_within_three_clicks() -> None:
    """The front page leads to the questions, and each of them to its answer."""
    away = clicks()
    assert away[QUESTIONS] == 1
    questions = re.findall(r"^(\d+)\. (.*)$", QUESTIONS.read_text("utf-8"), re.MULTILINE)
    assert [int(number) for number, _ in questions] == list(range(1, 41))
    for number, question in questions:
        targets = re.findall(r"\]\(([^)#]+)", question)
        assert targets, f"question {number} has no answer"
        for target in targets:
            file = (DOCS / target).resolve()
            assert away.get(file, 0) <= CLICKS, f"question {number}: {name_of(file)}"


def test_no_page_is_out_of_reach() -> None:
    """Each page of the documentation is three clicks from the front page, or nearer."""
    away = clicks()
    assert [name_of(page) for page in pages() if away.get(page, CLICKS + 1) > CLICKS] == []
