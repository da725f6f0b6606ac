"""Mistakes that are seen in the text where reading ended."""

from __future__ import annotations

from runner.batchfile.yaml.reader import read
from tests.support.for_each import for_each

HEAD = "version: 1\nname: t\ngroups:\n  - name: a\n    orders:\n"
FLOW = "      - {id: a, pair: ETH/EUR, price: 145, volume: 1}\n"
BLOCK = "      - id: a\n        pair: ETH/EUR\n        price: 145\n"


@for_each(
    [
        (BLOCK.replace("id: a", "id:a"), (6, 9), "a space is missing after the colon", "write id: a"),
        (
            BLOCK.replace("price: ", "price:"),
            (8, 9),
            "a space is missing after the colon",
            "write price: 145",
        ),
        (BLOCK.replace("- id", "-id"), (6, 7), "a space is missing after the dash", "write - id:"),
        (
            BLOCK.replace("price: ", "price = "),
            (8, 9),
            "a key ends with a colon, not with `=`",
            "write price: 145",
        ),
        (
            BLOCK.replace("price: ", "price:\u00a0"),
            (8, 15),
            "the blank here is U+00A0, which is none to YAML",
            "write an ordinary space (U+0020)",
        ),
        (
            BLOCK.replace("- id", "\u2013 id"),
            (6, 7),
            "`\u2013` (U+2013) means nothing to YAML here",
            "write `- `",
        ),
        (
            FLOW.replace("145", "${PRICE}"),
            (6, 39),
            "variables such as `${PRICE}` are not filled in here",
            "write the value itself, or have another program fill in the file before",
        ),
        (
            FLOW.replace("145", "#5"),
            (6, 39),
            "`#` starts a comment in YAML, so the rest of this line is not read",
            'put it in quotes: "#5"',
        ),
        (
            FLOW.replace("145", "145 # now"),
            (6, 43),
            "`#` starts a comment in YAML, so the rest of this line is not read",
            "put the comment behind the closing bracket, or on a separate line",
        ),
        (FLOW.replace(", ", "; "), (6, 15), "entries in { } are separated by commas", "write `,` for `;`"),
        (FLOW.replace(", ", " "), (6, 16), "a comma is missing before `pair`", "write `, pair:`"),
        (
            BLOCK + "=======\n",
            (9, 1),
            "a mark of a merge is left",
            "remove the line",
        ),
        (
            f"<<<<<<< HEAD\n{BLOCK}=======\n{BLOCK}>>>>>>> other\n",
            (6, 1),
            "a merge was not finished here: `<<<<<<< HEAD`",
            "keep one of the two versions, and remove the marks (lines 6, 10, 14)",
        ),
    ]
)
def test_the_mistake_itself_is_named(text: str, at: tuple[int, int], message: str, hint: str) -> None:
    """At its place, and not where the parser gave up."""
    (fault,) = read(HEAD + text).faults
    assert (fault.at, fault.message, fault.hint) == (at, message, hint)
