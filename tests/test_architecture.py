"""The rules of this project that an import contract cannot see, one function a rule.

Each rule takes a list of exceptions. It may only shrink: an exception that is no longer needed fails
the test just as a new offence does. An offence is named ``path::function``, never by its line.
"""

from __future__ import annotations

import ast
import gc
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.picture import README, arrows, floors, picture
from tests.source_doors import (
    LOADED_ONE_AT_A_TIME,
    back_doors,
    imports_something,
    offered_names,
    taken_from_facades,
)
from tests.source_rules import (
    broad_except,
    chance,
    child_processes,
    clock,
    files,
    floats,
    from_a_test,
    logging,
    long_function,
    mocks,
    opened_files,
    question_docstring,
    sleeps,
    socket_reads,
    standard_streams,
    trio_run,
    unpacking,
    waiting,
    wire_fields,
    wire_words,
    written_files,
)
from tests.source_samples import SAMPLES, Sample
from tests.source_tree import (
    ROOT,
    RULED,
    folder_of,
    lines_of,
    mentioning,
    offences,
    place,
    sources,
    statements,
    tree,
)
from tests.support.for_each import for_each

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@pytest.fixture(scope="module", autouse=True)
def _no_search_for_garbage() -> Iterator[None]:
    """The trees of all files stay until the end: searching them finds nothing, and takes half of the time."""
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


BELOW_THE_LINE = (
    "review",
    "rebalance",
    "generate",
    "execution",
    "planning",
    "policy",
    "batchfile",
    "kraken",
    "journal",
    "domain",
    "errors.py",
    *(f"paper/{room}" for room in ("exchange", "public", "state", "api", "scenario", "control", "options")),
)
ABOVE_THE_LINE = ("net", "runtime", "paper/server", "report", "app", "cli")
"""The floors that may know files at all."""
MAX_QUESTIONS_OF_TESTS = 60  # of more than 6,000 docstrings
MAX_FILE_LINES = 400
TOP_LEVEL = {"pyproject.toml", "runner", "schemas", "batches", "tests", "README.md", "LICENSE"}
LEFT_BY_TOOLS = ("__pycache__", "build", "dist", "*.egg-info")


# --- the rules -------------------------------------------------------------------------------


def test_nothing_below_the_line_waits() -> None:
    """Deciding is plain synchronous code."""
    assert_only(offences(waiting, *BELOW_THE_LINE), exceptions=set())


def test_nothing_below_the_line_reads_a_clock() -> None:
    """``now`` is a parameter."""
    assert_only(offences(clock, *BELOW_THE_LINE), exceptions=set())


def test_nothing_below_the_line_is_random() -> None:
    """Ids come from the plan, and chance from whoever passes it in."""
    assert_only(offences(chance, *BELOW_THE_LINE), exceptions=set())


def test_nothing_below_the_line_touches_files_or_the_environment() -> None:
    """Text comes in as an argument; the schemas are resources of the package."""
    assert_only(offences(files, *BELOW_THE_LINE), exceptions=set())


def test_nothing_below_the_line_logs() -> None:
    """A message is a value that a caller above may print."""
    assert_only(offences(logging, *BELOW_THE_LINE), exceptions=set())


def test_money_is_never_a_float() -> None:
    """Prices and volumes are ``Decimal`` or the author's text; what is a time says so here."""
    assert_only(offences(floats, *BELOW_THE_LINE, "report", "app"), exceptions=set())


def test_only_the_command_line_catches_everything() -> None:
    """A broad ``except`` hides defects; the outermost floor alone turns them into exit code 70."""
    assert_only(
        {name for name in offences(broad_except, ".") if not name.startswith("runner/cli/")}, exceptions=set()
    )


def test_only_the_wire_knows_its_words() -> None:
    """The session makes events of what the exchange says; nothing above it compares its words."""
    folders = {name for name in floors() if (ROOT / "runner" / name).is_dir()}
    assert_only(offences(wire_words, *sorted(folders - {"kraken", "paper"})), exceptions=set())


def test_whoever_reviews_or_shows_orders_reads_their_terms() -> None:
    """The message of an order is sent, compared and printed; what it means is read from it in one place."""
    assert_only(offences(wire_fields, "review", "report", "app"), exceptions=set())


def test_trio_is_started_in_the_application_alone() -> None:
    """One ``trio.run`` for each command that needs it, and one in the thread that serves others' tests."""
    assert_only(
        {name for name in offences(trio_run, ".") if not name.startswith("runner/app/")},
        exceptions={"runner/paper/server/in_thread.py::_serve"},
    )


def test_one_place_starts_child_processes() -> None:
    """A child gets an environment without secrets, and no folder that somebody else has filled."""
    assert_only(
        {name.partition("::")[0] for name in offences(child_processes, ".")},
        exceptions={"runner/runtime/storage/git.py"},
    )


def test_one_place_reads_sockets() -> None:
    """Input has limits of size and time, which cannot be forgotten there."""
    assert_only(
        {name.partition("::")[0] for name in offences(socket_reads, ".")},
        exceptions={"runner/net/intake.py"},
    )


def test_one_place_unpacks() -> None:
    """A few bytes that come to gigabytes are cut off at the limit; nothing in a bundle is compressed."""
    assert_only(
        {name.partition("::")[0] for name in offences(unpacking, ".")},
        exceptions={"runner/net/intake.py", "runner/runtime/storage/archive.py"},
    )


def test_one_place_writes_files() -> None:
    """No link that was left there is followed, and this cannot be forgotten there."""
    assert_only(
        {name.partition("::")[0] for name in offences(written_files, *ABOVE_THE_LINE)},
        exceptions={"runner/runtime/storage/writing.py", "runner/runtime/storage/archive.py"},  # in memory
    )


def test_two_places_open_files() -> None:
    """Input has a limit, or is our own; output is written as said above."""
    assert_only(
        {name.partition("::")[0] for name in offences(opened_files, *ABOVE_THE_LINE)},
        exceptions={"runner/runtime/storage/files.py", "runner/runtime/storage/writing.py"},
    )


def test_one_place_hands_text_over() -> None:
    """Output to the standard streams goes through the outlets of the command line."""
    assert_only(
        {name for name in offences(standard_streams, ".") if not name.startswith("runner/cli/")},
        exceptions=set(),
    )


def test_functions_are_short() -> None:
    """About ten lines, sixty at most."""
    assert_only(offences(long_function, ".", "../tests", nodes=statements), exceptions=set())


def test_module_files_are_short() -> None:
    """A file that grows past the limit holds two things."""
    long = {place(path) for path in sources(".", "../tests") if lines_of(path) > MAX_FILE_LINES}
    assert_only(long, exceptions=set())


def test_modules_say_what_they_decide() -> None:
    """Every module that holds anything opens with a docstring."""
    silent = {place(path) for path in sources(".") if tree(path).body and not ast.get_docstring(tree(path))}
    assert_only(silent, exceptions=set())


def test_docstrings_are_no_questions() -> None:
    """An imperative or a noun phrase; ruff's D401 sees to the mood."""
    assert_only(offences(question_docstring, ".", nodes=statements), exceptions=set())
    assert len(offences(question_docstring, "../tests", nodes=statements)) < MAX_QUESTIONS_OF_TESTS


def test_neighbours_import_the_facade() -> None:
    """A folder is entered by its front door: nothing outside it names one of its modules.

    Left out are folders whose modules are loaded one at a time; what lies deeper is not.
    """
    assert_only({name for path in sources(".") for name in back_doors(path)}, exceptions=set())


def test_what_is_loaded_one_at_a_time_has_an_empty_front_door() -> None:
    """A folder whose modules may be named from outside loads none of them by itself."""
    folders = (name.replace(".", "/") for name in sorted(LOADED_ONE_AT_A_TIME))
    doors = [ROOT / "runner" / folder / "__init__.py" for folder in folders]
    assert [place(door) for door in doors if len(tree(door).body) != 1] == []


def test_facades_say_what_is_public() -> None:
    """Each folder's ``__init__`` that offers anything has ``__all__``."""
    facades = [
        path for path in sources(".") if path.name == "__init__.py" and path.parent.parent == ROOT / "runner"
    ]
    assert_only(
        {place(path) for path in facades if imports_something(path) and not offered_names(path)},
        exceptions=set(),
    )


def test_facades_offer_what_others_use() -> None:
    """A name that no other folder imports is not public, but for the library's; tests import from modules."""
    taken = {name for path in sources(".") for name in taken_from_facades(path)}
    doors = [path for path in sources(".") if path.name == "__init__.py" and folder_of(path) != "api"]
    offered = {f"{folder_of(door)}.{name}" for door in doors for name in offered_names(door)}
    assert_only(offered - taken, exceptions=set())


def test_every_file_of_the_package_ships() -> None:
    """A wheel has all of ``runner`` but what git ignores: nothing there may have such a name."""
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text("utf-8").splitlines()}
    names = {part for path in (ROOT / "runner").rglob("*") for part in path.relative_to(ROOT).parts}
    assert names & ignored <= {"__pycache__"}
    assert (ROOT / "runner" / "schemas").resolve() == ROOT / "schemas"


def test_every_module_has_its_mirror_test() -> None:
    """``runner/x/y.py`` is tested in ``tests/x/test_y.py``."""
    modules = [path for path in sources(".") if not path.name.startswith("__")]
    only_nouns = {
        "runner/errors.py",
        "runner/domain/outcome.py",
        "runner/paper/state/changes.py",
        "runner/planning/forecast.py",
        "runner/batchfile/document/broken_rule.py",
    }
    assert_only({place(path) for path in modules if not mirror(path).exists()}, exceptions=only_nouns)


def test_top_level_is_what_was_designed() -> None:
    """Only the designed names are at the top, apart from dot-files and the remains of tools."""
    names = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    left = {path.name for pattern in LEFT_BY_TOOLS for path in ROOT.glob(pattern)}
    assert names - left <= TOP_LEVEL
    assert {"pyproject.toml", "runner", "schemas", "tests", "LICENSE"} <= names


def test_whoever_limits_the_size_of_files_compiles_none() -> None:
    """Python does not notice that what it has compiled was cut off, and fails at each later start."""
    limited, kept = re.compile(r"\.setrlimit\(\w"), re.compile(r"sys\.dont_write_bytecode = True")
    texts = {place(path): path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py")}
    limiting = {name for name, text in texts.items() if limited.search(text)}
    assert limiting == {name for name, text in texts.items() if kept.search(text)}
    assert len(limiting) >= 3


def test_tests_do_not_sleep() -> None:
    """No test waits for real longer than a twentieth of a second; under a mock clock time is free."""
    assert_only(offences(sleeps, within=mentioning("sleep", "../tests")), exceptions=set())


def test_nothing_imports_from_a_test_module() -> None:
    """Shared helpers are in a module beside the tests, so that each test can be moved or deleted alone."""
    assert_only(offences(from_a_test, ".", "../tests", nodes=statements), exceptions=set())


def test_tests_mock_nothing_of_ours() -> None:
    """The fake is the simulated exchange."""
    assert_only(offences(mocks, within=mentioning("mock", "../tests")), exceptions=set())


def test_readme_shows_the_picture() -> None:
    """The folders and their arrows, as they are; none points up, which the import contract sees to."""
    assert picture() in README.read_text("utf-8")
    order = floors()
    assert not [(a, b) for a, others in arrows().items() for b in others if order.index(b) < order.index(a)]


def test_import_contract_holds() -> None:
    """Folders are floors: imports point down, siblings do not know each other."""
    command = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    if command is None:
        pytest.skip("import-linter is not installed; it comes with the lint extra, and .ci/run runs it")
    done = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_file_speaks_of_one_machine() -> None:
    """An absolute path of one computer helps no other user."""
    pattern = re.compile(r"(?<![\w.])/(?:" + "|".join(("root", "home", "tmp", "work", "Users")) + ")/")
    assert_only(
        {place(path) for path in text_files() if pattern.search(path.read_text("utf-8", "replace"))},
        exceptions=set(),
    )


# --- how it looks ----------------------------------------------------------------------------


def assert_only(found: Iterable[str], *, exceptions: set[str]) -> None:
    """Nothing but the exceptions is found, and all of them are still needed."""
    found = set(found)
    lines = [f"new offence: {name}" for name in sorted(found - exceptions)]
    lines += [f"no longer needed: {name}" for name in sorted(exceptions - found)]
    if lines:
        pytest.fail("\n".join(lines), pytrace=False)


def mirror(path: Path) -> Path:
    """Return where a module's tests are."""
    inside = path.relative_to(ROOT / "runner")
    return ROOT / "tests" / inside.parent / f"test_{inside.stem.lstrip('_')}.py"


def text_files() -> Iterator[Path]:
    """Every file of the project that a person may read; what tools leave behind is not looked at."""
    tops = [ROOT / name for name in (*TOP_LEVEL, ".ci", ".github", ".gitignore") if (ROOT / name).exists()]
    for top in tops:
        for path in [top] if top.is_file() else top.rglob("*"):
            readable = path.suffix in {".py", ".md", ".yaml", ".yml", ".json", ".toml", ".typed", ""}
            if path.is_file() and readable and "__pycache__" not in path.parts:
                yield path


# --- the rules can fail ----------------------------------------------------------------------


@for_each(SAMPLES)
def test_rule_finds_what_it_forbids(sample: Sample) -> None:
    """Each rule is shown an offence and its harmless neighbour."""
    nodes = [node for node in ast.walk(ast.parse(sample.wrong)) if isinstance(node, RULED)]
    assert any(sample.rule(node) for node in nodes)
    assert not any(sample.rule(node) for node in ast.walk(ast.parse(sample.right)))
