"""The value to write instead."""

from __future__ import annotations

import pytest

from runner.batchfile.document.values import NumberText
from runner.batchfile.hints.values import kind_hint, pair_hint, text_hint, value_hint
from tests.support.for_each import for_each


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("BTC/USD", "XBT/USD"),
        ("btc-usd", "XBT/USD"),
        ("ETH/BTC", "ETH/XBT"),
        ("DOGE/EUR", "XDG/EUR"),
        ("XBTUSDT", "XBT/USDT"),
        ("XXBTZUSD", "XBT/USD"),
        ("XETHZEUR", "ETH/EUR"),
        ("eth_eur", "ETH/EUR"),
        ("NVDAx-USD", "NVDAx/USD"),
        ("NVDAxUSD", "NVDAx/USD"),
        ("NVDAx/BTC", "NVDAx/XBT"),
    ],
)
def test_a_pair_of_another_interface_is_recognised(text: str, meant: str) -> None:
    """Bitcoin's and Dogecoin's other names, other separators, REST's own ids."""
    assert pair_hint(text) == f"did you mean `{meant}`?"


@pytest.mark.parametrize("text", ["ETH/EUR", "nothing at all", "", "/", "ETH/EUR/USD"])
def test_no_pair_is_made_up(text: str) -> None:
    """A pair that is right, or unreadable, has no hint."""
    assert pair_hint(text) == ""


@pytest.mark.parametrize(
    ("value", "choices", "hint"),
    [
        ("BUY", ["buy", "sell"], "did you mean `buy`?"),
        ("FOK", ["GTC", "GTD", "IOC"], "v1 has no FOK; IOC cancels what does not trade at once"),
        ("GTX", ["GTC", "GTD", "IOC"], "post only is a separate flag: oflags: post, with timeinforce: GTC"),
        ("market-limit", ["limit", "market", "take-profit-limit"], ""),
        ("stop", ["limit", "stop-loss", "stop-loss-limit"], "did you mean `stop-loss`?"),
        ("stop_loss_limit", ["stop-loss", "stop-loss-limit"], "did you mean `stop-loss-limit`?"),
        (True, ["buy", "sell"], ""),
        ("xyz", ["buy", "sell"], ""),
    ],
)
def test_a_value_finds_its_neighbour(value: object, choices: list[str], hint: str) -> None:
    """In another case, with other dashes, or explained if v1 does not have it."""
    assert value_hint(value, choices) == hint


@for_each(
    [
        ("price", "5%", 'a relative price has a sign in front: "+5%" or "-5%"'),
        ("price", "1,500", "a number has no comma: write 1500, or 1.500 if the comma is a decimal sign"),
        ("price", "1,500.25", "write the number alone: 1500.25"),
        ("volume", "+1", "a volume has no sign; `type` says whether to buy or sell"),
        ("volume", "1_000", "write the number alone: 1000"),
        ("price2", "#5", "`#` is for `price` only"),
        ("expiretm", "60", 'seconds from now have a + in front: "+60"'),
        ("starttm", "2026-11-23", "give date, time and offset: 2026-11-23T00:00:00Z, if that is UTC"),
        ("starttm", "2026-11-23 09:00Z", "write 2026-11-23T09:00:00Z"),
        ("expiretm", "+2h", 'in seconds from now: "+7200"'),
        ("expiretm", "1764400000000", "these are milliseconds: write 1764400000"),
        ("within", "15 minutes", "write 15m"),
        ("within", "120 sec", "write 2m"),
        ("within", "3s", "write 5s, the shortest"),
        ("within", "2d", "write 24h, the longest"),
        ("within", "soon", "write 15m for a quarter of an hour"),
        ("deadline", "+5", "write 5"),
        ("deadline", "5 s", "write 5"),
        ("deadline", "5 min", "write a number of seconds from 2 to 60"),
        ("pair", "ETH", "write the second currency too, such as ETH/EUR"),
        ("oflags", "POST FCIQ", "write post,fciq"),
        ("oflags", "post-only", "write post"),
        ("oflags", "reduce-only", "it is a separate key: reduce_only: true"),
        ("leverage", "5:1", "write 5"),
        ("userref", "mine", "an id of letters goes to `cl_ord_id`"),
        ("id", "buy eth", "for example buy-eth"),
        ("name", "größe", "for example grosse"),
        ("name", "日本", ""),
        ("name", "\u201cbuy\u201d", "for example buy"),
        ("name", "t // now", "a comment begins with `#` and a blank in front of it, not with `//`"),
        ("description", "anything", ""),
    ]
)
def test_a_form_of_another_interface_is_recognised(field: str, text: str, hint: str) -> None:
    """Each field knows the forms that people carry over to it."""
    assert text_hint(field, text) == hint


@pytest.mark.parametrize(
    ("field", "value", "wanted", "hint"),
    [
        ("margin", "yes", ["boolean"], "write true"),
        ("margin", "perhaps", ["boolean"], "write true or false, without quotes"),
        ("id", NumberText("1"), ["string"], 'put it in quotes: "1"'),
        ("id", True, ["string"], 'put it in quotes: "true"'),
        ("needs", "a", ["array"], "write [a]"),
        ("within", NumberText("90"), ["string"], "give its unit: 90s or 90m"),
        ("needs", "a, b", ["array"], "write [a, b]"),
        ("needs", "none", ["array"], "write [] to start at once"),
        ("orders", "a", ["array"], ""),
        ("id", [], ["string"], ""),
        ("margin", [], ["boolean"], ""),
    ],
)
def test_a_value_of_the_wrong_kind_is_put_right(
    field: str, value: object, wanted: list[str], hint: str
) -> None:
    """Only quotes or brackets are missing."""
    assert kind_hint(field, value, wanted) == hint


@pytest.mark.parametrize(
    ("field", "text", "hint"),
    [
        ("expiretm", "24.12.2026", "give date, time and offset: 2026-12-24T00:00:00Z, if that is UTC"),
        ("expiretm", "2026/12/24 18:00", "give date, time and offset: 2026-12-24T18:00:00Z, if that is UTC"),
        ("expiretm", "12/24/2026", "give date, time and offset: 2026-12-24T00:00:00Z, if that is UTC"),
        ("expiretm", "03/04/2026", ""),
        ("expiretm", "never", "write 0"),
        ("starttm", "now", "write 0"),
        ("created", "24.12.2026", "write 2026-12-24"),
        ("created", "1.2.2026", "write 2026-02-01"),
        ("created", "03/04/2026", ""),
        ("created", "99.99.2026", ""),
    ],
)
def test_a_date_is_put_right_where_it_reads_in_one_way(field: str, text: str, hint: str) -> None:
    """A day and a month that may be exchanged are not guessed."""
    assert text_hint(field, text) == hint
