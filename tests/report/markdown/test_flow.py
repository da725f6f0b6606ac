"""The drawing of what waits for what: only of batches in which something waits to be filled."""

from __future__ import annotations

from runner.report.markdown.flow import MOST_GROUPS, flow_sections
from tests.report.builders import REBALANCE, Journal, batch_of
from tests.report.cases import quickstart, rebalance


def drawing(text: str) -> str:
    """The drawing of a batch, empty if there is none."""
    return "\n".join(
        line for section in flow_sections(Journal(batch_of(text)).plan()) for line in section.head
    )


def test_a_barrier_is_an_arrow_with_its_terms() -> None:
    """Names alone are arrows without any; GitHub draws it from the fence."""
    more = REBALANCE + "  - {name: tidy, needs: [buy], cancel: [OQCLML-BW3P3-BUCMWZ]}\n"
    assert drawing(more).splitlines() == [
        "```mermaid",
        "flowchart LR",
        '  g1["sell: 2 orders"]',
        '  g2["buy: 1 order"]',
        '  g3["tidy: 1 cancellation"]',
        '  g1 ==>|"sell filled within 15m, otherwise cancel"| g2',
        "  g2 --> g3",
        "```",
    ]
    assert flow_sections(rebalance().plan())


def test_a_batch_without_barriers_is_not_drawn() -> None:
    """Nor is one whose drawing would be unreadable."""
    assert flow_sections(quickstart().plan()) == []
    many = "".join(
        f"  - {{name: x{number}, cancel: [OQCLML-BW3P3-B{number:05}]}}\n" for number in range(MOST_GROUPS)
    )
    assert flow_sections(Journal(batch_of(REBALANCE + many)).plan()) == []
