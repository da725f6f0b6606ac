"""The modules that three commands load, for which people wait all day: each list is the whole of it.

Loading is most of what either takes, and a module is loaded as soon as any other names it. Whoever needs one
more adds it here, and looks at ``python -m tests.benchmarks.startup``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.shell import SEED
from tests.source_tree import ROOT

FAULTY = ROOT / "tests/acceptance/batches/invalid/key-missing-id.yaml"
LOADS = """
import sys
before = set(sys.modules)
from runner.cli import main
try:
    main()
except SystemExit as ended:
    code = ended.code
found = (name for name, module in sys.modules.items() if getattr(module, "__spec__", None))
print("\\nloaded:", *sorted(set(found) - before))
sys.exit(code)
"""
COLLECTS = """
import gc, sys
from runner.cli import main
found = []
gc.callbacks.append(lambda phase, about: found.append(phase))
try:
    main()
except SystemExit as ended:
    code = ended.code
print("\\nloaded:", len(found), gc.get_freeze_count() > len(sys.modules))
sys.exit(code)
"""


def modules(folder: str, *names: str) -> set[str]:
    """A folder of the package and some of its modules."""
    return {folder, *(f"{folder}.{name}" for name in names)}


FOR_HELP = modules("runner", "errors", "harmless") | modules("runner.cli", "exit_codes", "streams", "usage")
FOR_A_GOOD_FILE = (
    FOR_HELP
    | modules("runner", "lazily", "runtime", "schemas", "cli.outputs", "cli.remedies", "cli.selected")
    | modules("runner.api", "selected", "validation")
    | modules("runner.app", "inputs", "inputs.policy_files", "inputs.selection", "validate")
    | modules("runner.batchfile", "decode", "parsing")
    | modules("runner.batchfile.checks", "checks", "created", "graph", "kinds", "naming", "needs", "own_ids")
    | modules("runner.batchfile.document", "comparisons", "defaults", "limits", "parsed", "outline", "values")
    | modules("runner.batchfile.hints", "references", "similarity", "templates")
    | modules("runner.batchfile.schema", "compiled_schema", "published", "schema")
    | modules("runner.batchfile.yaml", "faults", "reader", "scalars", "text")
    | modules("runner.domain", "batch", "identity", "problem", "times")
    | modules("runner.report", "base", "humanize", "lines", "output", "writers")
    | modules("runner.report.text", "paint", "report", "validation")
    | modules("runner.runtime.storage", "files")
)
FOR_A_BAD_FILE = (
    FOR_A_GOOD_FILE
    | modules("runner.batchfile.document", "broken_rule")
    | modules(
        "runner.batchfile.hints", "schema_hints", "keys", "notation", "numbers", "values", "needs", "spans"
    )
    | modules("runner.batchfile.schema", "messages", "validator")
)
JSON_SCHEMA = {
    *("jsonschema", "jsonschema_specifications", "referencing", "rpds", "attr", "attrs"),
    *("idna", "typing_extensions"),  # where others have brought them: jsonschema needs neither
}
HEAVY = {
    *("argparse", "ast", "asyncio", "dataclasses", "difflib", "dis", "email", "http", "inspect", "logging"),
    *("pickle", "platform", "random", "selectors", "shutil", "socket", "ssl", "subprocess", "tempfile"),
    *("threading", "tokenize", "uuid", "zipfile", "importlib.metadata", "importlib.resources"),
}
"""Of Python's own what such commands could do without, which ``dataclasses`` and ``uuid`` bring along."""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder that holds the package as a wheel lays it out."""
    package = tmp_path / "runner"
    package.mkdir()
    for part in (ROOT / "runner").iterdir():
        (package / part.name).symlink_to(part)
    return tmp_path


def loaded(installed: Path, *args: object, code: int = 0, program: str = LOADS) -> set[str]:
    """The modules that a command loads, in an interpreter that has loaded none for its environment."""
    command = [sys.executable, "-S", "-c", program, *map(str, args)]
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "80"}
    done = subprocess.run(command, cwd=installed, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return set(done.stdout.rsplit("loaded:", 1)[1].split())


def of_others(modules: set[str]) -> set[str]:
    """The packages among some modules that are neither ours nor Python's own."""
    return {name.partition(".")[0] for name in modules} - sys.stdlib_module_names - {"runner"}


def of_ours(modules: set[str]) -> set[str]:
    """The modules of this package among some."""
    return {name for name in modules if name.partition(".")[0] == "runner"}


def test_help_loads_what_it_says(installed: Path) -> None:
    """Neither what takes arguments apart, nor a noun, nor a file."""
    found = loaded(installed, "--help")
    assert of_ours(found) == FOR_HELP
    assert of_others(found) == set()
    assert found & (HEAVY | {"json", "pathlib", "decimal", "datetime"}) == set()


def test_a_good_file_loads_what_reads_it(installed: Path) -> None:
    """Neither jsonschema and what explains faults, nor colours, journals, policies and the wire."""
    found = loaded(installed, "validate", SEED)
    assert of_ours(found) == FOR_A_GOOD_FILE
    assert of_others(found) == {"yaml"}
    assert found & HEAVY == set()


def test_a_bad_file_loads_jsonschema_and_what_explains_faults(installed: Path) -> None:
    """And no colours, no plans, no network: jsonschema brings enough along."""
    found = loaded(installed, "validate", FAULTY, code=3)
    assert of_ours(found) == FOR_A_BAD_FILE
    assert of_others(found) - JSON_SCHEMA == {"yaml"}
    assert "jsonschema" in found
    assert found & {"asyncio", "email", "http", "selectors", "socket", "ssl", "subprocess"} == set()


def test_a_database_is_loaded_for_a_ledger_alone(installed: Path, tmp_path: Path) -> None:
    """Neither its driver nor what speaks with it, wherever journals are read from the disk."""
    found = loaded(installed, "plan", "--offline", SEED, "--state-dir", tmp_path / "state")
    assert "runner.app.inputs.records" in found
    assert {name for name in found if "psycopg" in name or "team_ledger" in name} == set()
    assert "runner.app.team.records" not in found


@pytest.mark.parametrize(("file", "code"), [(SEED, 0), (FAULTY, 3)])
def test_what_is_loaded_is_not_searched_for_garbage(installed: Path, file: Path, code: int) -> None:
    """Neither meanwhile nor at the end: that takes a tenth of the time, and finds nothing."""
    assert loaded(installed, "validate", file, code=code, program=COLLECTS) == {"0", "True"}
