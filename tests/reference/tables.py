"""Pages of the tables in code: what the exchange's errors mean, and what is worth a second look."""

from __future__ import annotations

from runner.kraken.explanations import _ROWS as EXPLANATIONS
from runner.report.explaining.exit_codes import EXIT_CODES
from runner.review.looks.second_look import CODE_WORDS, NEEDS_BALANCES, NEEDS_PRICES
from tests.reference.markdown import page, prose, table


def errors_page() -> str:
    """Return the page of the exchange's errors."""
    rows = [(f"`{text}`", prose(meaning), prose(cure)) for text, meaning, cure in EXPLANATIONS]
    return page(
        "Errors of the exchange",
        "What the exchange says, what it means, and what to do. "
        "`plan`, `apply` and `status` show this beside each error.",
        "An order that was rejected is not there. Remove the cause, or correct its line under the same id, "
        "and apply the file again: only what is not placed is sent.",
        table(("it says", "meaning", "cure"), rows),
    )


def second_looks_page() -> str:
    """Return the page of second looks."""
    rows = []
    for code, sentence in CODE_WORDS.items():
        needs = [
            *(["the market"] if code in NEEDS_PRICES else []),
            *(["balances"] if code in NEEDS_BALANCES else []),
        ]
        rows.append((f"`{code.value}`", prose(sentence), " and ".join(needs)))
    return page(
        "Second looks",
        "Orders that are valid, and may not be what was meant. Each is a warning; a policy makes it a "
        "refusal (`deny`) or turns it `off`: [how](policy.md#second-looks). How many mistakes they find, and "
        "what looks just like intent: [how the review sees](../explanation/review.md#second-looks).",
        table(("code", "what it means", "needs"), rows),
        "Where what a look needs is not known, it says nothing, and the plan says what could not be checked.",
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
        "hang-up that is ignored, as under `nohup`, stays so.",
        "Of several files the code is that of the file that needs you most: 6, then 70, then an "
        "interruption, then 7, 5, 4, 3, 1, 2, 0.",
        "What the exchange said, and what to do: [errors](errors.md). The name, message and line of a policy "
        "are in the output: [write a policy](../how-to/write-a-policy.md).",
        "<!-- run, exit code 3 -->\n```console\n$ order-batch plan missing.yaml\n"
        "error: missing.yaml: cannot be read: No such file or directory\n```",
    )
