"""The one factory of outgoing HTTP clients: time-outs, a cap on answers, no redirects, no cookies, no proxy variables.

The address is judged when it is dialled, in the socket factory: a check of the URL or of the resolver's answer is
passed by IP literals, by full-width dots and by names that resolve differently the second time.
"""

import asyncio
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

CONNECT_TIMEOUT_S = 5.0
TOTAL_TIMEOUT_S = 10.0
ANSWER_LIMIT = 64 * 1024
"""Bytes of an answer read when the caller names no other limit."""
CONNECTIONS = 100
WEB_PORTS = frozenset({80, 443})

_NEVER = tuple(ip_network(n) for n in ("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "fe80::/10", "ff00::/8", "::/128"))
"""Refused even when the settings name them: unspecified, link-local (cloud metadata), multicast."""
_DISGUISED = tuple(
    ip_network(n)
    for n in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "fec0::/10", "192.0.0.0/24", "192.88.99.0/24")
)
"""Forms `is_global` calls public although they carry or may carry an inner address."""


class AddressRefused(OSError):
    """The address is not one this client may dial."""


class HttpFailed(Exception):
    """No usable answer; the text never holds the URL, because tokens travel in it."""

    def __init__(self, reason: str, *, timed_out: bool = False) -> None:
        super().__init__(reason)
        self.timed_out = timed_out


@dataclass(frozen=True)
class Answer:
    """What came back, whatever the status."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    def json(self) -> dict[str, Any]:
        """Return the body as a JSON object; raise HttpFailed when it is none."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise HttpFailed(f"answer {self.status} is not a JSON object")
        return value


@dataclass(frozen=True)
class Reach:
    """Which addresses may be dialled: public ones on web ports, the origins of the settings, listed networks."""

    origins: tuple[str, ...] = ()
    """Base URLs (and proxies) an operator configured; loopback and intranet are fine there."""
    networks: tuple[Network, ...] = ()
    """Private networks that are open to addresses other people give, e.g. the county intranet."""
    ports: frozenset[int] = WEB_PORTS

    def allows(self, address: Address, port: int) -> bool:
        """Judge an address that no origin vouches for."""
        if _inside(address, _NEVER) or port not in self.ports:
            return False
        if _inside(address, self.networks):
            return True
        return address.is_global and not _inside(address, _DISGUISED)


def _inside(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def bare(text: str) -> Address:
    """Return the address a socket would really reach: IPv4 in IPv6 dress is undressed."""
    address = ip_address(text.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


class _Resolver(AbstractResolver):
    """Resolves as usual and remembers what the configured origins resolved to."""

    def __init__(self, reach: Reach) -> None:
        self._inner = aiohttp.ThreadedResolver()
        self._origins: set[tuple[str, int]] = set()
        self.vouched: set[tuple[Address, int]] = set()
        for origin in map(URL, reach.origins):
            host, port = origin.host or "", origin.port or 0
            self._origins.add((host, port))
            try:
                self.vouched.add((bare(host), port))  # a literal never comes by the resolver
            except ValueError:
                continue

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if (host, port) in self._origins:
            self.vouched.update((bare(result["host"]), port) for result in found)
        return found

    async def close(self) -> None:
        await self._inner.close()


def open_session(reach: Reach, *, total_s: float = TOTAL_TIMEOUT_S) -> aiohttp.ClientSession:
    """Return a session that can dial only what `reach` allows; call it inside the running loop.

    For WebSockets; requests go through `Http`, which also refuses redirects and caps answers."""
    resolver = _Resolver(reach)

    def make_socket(info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, target = info
        address, port = bare(target[0]), int(target[1])
        vouched = (address, port) in resolver.vouched and not _inside(address, _NEVER)
        if not vouched and not reach.allows(address, port):
            raise AddressRefused("address refused")
        return socket.socket(family=family, type=kind, proto=protocol)

    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(resolver=resolver, socket_factory=make_socket, limit=CONNECTIONS),
        timeout=aiohttp.ClientTimeout(total=total_s, connect=CONNECT_TIMEOUT_S),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    )


@dataclass
class Http:
    """An outgoing client for one purpose; opened on first use, closed by its owner."""

    reach: Reach = field(default_factory=Reach)
    proxy: str | None = None
    _session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        data: aiohttp.FormData | Mapping[str, str] | bytes | None = None,
        json_body: Mapping[str, Any] | None = None,
        total_s: float = TOTAL_TIMEOUT_S,
        limit: int = ANSWER_LIMIT,
    ) -> Answer:
        """Return the answer, at most `limit` bytes of it and within `total_s` seconds; raise HttpFailed."""
        headers = None
        if json_body is not None:  # raw UTF-8: some platforms show \u escapes to people as they stand
            data, headers = json.dumps(json_body, ensure_ascii=False).encode(), {"Content-Type": "application/json"}
        if self._session is None or self._session.closed:
            self._session = open_session(self.reach)
        try:
            async with self._session.request(
                method,
                url,
                params=params,
                data=data,
                headers=headers,
                proxy=self.proxy,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=total_s, connect=min(CONNECT_TIMEOUT_S, total_s)),
            ) as response:
                return Answer(response.status, await _capped(response, limit), response.headers)
        except TimeoutError:
            raise HttpFailed("timeout", timed_out=True) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise HttpFailed(type(error).__name__) from None

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)  # lets the transports finish closing
            self._session = None


async def _capped(response: aiohttp.ClientResponse, limit: int) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > limit:
            response.close()
            raise HttpFailed(f"answer longer than {limit} bytes")
    return bytes(body)
