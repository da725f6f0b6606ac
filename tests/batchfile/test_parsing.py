"""What `parse` promises for any bytes whatever, and what it makes of valid files."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from runner.batchfile import MAX_FILE_BYTES, MAX_ORDERS, Parsed, parse
from runner.domain import CancelPlaced, CancelTxid, CancelUserref, Close, OnReject, Order, OrderKey, Place

ROOT = Path(__file__).parents[2]
VALID = sorted(ROOT.glob("batches/*.yaml")) + sorted((ROOT / "tests/acceptance/batches/valid").glob("*.yaml"))
SEEDS = [path.read_bytes() for path in VALID]
TOKENS = sorted(
    {token for seed in SEEDS for token in seed.split()} | {b"*a", b"&a", b"!!str", b"<<:", b"\t", b"?"}
)

ORDER = "{id: a, pair: ETH/EUR, type: buy, ordertype: limit, price: 150, volume: 0.25}"


def batch_text(*orders: str, head: str = "") -> bytes:
    """A batch of one group, `g`, with these orders in flow style."""
    lines = "".join(f"      - {order}\n" for order in orders)
    return f"version: 1\nname: case\n{head}groups:\n  - name: g\n    orders:\n{lines}".encode()


def only_order(content: bytes) -> Order:
    """The one order of a valid batch."""
    batch = parse(content, "f").batch
    assert batch is not None
    ((order,),) = (group.orders for group in batch.groups)
    return order


def assert_one_of_two(parsed: Parsed) -> None:
    """Either a batch or problems that point into the file, in its order."""
    assert (parsed.batch is None) == bool(parsed.problems)
    assert all(problem.line >= 1 and problem.column >= 1 and problem.message for problem in parsed.problems)
    places = [(problem.line, problem.column) for problem in parsed.problems]
    assert places == sorted(places)
    assert all("\n" not in str(problem) for problem in parsed.problems)


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_valid_files_are_valid(path: Path) -> None:
    """The files that the project shows and those that show each feature have no problem."""
    parsed = parse(path.read_bytes(), str(path))
    assert parsed.problems == ()
    assert parsed.batch is not None
    assert parsed.batch.file == str(path)
    assert parsed.batch.digest == hashlib.sha256(path.read_bytes()).hexdigest()


@given(st.binary(max_size=300))
@example(b"")
@example(b"\xef\xbb\xbf")
@example(b"\x00" * 40)
@settings(max_examples=200, deadline=None)
def test_random_bytes_raise_nothing(content: bytes) -> None:
    """Whatever the bytes are, there is a batch or there are problems."""
    assert_one_of_two(parse(content, "f"))


@given(st.text(alphabet="abv:-[]{}&*!|>'\"%@#,? \n\t01.~<", max_size=120))
@settings(max_examples=300, deadline=None)
def test_random_yaml_raises_nothing(text: str) -> None:
    """Nor does any mixture of what YAML gives a meaning to."""
    assert_one_of_two(parse(text.encode(), "f"))


@given(st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_mutated_files_raise_nothing(data: st.DataObject) -> None:
    """Nor does a valid file in which bytes, lines and words were changed."""
    content = data.draw(st.sampled_from(SEEDS))
    for _ in range(data.draw(st.integers(1, 4))):
        content = data.draw(st.sampled_from(MUTATIONS))(data, content)
    assert_one_of_two(parse(content, "f"))


def flip_a_byte(data: st.DataObject, content: bytes) -> bytes:
    """Another byte somewhere."""
    at = data.draw(st.integers(0, max(len(content) - 1, 0)))
    return content[:at] + bytes([data.draw(st.integers(0, 255))]) + content[at + 1 :]


def cut_a_piece(data: st.DataObject, content: bytes) -> bytes:
    """A few bytes less."""
    at = data.draw(st.integers(0, len(content)))
    return content[:at] + content[at + data.draw(st.integers(1, 30)) :]


def move_a_line(data: st.DataObject, content: bytes) -> bytes:
    """A line again in another place."""
    lines = content.splitlines(keepends=True) or [b"\n"]
    line = data.draw(st.sampled_from(lines))
    lines.insert(data.draw(st.integers(0, len(lines))), line)
    return b"".join(lines)


def change_a_word(data: st.DataObject, content: bytes) -> bytes:
    """A word, or the value behind a key, replaced by a word of another file."""
    words = content.split(b" ")
    words[data.draw(st.integers(0, len(words) - 1))] = data.draw(st.sampled_from(TOKENS))
    return b" ".join(words)


MUTATIONS = [flip_a_byte, cut_a_piece, move_a_line, change_a_word]


@given(st.from_regex(r"(0|[1-9][0-9]{0,9})(\.[0-9]{1,12})?", fullmatch=True), st.sampled_from(["", "'", '"']))
def test_numbers_keep_their_text(text: str, quote: str) -> None:
    """What the author typed is what is sent, digit for digit, in quotes or not."""
    if text.strip("0.") == "":
        text = f"1{text}"
    order = only_order(batch_text(ORDER.replace("150", f"{quote}{text}{quote}").replace("0.25", text)))
    assert (order.price, order.volume) == (text, text)
    assert type(order.price) is str
    assert type(order.volume) is str


@given(st.datetimes(timezones=st.just(None)), st.sampled_from(["Z", "+00:00", "-07:30", "+14:00"]))
def test_any_time_is_seconds_or_a_problem(moment: object, offset: str) -> None:
    """RFC 3339 becomes whole Unix seconds, from the first year to the last."""
    text = str(moment).replace(" ", "T")[:19] + offset
    assert_one_of_two(parse(batch_text(ORDER.replace("price", f"starttm: {text}, price")), "f"))


def test_a_whole_order_is_decoded() -> None:
    """Every field lands under its own name, converted where Kraken has another form."""
    batch = parse((ROOT / "tests/acceptance/batches/valid/every-field.yaml").read_bytes(), "f").batch
    assert batch is not None
    margin, leverage, close, quote = batch.groups[0].orders
    assert margin == Order(
        id="margin",
        pair="XBT/USD",
        type="sell",
        ordertype="limit",
        price="9857.10",
        volume="0.00200000",
        margin=True,
        reduce_only=True,
        oflags=("post", "fciq"),
        starttm="0",
        expiretm="1796036400",
        timeinforce="GTD",
        deadline="2.5",
        userref="-2147483648",
        stp_type="cancel_both",
        place=Place(14, 9),
    )
    assert (leverage.leverage, leverage.margin, leverage.reduce_only) == ("5", False, False)
    assert (leverage.starttm, leverage.expiretm) == ("+60", "1795300000")
    assert leverage.oflags == ("post", "fcib", "nompp")
    assert close.price == "#5"
    assert close.close == Close(ordertype="stop-loss-limit", price="-5%", price2="-0.5%")
    assert (quote.price, quote.oflags, quote.cl_ord_id) == (None, ("viqc",), "free-text.18-chars")


def test_a_whole_group_is_decoded() -> None:
    """Repeat, description, reject rule and each kind of cancellation, with their places."""
    batch = parse((ROOT / "tests/acceptance/batches/valid/every-field.yaml").read_bytes(), "f").batch
    assert batch is not None
    assert batch.repeat
    assert batch.description == "Each field of an order at least once,\nin each of its forms.\n"
    (group,) = batch.groups
    assert (group.name, group.needs, group.on_reject) == ("fields", (), OnReject.CONTINUE)
    assert group.cancel == (
        CancelTxid("OUEMWD-CUO73-YYCBEK", Place(59, 9)),
        CancelUserref("-5", Place(60, 9)),
        CancelUserref("8874657", Place(61, 9)),
        CancelPlaced(OrderKey("fields", "close"), Place(62, 9)),
    )


def test_needs_are_resolved() -> None:
    """Absent is the group before, an empty list is none, names are taken as they stand."""
    batch = parse((ROOT / "tests/acceptance/batches/valid/graph-of-groups.yaml").read_bytes(), "f").batch
    assert batch is not None
    assert {group.name: group.needs for group in batch.groups} == {
        "last": ("left", "right"),
        "first": (),
        "left": ("first",),
        "right": ("first",),
    }


def test_the_first_group_needs_nothing() -> None:
    """There is no group before it."""
    batch = parse(batch_text(ORDER), "f").batch
    assert batch is not None
    assert [(group.needs, group.on_reject, group.cancel) for group in batch.groups] == [
        ((), OnReject.STOP, ())
    ]
    assert (batch.repeat, batch.description) == (False, "")


def test_defaults_are_merged_under_what_an_order_says() -> None:
    """An order's own entry wins, an empty list too; its place is its own first key."""
    batch = parse((ROOT / "tests/acceptance/batches/valid/defaults.yaml").read_bytes(), "f").batch
    assert batch is not None
    plain, price, flags, side = batch.groups[0].orders
    assert (plain.volume, plain.price, plain.oflags, plain.leverage) == ("0.10", "150", ("post",), "3")
    assert plain.place == Place(8, 9)
    assert price.price == "149.90"
    assert flags.oflags == ()
    assert (side.type, side.pair, side.leverage, side.deadline) == ("sell", "XBT/EUR", "2", "10")


def test_a_file_that_is_too_long_is_not_read() -> None:
    """The limit holds before anything else is looked at."""
    (problem,) = parse(b"#" * (MAX_FILE_BYTES + 1), "f").problems
    assert "too long" in problem.message
    assert "too long" not in parse(b"#" * MAX_FILE_BYTES, "f").problems[0].message


def test_too_many_orders_are_refused_at_the_first_that_is_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is for the file, not for a group."""
    monkeypatch.setattr("runner.batchfile.checks.MAX_ORDERS", 2)
    assert MAX_ORDERS == 10_000
    orders = [ORDER.replace("id: a", f"id: a{number}") for number in range(3)]
    (problem,) = parse(batch_text(*orders), "f").problems
    assert (problem.line, problem.path) == (8, "groups[0].orders[2]")
    assert problem.message == "a batch has at most 2 orders; this one has 3"
    assert parse(batch_text(*orders[:2]), "f").batch is not None


def test_too_many_nodes_end_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file within its length may still hold more than is worth reading."""
    monkeypatch.setattr("runner.batchfile.reader.MAX_NODES", 20)
    (problem,) = parse(batch_text(ORDER, ORDER), "f").problems
    assert problem.message == "the file holds more than 20 keys and values"


def test_thousands_of_problems_are_cut_short() -> None:
    """The last line says how many more there are."""
    content = batch_text(*[ORDER.replace("id: a", f"id: a{n}").replace("0.25", "0") for n in range(300)])
    problems = parse(content, "f").problems
    assert len(problems) == 201
    assert problems[-1].message == "and 100 more problems, which are not shown"


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_ends_quickly(opening: str) -> None:
    """A hundred thousand levels are one problem."""
    (problem,) = parse(b"a:\n  " + opening.encode() * 100_000, "f").problems
    assert problem.line == 2


def test_groups_in_a_long_row_are_followed() -> None:
    """References are checked through as many groups as a file may have."""
    groups = "".join(f"  - {{name: g{n}, orders: [{ORDER}]}}\n" for n in range(999))
    last = "  - {name: last, cancel: [{order: g0/a}]}\n"
    assert parse(f"version: 1\nname: case\ngroups:\n{groups}{last}".encode(), "f").batch is not None


def test_the_door_is_light() -> None:
    """Importing the façade loads neither YAML nor JSON Schema, for commands that read no file."""
    code = "import sys, runner.batchfile; print([n for n in ('yaml', 'jsonschema') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
