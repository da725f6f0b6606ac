"""The reading of a call: its path, and the fields of query and body as text."""

from __future__ import annotations

import pytest

from runner.paper.api.rest.calls import CallError, RestCall, read_call
from tests.support.for_each import for_each

READ = [
    (RestCall("GET", "/0/public/Time"), ("/0/public/Time", {})),
    (RestCall("GET", "/x?pair=XBTUSD&empty="), ("/x", {"pair": "XBTUSD", "empty": ""})),
    (RestCall("POST", "/x?a=1", body="b=2&a=3"), ("/x", {"a": "3", "b": "2"})),
    (
        RestCall(
            "POST", "/x", body=' {"nonce": 7, "pair": "XBTUSD", "orders": [{"price": "1"}], "validate": true}'
        ),
        ("/x", {"nonce": "7", "pair": "XBTUSD", "orders": '[{"price": "1"}]', "validate": "true"}),
    ),
]


@for_each(READ)
def test_fields(call: RestCall, read: object) -> None:
    """Of a query, a form or a JSON object; what is no text there is the text of its JSON."""
    assert read_call(call) == read


@for_each(["{", '{"a": ', "{" * 5000])
def test_a_body_that_is_no_object(body: str) -> None:
    """It begins as one, and cannot be read."""
    with pytest.raises(CallError, match="EAPI:Bad request"):
        read_call(RestCall("POST", "/x", body=body))
