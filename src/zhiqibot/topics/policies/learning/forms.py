"""What the working side of the learning loop fills in."""

from dataclasses import dataclass
from typing import Any

from zhiqibot.dialogue.forms import Ask, Hearing, fields_of, question
from zhiqibot.dialogue.turn import Turn, button, say

NO_DOCUMENT = "文件没有写明"


def _all(heard: Hearing) -> str | None:
    return heard.text.strip() if heard.asked and heard.text.strip() else None


def _unread(_: Hearing) -> None:
    return None


@dataclass(frozen=True)
class GapAnswer:
    """An interpreter's answer."""

    number: int = question("第几个？", read=_unread, label="编号")
    answer: str = question("请写答复，企业会看到原文：", read=_all, label="答复", free_text=True)
    source: str = question(
        "依据哪份文件、哪一条？例如：方助企联席办〔2022〕4号（一）7。文件没有写明的点按钮。",
        read=_all,
        label="出处",
        default="",
        free_text=True,
        buttons=[button(NO_DOCUMENT, f"set:source={NO_DOCUMENT}")],
    )


@dataclass(frozen=True)
class GapNote:
    """Why an answer is sent back, or a question is not answered."""

    number: int = question("第几个？", read=_unread, label="编号")
    action: str = question("退回还是关闭？", read=_unread, label="操作")
    note: str = question(
        "请写明原因：", read=_all, label="原因", default="", free_text=True, buttons=[button("不写原因", "skip")]
    )


def ask_source(_: Turn, values: dict[str, Any]) -> Ask | None:
    """Ask for the source, once; “没有” is an answer."""
    return _once(GapAnswer, "source", values)


def ask_note(_: Turn, values: dict[str, Any]) -> Ask | None:
    """Ask for the reason, once."""
    return _once(GapNote, "note", values)


def _once(form: type, name: str, values: dict[str, Any]) -> Ask | None:
    field = next(one for one in fields_of(form) if one.name == name)
    return None if name in values else Ask(name, say(field.ask, buttons=field.buttons))
