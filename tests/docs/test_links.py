"""Links lead somewhere, without a network: to files of the project, and to anchors that are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.docs.pages import README, ROOT, anchors, links, name_of, pages, slug_of
from tests.support.for_each import for_each

if TYPE_CHECKING:
    from pathlib import Path

LINKED = sorted(
    [
        README,
        *pages(),
        *(ROOT / ".github").glob("*.md"),
        ROOT / "runner" / "README.md",
        ROOT / "runner" / "paper" / "README.md",
    ]
)


def broken(page: Path, target: str) -> str:
    """Return what is wrong with a link; empty if nothing is."""
    if target.startswith(("https://", "mailto:")):
        return ""
    path, _, anchor = target.partition("#")
    file = (page.parent / path).resolve() if path else page
    if not file.is_relative_to(ROOT) or not file.exists():
        return f"there is no {path}"
    if anchor and (file.suffix != ".md" or anchor not in anchors(file)):
        return f"{name_of(file)} has no anchor {anchor}"
    return ""


@for_each(LINKED)
def test_each_link_leads_to_a_file_and_an_anchor(page: Path) -> None:
    """A page that was moved, and a heading that was changed, show here."""
    found = [(line, target, broken(page, target)) for line, target in links(page)]
    assert [f"{name_of(page)}:{line}: {target}: {why}" for line, target, why in found if why] == []


def test_headings_become_anchors_as_on_github() -> None:
    """Small letters, dashes for blanks, and no punctuation; a letter of another script stays."""
    headings = ("Going live", "What `apply` does: all of it", "exit code 6 (unresolved)", "Zürich - a test")
    assert [slug_of(heading) for heading in headings] == [
        "going-live",
        "what-apply-does-all-of-it",
        "exit-code-6-unresolved",
        "zürich---a-test",
    ]
