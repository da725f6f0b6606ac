"""The figures from which on a second look is taken, in words made from the constants of the code."""

from __future__ import annotations

from runner.review.looks import account, market, peers, robust, series, shape, slips, staleness, uniformity
from runner.review.looks.second_look import Code


def thresholds() -> dict[Code, str]:
    """Return them for each kind that has any."""
    far = f"below 1/{market.FAR_FACTOR} or above {market.FAR_FACTOR} times"
    from_three = f"from {peers.FEWEST} orders"
    sizes = f"about {_times(peers.TEN_TIMES)}, {from_three}"
    ladder = f"from {robust.SHORTEST} orders"
    return {
        Code.TRADES_AT_ONCE: (
            f"{market.THROUGH_PERCENT} % through the market ({market.IOC_THROUGH_PERCENT} % with `IOC`); "
            "any, where more limit orders of its group rest than trade"
        ),
        Code.FAR_FROM_MARKET: far,
        Code.LIMIT_FAR: f"{shape.FAR_PERCENT} %",
        Code.CLOSE_FAR: far,
        Code.VOLUME_PEERS: f"{sizes}; less, where it is a slip of the volume that the others share",
        Code.WORTH_PEERS: (
            f"{sizes}; of {peers.ALL_OTHERS} or more in the batch, {peers.TIMES_THE_NEXT} times any other"
        ),
        Code.PRICE_PEERS: f"about {_times(peers.PRICE_TIMES)}, {from_three}",
        Code.PRICE_SERIES: (
            f"{series.STEP_SHARE * 100:.0f} % of a step ({series.END_STEPS} steps for the first and last), "
            f"{ladder}"
        ),
        Code.VOLUME_SERIES: (
            f"{_percent(series.LEAST_VOLUME)} ({_times(series.LEAST_VOLUME_AT_END)} for the first and last), "
            f"{ladder}"
        ),
        Code.DISTANCE_SERIES: f"{_percent(series.LEAST_DISTANCE)}, {ladder}",
        Code.LONE_SIDE: f"{uniformity.FEWEST} others ({uniformity.FEWEST_AT_MARKET} at market)",
        Code.LONE_PAIR: f"{uniformity.FEWEST} others ({uniformity.FEWEST_COPIES} of the same volume)",
        Code.POINT_MOVED: (
            f"the same digits; or a digit more or less that makes it {slips.MANY_TIMES} times as much or more"
        ),
        Code.LARGE_SHARE: f"1/{account.LARGE_SHARE} of the account",
        Code.STALE_PRICE: f"{staleness.STALE_S:.0f} s",
    }


def _times(size: float) -> str:
    return f"{10**size:.2g} times"


def _percent(size: float) -> str:
    return f"{(10**size - 1) * 100:.1g} %"
