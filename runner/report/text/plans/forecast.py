"""The forecast of a run's duration and its reason, in a line; and what may not fit, if sent unchecked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from runner.domain import duration_text, rfc3339, since_text
from runner.report.humanize import count, seconds
from runner.report.lines import Line, hang, line

if TYPE_CHECKING:
    from runner.planning import Forecast, HistoryForecast

_SHORT_S: Final = 2.0


def forecast_lines(forecast: Forecast, width: int) -> list[Line]:
    """Return the forecast of a plan, nothing for a plan that sends nothing."""
    if not forecast.orders:
        return []
    return hang(line(describe_forecast(forecast)), width, 2)


def describe_forecast(forecast: Forecast) -> str:
    """``412 orders, 6 pairs, about 3 min 40 s on Intermediate; XBT/USD is the bottleneck``."""
    basics = f"{count(forecast.orders, 'order')}, {count(forecast.pairs, 'pair')}"
    tier = forecast.tier.value.capitalize()
    before = _describe_history(forecast.history) + _describe_fills(forecast)
    if forecast.bottleneck is None:
        return f"{basics}, no waiting for the rate limit on {tier}{before}"
    bottleneck = f"{forecast.bottleneck} is the bottleneck"
    return f"{basics}, about {seconds(forecast.seconds)} on {tier}; {bottleneck}{before}"


def _describe_fills(forecast: Forecast) -> str:
    """Return how long the wait for fills may last, which depends on the market alone."""
    if not forecast.awaited:
        return ""
    names = " and ".join(forecast.awaited)
    return f"; until every order of {names} is filled, up to {duration_text(forecast.fills_s)} more"


def _describe_history(history: HistoryForecast | None) -> str:
    """Return the text about the look that comes first; nothing of one that is over in a moment."""
    if history is None or history.seconds < _SHORT_S:
        return ""
    since = since_text(history.since)
    if history.closed is None:
        what, about = f"the account's closed orders{since}, however many there are,", "at most"
    else:
        what, about = f"{count(history.closed, 'closed order')}{since}", "about"
    return f"; before the first order a look through {what} takes {about} {seconds(history.seconds)}"


def describe_crowded_pairs(forecast: Forecast) -> list[str]:
    """Return a sentence for each pair on which too many orders may be open."""
    tier = forecast.tier.value.capitalize()
    return [
        f"{limit.orders} of these orders may be open on {limit.pair} at once; {tier} allows {limit.allowed}, "
        "and the exchange refuses the others"
        for limit in forecast.crowded
    ]


def forecast_object(forecast: Forecast) -> dict[str, Any]:
    """Return the forecast for programs."""
    return {
        "tier": forecast.tier.value,
        "orders": forecast.orders,
        "pairs": forecast.pairs,
        "seconds": round(forecast.seconds, 1),
        "bottleneck": forecast.bottleneck,
        "crowded": [
            {"pair": limit.pair, "orders": limit.orders, "allowed": limit.allowed}
            for limit in forecast.crowded
        ],
        "awaited": list(forecast.awaited),
        "fills_seconds": forecast.fills_s,
        "history": None
        if (history := forecast.history) is None
        else {
            "closed_orders": history.closed,
            "seconds": round(history.seconds, 1),
            "since": None if history.since is None else rfc3339(history.since, digits=3),
        },
    }
