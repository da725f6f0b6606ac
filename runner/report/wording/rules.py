"""The rules of remarks, each with a sentence that explains it, as code scanning shows it."""

from __future__ import annotations

from typing import Final

from runner.review import CODE_WORDS, KEY_WORDS, RULE_WORDS

from .problems import PROBLEM_WORDS

RULES: Final = {
    "batch-file": "The file is no valid batch.",
    **{code: words.meaning for code, words in PROBLEM_WORDS.items()},
    "command-invalid": "The command line or a file is wrong; nothing was sent.",
    "command-refused": "The command was refused; nothing was sent.",
    "command-unreachable": "The exchange could not be used; nothing was sent.",
    "command-unresolved": "The outcome of something that was sent is not known.",
    "command-locked": "Another run holds the state.",
    "command-interrupted": "The run was stopped at once, without a manifest.",
    "command-terminated": "The run was stopped at once, without a manifest.",
    "file-not-begun": "A file was not applied, because another one has failed.",
    "policy-deny": "A rule of the policy does not allow it.",
    "policy-warn": "A rule of the policy warns of it.",
    "policy-unchecked": "What a rule of the policy needs to know is not known yet.",
    "plan-refused": "Nothing of the plan would be sent.",
    "order-changed": "An order differs from what was placed under its name.",
    "journal-contradicted": "The exchange contradicts what the journal says.",
    "order-rejected": "The exchange rejected an order.",
    "order-ended": "The exchange accepted an order and then ended it before it was filled.",
    "order-unfilled": "An IOC order was not filled, so that it protects nothing.",
    "order-refused": "An order was refused before it was sent.",
    "order-orphaned": "An order of an earlier run is, or may be, at the exchange, and is not in the file.",
    "currency-blocked": "A currency is outside its band, and no order is possible.",
    "cancel-orphaned": "A cancellation of an earlier run was left open, and is not in the file.",
    "order-skipped": "An order was not placed.",
    "order-unresolved": "Whether an order is at the exchange is not known.",
    "barrier-unfilled": "A group was skipped, because the one that it waited for was not filled.",
    "barrier-passed": "A group was sent, although the one that it waited for was not filled.",
    "barrier-waiting": "A group still waits until another one is filled.",
    "cancel-open": "The exchange refused a cancellation, and the order is still open.",
    "cancel-gone": "An order that was to be canceled is not open, and the exchange does not know it.",
    "cancel-partial": "An order was partly filled before it was canceled.",
    "cancel-closed": "An order was filled before it could be taken back.",
    "cancel-skipped": "A cancellation was not sent, and the order is still open.",
    "cancel-unresolved": "Whether an order was canceled is not known.",
    "no-balances": "The balances of the account could not be read.",
    "no-orders": "The open orders of the account could not be read.",
    "overdrawn": "More of a currency is owed, or held by orders, than there is.",
    "no-pair": "A pair of the targets does not exist.",
    "no-price": "A pair of the targets has no price.",
    "crossed": "The bid of a pair is above its ask.",
    "wide-spread": "The spread of a pair is wider than the targets allow.",
    "old-price": "The price of a pair is older than the targets allow.",
    "no-fee": "The fee of a pair is not known.",
    "nothing-managed": "The account holds nothing that the targets are about.",
    **{rule.value: words for rule, words in RULE_WORDS.items()},
    **{code.value: words for code, words in CODE_WORDS.items()},
    **{code.value: words for code, words in KEY_WORDS.items()},
}
"""Every rule with what it means. A name is never given to another meaning."""
