"""What two commands load that people wait for all day: each list is the whole of it.

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

LOADS = """
import sys
before = set(sys.modules)
from runner.cli import main
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
found = (name for name, module in sys.modules.items() if getattr(module, "__spec__", None))
print("\\nloaded:", *sorted(set(found) - before))
"""

FOR_HELP = {
    "runner",
    *("runner.cli", "runner.cli.exit_codes", "runner.cli.streams", "runner.cli.usage"),
    *("runner.errors", "runner.harmless"),
}
FOR_A_GOOD_FILE = FOR_HELP | {
    *("runner.cli.outputs", "runner.app", "runner.app.inputs.policy_files", "runner.app.validate"),
    *("runner.domain", "runner.domain.batch", "runner.domain.identity", "runner.domain.problem"),
    *(
        "runner.domain.times",
        "runner.lazily",
        "runner.schemas",
        "runner.runtime.storage",
        "runner.runtime.storage.files",
    ),
    "runner.batchfile",
    *(
        f"runner.batchfile.{name}"
        for name in (
            *("checks", "comparing", "created", "decode", "defaults", "document", "gate", "graph"),
            *("kinds", "limits", "naming", "nearness", "own_ids", "parsed"),
            *("parsing", "published", "reader", "reference_hints", "scalars", "schema", "survey"),
            *("templates", "text"),
        )
    ),
    "runner.report",
    *(
        f"runner.report.{name}"
        for name in ("lines", "output", "paint", "text_report", "validation_text", "words")
    ),
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
    (package / "schemas").symlink_to(ROOT / "schemas")
    return tmp_path


def loaded(installed: Path, *args: object) -> set[str]:
    """The modules that a command loads, in an interpreter that has loaded none for its environment."""
    command = [sys.executable, "-S", "-c", LOADS, *map(str, args)]
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "80"}
    done = subprocess.run(command, cwd=installed, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
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
    """Neither the validator that explains faults, nor hints, colours, journals, policies and the wire."""
    found = loaded(installed, "validate", SEED)
    assert of_ours(found) == FOR_A_GOOD_FILE
    assert of_others(found) == {"yaml"}
    assert found & HEAVY == set()
