"""Lines of the journal: whatever goes in comes out, and no damage passes for a fact."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.errors import ExitCode, Refused
from runner.journal import OrderAbsent, last_digest, read_entries, seal_all, unseal_all, unseal_entries
from runner.journal.codec import NO_LINE, digest_of, seal, to_content
from tests.journal.entry_strategies import ENTRIES

ABSENT = OrderAbsent(at="2026-11-22T07:00:10.000000Z", group="enter", id="buy-eth", reason="not there")
LINE = seal(to_content(ABSENT))


def journal_of(entries: list[Any]) -> str:
    """A journal as it is on the disk."""
    return seal_all(map(to_content, entries)).decode()


@given(st.lists(ENTRIES, max_size=4))
def test_every_entry_survives_the_journal(entries: list[Any]) -> None:
    """Fields, nested objects, missing values and any text come back as they were written."""
    text = journal_of(entries)
    contents, sound = unseal_all(text, name="journal.jsonl")
    assert read_entries(contents) == entries
    assert sound == len(text)
    assert unseal_entries(text, name="journal.jsonl") == (entries, sound)


@given(ENTRIES)
def test_a_line_is_one_line_of_ascii(entry: Any) -> None:
    """No text in an entry can break the line or need another encoding."""
    line = seal(to_content(entry))
    assert line.isascii()
    assert line.count("\n") == 1
    assert line.endswith("}\n")


@given(st.lists(ENTRIES, min_size=2, max_size=3), st.data())
def test_any_changed_byte_is_detected(entries: list[Any], data: st.DataObject) -> None:
    """One byte that is not as it was written condemns its line, wherever it is."""
    raw = bytearray(journal_of(entries).encode())
    end = len(raw) - 2  # the file's last line feed is the torn case
    position = data.draw(st.integers(0, end))
    raw[position] = data.draw(st.integers(0, 255).filter(lambda byte: byte != raw[position]))
    with pytest.raises(Refused) as refused:
        unseal_entries(raw.decode("latin-1"), name="journal.jsonl")
    with pytest.raises(Refused, match=re.escape(str(refused.value))):
        unseal_all(raw.decode("latin-1"), name="journal.jsonl")
    number = journal_of(entries).encode()[:position].count(b"\n") + 1
    assert f"journal.jsonl:{number}:" in str(refused.value)
    assert refused.value.exit_code is ExitCode.REFUSED


def test_every_byte_of_a_line_is_looked_at() -> None:
    """Each one in turn, also those between the checksum and what it sums up."""
    for position in range(len(LINE) - 1):
        changed = LINE[:position] + ("#" if LINE[position] != "#" else "+") + LINE[position + 1 :]
        with pytest.raises(Refused):
            unseal_all(changed + seal(to_content(ABSENT), digest_of(LINE)), name="j")


@given(st.lists(ENTRIES, min_size=1, max_size=3), st.data())
def test_a_torn_tail_is_left_out(entries: list[Any], data: st.DataObject) -> None:
    """The lines before a broken write are sound and it is not."""
    text = journal_of(entries)
    before = journal_of(entries[:-1])
    cut = data.draw(st.integers(len(before), len(text) - 1))
    contents, sound = unseal_all(text[:cut], name="journal.jsonl")
    assert read_entries(contents) == entries[:-1]
    assert sound == len(before)
    assert unseal_entries(text[:cut], name="journal.jsonl") == (entries[:-1], sound)


@given(st.lists(ENTRIES, min_size=2, max_size=3), st.data())
def test_a_line_cut_short_elsewhere_is_damage(entries: list[Any], data: st.DataObject) -> None:
    """A line that is torn though others follow was not torn by a crash."""
    first, rest = journal_of(entries[:1]), journal_of(entries[1:])
    cut = data.draw(st.integers(0, len(first) - 2))
    with pytest.raises(Refused, match=r"^journal\.jsonl:1: "):
        unseal_all(first[:cut] + "\n" + rest, name="journal.jsonl")


@pytest.mark.parametrize("line", ["", "\r", "{}", "null", LINE.replace('"crc"', '"CRC"').rstrip("\n")])
def test_what_was_never_sealed_is_damage(line: str) -> None:
    """An empty line, a line of an editor, a line without its checksum: none is passed over."""
    with pytest.raises(Refused, match=r"^j:2: this line of the journal is damaged"):
        unseal_all(f"{LINE}{line}\n{LINE}", name="j")


def test_each_line_names_the_line_before() -> None:
    """By the SHA-256 of its bytes, without its line feed, as other programs reckon it."""
    first, second, _ = journal_of([ABSENT, ABSENT]).split("\n")
    assert json.loads(second)["prev"] == hashlib.sha256(first.encode()).hexdigest()
    assert last_digest(f"{first}\n{second}\nto") == hashlib.sha256(second.encode()).hexdigest()
    assert last_digest("to") == NO_LINE


@given(st.lists(ENTRIES, min_size=3, max_size=5), st.data())
def test_lines_that_were_moved_or_removed_are_detected(entries: list[Any], data: st.DataObject) -> None:
    """Each of them is as it was written; together they are not."""
    lines = journal_of(entries).splitlines(keepends=True)
    first, second = sorted(data.draw(st.sets(st.integers(0, len(lines) - 1), min_size=2, max_size=2)))
    removed = lines[:first] + lines[first + 1 :]
    swapped = [*lines]
    swapped[first], swapped[second] = lines[second], lines[first]
    for changed in (removed, swapped, lines[: first + 1] + lines[first:]):
        with pytest.raises(Refused, match="it does not follow the line before"):
            unseal_all("".join(changed), name="j")


def without_chain(content: Any) -> str:
    """A line as earlier versions wrote it."""
    body = json.dumps(content, separators=(",", ":"))[1:]
    return f'{{"crc":"{zlib.crc32(body.encode()):08x}",{body}\n'


def test_a_journal_of_an_earlier_version_is_continued() -> None:
    """Its lines name none before them; those of today do, and after one of them all have to."""
    older = without_chain({**to_content(ABSENT), "id": "older"})
    old = older + without_chain(to_content(ABSENT))
    today = seal_all([ABSENT, ABSENT], last_digest(old)).decode()
    entries, sound = unseal_entries(old + today, name="j")
    assert (entries[1:], sound) == ([ABSENT] * 3, len(old + today))
    with pytest.raises(Refused, match=r"^j:5: .*it does not follow"):
        unseal_entries(old + today + without_chain(to_content(ABSENT)), name="j")
    with pytest.raises(Refused, match=r"^j:2: .*it does not follow"):
        unseal_entries(older + today, name="j")


def test_the_rest_of_a_journal_follows_what_was_read() -> None:
    """A part can be read alone, by who knows the line before it."""
    first, rest = LINE, seal(to_content(ABSENT), digest_of(LINE))
    assert unseal_entries(rest, name="j", previous=last_digest(first))[0] == [ABSENT]
    with pytest.raises(Refused):
        unseal_entries(rest, name="j")


def test_damage_says_what_to_do() -> None:
    """Nothing was sent, and the message names the way out."""
    with pytest.raises(Refused) as refused:
        unseal_all("x\n", name="j")
    assert any("Nothing was sent" in line for line in refused.value.details)


def test_a_line_is_json_that_people_can_read() -> None:
    """The checksum comes first, then the line before, the kind, and the fields that are not None."""
    assert json.loads(LINE) == {
        "crc": LINE[8:16],
        "prev": NO_LINE,
        "entry": "order-absent",
        "at": "2026-11-22T07:00:10.000000Z",
        "group": "enter",
        "id": "buy-eth",
        "reason": "not there",
    }
    assert list(json.loads(LINE))[:3] == ["crc", "prev", "entry"]


def test_kinds_of_a_later_version_are_passed_over() -> None:
    """An older program reads a newer journal: what it does not know it leaves out."""
    contents = [{"entry": "order-amended", "at": "t"}, {**to_content(ABSENT), "since": "a later version"}]
    assert read_entries(contents) == [ABSENT]
    assert unseal_entries(seal_all(contents).decode(), name="j")[0] == [ABSENT]


def test_a_field_of_another_type_is_taken_as_it_is() -> None:
    """A later version may say more in a field: an older program still knows which order it is about."""
    contents = {**to_content(ABSENT), "reason": [{"code": 5}], "since": "a later version"}
    (entry,) = read_entries([contents])
    assert unseal_entries(seal(contents), name="j")[0] == [entry]
    assert isinstance(entry, OrderAbsent)
    assert (entry.group, entry.id, entry.reason) == (ABSENT.group, ABSENT.id, ({"code": 5},))


def test_an_empty_journal_is_sound() -> None:
    """A file that was made and never written to is no damage."""
    assert unseal_all("", name="j") == ([], 0)
