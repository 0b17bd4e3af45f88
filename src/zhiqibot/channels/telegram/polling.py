"""Long polling that loses nothing: an update is confirmed to Telegram only after it is stored.

(The library's own Updater confirms what it has merely queued, so a crash in between would lose it.)
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from telegram import Bot
from telegram.error import Conflict, InvalidToken, TelegramError

from zhiqibot.channels.telegram.reading import ALLOWED_UPDATES
from zhiqibot.channels.telegram.request import AiohttpRequest, Throttled

logger = logging.getLogger(__name__)

LONG_POLL_S = 25
NETWORK_MARGIN_S = 10
SHORTEST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 30.0
BATCH = 100

Take = Callable[[dict[str, Any]], Awaitable[bool]]
"""Stores one raw update; False means it must come again."""


@dataclass
class Polling:
    """Fetches updates for ever; every fault is survived but a token Telegram does not know."""

    bot: Bot
    request: AiohttpRequest
    take: Take
    long_poll_s: int = LONG_POLL_S
    _offset: int | None = None

    async def run(self) -> None:
        """Poll until cancelled."""
        pause = SHORTEST_PAUSE_S
        while True:
            try:
                whole = await self._round()
                pause = SHORTEST_PAUSE_S if whole else min(pause * 2, LONGEST_PAUSE_S)
            except InvalidToken:
                logger.error("telegram: the token is not valid, polling ends")
                return
            except Throttled as error:
                pause = max(error.seconds, SHORTEST_PAUSE_S)
            except Conflict:
                logger.warning("telegram: another process polls this bot")
                pause = LONGEST_PAUSE_S
            except TelegramError as error:
                logger.warning("telegram: polling failed: %s", type(error).__name__)
                pause = min(pause * 2, LONGEST_PAUSE_S)
            except Exception as error:  # supervised: a fault of ours must not end the polling
                logger.error("telegram: polling fault: %s", type(error).__name__)
                pause = LONGEST_PAUSE_S
            await asyncio.sleep(pause)

    async def _round(self) -> bool:
        """Store one batch in order; return whether all of it is stored."""
        for update in await self._fetch():
            if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
                continue
            if not await self.take(update):
                return False
            self._offset = update["update_id"] + 1
        return True

    async def _fetch(self) -> list[Any]:
        """Return raw updates: the library's get_updates loses a whole batch when one update is odd."""
        query: dict[str, Any] = {"timeout": self.long_poll_s, "limit": BATCH}
        query["allowed_updates"] = json.dumps(ALLOWED_UPDATES)
        if self._offset is not None:
            query["offset"] = self._offset
        url = f"{self.bot.base_url}/getUpdates?{urlencode(query)}"
        result: Any = await self.request.post(url, read_timeout=self.long_poll_s + NETWORK_MARGIN_S)
        return result if isinstance(result, list) else []
