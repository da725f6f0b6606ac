"""``paper move|release|cut|fault|orders`` at an exchange that another process serves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from runner.runtime.storage import hold, state_path
from tests.app.shell import STATE, batch, order, served

if TYPE_CHECKING:
    from tests.app.shell import Shell

FAULTS = """\
version: 1
name: a-bad-moment
faults:
  - {on: addOrder, do: reject, error: "EOrder:Insufficient funds", times: 1}
"""


def test_a_served_exchange_is_steered(shell: Shell) -> None:
    """Every verb, and what the exchange refuses."""
    Path("faults.yaml").write_text(FAULTS, "utf-8")
    with served(STATE):
        assert "XBT/EUR is at 9100 until it is released" in shell("paper", "move", "XBT/EUR", "9100").stderr
        assert shell("paper", "release", "XBT/EUR").code == 0
        assert "1 fault was added" in shell("paper", "fault", "faults.yaml").stderr
        assert "all faults were removed" in shell("paper", "fault", "--clear").stderr
        assert shell("paper", "cut").code == 0
        orders = shell("paper", "orders", "--format", "json").json["orders"]
        assert orders[0]["txid"] in shell("paper", "orders").stdout
        refused = shell("paper", "move", "XBT/XYZ", "1")
        assert refused.code == 4
        assert "there is no pair XBT/XYZ" in refused.stderr
        assert shell("paper", "fault").code == 3
        refused = shell("paper", "move", "\udcff", "1")
        assert refused.code == 4
        assert "bytes that are no UTF-8 text" in refused.words


def test_a_served_exchange_is_not_reset_under_a_run(shell: Shell) -> None:
    """While a batch is applied with its state folder, nothing is forgotten; afterwards all is."""
    file = batch(order("a"))
    with served(STATE):
        assert shell("apply", file).code == 0
        journal = state_path(STATE, "paper", "one", "")
        with hold(journal):
            refused = shell("paper", "reset")
            assert refused.code == 4
            assert "another run" in refused.stderr
        assert shell("apply", file, "--format", "json").orders()["a"]["already"]
        assert shell("paper", "reset").code == 0
        assert not journal.exists()


def test_without_a_served_exchange_it_says_what_to_start(shell: Shell) -> None:
    """Nothing was simulated here, or who served it has ended."""
    ended = shell("paper", "cut")
    assert ended.code == 4
    assert "order-batch paper serve" in ended.stderr


def test_a_faulty_scenario_is_reported_with_its_line(shell: Shell) -> None:
    """As by `validate`; one without faults has nothing to add."""
    Path("bad.yaml").write_text("version: 1\nname: a\nfaults:\n  - {on: addOrder, do: explode}\n", "utf-8")
    ended = shell("paper", "fault", "bad.yaml")
    assert ended.code == 3
    assert "bad.yaml:4:" in ended.stderr
    Path("none.yaml").write_text("version: 1\nname: a\n", "utf-8")
    assert "there are no faults in it" in shell("paper", "fault", "none.yaml").stderr
