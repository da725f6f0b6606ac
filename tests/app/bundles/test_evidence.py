"""The checks of a bundle, each with a bundle that only this one finds out."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from runner.app.bundles.contents import BATCH, EVENTS, JOURNAL, MANIFEST, PLAN, WIRE, last_run
from runner.app.bundles.evidence import examine
from runner.cli import exit_codes
from runner.errors import Refused
from runner.journal import OrderIntent, read_entries, seal_all, to_content, unseal_all
from runner.runtime.storage import unpack
from tests.app.policies import SMALL, policy
from tests.app.shell import batch, enter, order
from tests.support.skipped_waits import skip_waits

if TYPE_CHECKING:
    from collections.abc import Callable

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The files of a bundle, which no test changes."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        enter(tmp_path_factory.mktemp("run"), monkeypatch)
        skip_waits(monkeypatch)
        policy(SMALL)
        file = batch(order(), order("b"), cancel="[{order: group/a}, {userref: 77}]")
        assert exit_codes.run(["apply", str(file)]) == 0
        assert exit_codes.run(["bundle", str(file), "--out", "run.zip"]) == 0
        return unpack(Path("run.zip").read_bytes(), name="run.zip")[0]


def broken(files: Files) -> dict[str, list[str]]:
    """Return what is wrong, by check."""
    return {check.words: list(check.problems) for check in examine(files) if check.problems}


def entries_of(files: Files) -> list[Any]:
    """The entries of the journal."""
    return read_entries(unseal_all(files[JOURNAL].decode(), name=JOURNAL)[0])


def with_entries(files: Files, change: Callable[[Any], Any]) -> Files:
    """The same files with other entries, in manifest and events as well."""
    entries = [change(entry) for entry in entries_of(files)]
    run = last_run(entries)
    assert run is not None
    return {
        **files,
        JOURNAL: seal_all(map(to_content, entries)),
        MANIFEST: run.manifest_text(),
        EVENTS: run.events_text(),
    }


def test_a_run_as_it_was_is_sound(files: Files) -> None:
    """All of it, also once its journal was written anew as it is."""
    assert broken(files) == {}
    assert broken(with_entries(files, lambda entry: entry)) == {}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (BATCH, "the batch is the file that was run"),
        ("policies/1.yaml", "the policies are those that held"),
        (PLAN, "the plan is that of the batch"),
        (EVENTS, "the events are those of the journal"),
        (MANIFEST, "the manifest is the fold of the journal"),
    ],
)
def test_another_file_is_found_out(files: Files, name: str, words: str) -> None:
    """And one that is missing."""
    assert words in broken({**files, name: files[name] + b"# more\n"})
    assert words in broken({other: content for other, content in files.items() if other != name})


def test_an_order_that_is_not_in_the_plan_is_found_out(files: Files) -> None:
    """Another price is another order."""

    def dearer(entry: Any) -> Any:
        if not isinstance(entry, OrderIntent) or entry.id != "b":
            return entry
        return type(entry)(
            **{
                **{name: getattr(entry, name) for name in entry.__struct_fields__},
                "request": {**entry.request, "price": "999"},
            }
        )

    changed = with_entries(files, dearer)
    found = broken(changed)["nothing was to be sent that the plan does not hold"]
    assert [problem.partition(": ")[2] for problem in found] == ["the order group/b is not one of the plan"]
    assert broken(changed)["nothing was sent that the journal does not hold"] != []


def test_a_message_that_the_journal_does_not_hold_is_found_out(files: Files) -> None:
    """An order, a cancellation, or any other message that changes an account."""
    log = files[WIRE].decode().splitlines()
    (sent, *_) = [line for line in log if '\\"addOrder\\"' in line]
    line = json.loads(sent)
    for text in (
        line["text"].replace('"volume":"0.25"', '"volume":"25"'),
        '{"event":"cancelOrder","txid":["OAAAAA-AAAAA-AAAAAA"],"reqid":3,"token":"***"}',
        '{"event":"cancelAll","reqid":3,"token":"***"}',
        '{"event":"addOrder","reqid":[]}',
        '{"event":"cancelOrder","reqid":{},"txid":7}',
        "no message",
        "[]",
    ):
        more = json.dumps({**line, "text": text})
        problems = broken({**files, WIRE: "\n".join([*log, more]).encode()})
        assert problems == {
            "nothing was sent that the journal does not hold": [
                f"wire.jsonl:{len(log) + 1}: this message left, and the journal does not hold it"
            ]
        }, text
    assert broken({**files, WIRE: b"damage"}) != {}


def test_a_cancellation_that_is_not_in_the_plan_is_found_out(files: Files) -> None:
    """The line of the journal is named."""

    def further(entry: Any) -> Any:
        content = to_content(entry)
        if content["entry"] != "cancel-intent":
            return entry
        return read_entries([{**content, "txid": [*content["txid"], "OAAAAA-AAAAA-AAAAAA"]}])[0]

    found = broken(with_entries(files, further))["nothing was to be sent that the plan does not hold"]
    assert "the plan does not cancel OAAAAA-AAAAA-AAAAAA" in found[0]


def test_a_broken_chain_and_a_torn_end_are_refused(files: Files) -> None:
    """Nothing is read from such a journal."""
    lines = files[JOURNAL].splitlines(keepends=True)
    for journal in (b"".join(lines[1:]), files[JOURNAL][:-1], b""):
        with pytest.raises(Refused, match=r"^journal\.jsonl"):
            examine({**files, JOURNAL: journal})


def test_a_journal_that_is_no_chain_is_no_evidence(files: Files) -> None:
    """Lines of earlier versions are read by a run; a bundle of them proves less, and says so."""
    contents, _ = unseal_all(files[JOURNAL].decode(), name=JOURNAL)
    bodies = [json.dumps(content, separators=(",", ":"))[1:] for content in contents]
    loose = "".join(f'{{"crc":"{zlib.crc32(body.encode()):08x}",{body}\n' for body in bodies)
    assert broken({**files, JOURNAL: loose.encode()}) == {
        "the lines of the journal are one chain": [
            f"journal.jsonl:{len(contents)}: up to here no line holds the hash of the one before"
        ]
    }
