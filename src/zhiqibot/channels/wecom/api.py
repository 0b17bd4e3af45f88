"""Calls to 企业微信's server: one token for all, one refresh at a time.  Source: 企业微信开发者中心,《获取access_token》."""

import asyncio
import io
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from zhiqibot.channels.http import Answer, Http, HttpFailed, Reach
from zhiqibot.channels.text import file_name
from zhiqibot.channels.wecom.settings import WeComSettings
from zhiqibot.core.errors import DeliveryFailed

logger = logging.getLogger(__name__)

TOKEN_STALE = frozenset({40014, 42001})
SECRET_WRONG = frozenset({40001, 40013, 40056, 41004})
TOO_FAST = frozenset({45009, 45033})
ADDRESS_UNTRUSTED = 60020
RENEW_EARLY_S = 300.0
CONFIGURATION_PAUSE_S = 600.0
TOO_FAST_PAUSE_S = 60.0
UPLOAD_TIMEOUT_S = 25.0
DOWNLOAD_LIMIT = 20 * 1024 * 1024


class Refusal(Exception):
    """The server answered with an errcode that concerns this very call."""

    def __init__(self, code: int) -> None:
        super().__init__(f"errcode {code}")
        self.code = code


@dataclass
class WeComApi:
    """The HTTP side of one app."""

    settings: WeComSettings
    channel: str
    monotonic: Callable[[], float] = time.monotonic
    _token: str = ""
    _good_until: float = 0.0
    _broken_until: float = 0.0
    """The secret was refused: asking again before this would only repeat the answer."""
    _refresh: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        settings = self.settings
        self._base = settings.base_url.rstrip("/")
        origins = (settings.base_url, *([settings.proxy] if settings.proxy else []))
        self._http = Http(Reach(origins), proxy=settings.proxy)

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.close()

    async def call(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer of errcode 0; raise Refusal or DeliveryFailed."""
        return await self._with_token(lambda token: self._post(path, token, body))

    async def upload(self, kind: str, name: str, content: bytes, media_type: str) -> str:
        """Return the media id (valid for three days) of an uploaded file."""

        async def post(token: str) -> dict[str, Any]:
            form = aiohttp.FormData(quote_fields=False)  # quoted, Chinese file names arrive as %E8%AF…
            form.add_field("media", io.BytesIO(content), filename=file_name(name, "file"), content_type=media_type)
            params = {"access_token": token, "type": kind}
            return await self._ask("POST", "/cgi-bin/media/upload", params, data=form, total_s=UPLOAD_TIMEOUT_S)

        return str((await self._with_token(post)).get("media_id", ""))

    async def download(self, media_id: str) -> bytes:
        """Return the content of a file a member sent."""

        async def get(token: str) -> dict[str, Any]:
            params = {"access_token": token, "media_id": media_id}
            answer = await self._raw(
                "GET", "/cgi-bin/media/get", params, limit=DOWNLOAD_LIMIT, total_s=UPLOAD_TIMEOUT_S
            )
            if "Content-Disposition" not in answer.headers:  # a file has one, an error is bare JSON
                return self._checked(answer)
            return {"content": answer.body}

        return bytes((await self._with_token(get)).get("content", b""))

    async def _with_token(self, ask: Callable[[str], Any]) -> dict[str, Any]:
        """Call with the cached token; when the server calls it stale, renew it once and call again."""
        token = await self.token()
        try:
            answer: dict[str, Any] = await ask(token)
        except Refusal as refusal:
            if refusal.code not in TOKEN_STALE:
                raise
            answer = await self._again(ask, await self.token(stale=token))
        return answer

    async def _again(self, ask: Callable[[str], Any], token: str) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = await ask(token)
        except Refusal as refusal:
            if refusal.code in TOKEN_STALE:
                raise DeliveryFailed(channel=self.channel, reason="a fresh token was refused") from None
            raise
        return answer

    async def token(self, stale: str | None = None) -> str:
        """Return a token that is not `stale`; of many callers with the same stale one, one asks the server."""
        async with self._refresh:
            now = self.monotonic()
            if self._token and self._token != stale and now < self._good_until:
                return self._token
            if now < self._broken_until:
                raise self._misconfigured()
            params = {"corpid": self.settings.corp_id, "corpsecret": self.settings.secret}
            answer = await self._ask("GET", "/cgi-bin/gettoken", params)
            life = float(answer.get("expires_in", 7200))
            self._token = str(answer["access_token"])
            self._good_until = now + life - min(RENEW_EARLY_S, life / 10)
            return self._token

    async def _post(self, path: str, token: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return await self._ask("POST", path, {"access_token": token}, json_body=body)

    async def _ask(self, method: str, path: str, params: Mapping[str, str], **more: Any) -> dict[str, Any]:
        return self._checked(await self._raw(method, path, params, **more))

    async def _raw(self, method: str, path: str, params: Mapping[str, str], **more: Any) -> Answer:
        try:
            answer = await self._http.request(method, self._base + path, params=params, **more)
        except HttpFailed as error:
            raise DeliveryFailed(channel=self.channel, reason=str(error)) from None
        if answer.status != 200:
            raise DeliveryFailed(channel=self.channel, reason=f"status {answer.status}")
        return answer

    def _checked(self, answer: Answer) -> dict[str, Any]:
        try:
            found = answer.json()
            code = int(found.get("errcode", 0))
        except (HttpFailed, TypeError, ValueError):
            raise DeliveryFailed(channel=self.channel, reason="answer cannot be read") from None
        if code == 0:
            return found
        if code in SECRET_WRONG or code == ADDRESS_UNTRUSTED:
            if code in SECRET_WRONG:
                self._broken_until = self.monotonic() + CONFIGURATION_PAUSE_S
            logger.error("wecom %s: check the settings of the app: errcode %d", self.settings.account, code)
            raise self._misconfigured()
        if code in TOO_FAST:
            raise DeliveryFailed(channel=self.channel, reason=f"errcode {code}", retry_after_s=TOO_FAST_PAUSE_S)
        if code == -1:
            raise DeliveryFailed(channel=self.channel, reason="server busy")
        raise Refusal(code)

    def _misconfigured(self) -> DeliveryFailed:
        reason = "应用配置有误（CorpID、Secret 或可信 IP），请管理员核对"
        return DeliveryFailed(channel=self.channel, reason=reason, retry_after_s=CONFIGURATION_PAUSE_S)
