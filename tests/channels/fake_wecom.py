"""A local stand-in for 企业微信's server that keeps its habits: tokens that end early, lower-cased answers, silent drops."""

import asyncio
import json
import time
import warnings
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from zhiqibot.channels.wecom import WeComSettings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from wechatpy.enterprise.crypto import WeChatCrypto

CORP, AGENT, SECRET = "ww1a2b3c4d5e6f7a8b", 1000002, "app-secret"
TOKEN, KEY = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
MEMBERS = {"wangqiang", "lina"}
PER_MEMBER = 30
_CARDS = ("text_notice", "button_interaction")


def settings(base_url: str, **more: Any) -> WeComSettings:
    """Return settings of an app on the fake server."""
    return WeComSettings(CORP, AGENT, more.pop("secret", SECRET), TOKEN, KEY, base_url=base_url, **more)


def callback(
    inner: str, *, at: float | None = None, nonce: str = "n1", key: str = KEY, corp: str = CORP, token: str = TOKEN
) -> tuple[dict[str, str], str]:
    """Return (query, body) of a callback, sealed by an independent implementation."""
    timestamp = str(int(time.time() if at is None else at))
    sealed = WeChatCrypto(token, key, corp).encrypt_message(inner, nonce, timestamp)
    encrypted = sealed.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
    signature = sealed.split("<MsgSignature><![CDATA[")[1].split("]]>")[0]
    body = (
        f"<xml><ToUserName><![CDATA[{corp}]]></ToUserName><AgentID><![CDATA[{AGENT}]]></AgentID>"
        f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    )
    return {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}, body


@dataclass
class FakeWeCom:
    """The server's state, and what a test may order it to do."""

    delivered: list[dict[str, Any]] = field(default_factory=list)
    """What members really saw: neither duplicates nor what came too fast."""
    calls: Counter[str] = field(default_factory=Counter)
    uploads: dict[str, tuple[str, str, bytes]] = field(default_factory=dict)
    next_codes: list[int] = field(default_factory=list)
    """Errcodes for the next sends."""
    lose_answers: int = 0
    """So many sends are delivered, but the answer comes too late."""
    token_life: int = 7200
    no_cards: bool = False
    bodies: list[bytes] = field(default_factory=list)
    _tokens: dict[str, float] = field(default_factory=dict)
    _seen: dict[str, float] = field(default_factory=dict)
    _per_member: dict[str, list[float]] = field(default_factory=dict)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/cgi-bin/gettoken", self._gettoken),
            web.post("/cgi-bin/message/send", self._send),
            web.post("/cgi-bin/media/upload", self._upload),
            web.get("/cgi-bin/media/get", self._media),
        ]

    def end_tokens(self) -> None:
        """End all tokens early, as the platform may."""
        self._tokens.clear()

    async def _gettoken(self, request: web.Request) -> web.Response:
        self.calls["gettoken"] += 1
        await asyncio.sleep(0.02)
        if request.query.get("corpid") != CORP:
            return _answer(40013)
        if request.query.get("corpsecret") != SECRET:
            return _answer(40001)
        live = [token for token, ends in self._tokens.items() if ends > time.monotonic()]
        token = live[0] if live else f"token-{self.calls['gettoken']}"
        self._tokens.setdefault(token, time.monotonic() + self.token_life)
        return _answer(0, access_token=token, expires_in=self.token_life)

    def _token_fault(self, request: web.Request) -> int:
        ends = self._tokens.get(request.query.get("access_token", ""))
        return 40014 if ends is None else 42001 if ends <= time.monotonic() else 0

    async def _send(self, request: web.Request) -> web.Response:
        self.calls["send"] += 1
        raw = await request.read()
        self.bodies.append(raw)
        if fault := self._token_fault(request):
            return _answer(fault)
        if self.next_codes and (code := self.next_codes.pop(0)):
            return _answer(code)
        body = json.loads(raw)
        if fault := self._content_fault(body):
            return _answer(fault)
        wanted = str(body["touser"]).lower().split("|")
        known = [member for member in wanted if member in MEMBERS]
        if not known:
            return _answer(81013, invaliduser="|".join(wanted))
        self._deliver(body, raw, known)
        if self.lose_answers:
            self.lose_answers -= 1
            request.transport.abort()  # type: ignore[union-attr]
        return _answer(0, invaliduser="|".join(set(wanted) - set(known)), msgid=f"msg-{self.calls['send']}")

    def _content_fault(self, body: dict[str, Any]) -> int:
        kind = body["msgtype"]
        content = body[kind]
        if body["agentid"] != AGENT:
            return 301002
        if kind == "text":
            return 44004 if not content["content"] else 45002 if len(content["content"].encode()) > 2048 else 0
        if kind in ("image", "file"):
            return 0 if content["media_id"] in self.uploads else 40007
        return 40008 if self.no_cards else _card_fault(content)

    def _deliver(self, body: dict[str, Any], raw: bytes, members: list[str]) -> None:
        now = time.monotonic()
        interval = body.get("duplicate_check_interval", 1800) if body.get("enable_duplicate_check") else 0
        content = json.dumps([body["touser"], body[body["msgtype"]]], sort_keys=True)
        if interval and now - self._seen.get(content, -1e9) < interval:
            return
        self._seen[content] = now
        for member in members:
            times = self._per_member.setdefault(member, [])
            times[:] = [at for at in times if at > now - 60]
            if len(times) < PER_MEMBER:  # beyond it the server says ok and shows nothing
                times.append(now)
                self.delivered.append(body)

    async def _upload(self, request: web.Request) -> web.Response:
        self.calls["upload"] += 1
        if fault := self._token_fault(request):
            return _answer(fault)
        part = (await request.post())["media"]
        assert isinstance(part, web.FileField)
        content = part.file.read()
        kind = request.query["type"]
        if len(content) <= 5:
            return _answer(40006)
        if kind == "image" and not content.startswith((b"\xff\xd8\xff", b"\x89PNG")):
            return _answer(40009)
        media_id = f"media-{self.calls['upload']}"
        self.uploads[media_id] = (kind, part.filename, content)
        return _answer(0, type=kind, media_id=media_id, created_at="1764000000")

    async def _media(self, request: web.Request) -> web.Response:
        if fault := self._token_fault(request):
            return _answer(fault)
        found = self.uploads.get(request.query["media_id"])
        if found is None:
            return _answer(40007)
        disposition = {"Content-Disposition": 'attachment; filename="f"'}
        return web.Response(body=found[2], headers=disposition, content_type="application/octet-stream")


def _card_fault(card: dict[str, Any]) -> int:
    buttons = card.get("button_list", [])
    right = (
        card["card_type"] in _CARDS
        and (card["main_title"].get("title") or card.get("sub_title_text"))
        and len(card.get("horizontal_content_list", [])) <= 6
        and all(set(line) == {"keyname", "value"} for line in card.get("horizontal_content_list", []))
        and 1 <= len(card["task_id"]) <= 128
        and all(c.isascii() and (c.isalnum() or c in "_-@") for c in card["task_id"])
        and (1 <= len(buttons) <= 6 if card["card_type"] == "button_interaction" else not buttons)
        and all(len(b["key"].encode()) <= 1024 and b["text"] and b["style"] in (1, 2, 3, 4) for b in buttons)
        and (card["card_type"] != "text_notice" or card["card_action"]["url"].startswith("http"))
    )
    return 0 if right else 42014


def _answer(code: int, **more: Any) -> web.Response:
    return web.json_response({"errcode": code, "errmsg": "ok" if code == 0 else "fault, hint: [1]"} | more)
