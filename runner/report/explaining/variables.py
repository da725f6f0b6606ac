"""The table of all variables that are read from the environment: for help, explanations and the reference."""

from __future__ import annotations

from typing import Final, NamedTuple

_AT_AN_ACCOUNT: Final = (
    *("apply", "bundle", "doctor", "halt", "init", "ledger look", "plan", "rebalance", "resume", "status"),
)
_WITH_STATE: Final = (
    *("apply", "bundle", "doctor", "halt", "history", "init", "paper cut", "paper fault", "paper move"),
    *("paper orders", "paper release", "paper reset", "paper serve", "plan", "rebalance", "resume"),
    "status",
)
_WITH_A_LEDGER: Final = (
    *(
        "apply",
        "approvals",
        "approve",
        "bundle",
        "doctor",
        "halt",
        "history",
        "ledger history",
        "ledger init",
    ),
    *("ledger look", "ledger status", "ledger unlock", "ledger verify", "plan", "rebalance", "resume"),
    *("revoke", "status"),
)
_PUBLIC: Final = ("paper record", "paper serve")
_STEERING: Final = ("paper cut", "paper fault", "paper move", "paper orders", "paper release")
_WITH_A_SUMMARY: Final = ("apply", "plan", "rebalance", "status", "validate")


class Variable(NamedTuple):
    """Variables with one meaning. ``verbs`` read them, all verbs if it is empty.

    ``secret``: the value is never shown or kept. ``page`` is a page of the documentation that says more.
    """

    names: tuple[str, ...]
    meaning: str
    verbs: tuple[str, ...] = ()
    secret: bool = False
    page: str = ""


VARIABLES: Final = (
    Variable(
        ("KRAKEN_API_KEY", "KRAKEN_API_SECRET"),
        "the API key and its secret; there is no option for them",
        (*_AT_AN_ACCOUNT, "paper serve"),
        secret=True,
    ),
    Variable(
        ("KRAKEN_API_KEY_FILE", "KRAKEN_API_SECRET_FILE"),
        "files that hold them instead; one that others can read is a warning",
        (*_AT_AN_ACCOUNT, "paper serve"),
    ),
    Variable(
        ("KRAKEN_SPOT_URL", "KRAKEN_WS_AUTH_URL"),
        "other addresses of the exchange, with TLS unless they are on this machine",
        (*_AT_AN_ACCOUNT, *_PUBLIC),
    ),
    Variable(("ORDER_BATCH_STATE_DIR",), "as `--state-dir`", _WITH_STATE),
    Variable(
        ("ORDER_BATCH_LEDGER",),
        "as `--ledger`; a password in it is not shown",
        _WITH_A_LEDGER,
        secret=True,
        page="../how-to/team-ledger.md",
    ),
    Variable(
        ("PGPASSWORD", "PGPASSFILE", "PGSSLROOTCERT"),
        "the ledger's password, and where it and its authority are; and all others that psql obeys",
        _WITH_A_LEDGER,
        secret=True,
    ),
    Variable(
        ("ORDER_BATCH_NOTIFY",),
        "addresses as with `--notify`, separated by blanks",
        ("apply",),
        secret=True,
        page="../how-to/notifications.md",
    ),
    Variable(
        ("HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
        "the proxy, and the hosts that are reached without it; in lower case too",
        (*_AT_AN_ACCOUNT, *_PUBLIC),
        page="../how-to/use-proxies-and-certificates.md",
    ),
    Variable(
        ("HTTP_PROXY",),
        "not obeyed, since nothing leaves this machine unencrypted; a warning says so",
        ("doctor",),
    ),
    Variable(
        ("SSL_CERT_FILE", "SSL_CERT_DIR"),
        "authorities in place of the usual ones",
        (*_AT_AN_ACCOUNT, *_PUBLIC, *_STEERING),
        page="../how-to/use-proxies-and-certificates.md",
    ),
    Variable(
        ("ORDER_BATCH_CONTROL_TOKEN",),
        "printed for programs that steer the simulated exchange; no command reads it",
        ("paper serve",),
        secret=True,
        page="../how-to/test-a-bot.md",
    ),
    Variable(
        ("GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE"),
        "the file that `--format github` adds the whole result to; the folder that names of files begin at",
        _WITH_A_SUMMARY,
        page="../how-to/run-in-github.md",
    ),
    Variable(
        (
            *("CI", "CI_JOB_URL", "GITHUB_ACTIONS", "GITHUB_ACTOR", "GITHUB_REPOSITORY", "GITHUB_REF"),
            *("GITHUB_SERVER_URL", "GITHUB_RUN_ID", "GITHUB_RUN_ATTEMPT"),
            *("GITLAB_CI", "GITLAB_USER_LOGIN", "CI_PROJECT_PATH", "CI_COMMIT_REF_NAME"),
        ),
        "who ran it, and where, for plans, manifests and the ledger",
        ("apply", "bundle", "halt", "plan", "rebalance", "resume"),
    ),
    Variable(
        ("PATH", "HOME", "XDG_CONFIG_HOME"),
        "where git is, and its settings",
        ("apply", "bundle", "doctor", "halt", "plan", "rebalance", "resume", "status", "validate"),
    ),
    Variable(
        ("SOURCE_DATE_EPOCH",),
        "the date in the manual page, in Unix seconds; without it there is none",
        ("man",),
    ),
    Variable(("ORDER_BATCH_DEBUG",), "1 shows the traceback of an internal error"),
    Variable(
        ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM", "TTY_COMPATIBLE"), "colours and width of what is shown"
    ),
    Variable(
        ("_ORDER_BATCH_COMPLETE", "COMP_WORDS", "COMP_CWORD"),
        "set by the completion of a shell",
        page="../how-to/terminal.md",
    ),
)
"""All variables that any command reads."""


def variables_of(verb: str) -> tuple[Variable, ...]:
    """Return the variables of a verb by its name, as ``paper serve``, without those that all verbs read."""
    return tuple(variable for variable in VARIABLES if verb in variable.verbs)


def variables_of_all() -> tuple[Variable, ...]:
    """Return the variables that every verb reads."""
    return tuple(variable for variable in VARIABLES if not variable.verbs)
