"""Users of a ledger's database, each with a login and the role that an administrator has given."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.postgres.server import Server

ROLES: Final = {
    "alice": "order_batch_approver",
    "bob": "order_batch_approver",
    "carol": "order_batch_approver",
    "robot": "order_batch_runner",
    "reader": "order_batch_reader",
}
"""Who there is; carol may apply as well."""

_LOGIN: Final = """
    do $$ begin
        if not exists (select from pg_roles where rolname = '{name}') then
            create role {name};
        end if;
    end $$;
    alter role {name} login password 'secret-of-{name}';
    grant {role} to {name};
"""


def let_in(server: Server) -> dict[str, str]:
    """Run the file of roles, make the users, and return the address of the ledger for each."""
    roles = resources.files("runner.runtime.team_ledger").joinpath("roles.sql").read_text("utf-8")
    logins = [_LOGIN.format(name=name, role=role) for name, role in ROLES.items()]
    server.sql("\n".join([roles, *logins, "grant order_batch_runner to carol;"]))
    return {name: url_of(server, name) for name in ROLES}


def url_of(server: Server, name: str) -> str:
    """Return the address of the ledger for one of its users."""
    return f"postgresql://{name}:secret-of-{name}@127.0.0.1:{server.port}/team"
