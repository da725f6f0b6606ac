"""Hints for a targets file. Whole files are in ``tests/acceptance/targets/invalid``."""

from __future__ import annotations

import re

import pytest

from runner.batchfile import parse_targets
from tests.batchfile.targets.files import NEEDED, problems, targets, text
from tests.support.for_each import for_each


@for_each(
    [
        # A fraction, or a percentage without its sign.
        ({"weights": "{XBT: 0.5, ETH: 30%}"}, "(write 50%)"),
        ({"weights": "{XBT: 50, ETH: 30%}"}, "(write 50%)"),
        ({"weights": '{XBT: "0,5", ETH: 30%}'}, "(write 50%)"),
        ({"weights": "{XBT: 1, ETH: 0%}"}, "(write 100%, or 1%)"),
        ({"weights": "{XBT: 0, ETH: 80%}"}, "(write 0%)"),
        ({"weights": "{XBT: 500, ETH: 30%}"}, "(the whole is 100%)"),
        ({"weights": "{XBT: -0.5, ETH: 30%}"}, "(a share is not below 0%)"),
        ({"weights": "{XBT: 50 percent, ETH: 30%}"}, "(write 50%)"),
        ({"weights": "{XBT: half, ETH: 30%}"}, 'this is "half"'),
        ({"cash": "{target: .2}"}, "write 0.2"),
        ({"cash": "{target: 19.99999999999%}"}, "(at most 10 decimals)"),
        ({"cash": "{target: 0.1999999999999}"}, "(at most 10 decimals)"),
        ({"price": "{offset: 0.12345678901%}"}, "(at most 10 decimals)"),
        ({"fees": "0.00123456789012"}, "(at most 10 decimals)"),
        ({"band": "{absolute: 0.05, relative: 25%}"}, "(write 5%)"),
        ({"price": "{offset: 0.1}"}, "(write 0.1%)"),
        ({"price": "{offset: -0.1}", "order": "{}"}, "(write -0.1%)"),
        ({"price": "{offset: 0.001}"}, "(write 0.1%, or 0.001% if it is in percent)"),
        ({"price": "{offset: 12}"}, "(at most 10%)"),
        ({"price": "{max-spread: -1%}"}, "(a share is not below 0%)"),
        ({"price": "{max-spread: 50 bps}"}, "(write 0.5%)"),
        ({"fees": "0.26"}, "(write 0.26%)"),
        ({"fees": "0"}, "(write 0%)"),
        ({"fees": "0.0026"}, "(write 0.26%, or 0.0026% if it is in percent)"),
        ({"fees": "6%"}, "(at most 5%)"),
        ({"fees": "acount"}, "(did you mean `account`?)"),
        ({"fees": "maker"}, "(write account, or a rate such as 0.26%)"),
        # Amounts.
        ({"cash": "{target: 20%, floor: 500 EUR}"}, "(write 500)"),
        ({"cash": '{target: 20%, floor: "1,000"}'}, "(write 1000 or 1.000)"),
        ({"cash": "{target: 20%, floor: €5k}"}, "(write 5000)"),
        ({"cash": "{target: 20%, floor: 5%}"}, "in units of a currency"),
        ({"keep": "{ETH: -1}"}, "(an amount is not below 0)"),
        ({"keep": "{ETH: 1.5 ETH}"}, "(write 1.5)"),
        ({"keep": "{ETH: all}"}, 'this is "all"'),
        # Spans and times.
        ({"price": "{max-age: 60}"}, "(write 60s if these are seconds)"),
        ({"price": "{max-age: 5 min}"}, "(write 5m)"),
        ({"price": "{max-age: 30h}"}, "(24h is the longest)"),
        ({"price": "{max-age: 2d}"}, "(write 60s for a minute)"),
        ({"price": "{max-age: soon}"}, "(write 60s for a minute)"),
        ({"fill": "{within: 15}"}, "give its unit"),
        ({"fill": "{within: 15 minutes}"}, "(write 15m)"),
        ({"fill": "{within: 2s}"}, "(write 5s, the shortest)"),
        ({"order": "{expiretm: 3600}"}, '"+3600")'),
        ({"order": '{expiretm: "3600"}'}, '"+3600")'),
        ({"order": "{expiretm: 1h}"}, '"+3600")'),
        ({"order": "{expiretm: 0}"}, "leave it out"),
        ({"order": "{expiretm: 2026-12-01T00:00:00Z}"}, "a file that is kept"),
        ({"order": "{expiretm: 1796083200}"}, "a file that is kept"),
        # Choices.
        ({"order": "{ordertype: market}"}, "to trade at once, write offset: -0.5% under `price`"),
        ({"order": "{ordertype: stop-loss}"}, "(write limit)"),
        ({"order": "{oflags: [viqc]}"}, "buying at market only"),
        ({"order": "{oflags: [fcib]}"}, "write fciq, or leave it out"),
        ({"order": '{oflags: "post,fciq"}'}, "(write [post, fciq])"),
        ({"order": "{timeinforce: FOK}"}, "v1 has no FOK"),
        ({"band": "{absolute: 5%, relative: 25%, to: edge}"}, "write inside"),
        ({"band": "{absolute: 5%, relative: 25%, use: min}"}, "(did you mean `smaller`?)"),
        ({"price": "{from: middle}"}, "(did you mean `mid`?)"),
        ({"scope": "breached"}, "(did you mean `breaching`?)"),
        ({"method": "buy-only"}, "(did you mean `buy`?)"),
        # Currencies.
        ({"weights": "{BTC: 50%, ETH: 30%}"}, "(did you mean `XBT`?)"),
        ({"weights": "{XXBT: 50%, ETH: 30%}"}, "(did you mean `XBT`?)"),
        ({"weights": "{XBT: 50%, BTC: 30%}"}, "(`XBT` is here already: keep one of them)"),
        ({"weights": "{XBT: 50%, xbt: 30%}"}, "(`XBT` is here already: keep one of them)"),
        ({"weights": "{XBT/EUR: 50%, ETH: 30%}"}, "(write XBT alone: `quote` is what it is traded against)"),
        ({"weights": '{XBT: 50%, "E-T-H!": 30%}'}, 'this is "E-T-H!"'),
        ({"quote": "euro!"}, 'this is "euro!"'),
        ({"quote": "ZUSD"}, "(did you mean `USD`?)"),
        # Values in the place of their mapping.
        ({"cash": "20%"}, "(write cash: {target: 20%})"),
        ({"cash": "20"}, "got 20"),
        ({"band": "5%"}, "(for example band: {absolute: 5%, relative: 25%})"),
        ({"order": "limit"}, "(write order: {ordertype: limit})"),
        ({"price": "mid"}, "(write price: {from: mid})"),
        ({"fill": "15m"}, "(write fill: {within: 15m})"),
        ({"weights": "[XBT: 50%]"}, "it is a mapping"),
        # Names.
        ({"name": "my core"}, "(for example my-core)"),
        ({"name": "a" * 54}, "(this one has 54 characters)"),
        ({"name": "2026"}, '(put it in quotes: "2026")'),
        # Keys.
        ({"maximum": "5"}, "(write it as `maximum` under `order`)"),
        ({"max_spread": "1%"}, "(write it as `max-spread` under `price`)"),
        ({"reserve": "5"}, "(write it as `floor` under `cash`)"),
        ({"orders": "{}"}, "(`order` is here already: put it there)"),
        ({"order": "{post_only: true}"}, "(write oflags: [post])"),
        ({"order": "{post_only: true, oflags: []}"}, "(add post to `oflags`)"),
        ({"price": "{max_spread: 0.5%}"}, "(did you mean `max-spread`?)"),
        ({"cash": "{target: 20%, flor: 1}"}, "(did you mean `floor`?)"),
    ]
)
def test_each_mistake_has_its_hint(parts: dict[str, str], hint: str) -> None:
    """One problem, and what to write instead."""
    found = problems(text(**parts))
    assert any(hint in item for item in found), found


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("cash", "(write cash: {target: 20%})"),
        ("band", "(for example band: {absolute: 5%, relative: 25%})"),
        ("quote", "(write quote: EUR, or another currency)"),
        ("name", "(write name: core, or another name)"),
        ("weights", "(for example weights: {XBT: 50%, ETH: 30%})"),
        ("version", "(write version: 1)"),
    ],
)
def test_what_is_missing_is_shown(key: str, hint: str) -> None:
    """The cash target is what makes the sum right."""
    (problem,) = problems(text(tuple(other for other in NEEDED if other != key)))
    assert problem == f"1:1: `{key}` is missing {hint}"


def test_a_cash_target_is_only_worked_out_where_all_weights_are_known() -> None:
    """Else it is an example."""
    assert "(write target: 12.5%)" in problems(text(cash="{}", weights="{XBT: 87.5%, ETH: 0%}"))[0]
    assert (
        "(write cash: {target: 20%})"
        in problems(text(("version", "name", "quote", "band"), weights="{A: x}"))[0]
    )
    assert "(write target: 20%)" in problems(text(cash="{}", weights="{XBT: 87.5%, ETH: 20%}"))[0]


OBEYED = (
    {"weights": "{XBT: 0.5, ETH: 30%}"},
    {"weights": "{XBT: 50, ETH: 30%}"},
    {"weights": "{XBT: 50 %, ETH: 30%}"},
    {"cash": "{target: 0.2, floor: 500 EUR}"},
    {"cash": "{target: 20%, floor: 5k}"},
    {"band": "{absolute: 5, relative: 0.25}"},
    {"band": "{absolute: 5%, relative: 25%, to: edge}"},
    {"price": "{offset: 0.1, max-age: 5 min}"},
    {"price": "{max-spread: 50 bps, max-age: 60}"},
    {"price": "{offset: -0.5%}"},
    {"fees": "0.26"},
    {"fees": "26 bps"},
    {"fill": "{within: 2s}"},
    {"order": "{expiretm: 3600}"},
    {"order": "{expiretm: 1h}"},
    {"order": "{oflags: post}"},
    {"scope": "breached"},
    {"quote": "eur"},
    {"keep": "{BTC: 1}"},
    {"cash": "20%"},
    {"order": "limit"},
    {"fill": "15m"},
)


@for_each(OBEYED)
def test_a_hint_that_is_obeyed_mends_the_file(parts: dict[str, str]) -> None:
    """To the letter: what it says to write is written in the place that it names."""
    content = text(**parts)
    while found := parse_targets(content.encode(), "t").problems:
        problem = found[0]
        written = re.search(
            r'write (?:[a-z]+: (?=\{))?([^,;(]+|\{.*\}|\[.*\])|`(\w+)`\?|: ("\+[0-9]+")', problem.hint
        )
        assert written is not None, problem
        lines = content.splitlines(keepends=True)
        line, at = lines[problem.line - 1], problem.column - 1
        old = re.match(r"\{[^}]*\}|\[[^]]*\]|[^,:}\n]+", line[at:])
        assert old is not None
        new = next(part for part in written.groups() if part).removesuffix(" if these are seconds")
        lines[problem.line - 1] = f"{line[:at]}{new}{line[at + len(old[0]) :]}"
        assert "".join(lines) != content
        content = "".join(lines)
    targets(content)
