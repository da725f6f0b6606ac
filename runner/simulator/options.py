"""What the documents leave open, as named options with a default each.

A point that no document settles is decided here and nowhere else, so that a run can be repeated under
every reading. Texts with a detail (``EGeneral:Invalid arguments:price``) are built where they are caused.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class PostOnlyRefusal(StrEnum):
    """Where an order with ``post`` that would take is turned away."""

    REPLY = "reply"
    CANCEL = "cancel"


class ValidateReply(StrEnum):
    """What a validated order's reply holds beside ``status`` and ``descr``."""

    WITHOUT_TXID = "without_txid"
    EMPTY_TXID = "empty_txid"


class UserrefReplies(StrEnum):
    """How many replies a user reference in ``cancelOrder`` gets when it names several orders."""

    EACH = "each"
    ONE = "one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Every undocumented behaviour of the exchange. Texts are what the client sees in ``errorMessage``."""

    invalid_token_error: str = "EAPI:Invalid token"  # noqa: S105
    """The answer to an order or a cancel under a token that is missing, unknown or stale."""

    invalid_session_error: str = "ESession:Invalid session"
    """The answer to a subscription under such a token."""

    token_lifetime_s: float = 900.0
    """How long a token may lie unused; used in time, it lives as long as its connection."""

    malformed_error: str = "Malformed request"
    """The text of the ``error`` event for a frame that is not a JSON object."""

    unknown_event_error: str = "Event(s) not found"
    """The text of the ``error`` event for an event that does not exist."""

    numeric_fields: bool = False
    """Whether a JSON number is taken where the documents ask for text (``"volume": 0.25``)."""

    common_names: bool = False
    """Whether ``BTC/USD`` and ``DOGE/USD`` are understood beside ``XBT/USD`` and ``XDG/USD``."""

    descr_price_decimals: bool = False
    """Whether ``descr`` shows all decimals of the pair's price instead of the price as it was sent."""

    duplicate_cl_ord_id_error: str = "EOrder:Duplicate cl_ord_id"
    """The answer to a ``cl_ord_id`` that an open order of the account carries."""

    cl_ord_id_folds: bool = True
    """Whether the dashed, dashless, upper-case and lower-case forms of one UUID are one ``cl_ord_id``."""

    validate_false_validates: bool = True
    """Whether ``validate`` validates by being present at all, even as ``false``."""

    validate_reply: ValidateReply = ValidateReply.WITHOUT_TXID
    """The shape of the reply to a validated order."""

    missing_price_error: str = "EGeneral:Invalid arguments:price"
    """The answer to an order type without a price that it needs."""

    extra_price_error: str = "EGeneral:Invalid arguments:price"
    """The answer to an order type with a price that it does not take."""

    truncate_volume: bool = False
    """Whether a volume with too many decimals is cut instead of refused."""

    lenient_oflags: bool = True
    """Whether ``oflags`` may be empty, hold blanks, and name a flag twice."""

    expiretm_without_gtd: bool = True
    """Whether ``expiretm`` is honoured when ``timeinforce`` is not ``GTD``, instead of refused."""

    post_only_refusal: PostOnlyRefusal = PostOnlyRefusal.REPLY
    """Whether a crossing ``post`` order is answered with an error, or accepted and then canceled."""

    unknown_order_error: str = "EOrder:Unknown order"
    """The answer to canceling what is not open; newer documents say ``EOrder:Invalid order``."""

    query_unknown_order_error: str = "EOrder:Invalid order"
    """The answer of QueryOrders to an id that never was."""

    userref_replies: UserrefReplies = UserrefReplies.EACH
    """How many replies a user reference gets that matches several open orders."""

    collapse_duplicate_ids: bool = False
    """Whether an id that stands twice in one ``cancelOrder`` gets one reply instead of two."""

    cancel_ids_max: int = 50
    """How many ids one ``cancelOrder`` may hold; with more, the whole request gets one error."""

    cancel_by_cl_ord_id_only: bool = True
    """Whether ``cancelOrder`` may come with ``cl_ord_id`` and no ``txid``."""

    cancel_mixed_lists: bool = True
    """Whether ``cancelOrder`` may hold both lists."""

    shuffle_replies: bool = False
    """Whether the replies to one ``cancelOrder`` leave in an order of their own (repeatable by the seed)."""

    feed_first: bool = False
    """Whether the feed tells of an order before the reply does."""

    empty_snapshot: bool = True
    """Whether a subscription with nothing to show starts with an empty snapshot."""

    depth: Decimal | None = None
    """Base units on each side of a fresh quote; ``None`` is without end."""

    taker_fee: Decimal = Decimal("0.0040")
    """Fee on what an incoming order takes, as a share of its cost, always in the quote currency."""

    maker_fee: Decimal = Decimal("0.0025")
    """Fee on what a resting order gives, as a share of its cost."""

    rest_lag_s: float = 0.0
    """How far OpenOrders, ClosedOrders and QueryOrders lag behind the socket."""

    open_orders_lag_s: float | None = None
    """How far OpenOrders alone lags; at most as far as the others, ``None`` for as far."""

    max_ratecount: int = 60
    """What ``maxratecount`` says in the answer to a subscription with ``ratecounter``."""
