"""The points that the documents leave open, as named options with a default each.

A point that no document settles is decided here and nowhere else, so that a run can be repeated under
every reading. The scenario's schema is made from this module: ``python -m tests.paper.option_schema``.
Texts with a detail (``EGeneral:Invalid arguments:price``) are built where they are caused.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from runner.domain import Permission
from runner.kraken import Tier

from .kinds import (
    FEE_TIERS,
    TRADING,
    ClosedCount,
    Count,
    CrossedTrigger,
    ErrorText,
    FeeCurrency,
    FeeTier,
    KeyInfo,
    Number,
    PairState,
    PostOnlyRefusal,
    Rate,
    Seconds,
    TriggerNews,
    UserrefReplies,
    ValidateReply,
)


class LimitOptions(Struct, frozen=True, kw_only=True):
    """Rate limits and caps of the account. The tier decides unless an option says otherwise."""

    tier: Tier = Tier.STARTER
    """Account tier; sets the rate counters and the cap of open orders."""

    enforce_rates: bool = True
    """Refuse requests that exceed the rate limit or the cap of open orders."""

    threshold_is_over: bool = False
    """Treat a counter that equals its threshold as exceeding it."""

    cancels_refused: bool = True
    """Refuse a cancellation that exceeds the threshold, like an order."""

    cancel_all_cost: Count = 1
    """Cost of ``cancelAll`` on each pair that it empties; undocumented."""

    domain_rate_max: Rate | None = None
    """Maximum sum of all pairs' counters, then ``Domain rate limit exceeded``; ``None`` for no limit."""

    stepped_decay: bool = False
    """Decay the counters once a second instead of continuously."""

    refused_transactions_count: bool = True
    """Charge an order that is refused because of the rate limit."""

    untriggered_counts_as_open: bool = True
    """Count orders that wait for their trigger towards the cap of open orders."""

    scheduled_counts_as_open: bool = True
    """Count orders that wait for their ``starttm`` towards the cap of open orders."""

    scheduled_orders_max: Count | None = None
    """Maximum number of the account's orders with a future ``starttm``; ``None`` for no limit."""


class RequestOptions(Struct, frozen=True, kw_only=True):
    """Forms of a request that are accepted beside the documented one."""

    single_ids: bool = False
    """Accept a string in place of a list with one id in ``cancelOrder``."""

    any_reqid: bool = False
    """Ignore a ``reqid`` that is not an integer instead of refusing it."""

    numeric_fields: bool = False
    """Accept a JSON number where the documents ask for a string (``"volume": 0.25``)."""

    common_names: bool = False
    """Accept ``BTC/USD`` and ``DOGE/USD`` besides ``XBT/USD`` and ``XDG/USD``."""

    cl_ord_id_folds: bool = True
    """Treat all spellings of a UUID (dashes, upper and lower case) as the same ``cl_ord_id``."""

    cl_ord_id_character: str = "[ -~]"
    """Regular expression for one character of a free-form ``cl_ord_id``; all must be ASCII."""

    lenient_oflags: bool = True
    """Accept ``oflags`` that are empty, contain blanks or repeat a flag."""

    truncate_volume: bool = False
    """Truncate a volume with too many decimals instead of refusing it."""

    validate_false_validates: bool = True
    """Validate whenever ``validate`` is present, even as ``false``."""

    rest_validate_false_validates: bool = False
    """Do the same in REST's AddOrder, as it once did; known clients place orders with ``False`` in each."""


class OrderOptions(Struct, frozen=True, kw_only=True):
    """Validation, triggers, expiry, ``close`` and edits of an order."""

    validate_reply: ValidateReply = ValidateReply.WITHOUT_TXID
    """The shape of the reply to a validated order."""

    post_only_refusal: PostOnlyRefusal = PostOnlyRefusal.REPLY
    """Answer a crossing ``post`` order with an error, or accept it and then cancel it."""

    crossed_trigger: CrossedTrigger = CrossedTrigger.FIRE
    """Fire or refuse a trigger that the market has already passed."""

    expiretm_without_gtd: bool = True
    """Honour ``expiretm`` when ``timeinforce`` is not ``GTD`` instead of refusing it."""

    expire_ahead_min_s: Seconds = 0.0
    """Minimum distance of a GTD order's ``expiretm`` in seconds; REST's document says 5."""

    close_inherits_userref: bool = True
    """Copy the ``userref`` of the parent to an order placed by ``close``."""

    close_below_minimum: bool = True
    """Place the ``close`` order of a fill below the pair's minimum."""

    edit_volume_with_executed: bool = True
    """Include the executed volume in ``volume`` of ``editOrder``; only the rest is placed."""


class DeadlineOptions(Struct, frozen=True, kw_only=True):
    """The ``deadline`` of orders and amendments, in seconds."""

    default_s: Seconds | None = 5.0
    """Maximum seconds in transit, under a scenario, without a ``deadline``; ``None`` for no limit."""

    ahead_max_s: Seconds = 60.0
    """Maximum distance of a ``deadline`` in seconds; older documents say 90."""

    ahead_min_s: Seconds = 0.0
    """Minimum distance of a ``deadline`` in seconds when the order arrives; the documents say 0.5 or 2."""


class CancelOptions(Struct, frozen=True, kw_only=True):
    """Cancellations and the replies to them."""

    userref_replies: UserrefReplies = UserrefReplies.EACH
    """The number of replies to a user reference that matches several open orders."""

    collapse_duplicate_ids: bool = False
    """Send one reply instead of two for a duplicate id in one ``cancelOrder``."""

    ids_max: Count = 50
    """Maximum number of ids in one ``cancelOrder``; with more, the whole request gets one error."""

    by_cl_ord_id_only: bool = True
    """Accept ``cancelOrder`` with ``cl_ord_id`` and no ``txid``."""

    mixed_lists: bool = True
    """Accept ``cancelOrder`` with both lists."""

    shuffle_replies: bool = False
    """Shuffle the replies to one ``cancelOrder`` (repeatable by the seed)."""

    after_max_s: Count = 86400
    """Maximum ``timeout`` of ``cancelAllOrdersAfter``, in seconds."""

    count_as_text: bool = False
    """Send ``count`` of ``cancelAll`` as a string, as in the table, or a number, as in the sample."""

    rest_pending: bool = False
    """Answer CancelOrder with ``pending``, although a cancellation is done at once."""


class FeedOptions(Struct, frozen=True, kw_only=True):
    """The private feeds openOrders and ownTrades."""

    first: bool = False
    """Report an order in the feed before replying to its request."""

    empty_snapshot: bool = True
    """Start a subscription with nothing to show with an empty snapshot."""

    trigger_news: TriggerNews = TriggerNews.MISC
    """Report a reached trigger in ``misc``, or in a separate field ``stopped`` or ``touched``."""

    trailing_news: bool = False
    """Report each new ``stopprice`` of a trailing stop in the feed."""

    descr_price_decimals: bool = False
    """Pad prices in ``descr`` to all decimals of the pair instead of showing them as sent."""

    whole_ratecount: bool = True
    """Send ``ratecount`` as an integer instead of a string with two decimals."""


class MarketOptions(Struct, frozen=True, kw_only=True):
    """The depth of the market, and the state of its pairs."""

    depth: Decimal | None = None
    """Base units on each side of a fresh quote; ``None`` for no limit."""

    levels: Number = 1
    """Price levels with ``depth`` on each side of a quote, a tick apart; only one if ``depth`` is None."""

    execution_venue: str | None = None
    """Value of ``execution_venue`` in AssetPairs; ``None`` omits it, as before April 2026."""

    pair_states: tuple[PairState, ...] = ()
    """Pairs that are not online, with their ``status`` in AssetPairs."""

    def status_of(self, pair: str) -> str:
        """Return the ``status`` of a pair in AssetPairs; empty for one that is not in the list."""
        for state in self.pair_states:
            if state.pair == pair:
                return state.status.value
        return ""


class FeeOptions(Struct, frozen=True, kw_only=True):
    """Fees, as shares of the cost of a trade: 0.0040 is 0.40 %."""

    taker: Decimal = Decimal("0.0040")
    """Fee on what an incoming order takes, in the lowest tier."""

    maker: Decimal = Decimal("0.0025")
    """Fee on what a resting order gives, in the lowest tier."""

    tiers: tuple[FeeTier, ...] = FEE_TIERS
    """The tiers above the lowest, by 30-day volume; empty for one rate at any volume."""

    currency: FeeCurrency = FeeCurrency.WRITTEN
    """The condition under which ``fcib`` applies: never, if the client wrote it, or also by default."""


class MarginOptions(Struct, frozen=True, kw_only=True):
    """Trading on margin."""

    allowed: bool = True
    """Allow the account to open positions."""

    leverages: tuple[Number, ...] = (2, 3, 4, 5)
    """The values of ``leverage`` that are taken; ``margin`` means the last."""

    opposing_position: bool = True
    """Let an order close a position and open the opposite one with the rest."""

    positions_max: Count = 500
    """Maximum number of open positions."""

    position_volume_max: Decimal | None = None
    """Maximum size of the positions of one pair, in base units; ``None`` for no limit."""

    allowance: Decimal | None = None
    """Maximum sum borrowed, in units of a quote currency; ``None`` for no limit."""

    level_min: Decimal = Decimal(80)
    """Percent of the used margin; no position is opened while equity is below it."""

    liquidation_level: Decimal = Decimal(40)
    """Percent of the used margin; the exchange closes positions when equity falls below it."""

    zero_volume_closes: bool = True
    """Close the whole position with a margin order of ``volume`` 0."""


class RecordOptions(Struct, frozen=True, kw_only=True):
    """The size of the exchange's memory."""

    ended_orders_kept: Count = 10_000
    """Maximum number of ended orders kept; the oldest is dropped first."""

    trades_kept: Count = 10_000
    """Maximum number of trades kept."""


class RestOptions(Struct, frozen=True, kw_only=True):
    """The REST calls: their lag, their cost, their call counter."""

    lag_s: Seconds = 0.0
    """Seconds that OpenOrders, ClosedOrders and QueryOrders lag behind the socket."""

    open_orders_lag_s: Seconds | None = None
    """Seconds that OpenOrders alone lags; at most ``lag_s``, ``None`` for the same."""

    enforce_rates: bool = True
    """Refuse a REST call that exceeds the call counter of its key."""

    calls_max: Count | None = None
    """Maximum of a key's call counter; ``None`` for the tier's."""

    calls_per_s: Rate | None = None
    """Decay of the call counter per second; ``None`` for the tier's."""

    orders_cost: Count = 1
    """Cost of OpenOrders and ClosedOrders; some documents say 2."""

    history_cost: Count = 4
    """Cost of TradesHistory and Ledgers; older documents say 2."""

    closed_count: ClosedCount = ClosedCount.NUMBER
    """Format of the ``count`` of ClosedOrders; documented as a number, other counts were seen as text."""


class KeyOptions(Struct, frozen=True, kw_only=True):
    """The API key of the account, and what GetApiKeyInfo says of it."""

    info: KeyInfo = KeyInfo.WHOLE
    """The detail of GetApiKeyInfo; it was added in March 2026."""

    permissions: tuple[Permission, ...] = TRADING
    """What the key may do; other calls and requests are refused."""

    valid_until: Count = 0
    """The end of its validity in Unix seconds, which is only reported; 0 for none."""

    ip_allowlist: tuple[str, ...] = ("127.0.0.1",)
    """The addresses that may use the key, which are only reported; empty for all."""


class ConnectionOptions(Struct, frozen=True, kw_only=True):
    """The lifetime of tokens and connections."""

    token_lifetime_s: Seconds = 900.0
    """Seconds until an unused token expires; a used one lives as long as its connection."""

    token_needs_subscription: bool = False
    """Expire a used token unless its connection has a private subscription."""

    inactivity_s: Seconds | None = 60.0
    """Seconds of silence until a connection without a subscription is closed; ``None`` for never."""


class ErrorOptions(Struct, frozen=True, kw_only=True):
    """Error texts, as the client sees them in ``errorMessage``."""

    invalid_token: ErrorText = "EAPI:Invalid token"  # noqa: S105
    """The answer to an order or a cancel under a token that is missing, unknown or stale."""

    invalid_session: ErrorText = "ESession:Invalid session"
    """The answer to a subscription under a token that is missing, unknown or stale."""

    malformed: ErrorText = "Malformed request"
    """The text of the ``error`` event for a frame that is not a JSON object."""

    unknown_event: ErrorText = "Event(s) not found"
    """The text of the ``error`` event for an event that does not exist."""

    duplicate_cl_ord_id: ErrorText = "EOrder:Duplicate cl_ord_id"
    """The answer to a ``cl_ord_id`` that an open order of the account carries."""

    missing_price: ErrorText = "EGeneral:Invalid arguments:price"
    """The answer to an order type without a price that it needs."""

    extra_price: ErrorText = "EGeneral:Invalid arguments:price"
    """The answer to an order type with a price that it does not take."""

    unknown_order: ErrorText = "EOrder:Unknown order"
    """The answer to canceling what is not open; newer documents say ``EOrder:Invalid order``."""

    query_unknown_order: ErrorText = "EOrder:Invalid order"
    """The answer of QueryOrders to an id that never was."""

    deadline_elapsed: ErrorText = "EService:Deadline elapsed"
    """The answer to what comes after its deadline; ``EGeneral:Invalid arguments:deadline`` means the same."""

    crossed_trigger: ErrorText = "EOrder:Invalid price"
    """The answer to an order whose trigger has been passed, when it is refused."""

    not_editable: ErrorText = "EOrder:Invalid order"
    """The answer of ``editOrder`` for an order that is open and not to be edited."""


class Options(Struct, frozen=True, kw_only=True):
    """Every undocumented behaviour of the exchange, in groups by subject; written ``group.name``."""

    limits: LimitOptions = LimitOptions()
    requests: RequestOptions = RequestOptions()
    orders: OrderOptions = OrderOptions()
    deadlines: DeadlineOptions = DeadlineOptions()
    cancels: CancelOptions = CancelOptions()
    feeds: FeedOptions = FeedOptions()
    market: MarketOptions = MarketOptions()
    fees: FeeOptions = FeeOptions()
    margin: MarginOptions = MarginOptions()
    records: RecordOptions = RecordOptions()
    rest: RestOptions = RestOptions()
    api_key: KeyOptions = KeyOptions()
    connection: ConnectionOptions = ConnectionOptions()
    errors: ErrorOptions = ErrorOptions()
