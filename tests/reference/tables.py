"""Pages of the tables in code: what the exchange's errors mean, and what is worth a second look."""

from __future__ import annotations

from runner.kraken import EXPLANATIONS
from runner.report.explaining.cures import CURES, IF_MEANT
from runner.report.explaining.exit_codes import EXIT_CODES
from runner.report.explaining.variables import VARIABLES
from runner.report.wording.rules import RULES
from runner.review.looks.second_look import CODE_WORDS, NEEDS_BALANCES, NEEDS_PRICES, Code
from tests.reference.markdown import page, prose, table
from tests.reference.thresholds import thresholds

_AGAINST = (Code.DIGITS_SWAPPED, Code.POINT_MOVED)


def errors_page() -> str:
    """Return the page of the exchange's errors."""
    rows = [(f"`{row.text}`", prose(row.meaning), prose(row.cure)) for row in EXPLANATIONS]
    return page(
        "Errors of the exchange",
        "What the exchange says, what it means, and what to do. "
        "`plan`, `apply` and `status` show this beside each error.",
        "`rejected`: the order is not there. Remove the cause, or correct its line, and apply the file again "
        "under the same id. `ended`: it was placed, and is over. "
        "[Which id?](exit-codes.md#same-id-or-a-new-one)",
        table(("it says", "meaning", "cure"), rows),
    )


def second_looks_page() -> str:
    """Return the page of second looks."""
    rows = []
    figures = thresholds()
    for code, sentence in CODE_WORDS.items():
        needs = [
            *(["the market"] if code in NEEDS_PRICES else []),
            *(["balances"] if code in NEEDS_BALANCES else []),
            *(["the version before"] if code in _AGAINST else []),
        ]
        cure = CURES[code.value]
        words = "" if cure == IF_MEANT else prose(cure)
        rows.append((f"`{code.value}`", prose(sentence), figures.get(code, ""), words, " and ".join(needs)))
    return page(
        "Second looks",
        "Orders that are valid, and may not be what was meant. Each is a warning; a policy makes it a "
        "refusal (`deny`) or turns it `off`: [how](policy.md#second-looks). How many mistakes they find, and "
        "what looks just like intent: [how the review sees](../explanation/review.md#second-looks).",
        f"Where no cure is given: {prose(IF_MEANT)}. Figures say from where on there is a look. Orders are "
        "compared within their group, pair and side, of too few also with other groups. No setting changes a "
        "figure.",
        table(("code", "what it means", "from", "what to do", "needs"), rows),
        "Where what a look needs is not known, it says nothing, and the plan says what could not be checked.",
    )


def problems_page() -> str:
    """Return the page of all other codes in results."""
    looks = {code.value for code in CODE_WORDS}
    rows = [
        (f"`{rule}`", prose(meaning), prose(CURES[rule]))
        for rule, meaning in RULES.items()
        if rule not in looks
    ]
    return page(
        "Problems and remarks",
        "The code of a problem or remark is in brackets behind it, and is the rule of its row in JSON and "
        "SARIF. `order-batch explain CODE` says the same. [Second looks](second-looks.md), [errors of the "
        "exchange](errors.md) and [exit codes](exit-codes.md) have pages of their own.",
        table(("code", "what it means", "what to do"), rows),
    )


def environment_page() -> str:
    """Return the page of all variables."""
    rows = []
    for variable in VARIABLES:
        more = f": [more]({variable.page})" if variable.page else ""
        names = ", ".join(f"`{name}`" for name in variable.names)
        verbs = ", ".join(f"`{verb}`" for verb in sorted(variable.verbs)) or "all"
        rows.append((names, prose(variable.meaning) + more, "yes" if variable.secret else "", verbs))
    return page(
        "Environment",
        "What commands read beside their options. Each verb's help names its own, and `order-batch explain "
        "NAME` says what a variable means. The value of a secret is never shown or kept.",
        table(("variable", "what it does", "secret", "read by"), rows),
        "The workflows that `init` writes have variables of their own: `ORDER_BATCH_VENUE`, and "
        "`ORDER_BATCH_TOKEN` on GitLab.",
        "`SSLKEYLOGFILE` is not obeyed. The library reads none of them: "
        "[use it as a library](../how-to/use-as-a-library.md).",
    )


def exit_codes_page() -> str:
    """Return the page of exit codes."""
    rows = [
        (str(int(code)), prose(row.meaning), row.sent, prose(row.again)) for code, row in EXIT_CODES.items()
    ]
    return page(
        "Exit codes",
        "`order-batch explain 6` says the same.",
        table(("code", "meaning", "was anything sent?", "may it be retried?"), rows),
        "*Retry* always means the same command, with the same file and the same state folder. It never means "
        "to send the orders in another way. After 6: [recover](../how-to/recover-after-exit-code-6.md). A "
        "run that was halted ends with 4, 6 or 1: "
        "[stop everything](../how-to/stop-everything.md#what-it-reaches). "
        "A hang-up that is ignored, as under `nohup`, stays so.",
        "Of several files the code is that of the file that needs you most: 6, then 70, then an "
        "interruption, then 7, 5, 4, 3, 1, 2, 0.",
        "## Same id, or a new one?",
        table(("the order", "so"), _IDS),
        "Applied again after 1, **what was rejected before is sent**, and may trade: take its line out if it "
        "is no longer wanted.",
        "What the exchange said, and what to do: [errors](errors.md). The name, message and line of a policy "
        "are in the output: [write a policy](../how-to/write-a-policy.md).",
        "<!-- run, exit code 3 -->\n```console\n$ order-batch plan missing.yaml\n"
        "error: missing.yaml: cannot be read: No such file or directory\n```",
    )


_IDS = (
    (
        "was rejected, refused or skipped: it never was at the exchange",
        "**same id**, its line corrected if need be",
    ),
    ("was placed, and then canceled, or ended by the exchange", "**new id**, if you still want it"),
    ("was placed, and its line was changed since", "put the line back; the other order gets a **new id**"),
    ("is in a group that was unwound, or was stopped by an order that ended", "**new batch**"),
)
