"""What a sentence says about a booking that is being made: agreed, dropped, another day, another session."""

import re
from collections.abc import Sequence
from typing import Any

from zhiqibot.topics.events import readers
from zhiqibot.topics.events.model import EventSession

LONGEST_CHANGE = 16
_CHANGES = re.compile(r"改|换|还是(?:去|报|参加)?|不是")
_ONLY_A_DAY = re.compile(r"(?:我?要|报|那?就)?(?:\d{1,2}月)?\d{1,2}[号日](?:的|那个?|那[场天次]|这[场天])*[吧啊]?")
_AGREES = re.compile(
    r"(?:那|就|嗯|好|行|中|算了|也?行|也?好|吧|还是|，|,|\s)*"
    r"(?:报上?|报名|报了|订上?|订了|约上?|留上|占上|登上|这样|这么着|这么定|定了|定下来?|(?:就|按)(?:它|这个|这场|这一场)|按这个来)+"
    r"(?:这个|这场|这一场|它)?[吧呗了啊嘛]*[。！!~]*|(?:我|俺|那)*还是(?:想|要|得)?(?:去|报|参加)(?:吧|了|上)*[。！!~]*"
)
_DROPS = re.compile(
    r"(?:那|就|还是|要不然?)*算了(?:吧|呗|不报了)?|(?:那|就|我?还是|算了|先|[，,\s])*(?:取消|不报|不要|不去|不参加|退|撤)(?:掉|了)?(?:这个|这场|那场|刚才那?个?)?"
    r"(?:畅聊)?(?:早餐会|晚茶会|大?讲堂|对接会|服务日|面对面)?(?:那?场|这?个)?[了吧]*[。！!]*"
)
_BETTER_NOT = re.compile(r"(?:那|就|还是|要不然?|我|[，,\s])*(?:算了|不[改换挪]了?)(?:吧|呗)*[。！!]*")
_EVERYTHING = re.compile(
    r"(?:那|就|把|我?还?是?)*(?:都|全部?|全都|统统)(?:给我)?(?:取消|不报|不要|不去|退|撤)(?:掉|了)?[吧啊]?[。！!]*|(?:取消|退掉?)(?:全部|所有)(?:的?报名)?"
)
_OTHER_FIRM = re.compile(
    r"(?:帮|给|替|代)(?:隔壁|旁边|别家|别人家|其他(?:企业|公司|厂)|兄弟(?:厂|企业|公司)|朋友(?:厂|公司))"
)
_NEXT = re.compile(r"(?:那|再|要|换|就|改|报|有)*(?:下一?|后一?|再下一?)[场期次回]的?[呢吧啊]?[?？。]*")
_BEFORE = re.compile(r"(?:那|要|换|就|改|报)*(?:上一?|前一?)[场期次回]的?[呢吧啊]?[?？。]*")
_BACK_TO = re.compile(
    r"(?:那|算了|就|要不)*还是(?:要|报)?(?:刚才|原来|之前|开始|第一次)(?:说|选|报)?的?(?:那一?[场个天]|这一?[场个])?[吧了]?"
)
_FIRST_OF_ALL = re.compile(
    r"(?:那|算了|就|要不|要|报|还是|换)*(?:第[一1]|最早的?那?|头一|最近的?那?)[场个期]的?[吧了呢]?"
)
_LAST_OF_ALL = re.compile(r"(?:那|算了|就|要不|要|报|还是|换)*最[后晚](?:那)?一?[场个期]的?[吧了呢]?")


def agrees(said: str) -> bool:
    """Tell whether a sentence says yes to the card: “那行吧报上”, “算了就这样”."""
    return bool(_AGREES.fullmatch(said))


def drops(said: str) -> bool:
    """Tell whether a sentence gives up what is being booked: “取消晚茶会”, “这场不要了”."""
    return bool(_DROPS.fullmatch(said))


def thinks_better(said: str) -> bool:
    """Tell whether a change that was begun is not wanted after all: “那算了”."""
    return bool(_BETTER_NOT.fullmatch(said))


def drops_all(said: str) -> bool:
    """Tell whether everything is to be given up: “都取消”."""
    return bool(_EVERYTHING.fullmatch(said))


def for_another_firm(said: str) -> bool:
    """Tell whether somebody else's enterprise is to be booked for."""
    return bool(_OTHER_FIRM.search(said))


def beside(said: str, now: EventSession, was: str, kin: Sequence[EventSession]) -> EventSession | None:
    """Return the session that “下一场”, “还是第一场”, “还是刚才那场” means.

    `kin` are the sessions of the kind of `now`, soonest first; `was` is the id of the one chosen before it."""
    if _NEXT.fullmatch(said):
        return next((one for one in kin if one.starts_at > now.starts_at), None)
    if _BEFORE.fullmatch(said):
        return next((one for one in reversed(kin) if one.starts_at < now.starts_at), None)
    if _BACK_TO.fullmatch(said):
        return next((one for one in kin if one.id == was), now)
    if _FIRST_OF_ALL.fullmatch(said):
        return kin[0] if kin else None
    return kin[-1] if kin and _LAST_OF_ALL.fullmatch(said) else None


def asks_for_another(said: str) -> bool:
    """Tell whether a sentence asks for the session after or before the one in hand."""
    return bool(_NEXT.fullmatch(said) or _BEFORE.fullmatch(said))


def changes(said: str, slots: Any, *, choosing: bool, values: dict[str, Any]) -> tuple[str, str] | None:
    """Return the day and the kind a sentence puts in the place of those in the form, or None."""
    day = str(slots.get("date") or "")
    day = "" if "/" in day else day
    kind = readers.kind_of(said) or ""
    other_kind = kind if kind != str(values.get("event_kind") or kind) else ""
    if len(said) > LONGEST_CHANGE or not (day or other_kind):
        return None
    if choosing:
        return (day, other_kind) if other_kind else None
    wants = _CHANGES.search(said) or _ONLY_A_DAY.fullmatch(said)
    return (day, kind) if wants and (not day or day != values.get("date")) else None
