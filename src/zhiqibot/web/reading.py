"""Reading what a page sent: strict JSON, then typed frames. Whatever is wrong becomes a Problem."""

import json
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from zhiqibot.core.messages import MAX_TEXT
from zhiqibot.core.privacy import clean
from zhiqibot.web.answers import Problem

MAX_FRAME = 64 * 1024
"""Bytes of one WebSocket message."""
MAX_FILES = 9
CUT_NOTE = f"您这条内容较长，只能收下前 {MAX_TEXT} 个字，其余部分请再发一条，或作为文件发来。"
_LONGEST_BUTTON = 60
_LONGEST_CURSOR = 64
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


def _client_id(value: str) -> str:
    if not _CLIENT_ID.fullmatch(value):
        raise ValueError("8 to 64 letters, digits, _ or -")
    return value


class _Frame(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Hello(_Frame):
    """The first frame of a connection."""

    type: Literal["hello"]
    visitor: Annotated[str, Field(max_length=128)] = ""
    after: Annotated[str, Field(max_length=_LONGEST_CURSOR)] = ""


class Ping(_Frame):
    """Asks whether the connection still lives."""

    type: Literal["ping"]


class Say(_Frame):
    """A message: text, a pressed button (its value; `text` is the label) or files uploaded before."""

    type: Literal["say"] = "say"
    id: Annotated[str, AfterValidator(_client_id)]
    """Made by the page; the same on every try, so that a repeat is recognised."""
    text: str = ""
    button: Annotated[str, Field(max_length=_LONGEST_BUTTON)] = ""
    files: Annotated[list[Annotated[str, Field(max_length=32)]], Field(max_length=MAX_FILES)] = []

    @property
    def words(self) -> str:
        """The text without characters that no message needs, cut to MAX_TEXT."""
        return clean(self.text)[:MAX_TEXT]

    @property
    def cut(self) -> bool:
        return len(clean(self.text)) > MAX_TEXT


Frame = Annotated[Hello | Ping | Say, Field(discriminator="type")]
_FRAME: TypeAdapter[Hello | Ping | Say] = TypeAdapter(Frame)
_SAY: TypeAdapter[Say] = TypeAdapter(Say)


def read_frame(data: str) -> Hello | Ping | Say:
    """Read one WebSocket frame; raise Problem 413 or 400."""
    if len(data.encode("utf-8", "surrogatepass")) > MAX_FRAME:
        raise Problem(413, "这条消息太长了，请精简到 4000 字以内，或作为文件发来。")
    try:
        return _FRAME.validate_python(read_json(data))
    except ValidationError as error:
        raise _explained(error) from None


def read_say(body: bytes) -> Say:
    """Read the body of POST /chat/messages; raise Problem 400."""
    try:
        return _SAY.validate_python(read_json(body))
    except ValidationError as error:
        raise _explained(error) from None


def read_json(data: str | bytes) -> dict[str, Any]:
    """Read one JSON object, refusing what parsers disagree about: repeated keys, NaN, absurd depth and numbers."""
    try:
        if isinstance(data, bytes):
            data = data.decode("utf-8")
        value = json.loads(data, object_pairs_hook=_no_repeats, parse_constant=_no_constants)
    except (ValueError, RecursionError):
        raise Problem(400, "发来的数据格式不对，请刷新页面后再试。", code="bad_json") from None
    if not isinstance(value, dict):
        raise Problem(400, "发来的数据格式不对，请刷新页面后再试。", code="bad_json")
    return value


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ValueError("repeated key")
    return content


def _no_constants(name: str) -> None:
    raise ValueError(name)


def _explained(error: ValidationError) -> Problem:
    """Name the first wrong field; never echo what was sent."""
    place = [str(part) for part in error.errors(include_input=False, include_url=False)[0]["loc"]]
    field = next((part for part in reversed(place) if part.isidentifier()), "type")
    known = {
        "text": "文字",
        "id": "消息编号",
        "button": "按钮",
        "files": "附件",
        "visitor": "访客凭证",
        "after": "位置",
    }
    return Problem(400, f"消息里的“{known.get(field, '类型')}”不符合要求，请刷新页面后再试。", code="bad_message")
