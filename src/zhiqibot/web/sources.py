"""Where a request comes from: the network address that is counted, and the web page that sent it."""

from urllib.parse import urlsplit

from aiohttp import web

from zhiqibot.web.answers import Problem
from zhiqibot.web.parts import WebParts


def source_of(request: web.BaseRequest, trusted_proxies: frozenset[str]) -> str:
    """Return the address of the person's machine; a proxy's word counts only when the proxy is trusted."""
    remote = request.remote or "?"
    if remote not in trusted_proxies:
        return remote
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    return next((address for address in reversed(forwarded) if address not in trusted_proxies), remote)


def check_origin(request: web.Request, parts: WebParts) -> None:
    """Raise Problem 403 when another site's page sent this; a program without an Origin is no page at all.

    Browsers always name the origin of a WebSocket and of a POST, so its absence is no way round."""
    origin = request.headers.get("Origin")
    if origin is None:
        if request.headers.get("Sec-Fetch-Site", "same-origin") in ("cross-site", "same-site"):
            raise Problem(403, "请从助企服务页面打开对话。", code="foreign_origin")
        return
    if origin not in parts.origins and urlsplit(origin).netloc.lower() != request.host.lower():
        raise Problem(403, "请从助企服务页面打开对话。", code="foreign_origin")
