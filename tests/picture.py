"""The picture of the house: the folders from top to bottom, and what each imports from those below it.

``python -m tests.picture`` writes it into ``runner/README.md``; a test holds the two together, so that a new
arrow is seen in review.
"""

from __future__ import annotations

import tomllib
from typing import Final

from tests.source_tree import ROOT, imported, sources

README: Final = ROOT / "runner" / "README.md"
BEGIN: Final = "<!-- picture: python -m tests.picture -->"
END: Final = "<!-- end of the picture -->"


def floors() -> list[str]:
    """The folders and files of the package from top to bottom, as the contract of the layers has them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    layers = next(
        contract["layers"]
        for contract in settings["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    )
    names = [name.strip().removeprefix("runner.") for layer in layers for name in layer.split("|")]
    return [name for name in names if name != "__main__"]


def arrows() -> dict[str, set[str]]:
    """The floors that each floor imports from, imports for types alone included."""
    found: dict[str, set[str]] = {name: set() for name in floors()}
    for path in sources("."):
        floor = path.relative_to(ROOT / "runner").parts[0].removesuffix(".py")
        for node in imported(path) if floor in found else ():
            if (node.module or "").startswith("runner."):
                found[floor].add(str(node.module).split(".")[1])
        found.get(floor, set()).discard(floor)
    return found


def picture() -> str:
    """One line a floor: its name, and the floors below it that it imports from."""
    order, found = floors(), arrows()
    width = max(map(len, order))
    lines = [f"{name:<{width}}  {' '.join(sorted(found[name], key=order.index))}".rstrip() for name in order]
    return "\n".join(["```", *lines, "```"])


def main() -> None:
    """Write the picture into the README."""
    text = README.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    README.write_text(f"{before}{BEGIN}\n{picture()}\n{END}{after}", "utf-8")
    print(picture())


if __name__ == "__main__":
    main()
