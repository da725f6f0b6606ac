"""The result of reading a file."""

from __future__ import annotations

from runner.batchfile import parse
from runner.batchfile.document.parsed import Parsed
from tests.batchfile.files import ORDER, batch_text


def test_a_result_is_a_batch_or_problems() -> None:
    """Never both and never neither; equal bytes give equal results."""
    good, bad = parse(batch_text(ORDER), "f"), parse(batch_text(), "f")
    assert isinstance(good, Parsed)
    assert (good.batch is not None, good.problems) == (True, ())
    assert (bad.batch, len(bad.problems)) == (None, 1)
    assert parse(batch_text(ORDER), "f") == good
