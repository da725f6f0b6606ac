"""The control page's access: only the right browser tab can change anything."""

from __future__ import annotations

import re
from importlib import resources
from typing import Any

import httpx
import pytest

from runner.kraken import SystemStatus
from runner.paper import Feed
from runner.paper.server.http_server import HttpRequest
from runner.paper.server.page import Page
from tests.net.served import client, exchange, heard, served

HOST = "127.0.0.1:80"
ORIGIN = f"http://{HOST}"


def ask(page: Page, method: str, target: str, *, local: bool = True, **headers: str) -> int | None:
    """The status of the answer; None for what may go on."""
    named = {name.replace("_", "-"): text for name, text in {"host": HOST, **headers}.items()}
    answer = page.answer(HttpRequest(method, target, named), local=local)
    return None if answer is None else answer.status


def token_of(page: Page) -> str:
    """The token, as the page's own script reads it."""
    answer = page.answer(HttpRequest("GET", "/", {"host": HOST}), local=True)
    assert answer is not None
    found = re.search(r'name="control-token" content="([^"]{43})"', answer.body.decode())
    assert found is not None
    return found[1]


FILES = [path.name for path in resources.files("runner.paper.server").joinpath("page").iterdir()]


@pytest.mark.parametrize("target", ["/", "/?x=1", *(f"/{name}" for name in FILES if name != "index.html")])
def test_files(target: str) -> None:
    """All that the page is made of comes from here, and nothing from elsewhere; no text becomes HTML."""
    answer = Page().answer(HttpRequest("GET", target, {"host": HOST}), local=True)
    assert answer is not None
    assert answer.status == 200
    assert "http" not in answer.body.decode().replace("http://www.w3.org/2000/svg", "")
    headers = dict(answer.headers)
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "trusted-types 'none'" in policy
    assert not {"unsafe-inline", "data:", "*"} & set(policy.replace("'", "").split())
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("target", ["/0/public/Time", "/0/private/AddOrder", "*", "/controls", "//["])
def test_calls_are_not_its_business(target: str) -> None:
    """From any client."""
    assert ask(Page(), "POST", target, local=False, host="api.example") is None


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8080", "localhost:8080", "[::1]:8080"])
def test_this_machine_by_its_own_names(host: str) -> None:
    """It may look."""
    assert ask(Page(), "GET", "/control/state", host=host) is None


@pytest.mark.parametrize(
    "host", ["", "evil.example", "evil.example:80", "127.0.0.1.evil.example", "[", "[::2]"]
)
def test_another_name_for_this_machine(host: str) -> None:
    """A page elsewhere that gave its name our address sees nothing."""
    assert ask(Page(), "GET", "/control/state", host=host) == 403
    assert ask(Page(), "GET", "/", host=host) == 403


def test_other_machines_see_nothing() -> None:
    """Also when the exchange is exposed to the network."""
    page = Page()
    assert ask(page, "GET", "/", local=False) == 403
    token = token_of(page)
    assert ask(page, "POST", "/control/quote", local=False, origin=ORIGIN, x_control_token=token) == 403


def test_only_the_page_and_programs_with_its_token_change_anything() -> None:
    """A browser names the origin of a page, which must be its own; each serving has another token."""
    page = Page()
    token = token_of(page)

    def post(**headers: str) -> int | None:
        return ask(page, "POST", "/control/quote", **headers)

    assert post(origin=ORIGIN, x_control_token=token) is None
    assert post(x_control_token=page.token.reveal()) is None
    assert post() == 403
    assert post(origin=ORIGIN) == 403
    assert post(origin=ORIGIN, x_control_token="é") == 403
    assert post(origin="http://evil.example", x_control_token=token) == 403
    assert post(origin="null", x_control_token=token) == 403
    assert post(origin=ORIGIN, x_control_token=token_of(Page())) == 403
    assert ask(page, "POST", "/") == 405


@pytest.mark.trio
async def test_over_real_sockets() -> None:
    """A person looks, moves a price, changes the state, and cuts a connection."""
    built = exchange()
    async with served(built) as where, client(where) as socket:
        await heard(socket)
        async with httpx.AsyncClient(base_url=where.rest_url) as http:
            page = (await http.get("/")).text
            token = page.partition('control-token" content="')[2].partition('"')[0]

            async def act(name: str, **fields: Any) -> httpx.Response:
                headers = {"Origin": where.rest_url, "X-Control-Token": token}
                return await http.post(f"/control/{name}", json=fields, headers=headers)

            state = (await http.get("/control/state", params={"pair": "XBT/USD"})).json()
            assert state["pair"] == "XBT/USD"
            assert state["messages"][0]["text"].startswith('{"connectionID"')
            (connection,) = state["connections"]
            assert connection["feeds"] == []
            assert (await act("quote", pair="ETH/EUR", bid="1", ask="2")).status_code == 200
            assert built.state().quotes["ETH/EUR"].ask == 2
            built.follow(Feed(started=0.0))
            state = (await http.get("/control/state", params={"pair": "ETH/EUR"})).json()
            assert state["held"] is True
            assert (await act("release", pair="ETH/EUR")).status_code == 200
            assert (await act("release", pair="ETH/EUR")).text == "the price of ETH/EUR is not held"
            assert (await http.get("/control/state", params={"pair": "ETH/EUR"})).json()["held"] is False
            assert (
                await act("quote", pair="ETH/EUR", bid="2", ask="1")
            ).text == "the ask is not above the bid"
            assert (await act("status", status="post_only")).status_code == 200
            assert await heard(socket) == SystemStatus(status="post_only", version="1.9.6")
            assert (await act("nothing")).status_code == 404
            assert (await act("cut", connection=connection["number"] + 1)).status_code == 400
            assert (await act("cut", connection=connection["number"])).status_code == 200
            while (await http.get("/control/state")).json()["connections"]:
                pass
            assert (await http.post("/control/cut", content=b"{")).status_code == 403
