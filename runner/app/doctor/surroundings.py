"""The facts that the environment decides: key, proxy, authorities and addresses. Nothing is connected to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from runner.app.access.credentials import (
    CREDENTIAL_NAMES,
    exposed_files,
    live_credentials,
    live_endpoints,
)
from runner.errors import InvalidInput
from runner.net.addresses import PLAIN_SCHEMES, Address, is_loopback, proxies_of, proxy_variable
from runner.net.dialing import dialer_of

from .facts import AddressFacts, KeyFacts, ProxyFacts, TrustFacts
from .findings import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.net.addresses import Endpoints

ADDRESS_NAMES: Final = ("KRAKEN_SPOT_URL", "KRAKEN_WS_AUTH_URL")
TRUST_NAMES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_PLAIN_PROXIES: Final = ("http_proxy", "HTTP_PROXY")
_PLAIN: Final = tuple(f"{scheme}://" for scheme in PLAIN_SCHEMES)


def read_key(environ: Mapping[str, str]) -> KeyFacts:
    """Return what the environment says of the API key. Files that it names are read."""
    sources = tuple(name for name in CREDENTIAL_NAMES if environ.get(name))
    if not sources:
        return KeyFacts()
    try:
        live_credentials(environ)
    except InvalidInput as error:
        failure = Failure.of(error, "Copy key and secret again, each whole and alone, or make a new key.")
        return KeyFacts(sources=sources, failure=failure, exposed=exposed_files(environ))
    return KeyFacts(sources=sources, exposed=exposed_files(environ))


def read_addresses(environ: Mapping[str, str]) -> AddressFacts:
    """Return the addresses of Kraken, or of its replacement."""
    named = tuple(name for name in ADDRESS_NAMES if environ.get(name))
    try:
        endpoints = live_endpoints({name: environ[name] for name in named})
    except InvalidInput as error:
        cure = f"Correct {' and '.join(named)}, or unset it for Kraken's own addresses."
        return AddressFacts(named=named, failure=Failure.of(error, cure))
    return addresses_of(endpoints, named)


def addresses_of(endpoints: Endpoints, named: tuple[str, ...] = ()) -> AddressFacts:
    """Return the facts about addresses that were checked before."""
    urls = endpoints.rest_url, endpoints.ws_url
    places = [Address.of(url) for url in urls]
    return AddressFacts(
        hosts=tuple(dict.fromkeys(place.tunnel for place in places)),
        secure=not all(url.startswith(_PLAIN) for url in urls),
        here=all(is_loopback(place.host) for place in places),
        named=named,
    )


def read_proxies(environ: Mapping[str, str], addresses: AddressFacts) -> ProxyFacts:
    """Return the proxy that the environment names, and which addresses are reached through it."""
    plain = any(environ.get(name) for name in _PLAIN_PROXIES)
    variable = proxy_variable(environ)
    try:
        proxies = proxies_of(environ)
    except InvalidInput as error:
        failure = Failure.of(error, f"Write http://host:port into {variable}, or unset it.")
        return ProxyFacts(variable=variable or "", failure=failure)
    if variable is None or proxies.proxy is None:
        return ProxyFacts(plain_alone=plain)
    places = [Address.of(f"https://{host}") for host in addresses.hosts]
    through = tuple(place.tunnel for place in places if proxies.to(place) is not None)
    return ProxyFacts(
        variable=variable,
        address=proxies.proxy.tunnel,
        through=through,
        past=tuple(host for host in addresses.hosts if host not in through),
    )


def read_trust(environ: Mapping[str, str]) -> TrustFacts:
    """Return the authorities that the environment names. Its file is read."""
    named = {name: environ[name] for name in TRUST_NAMES if environ.get(name)}
    file, folder = (named.get(name, "") for name in TRUST_NAMES)
    try:
        dialer_of(named)
    except InvalidInput as error:
        cure = "Name a file or a folder of certificates (PEM) that this user can read, or unset it."
        return TrustFacts(file=file, folder=folder, failure=Failure.of(error, cure))
    return TrustFacts(file=file, folder=folder)
