"""python-telegram-bot's transport over the product's own HTTP client (its default one costs ten times the CPU)."""

import io
import json
import logging
from typing import Any

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from zhiqibot.channels.http import Answer, Http, HttpFailed
from zhiqibot.channels.text import file_name

READ_TIMEOUT_S = 10.0
UPLOAD_TIMEOUT_S = 25.0
"""Within the delivery's own 30 s for one send."""
ANSWER_LIMIT = 21 * 1024 * 1024
"""Bytes: a file of Telegram's 20 MB download limit fits."""
TOO_MANY_REQUESTS = 429


logging.getLogger("telegram").setLevel(logging.WARNING)  # below it, the library logs texts and tokens of its calls


class Throttled(TelegramError):
    """Telegram asks for a pause. (The library's own RetryAfter warns of its deprecated field when it is made.)"""

    def __init__(self, seconds: float) -> None:
        super().__init__("flood control")
        self.seconds = seconds


class AiohttpRequest(BaseRequest):
    """Sends the library's calls through `Http`; errors never carry the URL, which holds the token."""

    def __init__(self, http: Http) -> None:
        self._http = http

    @property
    def read_timeout(self) -> float | None:
        return READ_TIMEOUT_S

    async def initialize(self) -> None:
        """Nothing to do: the client opens on first use."""

    async def shutdown(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Return status and body; raise TimedOut, NetworkError or Throttled."""
        uploads = request_data is not None and request_data.contains_files
        total_s = UPLOAD_TIMEOUT_S if uploads else READ_TIMEOUT_S
        if isinstance(read_timeout, int | float):
            total_s = max(float(read_timeout), 0.1)
        try:
            answer = await self._http.request(
                method, url, data=_form(request_data), total_s=total_s, limit=ANSWER_LIMIT
            )
        except HttpFailed as error:
            raise (TimedOut() if error.timed_out else NetworkError(str(error))) from None
        if answer.status == TOO_MANY_REQUESTS:
            raise Throttled(_pause(answer))
        return answer.status, answer.body

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return the JSON answer. (The library's version writes an unreadable body to the log.)"""
        try:
            value = json.loads(payload.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise NetworkError("answer is not a JSON object")
        return value


def _form(request_data: RequestData | None) -> aiohttp.FormData | dict[str, str] | None:
    if request_data is None:
        return None
    if not request_data.contains_files:
        return request_data.json_parameters
    form = aiohttp.FormData(quote_fields=False)  # quoted, Chinese file names arrive as %E8%AF…
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, media_type) in request_data.multipart_data.items():
        part = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, part, filename=file_name(filename, "file"), content_type=media_type)
    return form


def _pause(answer: Answer) -> float:
    try:
        return float(answer.json()["parameters"]["retry_after"])
    except (HttpFailed, KeyError, TypeError, ValueError):
        return 5.0
