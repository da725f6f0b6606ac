"""Which tests become one, and that each case of it is tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.merging import merged

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = """
import pytest

TRIED = []
two = pytest.mark.parametrize("number", [1, 2])

@pytest.fixture
def doubled(request):
    return 2 * request.param

@two
def test_plain(number):
    TRIED.append(number)
    assert number < 2

class TestOfAClass:
    @two
    @pytest.mark.parametrize(("a", "b"), [(3, 4), ((5, 6), 7)])
    def test_method(self, a, b, number):
        TRIED.append((a, b, number))

def test_alone(): pass

@pytest.mark.parametrize("number", [1])
def test_one_case(number): pass

@two
def test_fixture(number, tmp_path): pass

@pytest.mark.parametrize("doubled", [1, 2], indirect=True)
def test_indirect(doubled): pass

@two
async def test_asynchronous(number): pass

@pytest.mark.parametrize("number", [1, pytest.param(2, marks=pytest.mark.skip)])
def test_marked(number): pass

class TestWithFixture:
    @pytest.fixture(autouse=True)
    def own(self): pass

    @two
    def test_method(self, number): pass
"""


@pytest.fixture
def items(tmp_path: Path, request: pytest.FixtureRequest) -> list[Any]:
    """The tests of the source, as this session collects them."""
    path = tmp_path / "test_sample.py"
    path.write_text(SOURCE, "utf-8")
    module = pytest.Module.from_parent(request.session, path=path)
    return list(request.session.genitems(module))


def test_cases_without_anything_of_their_own_become_one(items: list[Any]) -> None:
    """All others stay what they are, in their order."""
    names = [item.name for item in merged(items)]
    rest = [item.name for item in items[items.index(next(i for i in items if i.name == "test_alone")) :]]
    assert names == ["test_plain", "test_method", *rest]
    assert "test_asynchronous[1]" in rest


def test_each_case_is_tried_and_named(items: list[Any]) -> None:
    """With its arguments as they are, by their names."""
    plain, method = list(merged(items))[:2]
    with pytest.raises(
        AssertionError, match=r"1 of 2 cases fail\n\n<Function test_plain\[2\]>\nAssertionError"
    ):
        plain.obj()
    method.obj()
    tried = plain.module.TRIED
    assert tried[:2] == [1, 2]
    assert sorted(map(str, tried[2:])) == ["((5, 6), 7, 1)", "((5, 6), 7, 2)", "(3, 4, 1)", "(3, 4, 2)"]
