"""A local Bot API of our own: long polling with offsets, webhooks with the secret, files, albums, 403 and 429."""

import asyncio
import html
import json
import re
from typing import Any

import aiohttp
from aiohttp import web

from zhiqibot.channels.text import utf16_size

BOT = {"id": 123, "is_bot": True, "first_name": "智企", "username": "zhiqi_test_bot"}
USER = {"id": 10001, "is_bot": False, "first_name": "强"}
CHAT = {"id": 10001, "type": "private", "first_name": "强"}
_TAG = re.compile(r"</?b>")


class FakeTelegram:
    """The server's state, and the user's side of it."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.calls: list[dict[str, Any]] = []
        self.shown: list[dict[str, Any]] = []
        self.files: dict[str, bytes] = {}
        self.webhook: dict[str, Any] = {}
        self.offsets: list[int] = []
        self.down = 0
        """So many calls get a 502."""
        self.migrated: dict[str, int] = {}
        self._updates: list[dict[str, Any]] = []
        self._number = 100

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/bot{token}/{method}", self._call),
            web.get("/file/bot{token}/{path:.*}", self._file),
        ]

    async def user_sends(self, **content: Any) -> None:
        """Queue or post an update: a message with `content`, or the update given as `update`."""
        self._number += 1
        message = {"message_id": self._number, "date": 1764000000, "chat": CHAT, "from": USER}
        update = content.pop("update", None) or {"message": message | content}
        update = {"update_id": self._number} | update
        if not self.webhook.get("url"):
            self._updates.append(update)
            return
        headers = {"X-Telegram-Bot-Api-Secret-Token": str(self.webhook.get("secret_token", ""))}
        async with aiohttp.request("POST", self.webhook["url"], json=update, headers=headers) as answer:
            self.calls.append({"method": "_webhook", "status": answer.status})

    async def user_presses(self, data: str) -> None:
        """Press a button under the bot's last message."""
        message = {"message_id": 1, "date": 1764000000, "chat": CHAT, "from": BOT}
        self._number += 1
        query = {"id": f"cq{self._number}", "from": USER, "chat_instance": "1", "data": data, "message": message}
        await self.user_sends(update={"callback_query": query})

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return _refused(404, "Not Found")
        if self.down:
            self.down -= 1
            return web.Response(status=502, text="bad gateway")
        call: dict[str, Any] = {"method": method, **request.query, **await request.post()}
        if method != "getUpdates":
            self.calls.append(call)
        answer = getattr(self, f"_{method}", None)
        if answer is None:
            return _refused(404, "Not Found: method not found")
        found = await answer(call)
        return found if isinstance(found, web.Response) else web.json_response({"ok": True, "result": found})

    async def _getMe(self, call: dict[str, Any]) -> Any:  # noqa: N802  (Telegram's own names from here on)
        return BOT

    async def _setMyCommands(self, call: dict[str, Any]) -> Any:  # noqa: N802
        return True

    async def _answerCallbackQuery(self, call: dict[str, Any]) -> Any:  # noqa: N802
        return _refused(400, "Bad Request: query is too old") if call["callback_query_id"] == "old" else True

    async def _setWebhook(self, call: dict[str, Any]) -> Any:  # noqa: N802
        self.webhook = call
        return True

    async def _deleteWebhook(self, call: dict[str, Any]) -> Any:  # noqa: N802
        self.webhook = {}
        return True

    async def _getUpdates(self, call: dict[str, Any]) -> Any:  # noqa: N802
        if self.webhook:
            return _refused(409, "Conflict: webhook is active")
        offset = int(call.get("offset", 0))
        self.offsets.append(offset)
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        for _ in range(int(call.get("timeout", 0)) * 50):
            if self._updates:
                break
            await asyncio.sleep(0.02)
        return self._updates[: int(call.get("limit", 100))]

    async def _sendMessage(self, call: dict[str, Any]) -> Any:  # noqa: N802
        return self._refusal(call) or self._markup_fault(call) or self._show(call)

    async def _sendPhoto(self, call: dict[str, Any]) -> Any:  # noqa: N802
        return self._refusal(call) or self._keep(call, "photo")

    async def _sendDocument(self, call: dict[str, Any]) -> Any:  # noqa: N802
        return self._refusal(call) or self._keep(call, "document")

    async def _getFile(self, call: dict[str, Any]) -> Any:  # noqa: N802
        found = call["file_id"]
        if found not in self.files:
            return _refused(400, "Bad Request: wrong file_id")
        return {"file_id": found, "file_unique_id": found, "file_path": f"documents/{found}"}

    async def _file(self, request: web.Request) -> web.Response:
        return web.Response(body=self.files[request.match_info["path"].removeprefix("documents/")])

    def _refusal(self, call: dict[str, Any]) -> web.Response | None:
        chat, text = str(call["chat_id"]), str(call.get("text", ""))
        if chat == "403":
            return _refused(403, "Forbidden: bot was blocked by the user")
        if chat == "404":
            return _refused(400, "Bad Request: chat not found")
        if chat in self.migrated:
            parameters = {"migrate_to_chat_id": self.migrated[chat]}
            return _refused(400, "Bad Request: group chat was upgraded", parameters=parameters)
        if text.startswith("#429"):
            return _refused(429, "Too Many Requests: retry after 7", parameters={"retry_after": 7})
        return None

    def _markup_fault(self, call: dict[str, Any]) -> web.Response | None:
        text = str(call["text"])
        if call.get("parse_mode") == "HTML":
            bare = _TAG.sub("", text)
            unknown = re.search(r"<|>|&(?!amp;|lt;|gt;|quot;)", bare)
            if unknown or text.count("<b>") != text.count("</b>") or "#badmarkup" in text:
                return _refused(400, "Bad Request: can't parse entities: unsupported start tag")
            text = html.unescape(bare)
        if not text.strip() or utf16_size(text) > 4096:
            return _refused(400, "Bad Request: message is too long or empty")
        rows = json.loads(call.get("reply_markup", "{}")).get("inline_keyboard", [])
        if any(not 1 <= len(b["callback_data"].encode()) <= 64 for row in rows for b in row):
            return _refused(400, "Bad Request: BUTTON_DATA_INVALID")
        return None

    def _keep(self, call: dict[str, Any], kind: str) -> Any:
        content: Any = call[kind]
        if isinstance(content, str) and content.startswith("attach://"):
            content = call[content.removeprefix("attach://")]
        name = content
        if isinstance(content, web.FileField):
            name = content.filename
            self.files[name] = content.file.read()
        return self._show(call | {"sent": (kind, name)})

    def _show(self, call: dict[str, Any]) -> Any:
        self._number += 1
        self.shown.append(call)
        chat = CHAT | {"id": int(call["chat_id"])}
        return {"message_id": self._number, "date": 1764000000, "chat": chat, "from": BOT, "text": call.get("text", "")}


def _refused(status: int, description: str, **more: Any) -> web.Response:
    body = {"ok": False, "error_code": status, "description": description} | more
    return web.json_response(body, status=status)
