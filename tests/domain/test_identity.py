"""The identity of an order: pinned for ever, the same on every machine, different for different orders."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import uuid

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from runner.domain import OrderKey, RunId, content_digest, derived_cl_ord_id, derived_userref
from runner.domain.identity import NAMESPACE

# Placed orders are found again by these values: if one of them changes, every order is placed twice.
PINNED = [
    ("rebalance-2026-11-22", "", "enter", "buy-eth", "dcbb5eac-4f65-5e90-9265-7db1b70ce107", "923590919"),
    ("weekly", "2026-W47", "sells", "sell-eth", "8cd16933-89b2-56b9-8e5e-015e60537238", "1616081464"),
    ("weekly", "", "sells", "sell-eth", "169c0ec8-e688-59c5-941a-e318383fa302", "943694594"),
    ("ünïcode", "1/2", "g", "ø", "b1c2c233-2b94-5c47-a5f8-aee4e850d7f6", "1750128630"),
]

# What a name may hold is the schema's business; here everything but the slash, other separators most of all.
NAMES = st.text(st.sampled_from("ab-_.:|,; \n\\\0é") | st.characters(codec="utf-8"), max_size=6).map(
    lambda text: text.replace("/", "")
)
RUN_KEYS = st.text(st.sampled_from("ab/-_.") | st.characters(codec="utf-8"), max_size=6)
IDENTITIES = st.tuples(NAMES, RUN_KEYS, NAMES, NAMES)


def ids(identity: tuple[str, str, str, str]) -> tuple[str, str]:
    batch, run_key, group, order = identity
    run, key = RunId(batch, run_key), OrderKey(group, order)
    return derived_cl_ord_id(run, key), derived_userref(run, key)


@pytest.mark.parametrize("row", PINNED, ids=lambda row: "/".join(row[:4]))
def test_derived_ids_never_change(row):
    """Literal values, so that no refactoring moves them."""
    assert ids(row[:4]) == row[4:]


@pytest.mark.parametrize("row", PINNED, ids=lambda row: "/".join(row[:4]))
def test_a_derived_id_is_a_name_based_uuid(row):
    """Computed here by hand after RFC 9562, so no library's version matters."""
    digest = bytearray(hashlib.sha1(uuid.UUID(NAMESPACE).bytes + "/".join(row[:4]).encode()).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    assert str(uuid.UUID(bytes=bytes(digest))) == row[4]
    assert uuid.uuid5(uuid.NAMESPACE_URL, "urn:order-batch:order:1") == uuid.UUID(NAMESPACE)


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_derived_ids_do_not_hang_on_the_hash_seed(seed):
    """Another process with other hashes gives the same ids and the same digest."""
    program = (
        "from runner.domain import *; r = RunId('weekly', '2026-W47'); k = OrderKey('sells', 'sell-eth');"
        "print(derived_cl_ord_id(r, k), derived_userref(r, k));"
        'print(content_digest(b\'{"pair":"XBT/USD","volume":"0.10"}\'))'
    )
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
    assert done.stdout.decode().split() == [*PINNED[1][4:], "10fe90594e620ddd"]


@given(IDENTITIES, IDENTITIES)
def test_different_identities_have_different_ids(first, second):
    """No separator inside names makes two orders one; a run key may even hold the separator itself."""
    assume(first != second)
    assert ids(first)[0] != ids(second)[0]


@given(st.lists(NAMES, min_size=4, max_size=7), st.data())
def test_names_cannot_be_cut_another_way(parts, data):
    """The same words spread over batch, run key, group and order in two ways are two orders."""
    widths = st.integers(1, len(parts) - 3)
    first, second = data.draw(widths), data.draw(widths)

    def cut(width: int) -> tuple[str, str, str, str]:
        return parts[0], "-".join(parts[1 : 1 + width]), parts[1 + width], "-".join(parts[2 + width :])

    assume(cut(first) != cut(second))
    assert ids(cut(first))[0] != ids(cut(second))[0]


@given(IDENTITIES)
def test_derived_ids_have_the_forms_that_the_exchange_takes(identity):
    """A name-based UUID as the standard library makes it, and a positive signed 32-bit number."""
    cl_ord_id, userref = ids(identity)
    assert cl_ord_id == str(uuid.uuid5(uuid.UUID(NAMESPACE), "/".join(identity)))
    assert 1 <= int(userref) <= 2**31 - 1
    assert str(int(userref)) == userref


def test_a_digest_is_pinned():
    """The terms of an order are compared across versions of this program."""
    assert content_digest(b'{"pair":"XBT/USD","volume":"0.10"}') == "10fe90594e620ddd"
    assert content_digest(b'{"a":"\\u00f8","b":[1,true,null]}') == "a7d1ce9c2a69c337"


@given(st.binary(max_size=8), st.binary(max_size=8))
def test_other_content_has_another_digest(first, second):
    """Down to the last digit: "0.1" is not "0.10"."""
    assert (content_digest(first) == content_digest(second)) is (first == second)
