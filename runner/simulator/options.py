"""The points that the documents leave open, as named options with a default each.

A point that no document settles is decided here and nowhere else, so that a run can be repeated under
every reading. Texts with a detail (``EGeneral:Invalid arguments:price``) are built where they are caused.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from runner.protocol import Tier


class FeeTier(Struct, frozen=True, gc=False):
    """The shares of the cost that are charged from a 30-day volume on; the volume is in US dollars."""

    volume: Decimal
    taker: Decimal
    maker: Decimal


class PostOnlyRefusal(StrEnum):
    """The way to refuse an order with ``post`` that would take: in the reply, or by canceling it."""

    REPLY = "reply"
    CANCEL = "cancel"


class ValidateReply(StrEnum):
    """The fields in a validated order's reply beside ``status`` and ``descr``."""

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


# Volume in US dollars, taker, maker; behind the first tier, which has options of its own.
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


class Options(Struct, frozen=True, kw_only=True, gc=False):
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

    token_needs_subscription: bool = False
    """Whether a token that was used in time lives on only while its connection has a private subscription."""

    inactivity_s: float = 60.0
    """How long a connection without a subscription may be silent before it is closed; infinite for ever."""

    single_ids: bool = False
    """Whether ``cancelOrder`` takes a text in place of a list with one id."""

    any_reqid: bool = False
    """Whether a ``reqid`` that is no integer is passed over instead of refused."""

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

    cl_ord_id_character: str = "[ -~]"
    """Of what a free ``cl_ord_id`` is made, as a regular expression for one character; all must be ASCII."""

    validate_false_validates: bool = True
    """Whether ``validate`` validates by being present at all, even as ``false``."""

    rest_validate_false_validates: bool = False
    """The same for REST's AddOrder, where it used to; known clients place orders with ``False`` in each."""

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

    levels: int = 1
    """Prices with ``depth`` on each side of a quote, a tick apart; more than one only where depth ends."""

    taker_fee: Decimal = Decimal("0.0040")
    """Fee on what an incoming order takes, as a share of its cost, in the lowest tier."""

    maker_fee: Decimal = Decimal("0.0025")
    """Fee on what a resting order gives, as a share of its cost, in the lowest tier."""

    fee_tiers: tuple[FeeTier, ...] = FEE_TIERS
    """The tiers above the lowest, by 30-day volume; empty for one rate at any volume."""

    fee_currency: FeeCurrency = FeeCurrency.WRITTEN
    """When ``fcib`` counts: never, when the client wrote it, or also where it is the default."""

    deadline_default_s: float | None = 5.0
    """How long an order without a ``deadline`` may be on its way (under a scenario); ``None`` for ever."""

    deadline_ahead_max_s: float = 60.0
    """How far ahead a ``deadline`` may be; older documents say 90."""

    expire_ahead_min_s: float = 0.0
    """How far ahead the ``expiretm`` of a GTD order has to be; REST's document says 5."""

    deadline_ahead_min_s: float = 0.0
    """How far ahead a ``deadline`` has to be at least when the order arrives; the documents say 0.5 or 2."""

    deadline_elapsed_error: str = "EService:Deadline elapsed"
    """The answer to what comes after its deadline; ``EGeneral:Invalid arguments:deadline`` means the same."""

    crossed_trigger: CrossedTrigger = CrossedTrigger.FIRE
    """Whether a trigger that the market has passed already fires at once, or is refused."""

    crossed_trigger_error: str = "EOrder:Invalid price"
    """The answer to such an order when it is refused."""

    trigger_news: TriggerNews = TriggerNews.MISC
    """Whether a reached trigger is told as ``misc``, or as a field ``stopped`` or ``touched`` of its own."""

    trailing_news: bool = False
    """Whether the feed tells each new ``stopprice`` of a trailing stop."""

    close_inherits_userref: bool = True
    """Whether an order placed by ``close`` carries the ``userref`` of its parent."""

    close_below_minimum: bool = True
    """Whether a fill below the pair's minimum still places its ``close`` order."""

    not_editable_error: str = "EOrder:Invalid order"
    """The answer of ``editOrder`` for an order that is open and not to be edited."""

    edit_volume_with_executed: bool = True
    """Whether ``volume`` of ``editOrder`` counts what was executed before; then the rest alone is placed."""

    count_as_text: bool = False
    """Whether ``count`` of ``cancelAll`` is text, as in the table, or a number, as in the sample."""

    cancel_after_max_s: int = 86400
    """The longest ``timeout`` of ``cancelAllOrdersAfter``."""

    scheduled_orders_max: int | None = None
    """How many orders with a ``starttm`` to come the account may have."""

    leverages: tuple[str, ...] = ("2", "3", "4", "5")
    """The values of ``leverage`` that are taken; ``margin`` means the last."""

    margin_allowed: bool = True
    """Whether the account may open positions at all."""

    opposing_position: bool = True
    """Whether an order may close a position and open one of the other side with the rest."""

    positions_max: int = 500
    """How many positions may be open."""

    position_volume_max: Decimal | None = None
    """Base units that the positions of one pair may have."""

    margin_allowance: Decimal | None = None
    """Units of a quote currency that may be borrowed in all."""

    margin_level_min: Decimal = Decimal(80)
    """Percent: no position is opened while equity is below this share of the used margin."""

    liquidation_level: Decimal = Decimal(40)
    """Percent: positions are closed by the exchange when equity falls below this share."""

    zero_volume_closes: bool = True
    """Whether ``volume`` 0 of a closing margin order means the whole position."""

    ended_orders_kept: int = 10_000
    """How many ended orders are remembered; the first to end is forgotten first."""

    trades_kept: int = 10_000
    """How many trades are remembered."""

    rest_lag_s: float = 0.0
    """How far OpenOrders, ClosedOrders and QueryOrders lag behind the socket."""

    open_orders_lag_s: float | None = None
    """How far OpenOrders alone lags; at most as far as the others, ``None`` for as far."""

    enforce_rest_rates: bool = True
    """Whether a REST call that goes over the call counter of its key is refused."""

    rest_calls_max: int | None = None
    """How far the call counter of a key may rise; ``None`` for what the tier has."""

    rest_calls_per_s: float | None = None
    """How fast it falls; ``None`` for what the tier has."""

    rest_cancel_pending: bool = False
    """Whether CancelOrder says ``pending``; nothing ever is, because a cancellation is done at once."""

    execution_venue: str | None = None
    """What AssetPairs says as ``execution_venue``; ``None`` leaves it out, as it was before April 2026."""

    pair_states: tuple[tuple[str, str], ...] = ()
    """Pairs (``XBT/USD``) that are not online, with their state as AssetPairs tells it."""

    key_info: KeyInfo = KeyInfo.WHOLE
    """How much GetApiKeyInfo tells; it was added in March 2026."""

    closed_count: ClosedCount = ClosedCount.NUMBER
    """How ClosedOrders says how many there are; its page says a number, other counts were seen as text."""

    rest_orders_cost: int = 1
    """What OpenOrders and ClosedOrders cost; some documents say 2."""

    rest_history_cost: int = 4
    """What TradesHistory costs; older documents say 2."""

    tier: Tier = Tier.STARTER
    """How far the account is verified: its rate counters and its cap of open orders."""

    enforce_rates: bool = True
    """Whether what goes over the rate limit or over the cap of open orders is refused."""

    threshold_is_over: bool = False
    """Whether a counter that reaches its threshold is over it already."""

    cancels_refused: bool = True
    """Whether a cancellation that goes over the threshold is refused, as an order is."""

    cancel_all_cost: int = 1
    """What ``cancelAll`` costs on each pair that it empties; no document says."""

    domain_rate_max: float | None = None
    """What the counters of all pairs may come to together; beyond it: ``Domain rate limit exceeded``."""

    stepped_decay: bool = False
    """Whether the counters fall once a second instead of all the time."""

    refused_transactions_count: bool = True
    """Whether an order that is refused for the rate is charged nevertheless."""

    whole_ratecount: bool = True
    """Whether ``ratecount`` is a number without its fraction, instead of text with two decimals."""

    untriggered_counts_as_open: bool = True
    """Whether an order that waits for its trigger counts towards the cap of open orders."""

    scheduled_counts_as_open: bool = True
    """Whether an order that waits for its ``starttm`` does."""
