"""Reading what a platform posted: capped, strict, and never deeper than a message can be."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from aiohttp import web
from aiohttp.http import HttpProcessingError
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from zhiqibot.core.channel import Accept
from zhiqibot.core.errors import PayloadInvalid
from zhiqibot.core.messages import Attachment, InboundMessage

logger = logging.getLogger(__name__)

BODY_LIMIT = 1024 * 1024
BODY_TIMEOUT_S = 10.0
XML_DEPTH = 12
XML_NODES = 2_000

ReadFile = Callable[[Attachment], Awaitable[bytes]]
"""Returns the content of a file the product keeps; injected, since channels know no store."""


class BodyTooLong(Exception):
    """The body is over the cap; answer 413."""


async def read_body(request: web.Request, limit: int = BODY_LIMIT) -> bytes:
    """Return the body; raise BodyTooLong as soon as it passes `limit`, compressed or not."""
    if (request.content_length or 0) > limit:
        raise BodyTooLong
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > limit:
                    raise BodyTooLong
    except (web.RequestPayloadError, HttpProcessingError) as error:  # e.g. broken compression
        raise PayloadInvalid(channel=request.path, reason=type(error).__name__) from None
    return bytes(body)


def read_json(body: bytes, channel: str) -> dict[str, Any]:
    """Return a JSON object; raise PayloadInvalid for anything else, twice-named keys, NaN and lone surrogates."""
    try:
        value = json.loads(body, object_pairs_hook=_once, parse_constant=_refuse)
        json.dumps(value, ensure_ascii=False).encode()  # a lone surrogate cannot be encoded
    except (ValueError, RecursionError) as error:
        raise PayloadInvalid(channel=channel, reason=type(error).__name__) from None
    if not isinstance(value, dict):
        raise PayloadInvalid(channel=channel, reason="not an object")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key twice")
    return found


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


class _Shallow(TreeBuilder):
    """Builds a tree of bounded depth and size."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._nodes = 0

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        self._depth, self._nodes = self._depth + 1, self._nodes + 1
        if self._depth > XML_DEPTH or self._nodes > XML_NODES:
            raise ValueError("too deep or too many")
        return super().start(tag, attrs)

    def end(self, tag: str) -> Element:
        self._depth -= 1
        return super().end(tag)


def read_xml(body: bytes | str, channel: str) -> Element:
    """Return the root element; raise PayloadInvalid for broken XML, a DTD, entities and deep nesting."""
    parser = DefusedXMLParser(target=_Shallow(), forbid_dtd=True)
    try:
        parser.feed(body)
        root = parser.close()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise PayloadInvalid(channel=channel, reason=type(error).__name__) from None
    if not isinstance(root, Element):
        raise PayloadInvalid(channel=channel, reason="empty")
    return root


async def hand_over(accept: Accept, message: InboundMessage) -> bool:
    """Return whether the message is stored; whatever went wrong, the platform must then keep it."""
    try:
        await accept(message)
    except Exception as error:
        logger.warning("%s %s: not stored: %s", message.channel, message.account, type(error).__name__)
        return False
    return True
