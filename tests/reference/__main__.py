"""``python -m tests.reference``: write the pages that are made from code."""

from __future__ import annotations

from tests.reference.book import PAGES, path_of

for name, make in PAGES.items():
    path_of(name).write_text(make(), "utf-8")
    print(name)
