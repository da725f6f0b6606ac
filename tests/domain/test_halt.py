"""Halts and resumptions, in words and in their order."""

from runner.domain import HaltChange, halt_in_force


def change(by: str, *, halted: bool = True) -> HaltChange:
    """A halt or a resumption by somebody."""
    return HaltChange(halted=halted, by=by, host="desk", reason="odd fills", at="2026-11-30T09:00:00Z")


def test_of_several_halts_the_first_holds_until_somebody_resumes() -> None:
    """A second one changes nothing; after a resumption the next counts."""
    ann, bob, resumed = change("ann"), change("bob"), change("carol", halted=False)
    assert halt_in_force(()) is None
    assert halt_in_force((ann, bob)) is ann
    assert halt_in_force((ann, bob, resumed)) is None
    assert halt_in_force((ann, resumed, bob)) is bob
    assert halt_in_force((resumed,)) is None


def test_it_says_who_where_when_and_why() -> None:
    """For those who find it halted."""
    assert str(change("ann")) == "halted by ann on desk at 2026-11-30T09:00:00Z, because: odd fills"
    assert str(change("ann", halted=False)).startswith("resumed by ann")
