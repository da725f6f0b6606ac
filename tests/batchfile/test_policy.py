"""Policy files: what comes out of each check, and all problems of broken ones with their places."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from runner.batchfile import load_schema, parse_policy
from runner.batchfile.zones import zone_named
from runner.domain import (
    Against,
    AllowedOrdertypes,
    AllowedPairs,
    AllowedTimes,
    AllowedTypes,
    AllowedVenues,
    Answer,
    ApprovalRule,
    Check,
    Collar,
    MaxCancels,
    MaxDuplicates,
    MaxLeverage,
    MaxNotional,
    MaxOrders,
    MaxRejects,
    MaxVolume,
    Only,
    Per,
    Place,
    Policy,
    RequiredFields,
    Window,
    join,
)
from tests.support.for_each import for_each

SCHEMA = load_schema("policy")
HEAD = "version: 1\nname: p\nrules:\n"
RULE = "  - {name: r, check: types, allow: [buy], message: M}\n"


def read(*rules: str) -> Policy:
    """The policy of some rules, each in braces, without name and message."""
    text = HEAD + "".join(f"  - {{name: r{n}, message: M, {check}}}\n" for n, check in enumerate(rules))
    parsed = parse_policy(text.encode(), "p.yaml")
    assert parsed.policy is not None, parsed.problems
    assert parsed.problems == ()
    return parsed.policy


def problems(text: str) -> list[str]:
    """Return what is said of a policy that is broken."""
    parsed = parse_policy(text.encode(), "p")
    assert parsed.policy is None
    return [str(problem).removeprefix("p:") for problem in parsed.problems]


@for_each(
    [
        ('check: pairs, allow: [XBT/EUR, "*/USD"]', AllowedPairs(("XBT/EUR", "*/USD"))),
        ("check: types, allow: [sell]", AllowedTypes(("sell",))),
        ("check: ordertypes, allow: [limit, market]", AllowedOrdertypes(("limit", "market"))),
        ("check: venues, allow: [paper]", AllowedVenues(("paper",))),
        (
            'check: times, allow: [{days: [mon, sun], from: "08:30", to: "24:00"}]',
            AllowedTimes((Window((0, 6), 510, 1440),)),
        ),
        (
            'check: times, allow: [{from: "22:00", to: "06:00"}]',
            AllowedTimes((Window((0, 1, 2, 3, 4, 5, 6), 1320, 360),)),
        ),
        ("check: leverage, most: none", MaxLeverage(None)),
        ("check: leverage, most: 2", MaxLeverage(2)),
        ("check: fields, require: [post, expiretm]", RequiredFields(("post", "expiretm"))),
        ("check: volume, most: 2.50, per: order", MaxVolume(Decimal("2.50"), Per.ORDER)),
        ("check: notional, most: 5000, currency: EUR, per: day", MaxNotional(Decimal(5000), "EUR", Per.DAY)),
        ("check: collar, against: last, above: 2.5%", Collar(Against.LAST, Decimal("2.5"), None)),
        ("check: collar, against: mid, above: 1%, below: 0%", Collar(Against.MID, Decimal(1), Decimal(0))),
        ("check: orders, most: 50, per: pair", MaxOrders(50, Per.PAIR)),
        ("check: duplicates, most: 1, per: day", MaxDuplicates(1, Per.DAY)),
        ("check: cancels, most: 5, per: batch", MaxCancels(5, Per.BATCH)),
        ("check: rejects, most: 0", MaxRejects(0, None, 10)),
        ("check: rejects, share: 20%, after: 5", MaxRejects(None, Decimal(20), 5)),
    ]
)
def test_each_check_is_understood(text: str, check: Check) -> None:
    """The file's words become the domain's, numbers as they were typed."""
    (rule,) = read(text).rules
    assert rule.check == check
    assert (rule.name, rule.message, rule.place, rule.answer) == ("r0", "M", Place(4, 6), Answer.DENY)


def test_hours_are_of_a_zone_by_its_name() -> None:
    """And say whether orders may rest after them."""
    (rule,) = read('check: times, allow: [{from: "09:00", to: "17:00"}], zone: Asia/Tokyo, rest: false').rules
    assert isinstance(rule.check, AllowedTimes)
    assert str(rule.check.zone) == str(zone_named("Asia/Tokyo"))
    assert not rule.check.rest


def test_a_policy_keeps_where_it_is_from() -> None:
    """Its name, its digest, and each rule with its scope and answer."""
    text = HEAD.replace("rules", "description: Ours\nrules") + (
        "  - name: a\n    check: types\n    allow: [buy]\n    message: M\n    answer: warn\n"
        "    only: {pairs: [XBT/EUR], types: [sell], ordertypes: [limit], venues: [kraken]}\n"
    )
    parsed = parse_policy(text.encode(), "dir/policy.yaml")
    assert parsed.policy is not None
    assert (parsed.policy.name, parsed.policy.description) == ("p", "Ours")
    assert parsed.policy.file == "dir/policy.yaml"
    assert parsed.policy.digest == hashlib.sha256(text.encode()).hexdigest()
    (rule,) = parsed.policy.rules
    assert rule.answer is Answer.WARN
    assert rule.only == Only(pairs=("XBT/EUR",), types=("sell",), ordertypes=("limit",), venues=("kraken",))


def test_approvals_are_understood() -> None:
    """The span in seconds; without them none are needed."""
    parsed = parse_policy(
        (
            HEAD.replace("rules", 'approvals: {least: 2, from: [alice, "b c"], within: 24h}\nrules') + RULE
        ).encode(),
        "p",
    )
    assert parsed.policy is not None, parsed.problems
    (rule,) = parsed.policy.approvals
    assert rule == ApprovalRule(policy="p", least=2, approvers=("alice", "b c"), within_s=86_400)
    assert read("check: types, allow: [buy]").approvals == ()
    both = join(
        [parsed.policy, replace(parsed.policy, digest="other", approvals=(replace(rule, policy="q"),))]
    )
    assert both is not None
    assert [each.policy for each in both.approvals] == ["p", "q"]


@pytest.mark.parametrize(
    ("approvals", "message"),
    [
        (
            "{least: 3, from: [alice, bob], within: 1h}",
            "3:20: approvals.least: 3 approvals are needed, and only 2",
        ),
        ("{least: 0, from: [alice], within: 1h}", "3:20: approvals.least: expected a whole number from 1"),
        ("{least: 1, from: [alice, alice], within: 1h}", "3:37: approvals.from[1]: "),
        ("{least: 1, from: [], within: 1h}", "3:29: approvals.from: "),
        ("{least: 1, from: [alice], within: 1 day}", "3:46: approvals.within: `within` is a whole number"),
        ("{least: 1, from: [alice]}", "3:13: approvals: "),
        ("{least: 1, form: [alice], within: 1h}", "did you mean `from`"),
        ("[alice]", "3:12: approvals: "),
    ],
)
def test_approvals_that_make_no_sense_are_explained(approvals: str, message: str) -> None:
    """At their line, with what to write instead."""
    found = " ".join(problems(HEAD.replace("rules", f"approvals: {approvals}\nrules") + RULE))
    assert message in found, found


def test_all_problems_come_at_once_with_their_places() -> None:
    """Each with its line and column, and with a hint where one helps."""
    text = HEAD + (
        "  - name: a\n    check: pairs\n    allow: [BTC/EUR]\n    message: M\n"
        "  - name: a\n    check: collar\n    against: lst\n    above: 2\n    message: M\n"
        "  - {name: c, check: pair, message: M}\n"
        "  - {name: d, check: volume, most: 0, per: month}\n"
    )
    assert problems(text) == [
        "6:13: rules[0].allow[0]: v1 calls Bitcoin XBT and Dogecoin XDG (did you mean `XBT/EUR`?)",
        '8:11: rules[1].name: the rule name "a" is taken on line 4 (each rule has its own name)',
        '10:14: rules[1].against: expected one of last, mid, got "lst" (did you mean `last`?)',
        "11:12: rules[1].above: a share is a plain number with % behind it, such as 2.5%; this is 2 "
        "(write 2%)",
        "13:22: rules[2].check: expected one of pairs, types, ordertypes, venues, times, leverage, fields, "
        'volume, notional, collar, orders, duplicates, cancels, rejects, second-look, got "pair" '
        "(did you mean `pairs`?)",
        "14:6: rules[3]: `message` is missing",
        "14:36: rules[3].most: a limit is more than 0; this is 0",
        '14:44: rules[3].per: expected one of order, pair, batch, day, got "month"',
    ]


@for_each(
    [
        ("check: collar, against: last", "the rule says neither `above` nor `below` (write one or both)"),
        ("check: rejects", "the rule says neither `most` nor `share` (write one or both)"),
        ("check: rejects, most: 1, after: 3", "`after` means something beside `share` only"),
        ("check: pairs, allow: []", "the list is empty"),
        ("check: pairs, allow: [ETHEUR]", "(did you mean `ETH/EUR`?)"),
        ("check: pairs, alow: [ETH/EUR]", "there is no key `alow` here (did you mean `allow`?)"),
        ('check: times, allow: [{from: "9:00", to: "17:00"}]', '(write "09:00")'),
        ("check: times, allow: [{from: 09:00, to: 17:00}]", "put it in quotes"),
        ("check: orders, most: 2.5, per: batch", "expected a whole number or text"),
        ("check: orders, most: 2, per: order", "expected one of pair, batch, day"),
        ("check: cancels, most: 2, per: day, only: {pairs: [ETH/EUR]}", "there is no key `pairs` here"),
        ("check: notional, most: 1, per: day", "`currency` is missing"),
        (
            'check: times, allow: [{from: "09:00", to: "17:00"}], zone: Berlin',
            "did you mean `Europe/Berlin`?",
        ),
        (
            'check: times, allow: [{from: "09:00", to: "17:00"}], zone: ""',
            'a time zone is a name of 1 to 64 characters, such as Europe/Berlin; this is ""',
        ),
        (
            'check: times, allow: [{from: "09:00", to: "17:00"}], zone: "+02:00"',
            'there is no time zone "+02:00" (write a name of the time zone database',
        ),
        ("check: leverage, most: 1", "the most leverage is none, or a whole number from 2; this is 1"),
        ("check: leverage, most: None", 'or a whole number from 2; this is "None"'),
        ("check: leverage, allow: none", "`most` is missing"),
        ("check: types, allow: [long]", "did you mean `buy`?"),
    ]
)
def test_a_rule_that_makes_no_sense_is_explained(rule: str, message: str) -> None:
    """The message says what is wrong, and what to write instead."""
    text = " ".join(problems(HEAD + f"  - {{name: r, message: M, {rule}}}\n"))
    assert message in text


@pytest.mark.parametrize(
    "text", ["", "[]", "rules", "version: 1\nname: p\nrules: []\n", "a: &x 1\n", "a: [\n"]
)
def test_what_is_no_policy_has_problems(text: str) -> None:
    """Any other document; a batch is none either."""
    assert problems(text)


@given(st.text(alphabet="abv:-[]{}&*!|>'\"%@#,? \n\t01.~<", max_size=120))
def test_random_yaml_raises_nothing(text: str) -> None:
    """There is a policy or there are problems."""
    parsed = parse_policy((HEAD + text).encode(), "p")
    assert (parsed.policy is None) == bool(parsed.problems)


def every_property(node: Any) -> list[tuple[str, dict[str, Any]]]:
    """Every property that an author may write, references followed."""
    if isinstance(node, list):
        return [found for item in node for found in every_property(item)]
    if not isinstance(node, dict):
        return []
    own = [
        (name, {**(SCHEMA["$defs"][rule["$ref"].rpartition("/")[2]] if "$ref" in rule else {}), **rule})
        for name, rule in (node.get("properties") or {}).items()
        if isinstance(rule, dict) and "title" in node
    ]
    return own + [item for key, value in node.items() if key != "examples" for item in every_property(value)]


def test_the_schema_is_a_schema_and_explains_itself() -> None:
    """An editor can show a title, a description and a right example for every property."""
    Draft202012Validator.check_schema(SCHEMA)
    found = [(name, rule) for name, rule in every_property(SCHEMA) if "const" not in rule or "title" in rule]
    assert len(found) > 60
    for name, rule in found:
        assert {"title", "description", "examples"} <= rule.keys(), name
        checked = {key: value for key, value in rule.items() if key != "$ref"} | {"$defs": SCHEMA["$defs"]}
        for sample in rule["examples"]:
            assert Draft202012Validator(checked).is_valid(sample), (name, sample)


PAGE = Path(__file__).parents[2] / ".github" / "docs" / "how-to" / "write-a-policy.md"


def test_the_policy_that_is_shown_is_valid() -> None:
    """The example in the page about controls does what the page says."""
    page = PAGE.read_text("utf-8")
    text = page.partition("```yaml\n")[2].partition("```")[0]
    parsed = parse_policy(text.encode(), "policy.yaml")
    assert parsed.problems == ()
    assert parsed.policy is not None
    assert [rule.name for rule in parsed.policy.rules if rule.answer is Answer.WARN] == ["makers"]


def test_the_page_about_controls_names_every_check() -> None:
    """A new check is put into its table."""
    page = PAGE.read_text("utf-8")
    table = page.partition("| what is prevented |")[2].partition("Around the checks")[0]
    assert all(f"`{check}`" in table for check in SCHEMA["$defs"]["check"]["enum"])
