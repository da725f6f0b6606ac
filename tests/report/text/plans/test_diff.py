"""The difference of two versions, for people."""

from __future__ import annotations

import pytest

from runner.report.lines import plain, width_of
from runner.report.text.plans.diff import diff_lines, diff_summary
from runner.review import diff
from tests.report.builders import EDITED_QUICKSTART, QUICKSTART, batch_of

TEXT = """\
against main: orders: 1 added, 2 changed, 1 removed; 1 cancellation added; 1 cancellation removed
  order offer/sell-eth is now offer/sell-more: it would be placed again (line 14)

enter  on_reject unwind -> stop
  ~  buy-eth      price 145 -> 144.5                                                     line 8

offer
  ~  buy-xbt-now  oflags fciq                                                            line 13
  -  sell-eth     pair ETH/EUR, type sell, ordertype limit, volume 0.25, price 155,      was line 14
                  timeinforce GTC
  +  sell-more    pair ETH/EUR, type sell, ordertype limit, volume 0.25, price 155,      line 14
                  timeinforce GTC
  -  cancel userref 8874657                                                              was line 17
  +  cancel userref 17                                                                   line 17

  ETH/EUR buy worth: 36.25 -> 36.125 EUR (-0.125)
"""


def test_a_difference_is_shown_line_by_line() -> None:
    """Each change with its mark, its words and its line; then the sums."""
    found = diff(batch_of(QUICKSTART), batch_of(EDITED_QUICKSTART), "main")
    lines = [plain(line).rstrip() for line in diff_lines(found, 100)]
    assert "\n".join(lines) + "\n" == TEXT


@pytest.mark.parametrize("width", [40, 80, 120])
def test_it_fits(width: int) -> None:
    """Any text without a long word is folded."""
    found = diff(None, batch_of(QUICKSTART), "main")
    assert all(width_of(plain(line).rstrip()) <= width for line in diff_lines(found, width))


def test_no_difference_is_said() -> None:
    """In one line."""
    same = diff(batch_of(QUICKSTART), batch_of(QUICKSTART), "main")
    assert diff_summary(same) == "no difference"
    assert len(diff_lines(same, 80)) == 1
