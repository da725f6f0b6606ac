"""Every problem that the code can find in a file has a code, and every code is explained."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from runner.batchfile import parse, parse_policy, parse_scenario, parse_targets
from runner.report.explaining.topics import find
from runner.report.wording.problems import PROBLEM_WORDS
from tests.source_tree import sources, tree

INVALID = Path(__file__).parents[2] / "acceptance"
MAKERS = ("Fault", "report", "replace_last", "give_up")
CODE = re.compile(r"[a-z]+(-[a-z]+)+|encoding")


def made() -> list[ast.Call]:
    """The calls that make a fault of a file."""
    return [
        node
        for path in sources("batchfile")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in MAKERS
    ]


def test_each_fault_is_made_with_a_code() -> None:
    """But for those of the schema, whose keyword decides it."""
    calls = made()
    without = [call for call in calls if "code" not in {keyword.arg for keyword in call.keywords}]
    assert len(calls) > 90
    assert [ast.unparse(call) for call in without] == ["Fault(at, path_text(steps), message, hint)"]


def test_each_code_is_explained_and_used() -> None:
    """With a cure; none is left of what is gone."""
    texts = {path: path.read_text("utf-8") for path in sources("batchfile", "app", "planning")}
    written = {
        word for text in texts.values() for word in re.findall(r'"([a-z-]+)"', text) if CODE.fullmatch(word)
    }
    assert PROBLEM_WORDS.keys() <= written
    given = {
        keyword.value.value
        for call in made()
        for keyword in call.keywords
        if keyword.arg == "code" and isinstance(keyword.value, ast.Constant)
    }
    assert given <= PROBLEM_WORDS.keys()
    for code, words in PROBLEM_WORDS.items():
        topic = find(code)
        assert topic is not None
        assert topic.meaning == words.meaning.rstrip(".")
        assert words.cure in topic.cure
        assert words.example in topic.cure
        assert words.meaning.endswith(".")
        assert not words.cure.endswith(".")


def test_the_problems_of_every_broken_file_have_such_a_code() -> None:
    """All that the acceptance tests know, and more than half of all codes among them."""
    found = set()
    for folder, readers in (
        ("batches/invalid", (parse,)),
        ("targets/invalid", (parse_targets, parse_policy)),
    ):
        for file in sorted((INVALID / folder).iterdir()):
            if file.suffix in (".problems", ".json"):
                continue
            for read in (*readers, parse_scenario):
                problems = read(file.read_bytes(), file.name).problems
                assert {problem.rule for problem in problems} <= PROBLEM_WORDS.keys(), file
                found |= {problem.rule for problem in problems}
    assert len(found) > len(PROBLEM_WORDS) / 2, sorted(PROBLEM_WORDS.keys() - found)
