"""The codes of problems in files, each with what it means, what to do, and an example of what is right."""

from __future__ import annotations

from typing import Final, NamedTuple


class ProblemWords(NamedTuple):
    """The meaning of a problem, its cure, and an example of what is right."""

    meaning: str
    cure: str
    example: str = ""


PROBLEM_WORDS: Final = {
    # --- the file and its text
    "file-unreadable": ProblemWords("The file cannot be read.", "check its path and who may read it"),
    "file-empty": ProblemWords("The file holds nothing.", "write the file, or remove it", "version: 1"),
    "no-mapping": ProblemWords(
        "The file is no list of keys and values.", "begin with `version: 1`", "version: 1"
    ),
    "other-kind": ProblemWords(
        "The file is of another kind than what is read here.", "give it to the command that it is for"
    ),
    "encoding": ProblemWords("The file is not UTF-8.", "save it as UTF-8"),
    "too-much": ProblemWords(
        "The file, a text, a list or the nesting is larger than allowed.", "split it into several"
    ),
    "more-problems": ProblemWords(
        "There are more problems than are shown.", "correct these, and validate again"
    ),
    "plan-unusable": ProblemWords(
        "The saved plan was changed, or is of another version.", "save it again with `plan --out`"
    ),
    "policy-name": ProblemWords(
        "A file is almost called as a policy, and would be passed over.",
        "name it policy.yaml, or something else",
        "policy.yaml",
    ),
    "merge-conflict": ProblemWords("A merge was not finished.", "keep one version, and remove the marks"),
    "template-unfilled": ProblemWords(
        "A placeholder of a template was not filled in.", "fill it in before the file is used"
    ),
    # --- YAML
    "yaml-indentation": ProblemWords(
        "The indentation does not fit, or has a tab.", "indent with spaces, as deep as the lines above"
    ),
    "yaml-space-missing": ProblemWords(
        "A space is missing after a colon or a dash.", "write the space", "price: 8500"
    ),
    "yaml-separator": ProblemWords(
        "A colon, a comma or a key is missing, or another sign is in its place.",
        "write `key: value`, and commas within braces",
        "{id: a, price: 8500}",
    ),
    "yaml-comma": ProblemWords(
        "A comma within braces ends a value.",
        "put the value in quotes, or write a point",
        'oflags: "post,fciq"',
    ),
    "yaml-comment": ProblemWords(
        "A `#` begins a comment here, and hides what follows.", "put the value in quotes", 'price: "#5%"'
    ),
    "yaml-not-closed": ProblemWords(
        "A bracket or a quote is not closed, or is closed twice.", "close it once", "cancel: [OABC-1]"
    ),
    "yaml-odd-character": ProblemWords(
        "A character is invisible, or looks like another one.", "type the ordinary character"
    ),
    "yaml-not-allowed": ProblemWords(
        "Tags, anchors, aliases, merge keys, directives and further documents are not read.",
        "write it out; `defaults` is for what repeats",
        "defaults: {pair: XBT/EUR}",
    ),
    "yaml-key-unfit": ProblemWords("A key is a list or a mapping.", "put the key in quotes", '"key": value'),
    "yaml-syntax": ProblemWords("The text is not YAML.", "correct it where the message says"),
    # --- keys and values
    "key-twice": ProblemWords("A key is there twice in one mapping.", "keep one of them"),
    "key-unknown": ProblemWords("There is no such key here.", "correct its name, or leave it out"),
    "key-missing": ProblemWords("A key is missing.", "add it", "ordertype: limit"),
    "key-not-beside": ProblemWords("Two keys exclude each other.", "leave one of them out"),
    "key-not-one": ProblemWords(
        "Exactly one of several keys is expected.", "write one of them", "order: enter/a"
    ),
    "name-unfit": ProblemWords("A name is not written as names are here.", "write it as the message says"),
    "value-missing": ProblemWords("A key has no value.", "write one, or leave the key out", "price: 8500"),
    "value-empty": ProblemWords("A list has no entry.", "write one, or leave the key out"),
    "value-type": ProblemWords(
        "A value is of another kind: a list, a mapping, a text, a number.", "write the kind that is named"
    ),
    "value-not-one-of": ProblemWords(
        "A value is none of those that there are.", "write one that is named", "type: buy"
    ),
    "value-unfit": ProblemWords("A value is not written as it has to be.", "write it as the message says"),
    "value-twice": ProblemWords("A value is there twice.", "keep one of them", "oflags: [post]"),
    "number-unfit": ProblemWords(
        "A number is not written as plain digits with a point.", "write digits and a point", "volume: 0.25"
    ),
    "time-unknown": ProblemWords(
        "There is no such date or time.", "write one that exists, in UTC", "2026-11-30T09:00:00Z"
    ),
    "created-in-future": ProblemWords(
        "The batch says that it was made later than now.", "write the day of today"
    ),
    # --- groups, orders, cancellations
    "group-name-twice": ProblemWords("Two groups have one name.", "give each its own", "name: protect"),
    "group-empty": ProblemWords("A group does nothing.", "add orders or cancellations, or remove it"),
    "order-id-twice": ProblemWords("Two orders of a group have one id.", "give each its own", "id: buy-2"),
    "needs-circle": ProblemWords("Groups wait for each other.", "remove one of the needs", "needs: []"),
    "needs-itself": ProblemWords("A group needs itself.", "remove it from its needs"),
    "needs-unknown-group": ProblemWords("A group needs one that is not there.", "correct the name"),
    "needs-twice": ProblemWords("A group is needed twice.", "keep one of the two"),
    "needs-filled-without-orders": ProblemWords(
        "A group waits until orders are filled, and there are none.",
        "write the group's name alone",
        "needs: [enter]",
    ),
    "cancel-unknown-order": ProblemWords(
        "What is to be canceled is no order of the batch.", "correct the name"
    ),
    "cancel-too-early": ProblemWords(
        "An order may be canceled before it is placed.", "need the group that places it", "needs: [enter]"
    ),
    "cancel-twice": ProblemWords("An order is canceled twice.", "remove one of the two"),
    "cancel-reaches-own": ProblemWords(
        "A cancellation by user reference would take orders of this batch too.",
        "cancel them by name, or say that they are meant",
        "{userref: 7, including_own: true}",
    ),
    "derived-id-taken": ProblemWords(
        "The number that is derived for an order is another one's.", "give the order another id, or a userref"
    ),
    "own-id-twice": ProblemWords("Two orders have one client order id.", "give each its own"),
    "own-id-unfit": ProblemWords(
        "A client order id does not fit, or is the same in each repetition.",
        "use letters and digits; in a repeated batch with the run key",
        'cl_ord_id: "core-{run_key}"',
    ),
    # --- policies
    "rule-name-twice": ProblemWords("Two rules of a policy have one name.", "give each its own"),
    "rule-without-limit": ProblemWords("A rule says no limit.", "write one that is named", "above: 5%"),
    "rule-after-alone": ProblemWords("`after` is beside no `share`.", "add `share`, or leave `after` out"),
    "zone-unknown": ProblemWords(
        "There is no such time zone.", "write one of the IANA names", "zone: Europe/Berlin"
    ),
    "approvals-impossible": ProblemWords(
        "More approvals are needed than people may give.", "name more people, or need fewer"
    ),
    # --- targets
    "weights-missing": ProblemWords("There are no weights.", "write at least one", "weights: {XBT: 50%}"),
    "weights-not-whole": ProblemWords(
        "Weights and cash are not 100 % together.", "change one of them", "cash: {target: 40%}"
    ),
    "weight-of-quote": ProblemWords("The quote currency has a weight.", "write it as `target` under `cash`"),
    "currency-twice": ProblemWords("A currency is there twice.", "keep one of them"),
    "band-empty": ProblemWords("The band is 0 %.", "write a band above 0 %", "band: {absolute: 5%}"),
    "band-too-wide": ProblemWords("A band reaches 0 %: nothing would be bought.", "write a narrower band"),
    "keep-quote": ProblemWords("The quote currency is under `keep`.", "write it as `floor` under `cash`"),
    "keep-without-weight": ProblemWords("What is kept has no weight.", "leave it out, or give it a weight"),
    "order-maximum-low": ProblemWords("The maximum is below the minimum.", "change one of them"),
    "time-in-force-unfit": ProblemWords(
        "`timeinforce` does not fit `expiretm` or `oflags`.", "leave one of them out", 'expiretm: "+3600"'
    ),
    "offset-crosses": ProblemWords(
        "An order is to trade at once, and `post` forbids it.", "leave one of them out"
    ),
    "spread-zero": ProblemWords("No market has a spread of 0 %.", "write one above 0 %", "max-spread: 0.5%"),
    # --- markets and scenarios
    "market-crossed": ProblemWords("An ask is not above its bid.", "correct one of them"),
    "market-unknown-pair": ProblemWords("A pair is not under `pairs`.", "add it there, or correct its name"),
    "market-unknown-fees": ProblemWords("There is no such schedule of fees.", "name one that is in the file"),
    "market-unsorted-tiers": ProblemWords(
        "Tiers of fees do not begin with 0 and rise.", "sort them by volume"
    ),
    "market-not-sorted": ProblemWords("A moment is before the one above it.", "sort them by time"),
    "market-name-twice": ProblemWords("Two pairs have one name.", "give each its own"),
    "fault-impossible": ProblemWords(
        "A message cannot misbehave so.", "write one that is named", "do: reject"
    ),
    "fault-without-detail": ProblemWords(
        "A fault lacks its error or its seconds.", "add it", 'error: "EOrder:Insufficient funds"'
    ),
    "fault-odd-detail": ProblemWords("A fault has a detail that means nothing to it.", "leave it out"),
    "timeline-not-one-thing": ProblemWords("A moment has no event, or several.", "write one event for each"),
    "option-unfit": ProblemWords("An option does not exist, or cannot be that.", "correct name or value"),
    "option-twice": ProblemWords("An option is there twice, under two names.", "keep one of them"),
    "close-code-impossible": ProblemWords(
        "A connection never ends with this code.", "write another", "code: 1006"
    ),
}
"""Every code of a problem that a file may have. A code is published: it is never renamed."""
