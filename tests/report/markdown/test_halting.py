"""A halt as markdown: no text of an order or a reason becomes markup."""

from runner.report.markdown.halting import halt_page, resume_page

CHANGE = {"by": "ann", "host": "desk", "reason": "*odd* @team", "at": "2026-11-30T09:00:00Z"}
RESULT = {
    "venue": "kraken",
    "place": "state",
    "halt": CHANGE,
    "scope": "all",
    "outcome": "unresolved",
    "reason": "still open: O1",
    "orders": [{"txid": "O1", "order": "buy | 1", "ours": True, "status": None}],
    "passes": [{"at": "2026-11-30T09:00:01Z", "way": "REST", "count": None, "error": "@all"}],
    "open": ["O1"],
}


def test_the_outcome_comes_first() -> None:
    """With what is not certain; each order and each cancellation is a row."""
    top, sections = halt_page(RESULT)
    assert top[0] == "### Halt"
    assert "🟣 **unresolved**: look at the exchange, and run the same command again" in top
    assert "`still open: O1`" in top
    rows = [row for section in sections for row in section.rows]
    assert rows[0].startswith("| open | `O1` | <code>buy &#124; 1</code> | yes |")
    assert rows[1] == "| 2026-11-30 09:00:01 UTC | REST |  | `@all` |"


def test_without_orders_there_is_no_table_of_them() -> None:
    """And a good end is green."""
    top, sections = halt_page({**RESULT, "orders": [], "outcome": "done", "reason": ""})
    assert any(line.startswith("🟢 **done**") for line in top)
    assert [section.title for section in sections] == ["Cancellations"]


def test_a_resumption_is_one_line() -> None:
    """As code."""
    page = resume_page({"venue": "kraken", "place": "state", "halt": CHANGE, "resumed": CHANGE})
    assert page[0] == "### Resume"
    assert page[2].startswith("`resumed by ann")
