"""The remedy for each rule of a remark: what a person does about it."""

from __future__ import annotations

from typing import Final

from runner.report.wording.problems import PROBLEM_WORDS

IF_MEANT: Final = (
    "correct the order if it was not meant; if it was, leave it: a second look stops nothing by itself"
)
"""The cure of a second look that says nothing of its own."""

_CORRECT: Final = "correct the line that is named, and plan again"
_WAIT_AND_PLAN: Final = "plan again a little later; nothing was sent"
_LOOK_AGAIN: Final = "run the same command again: it looks up what is not known, and sends nothing twice"

CURES: Final = {
    "batch-file": "correct the line that is named, as the hint says, and validate again",
    **{
        code: f"{words.cure}{f'; for example `{words.example}`' if words.example else ''}"
        for code, words in PROBLEM_WORDS.items()
    },
    "command-invalid": "correct what is named; the message says what to write instead",
    "command-refused": (
        "remove the cause that is named, or use the option that is named, if you accept what follows"
    ),
    "command-unreachable": "check address, proxy and credentials, and run the same command again",
    "command-unresolved": _LOOK_AGAIN,
    "command-locked": "wait until the run that is named has ended; with a ledger `--wait 10m` does",
    "command-interrupted": _LOOK_AGAIN,
    "command-terminated": _LOOK_AGAIN,
    "file-not-begun": "correct the file that has failed, and run the same command again; or `--keep-going`",
    "policy-deny": (
        "change the order, or have the owner of the policy change the rule; no option gets past it"
    ),
    "policy-warn": "look at the order; a warning stops nothing",
    "policy-unchecked": "give `plan` a connection and a key, so that the rule can be checked",
    "plan-refused": "remove the causes that are named, and plan again",
    "order-changed": "give the changed order a new id; the one that was placed keeps its own",
    "journal-contradicted": (
        "compare the order with your account; if the state folder is of another account, use its own"
    ),
    "order-rejected": "remove the cause, or correct the line under the same id, and apply the file again",
    "order-ended": "look why the exchange ended it; a new order needs a new id",
    "order-unfilled": "what it should have protected is not protected: place another order under a new id",
    "order-refused": _CORRECT,
    "order-orphaned": "cancel it by its txid if it is not wanted; a line that was removed cancels nothing",
    "currency-blocked": "see why no order is possible: a minimum, a floor, or a limit of the targets",
    "cancel-orphaned": "cancel the order by its txid in a new batch, if it is still to be canceled",
    "order-skipped": (
        "its group was stopped, or needs one that did not go well: remove that cause, and apply again"
    ),
    "order-unresolved": _LOOK_AGAIN,
    "barrier-unfilled": "fill or replace what was waited for, and put what was skipped into a new batch",
    "barrier-passed": "check that the account could pay for what was sent all the same",
    "barrier-waiting": "apply the same file again: it continues to wait until the same moment",
    "cancel-open": "cancel it again in a new batch, or by hand; look at what the exchange said",
    "cancel-gone": "check the txid; if the order ended long ago, remove the line",
    "cancel-partial": "look at what was executed before; it changes what you hold",
    "cancel-closed": "look at what was executed; it changes what you hold",
    "cancel-skipped": "apply the file again once the orders that should replace it are open",
    "cancel-unresolved": _LOOK_AGAIN,
    "no-balances": "give the key the permission to query funds, or try again",
    "no-orders": "give the key the permission to query open orders, or try again",
    "overdrawn": "cancel what holds the currency back, or deposit",
    "no-pair": "correct the currency, or leave it out of the targets",
    "no-price": "leave the pair or the relative price out until the market quotes it",
    "crossed": _WAIT_AND_PLAN,
    "wide-spread": "wait for a better market, or widen `max-spread`",
    "old-price": "wait for a new price, or lengthen `max-age`",
    "no-fee": "write a rate under `fees`, or try again",
    "nothing-managed": "check that the key is of the account that you mean",
    "unknown-pair": "write the pair as the exchange does: `XBT/EUR`",
    "pair-status": _WAIT_AND_PLAN,
    "tick-size": "round the price to the tick that is named",
    "lot-decimals": "round the volume to the decimals that are named",
    "ordermin": "raise the volume to the minimum that is named",
    "costmin": "raise the volume or the price until the order costs as much as is named",
    "leverage": "write one of the leverages that are named, or none",
    "empty-book": _WAIT_AND_PLAN,
    "post-crosses": "move the price away from the market, or leave `post` out",
    "self-cross": "cancel the other order first, or move a price, or set `stp_type`",
    "balance": "lower volumes, let earlier groups free the money, or deposit",
    "open-orders": "cancel some, write `hold: true` on the group, or name the account's `--tier`",
    "starttm": "write a later start",
    "expiretm": "write a later expiry, after the start",
    "cancel-not-open": "check the txid, and remove the line if the order has ended",
    "relies-on-ended": "see `status`: place the order again under another id, or leave the cancellation out",
    "own-id": "choose another `cl_ord_id`, or cancel the order that carries this one",
    "key-expires": "make a new key before that day, and rotate to it",
    "key-any-address": "restrict the key to the addresses of your runners",
    "trades-at-once": "if it should rest, correct side or price, or add `post`; if it should trade, leave it",
    "trigger-passed": "check the side of the trigger: it would fire at once",
    "far-from-market": IF_MEANT,
    "limit-far-from-trigger": IF_MEANT,
    "limit-before-trigger": "check whether `price` (the trigger) and `price2` (the limit) are exchanged",
    "close-wrong-side": "check the price of `close` against that of its order",
    "close-far-away": IF_MEANT,
    "volume-unlike-peers": IF_MEANT,
    "worth-unlike-peers": IF_MEANT,
    "price-unlike-peers": IF_MEANT,
    "price-breaks-series": IF_MEANT,
    "volume-breaks-series": IF_MEANT,
    "distance-breaks-series": IF_MEANT,
    "lone-side": "check `type` of the order: all around it are on the other side",
    "lone-pair": "check `pair` of the order: all around it are of another one",
    "digits-swapped": "compare the number with the version before",
    "point-moved": "compare the number with the version before",
    "sells-all": "check the volume against what the account should keep",
    "large-share": "check the volume; a policy can bound the worth of an order",
    "stale-price": "plan again when the pair has traded; all that depends on its price is uncertain",
}
"""Each rule of ``RULES`` with its remedy."""
