"""The promises of `parse` for any bytes whatever, and its result for valid files."""

from __future__ import annotations

import gc
import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runner.batchfile import parse
from tests.batchfile.files import ROOT, VALID, assert_one_of_two
from tests.support.for_each import for_each

SEEDS = [path.read_bytes() for path in VALID]
TOKENS = sorted(
    {token for seed in SEEDS for token in seed.split()} | {b"*a", b"&a", b"!!str", b"<<:", b"\t", b"?"}
)


@for_each(VALID)
def test_valid_files_are_valid(path: Path) -> None:
    """The files that the project shows and those that show each feature have no problem."""
    parsed = parse(path.read_bytes(), str(path))
    assert parsed.problems == ()
    assert parsed.batch is not None
    assert parsed.batch.file == str(path)
    assert parsed.batch.digest == hashlib.sha256(path.read_bytes()).hexdigest()


@given(st.binary(max_size=300))
@example(b"")
@example(b"\xef\xbb\xbf")
@example(b"\x00" * 40)
def test_random_bytes_raise_nothing(content: bytes) -> None:
    """Any bytes give a batch or problems."""
    assert_one_of_two(parse(content, "f"))


@given(st.text(alphabet="abv:-[]{}&*!|>'\"%@#,? \n\t01.~<", max_size=120))
def test_random_yaml_raises_nothing(text: str) -> None:
    """Nor does any mixture of what YAML gives a meaning to."""
    assert_one_of_two(parse(text.encode(), "f"))


@given(st.data())
def test_mutated_files_raise_nothing(data: st.DataObject) -> None:
    """Nor does a valid file in which bytes, lines and words were changed."""
    content = data.draw(st.sampled_from(SEEDS))
    for _ in range(data.draw(st.integers(1, 4))):
        content = data.draw(st.sampled_from(MUTATIONS))(data, content)
    assert_one_of_two(parse(content, "f"))


def flip_a_byte(data: st.DataObject, content: bytes) -> bytes:
    """Another byte somewhere."""
    at = data.draw(st.integers(0, max(len(content) - 1, 0)))
    return content[:at] + bytes([data.draw(st.integers(0, 255))]) + content[at + 1 :]


def cut_a_piece(data: st.DataObject, content: bytes) -> bytes:
    """A few bytes less."""
    at = data.draw(st.integers(0, len(content)))
    return content[:at] + content[at + data.draw(st.integers(1, 30)) :]


def move_a_line(data: st.DataObject, content: bytes) -> bytes:
    """A line again in another place."""
    lines = content.splitlines(keepends=True) or [b"\n"]
    line = data.draw(st.sampled_from(lines))
    lines.insert(data.draw(st.integers(0, len(lines))), line)
    return b"".join(lines)


def change_a_word(data: st.DataObject, content: bytes) -> bytes:
    """A word, or the value behind a key, replaced by a word of another file."""
    words = content.split(b" ")
    words[data.draw(st.integers(0, len(words) - 1))] = data.draw(st.sampled_from(TOKENS))
    return b" ".join(words)


MUTATIONS = [flip_a_byte, cut_a_piece, move_a_line, change_a_word]


def test_the_door_is_light() -> None:
    """Importing the façade loads neither YAML nor JSON Schema, for commands that read no file."""
    code = "import sys, runner.batchfile; print([n for n in ('yaml', 'jsonschema') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_file_without_faults_loads_no_validator() -> None:
    """It passes the predicate; jsonschema is for those that do not, and takes longer to load than to use."""
    code = (
        "import sys, runner.batchfile as b; good, bad = (open(name, 'rb').read() for name in sys.argv[1:]);"
        "first = b.parse(good, 'f').batch, 'jsonschema' in sys.modules;"
        "second = b.parse(bad, 'f').batch, 'jsonschema' in sys.modules;"
        "print(first[0] is None, first[1], second[0] is None, second[1])"
    )
    files = [str(VALID[0]), str(ROOT / "tests/acceptance/batches/invalid/key-missing-id.yaml")]
    done = subprocess.run([sys.executable, "-c", code, *files], capture_output=True, text=True, check=True)
    assert done.stdout == "False False True True\n"


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_left_as_it_was(enabled: bool) -> None:
    """It rests while a file is read, whatever becomes of the file, and whoever had switched it off."""
    try:
        (gc.enable if enabled else gc.disable)()
        for content in (VALID[0].read_bytes(), b"\xff", b"a: [", b"version: 2"):
            parse(content, "f")
            assert gc.isenabled() is enabled
    finally:
        gc.enable()
