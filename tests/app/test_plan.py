"""``order-batch plan``: what would be sent, and nothing is."""

from __future__ import annotations

from tests.app.shell import BATCHES, PAPER_RECORD, SEED, STATE, Shell, added, batch, order


def test_plan_sends_and_creates_nothing(shell: Shell) -> None:
    """A plan leaves no trace, also where it shows what there is to do."""
    result = shell("plan", BATCHES / "quickstart.yaml")
    assert result.code == 0
    assert result.stderr == ""
    assert not STATE.exists()


def test_plan_is_what_apply_sends(shell: Shell) -> None:
    """The messages of a plan are those that the exchange then hears, but for what is added on the way."""
    file = batch(order("a"), order("b", price="10.50", volume="1.0", oflags="post"))
    plan = shell("plan", file, "--format", "json").json
    shell("apply", file)
    heard = [
        {name: request[name] for name in request if name not in ("reqid", "deadline")} for request in added()
    ]
    assert [order["message"] for order in plan["groups"][0]["orders"]] == heard


def test_detailed_exitcode_is_2_where_there_is_something_to_do(shell: Shell) -> None:
    """2 before the batch is applied and 0 after; without the option it is 0 both times."""
    codes = [shell("plan", SEED, *option).code for option in ((), ("--detailed-exitcode",))]
    shell("apply", SEED)
    codes += [shell("plan", SEED, *option).code for option in ((), ("--detailed-exitcode",))]
    assert codes == [0, 2, 0, 0]


def test_plan_shows_what_is_there_already(shell: Shell) -> None:
    """An open order is shown with its txid, beside the one that is new."""
    placed = shell("apply", batch(order("a")), "--format", "json").orders()["a"]["txid"]
    orders = shell("plan", batch(order("a"), order("b")), "--format", "json").json["groups"][0]["orders"]
    assert [(order["disposition"], order["txid"]) for order in orders] == [("placed", placed), ("send", None)]


def test_plan_with_a_changed_order_is_shown_and_refused(shell: Shell) -> None:
    """The plan is the one result; the obstacle is beside it, and the exit code is 4."""
    shell("apply", batch(order("a")))
    file = batch(order("a", price="146"))
    text, data = shell("plan", file), shell("plan", file, "--format", "json", "--detailed-exitcode")
    assert (text.code, data.code) == (4, 4)
    assert data.json["totals"]["orders"]["changed"] == 1
    for result in (text, data):
        assert "one.yaml:6:10: group/a: price was 145 when placed as" in result.words


def test_plan_of_another_run_key_is_a_new_one(shell: Shell) -> None:
    """Orders that were placed under one key are to be placed again under the next."""
    file = batch(order(), top="repeat: true")
    shell("apply", file, "--run-key", "1")
    codes = [shell("plan", file, "--run-key", key, "--detailed-exitcode").code for key in ("1", "2")]
    assert codes == [0, 2]


def test_plan_of_a_damaged_journal_is_refused(shell: Shell) -> None:
    """A plan from untrusted records is not shown: exit code 4."""
    file = batch(order())
    shell("apply", file)
    journal = STATE / "paper" / "one" / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b"crc", b"crx", 1))
    record = (STATE / PAPER_RECORD).read_bytes()
    for verb in ("plan", "status", "apply"):
        result = shell(verb, file)
        assert result.code == 4
        assert f"{journal}:1:" in result.words
    assert (STATE / PAPER_RECORD).read_bytes() == record


def test_what_has_no_room_is_refused_once_at_its_line_by_the_tier(shell: Shell) -> None:
    """The plan says so, and so does apply, before anything is sent; a higher tier has room.

    The simulated account opens with three orders on the pair.
    """
    file = batch(*(order(f"o{number}", price=f"{100 + number / 10:.1f}") for number in range(61)))
    result = shell("plan", file)
    assert result.code == 4
    output = " ".join((result.stdout + result.stderr).split())
    assert output.count("all that Starter allows") == 1
    assert "one.yaml:63:10: error: group/o57: there is no room for it" in output
    assert shell("apply", file).code == 4
    assert added() == []
    for options in (("--tier", "intermediate"), ("--tier", "pro")):
        result = shell("plan", file, *options)
        assert result.code == 0
        assert "Starter" not in result.stdout + result.stderr


def test_what_waits_for_room_is_shown_as_such(shell: Shell) -> None:
    """Nothing is refused where the author lets orders wait."""
    file = batch(*(order(f"o{number}", price=f"{100 + number / 10:.1f}") for number in range(61)))
    file.write_text(file.read_text("utf-8").replace("    orders:", "    hold: true\n    orders:"), "utf-8")
    result = shell("plan", file)
    assert (result.code, result.stderr) == (0, "")
    assert "group  hold: each waits until its pair has room" in result.stdout
    assert shell("plan", file, "--format", "json").json["groups"][0]["hold"] is True
