"""A halt as text: what it would cancel, what it did, and how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from runner.report.humanize import count, moment
from runner.report.lines import Line, Span, Style, hang, line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from runner.kraken import ListedOrder, OpenOrder

QUESTION: Final = "Halt, and cancel them?"
_NAMED: Final = 10
_REACH: Final = {
    "all": "It cancels every order of the account, also those of other programs.",
    "ours": "It cancels what order-batch has placed, as far as its journals know.",
    "all-but-stops": "It cancels every order of the account but stops, also those of other programs.",
}
_CHOICE: Final = (
    "Without these the losses of the positions behind them have no limit. --keep-stops leaves them, and "
    "--ours cancels only what order-batch has placed."
)


def halt_prompt_lines(scope: str, orders: Sequence[ListedOrder] | None, width: int) -> list[Line]:
    """Return what a halt would do, in lines of at most ``width`` columns; ``orders`` are the open ones."""
    return [piece for text in _prompt(scope, orders) for piece in hang(text, width, 2)]


def _prompt(scope: str, orders: Sequence[ListedOrder] | None) -> Iterator[Line]:
    yield line(Span("about to halt", Style.NAME), ": no run sends anything new until somebody resumes.")
    yield line(_REACH[scope])
    if orders is None:
        yield line(Span("Which orders are open cannot be read.", Style.DOUBT))
        return
    yield line(f"open now: {count(len(orders), 'order')}")
    stops = [listed.order for listed in orders if listed.order.protective]
    if stops and scope != "all-but-stops":
        yield line(Span(f"{count(len(stops), 'stop')} among them:", Style.WARNING))
        yield from (line(f"  {_words(order)}") for order in stops[:_NAMED])
        if len(stops) > _NAMED:
            yield line(f"  and {len(stops) - _NAMED} more")
        yield line(_CHOICE)


def _words(order: OpenOrder) -> str:
    described = None if order.descr is None else order.descr.order
    return f"{order.txid}  {described or 'not described'}"


def halt_lines(result: Mapping[str, Any], width: int) -> list[Line]:
    """Return what a halt did, in lines of at most ``width`` columns."""
    return [piece for text in _result(result) for piece in hang(text, width, 4)]


def _result(result: Mapping[str, Any]) -> Iterator[Line]:
    yield line(Span(halt_title(result), Style.NAME))
    yield ()
    for order in result["orders"]:
        word, style = end_of(order, result)
        mine = "" if order["ours"] else "  (not ours)"
        yield line("  ", Span(f"{word:9}", style), f"{order['txid']}  {order['order'] or ''}{mine}")
    if result["orders"]:
        yield ()
    for each in result["passes"]:
        counted = "" if each["count"] is None else f": {count(each['count'], 'order')}"
        yield line(
            f"  {moment(each['at'])}  {each['way']}{counted}{': ' if each['error'] else ''}{each['error']}"
        )
    yield line(*headline(result))


def halt_title(result: Mapping[str, Any]) -> str:
    """Return who has halted what, and why."""
    halt = result["halt"]
    where = f"{result['venue']} ({result['place']})"
    if halt is None:
        return f"not halted: {where}"
    return f"halted: {where}, by {halt['by']} on {halt['host']}, because: {halt['reason']}"


def end_of(order: Mapping[str, Any], result: Mapping[str, Any]) -> tuple[str, Style]:
    """Return what has become of an order, in a word."""
    if order["txid"] in result["open"]:
        return "open", Style.DOUBT
    return (order["status"] or "gone"), Style.GOOD


def headline(result: Mapping[str, Any]) -> tuple[Span, str]:
    """Return the outcome, and what is certain."""
    if result["outcome"] == "done":
        which = "none of ours" if result["scope"] == "ours" else "none"
        but = " but stops" if result["scope"] == "all-but-stops" else ""
        return Span("done", Style.GOOD), f": {which} is open{but}, by the feed and by the records"
    return Span("unresolved", Style.DOUBT), ": look at the exchange, and run the same command again"


def resume_lines(result: Mapping[str, Any], width: int) -> list[Line]:
    """Return which halt has ended, in lines of at most ``width`` columns."""
    return list(hang(line(Span(resumed_text(result), Style.NAME)), width, 2))


def resumed_text(result: Mapping[str, Any]) -> str:
    """Return which halt has ended, by whom and why."""
    halt, resumed = result["halt"], result["resumed"]
    if halt is None:
        return f"nothing was halted: {result['venue']} ({result['place']})"
    return (
        f"resumed by {resumed['by']} on {resumed['host']}, because: {resumed['reason']}; it was halted by "
        f"{halt['by']} on {halt['host']} at {moment(halt['at'])}, because: {halt['reason']}"
    )
