"""The points that the documents leave open, as named options with a default each.

A point that no document settles is decided here and nowhere else, so that a run can be repeated under
every reading. Texts with a detail (``EGeneral:Invalid arguments:price``) are built where they are caused.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from runner.kraken import Tier


class FeeTier(Struct, frozen=True):
    """The shares of the cost that are charged from a 30-day volume on; the volume is in US dollars."""

    volume: Decimal
    taker: Decimal
    maker: Decimal


class PostOnlyRefusal(StrEnum):
    """The way to refuse an order with ``post`` that would take: in the reply, or by canceling it."""

    REPLY = "reply"
    CANCEL = "cancel"


class ValidateReply(StrEnum):
    """The fields in a validated order's reply besides ``status`` and ``descr``."""

    WITHOUT_TXID = "without_txid"
    EMPTY_TXID = "empty_txid"


class UserrefReplies(StrEnum):
    """The number of replies to a user reference in ``cancelOrder`` that names several orders."""

    EACH = "each"
    ONE = "one"


class FeeCurrency(StrEnum):
    """The condition under which ``fcib`` makes the exchange take its fee in the base currency."""

    QUOTE = "quote"
    WRITTEN = "written"
    DEFAULTS = "defaults"


class CrossedTrigger(StrEnum):
    """The fate of an order whose trigger has already been passed when it arrives."""

    FIRE = "fire"
    REFUSE = "refuse"


class KeyInfo(StrEnum):
    """The extent of the answer to ``GetApiKeyInfo``."""

    WHOLE = "whole"
    NO_IBAN = "no_iban"
    UNKNOWN_METHOD = "unknown_method"


class ClosedCount(StrEnum):
    """The form in which ClosedOrders reports the total number of orders."""

    NUMBER = "number"
    TEXT = "text"
    ABSENT = "absent"
    ZERO = "zero"
    WORDS = "words"


class TriggerNews(StrEnum):
    """The form in which the openOrders feed reports that a trigger was reached."""

    MISC = "misc"
    FLAG = "flag"


# Volume in US dollars, taker, maker; above the first tier, which has separate options.
_TIERS = (
    ("10000", "0.0035", "0.0020"),
    ("50000", "0.0024", "0.0014"),
    ("100000", "0.0022", "0.0012"),
    ("250000", "0.0020", "0.0010"),
    ("500000", "0.0018", "0.0008"),
    ("1000000", "0.0016", "0.0006"),
    ("2500000", "0.0014", "0.0004"),
    ("5000000", "0.0012", "0.0002"),
    ("10000000", "0.0010", "0.0000"),
)
FEE_TIERS = tuple(FeeTier(*map(Decimal, row)) for row in _TIERS)


class Options(Struct, frozen=True, kw_only=True):
    """Every undocumented behaviour of the exchange. Texts are what the client sees in ``errorMessage``."""

    invalid_token_error: str = "EAPI:Invalid token"  # noqa: S105
    """The answer to an order or a cancel under a token that is missing, unknown or stale."""

    invalid_session_error: str = "ESession:Invalid session"
    """The answer to a subscription under such a token."""

    token_lifetime_s: float = 900.0
    """Seconds until an unused token expires; a used one lives as long as its connection."""

    malformed_error: str = "Malformed request"
    """The text of the ``error`` event for a frame that is not a JSON object."""

    unknown_event_error: str = "Event(s) not found"
    """The text of the ``error`` event for an event that does not exist."""

    token_needs_subscription: bool = False
    """Expire a used token unless its connection has a private subscription."""

    inactivity_s: float = 60.0
    """Seconds of silence until a connection without a subscription is closed; infinite for never."""

    single_ids: bool = False
    """Accept a string in place of a list with one id in ``cancelOrder``."""

    any_reqid: bool = False
    """Ignore a ``reqid`` that is not an integer instead of refusing it."""

    numeric_fields: bool = False
    """Accept a JSON number where the documents ask for a string (``"volume": 0.25``)."""

    common_names: bool = False
    """Accept ``BTC/USD`` and ``DOGE/USD`` besides ``XBT/USD`` and ``XDG/USD``."""

    descr_price_decimals: bool = False
    """Pad prices in ``descr`` to all decimals of the pair instead of showing them as sent."""

    duplicate_cl_ord_id_error: str = "EOrder:Duplicate cl_ord_id"
    """The answer to a ``cl_ord_id`` that an open order of the account carries."""

    cl_ord_id_folds: bool = True
    """Treat all spellings of a UUID (dashes, upper and lower case) as the same ``cl_ord_id``."""

    cl_ord_id_character: str = "[ -~]"
    """Regular expression for one character of a free-form ``cl_ord_id``; all must be ASCII."""

    validate_false_validates: bool = True
    """Validate whenever ``validate`` is present, even as ``false``."""

    rest_validate_false_validates: bool = False
    """The same for REST's AddOrder, where it used to; known clients place orders with ``False`` in each."""

    validate_reply: ValidateReply = ValidateReply.WITHOUT_TXID
    """The shape of the reply to a validated order."""

    missing_price_error: str = "EGeneral:Invalid arguments:price"
    """The answer to an order type without a price that it needs."""

    extra_price_error: str = "EGeneral:Invalid arguments:price"
    """The answer to an order type with a price that it does not take."""

    truncate_volume: bool = False
    """Truncate a volume with too many decimals instead of refusing it."""

    lenient_oflags: bool = True
    """Accept ``oflags`` that are empty, contain blanks or repeat a flag."""

    expiretm_without_gtd: bool = True
    """Honour ``expiretm`` when ``timeinforce`` is not ``GTD`` instead of refusing it."""

    post_only_refusal: PostOnlyRefusal = PostOnlyRefusal.REPLY
    """Answer a crossing ``post`` order with an error, or accept it and then cancel it."""

    unknown_order_error: str = "EOrder:Unknown order"
    """The answer to canceling what is not open; newer documents say ``EOrder:Invalid order``."""

    query_unknown_order_error: str = "EOrder:Invalid order"
    """The answer of QueryOrders to an id that never was."""

    userref_replies: UserrefReplies = UserrefReplies.EACH
    """The number of replies to a user reference that matches several open orders."""

    collapse_duplicate_ids: bool = False
    """Send one reply instead of two for a duplicate id in one ``cancelOrder``."""

    cancel_ids_max: int = 50
    """Maximum number of ids in one ``cancelOrder``; with more, the whole request gets one error."""

    cancel_by_cl_ord_id_only: bool = True
    """Accept ``cancelOrder`` with ``cl_ord_id`` and no ``txid``."""

    cancel_mixed_lists: bool = True
    """Accept ``cancelOrder`` with both lists."""

    shuffle_replies: bool = False
    """Shuffle the replies to one ``cancelOrder`` (repeatable by the seed)."""

    feed_first: bool = False
    """Report an order in the feed before replying to its request."""

    empty_snapshot: bool = True
    """Start a subscription with nothing to show with an empty snapshot."""

    depth: Decimal | None = None
    """Base units on each side of a fresh quote; ``None`` for no limit."""

    levels: int = 1
    """Price levels with ``depth`` on each side of a quote, a tick apart; only one if ``depth`` is None."""

    taker_fee: Decimal = Decimal("0.0040")
    """Fee on what an incoming order takes, as a share of its cost, in the lowest tier."""

    maker_fee: Decimal = Decimal("0.0025")
    """Fee on what a resting order gives, as a share of its cost, in the lowest tier."""

    fee_tiers: tuple[FeeTier, ...] = FEE_TIERS
    """The tiers above the lowest, by 30-day volume; empty for one rate at any volume."""

    fee_currency: FeeCurrency = FeeCurrency.WRITTEN
    """The condition under which ``fcib`` applies: never, if the client wrote it, or also by default."""

    deadline_default_s: float | None = 5.0
    """Maximum transit time of an order without a ``deadline`` (under a scenario); ``None`` for no limit."""

    deadline_ahead_max_s: float = 60.0
    """Maximum distance of a ``deadline``; older documents say 90."""

    expire_ahead_min_s: float = 0.0
    """Minimum distance of a GTD order's ``expiretm``; REST's document says 5."""

    deadline_ahead_min_s: float = 0.0
    """Minimum distance of a ``deadline`` when the order arrives; the documents say 0.5 or 2."""

    deadline_elapsed_error: str = "EService:Deadline elapsed"
    """The answer to what comes after its deadline; ``EGeneral:Invalid arguments:deadline`` means the same."""

    crossed_trigger: CrossedTrigger = CrossedTrigger.FIRE
    """Fire or refuse a trigger that the market has already passed."""

    crossed_trigger_error: str = "EOrder:Invalid price"
    """The answer to such an order when it is refused."""

    trigger_news: TriggerNews = TriggerNews.MISC
    """Report a reached trigger in ``misc``, or in a separate field ``stopped`` or ``touched``."""

    trailing_news: bool = False
    """Report each new ``stopprice`` of a trailing stop in the feed."""

    close_inherits_userref: bool = True
    """Copy the ``userref`` of the parent to an order placed by ``close``."""

    close_below_minimum: bool = True
    """Place the ``close`` order of a fill below the pair's minimum."""

    not_editable_error: str = "EOrder:Invalid order"
    """The answer of ``editOrder`` for an order that is open and not to be edited."""

    edit_volume_with_executed: bool = True
    """Include the executed volume in ``volume`` of ``editOrder``; only the rest is placed."""

    count_as_text: bool = False
    """Send ``count`` of ``cancelAll`` as a string, as in the table, or a number, as in the sample."""

    cancel_after_max_s: int = 86400
    """The longest ``timeout`` of ``cancelAllOrdersAfter``."""

    scheduled_orders_max: int | None = None
    """Maximum number of the account's orders with a future ``starttm``."""

    leverages: tuple[str, ...] = ("2", "3", "4", "5")
    """The values of ``leverage`` that are taken; ``margin`` means the last."""

    margin_allowed: bool = True
    """Allow the account to open positions."""

    opposing_position: bool = True
    """Let an order close a position and open the opposite one with the rest."""

    positions_max: int = 500
    """Maximum number of open positions."""

    position_volume_max: Decimal | None = None
    """Base units that the positions of one pair may have."""

    margin_allowance: Decimal | None = None
    """Units of a quote currency that may be borrowed in all."""

    margin_level_min: Decimal = Decimal(80)
    """Percent: no position is opened while equity is below this share of the used margin."""

    liquidation_level: Decimal = Decimal(40)
    """Percent: positions are closed by the exchange when equity falls below this share."""

    zero_volume_closes: bool = True
    """Close the whole position with a margin order of ``volume`` 0."""

    ended_orders_kept: int = 10_000
    """Maximum number of ended orders kept; the oldest is dropped first."""

    trades_kept: int = 10_000
    """Maximum number of trades kept."""

    rest_lag_s: float = 0.0
    """Seconds that OpenOrders, ClosedOrders and QueryOrders lag behind the socket."""

    open_orders_lag_s: float | None = None
    """Seconds that OpenOrders alone lags; at most ``rest_lag_s``, ``None`` for the same."""

    enforce_rest_rates: bool = True
    """Refuse a REST call that exceeds the call counter of its key."""

    rest_calls_max: int | None = None
    """Maximum of a key's call counter; ``None`` for the tier's."""

    rest_calls_per_s: float | None = None
    """Decay of the call counter per second; ``None`` for the tier's."""

    rest_cancel_pending: bool = False
    """Answer CancelOrder with ``pending``, although a cancellation is done at once."""

    execution_venue: str | None = None
    """Value of ``execution_venue`` in AssetPairs; ``None`` omits it, as before April 2026."""

    pair_states: tuple[tuple[str, str], ...] = ()
    """Pairs (``XBT/USD``) that are not online, with their ``status`` in AssetPairs."""

    key_info: KeyInfo = KeyInfo.WHOLE
    """The detail of GetApiKeyInfo; it was added in March 2026."""

    closed_count: ClosedCount = ClosedCount.NUMBER
    """Format of the ``count`` of ClosedOrders; documented as a number, other counts were seen as text."""

    rest_orders_cost: int = 1
    """Cost of OpenOrders and ClosedOrders; some documents say 2."""

    rest_history_cost: int = 4
    """Cost of TradesHistory; older documents say 2."""

    tier: Tier = Tier.STARTER
    """Account tier; sets the rate counters and the cap of open orders."""

    enforce_rates: bool = True
    """Refuse requests that exceed the rate limit or the cap of open orders."""

    threshold_is_over: bool = False
    """Treat a counter that equals its threshold as exceeding it."""

    cancels_refused: bool = True
    """Refuse a cancellation that exceeds the threshold, like an order."""

    cancel_all_cost: int = 1
    """Cost of ``cancelAll`` on each pair that it empties; undocumented."""

    domain_rate_max: float | None = None
    """Maximum sum of the counters of all pairs; beyond it: ``Domain rate limit exceeded``."""

    stepped_decay: bool = False
    """Decay the counters once a second instead of continuously."""

    refused_transactions_count: bool = True
    """Charge an order that is refused because of the rate limit."""

    whole_ratecount: bool = True
    """Send ``ratecount`` as an integer instead of a string with two decimals."""

    untriggered_counts_as_open: bool = True
    """Count orders that wait for their trigger towards the cap of open orders."""

    scheduled_counts_as_open: bool = True
    """Count orders that wait for their ``starttm`` towards the cap of open orders."""
