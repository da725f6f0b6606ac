"""A desk with one client at an exchange, so that a test says only what matters to it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from runner.domain import Permission, Secret
from runner.kraken import (
    TOKEN_PATH,
    AddOrder,
    AddOrderStatus,
    CancelOrder,
    CancelOrderStatus,
    OpenOrders,
    OwnTrades,
    Subscribe,
    parse_envelope,
    private_call,
    token_from,
)
from runner.paper import Credentials, Exchange, Options
from runner.paper.api.rest.calls import RestCall
from runner.paper.exchange.opening import OPENING, Opening
from runner.paper.state.instruments import INSTRUMENTS
from runner.paper.state.orders import BookedOrder, Status, Terms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.kraken import Reply
    from runner.paper.api.feeds.delivery import Delivery

NOW = 1_700_000_000.0
SECRET = Secret("a2VlcCBpdCB0byB5b3Vyc2VsZg==")
ALL = frozenset(Permission)
BARE = Opening(balances=OPENING.balances, quotes=OPENING.quotes)


def credentials(permissions: Iterable[Permission] = ALL) -> Credentials:
    """Credentials of the one account; the key may do all unless said otherwise."""
    return Credentials(api_key="key", secret=SECRET, permissions=frozenset(permissions))


def exchange(
    options: Options = Options(),  # noqa: B008
    opening: Opening = BARE,
    permissions: Iterable[Permission] = ALL,
) -> Exchange:
    """A fresh exchange, without the standing orders unless they are given."""
    return Exchange(seed="test", credentials=credentials(permissions), options=options, opening=opening)


def order(**fields: Any) -> AddOrder:
    """The documents' order: a buy of 0.25 ETH/EUR at 150, which rests."""
    base = {"pair": "ETH/EUR", "type": "buy", "ordertype": "limit", "price": "150", "volume": "0.25"}
    return AddOrder(**{name: value for name, value in (base | fields).items() if value is not None})


def booked(
    txid: str = "A", *, status: Status = Status.OPEN, updated: float = 0.0, **terms: Any
) -> BookedOrder:
    """An order of one unit at 100, unless said otherwise."""
    base: dict[str, Any] = {
        "txid": txid,
        "number": ord(txid[0]),
        "instrument": INSTRUMENTS[terms.pop("pair", "ETH/EUR")],
        "type": "buy",
        "ordertype": "limit",
        "volume": Decimal(1),
        "limit": Decimal(100),
        "opentm": 0.0,
    }
    return BookedOrder(terms=Terms(**base | terms), status=status, updated=updated)


class Desk:
    """One client, connected and subscribed to openOrders; ``feed`` collects its messages."""

    def __init__(self, *, subscribed: bool = True, **built: Any) -> None:
        self.exchange = exchange(**built)
        self.now = NOW
        self.nonce = 0
        self.names: dict[str, str] = {}
        self.messages: list[Reply] = []
        self.keep(self.exchange.connect(1, NOW))
        self.token = token_from(parse_envelope(self.post(TOKEN_PATH)))
        if subscribed:
            self.send(Subscribe(subscription={"name": "openOrders"}))
        self.messages.clear()

    def keep(self, deliveries: list[Delivery]) -> list[Reply]:
        """Collect deliveries, and return their messages."""
        messages = [delivery.message for delivery in deliveries]
        self.messages += messages
        return messages

    def send(self, request: Any, token: Secret | None = None) -> list[Reply]:
        """One request on the client's connection."""
        return self.keep(self.exchange.handle(1, request, token or self.token, self.now))

    def add(self, **fields: Any) -> AddOrderStatus:
        """Place the builder's order with these fields changed; None leaves a field out."""
        replies = self.send(order(**fields))
        return next(reply for reply in replies if isinstance(reply, AddOrderStatus))

    def placed(self, name: str = "A", **fields: Any) -> str:
        """The txid of an order that is accepted; the feed's table calls it ``name``."""
        status = self.add(**fields)
        assert status.txid, status
        self.names[status.txid] = name
        return status.txid

    def error(self, **fields: Any) -> str | None:
        """The error string that the builder's order gets with these fields changed."""
        return self.add(**fields).errorMessage

    def cancel(self, *txid: str, cl_ord_id: tuple[str, ...] | None = None) -> list[str]:
        """The anonymous replies to one ``cancelOrder``: ``ok`` or the error string."""
        replies = self.send(CancelOrder(txid=txid or None, cl_ord_id=cl_ord_id, reqid=9))
        mine = [reply for reply in replies if isinstance(reply, CancelOrderStatus)]
        assert all(reply.reqid == 9 for reply in mine)
        return [reply.errorMessage or reply.status for reply in mine]

    def quote(self, bid: str, ask: str, pair: str = "ETH/EUR") -> None:
        """Move a market."""
        self.keep(self.exchange.set_quote(pair, Decimal(bid), Decimal(ask), self.now))

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
        self.keep(self.exchange.advance(self.now))

    def post(self, path: str, **fields: str) -> str:
        """The body of the answer to a signed call."""
        self.nonce += 1
        headers, body = private_call("key", SECRET, path, str(self.nonce), fields)
        return self.exchange.rest(RestCall("POST", path, headers, body), self.now).body

    def ask(self, call: str, **fields: str) -> Any:
        """The result of a private call by its name."""
        return parse_envelope(self.post(f"/0/private/{call}", **fields))

    def table(self) -> str:
        """Return the messages of the feeds, one line each."""
        return "\n".join(line for message in self.messages for line in self.lines(message))

    def lines(self, message: Reply) -> list[str]:
        """A feed message as lines of the table, none for anything else."""
        match message:
            case OpenOrders(((txid, fields),)):
                return [f"{self.names.get(txid, txid)} {_changes(fields)}"]
            case OwnTrades(((_, fields),)):
                return [f"{self.names.get(fields['ordertxid'])} trade {fields['vol']} at {fields['price']}"]
            case _:
                return []


def _changes(fields: Any) -> str:
    words = [fields.get("status", "-")]
    if "descr" in fields:
        words.append(fields["descr"]["order"])
    elif fields.get("misc"):
        words.append(f"[{fields['misc']}]")
    elif "vol_exec" in fields:
        words.append(f"{fields['vol_exec']} at {fields['avg_price']}, {fields['cost']} + {fields['fee']}")
    if "cancel_reason" in fields:
        words.append(f"({fields['cancel_reason']})")
    return " ".join(words)


def table(text: str) -> str:
    """A table as written in a test, without its indentation and blank ends."""
    return "\n".join(line.strip() for line in text.strip().splitlines())
