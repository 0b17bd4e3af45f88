"""What the event forms read from a sentence beside the slots of understanding."""

import re

from zhiqibot.dialogue.forms import Hearing
from zhiqibot.dialogue.short_answers import short_answer
from zhiqibot.topics.events.model import EventKind

SHORTEST_SUBJECT, LONGEST_SUBJECT = 2, 200

_SUBJECT = re.compile(
    r"(?:议题|话题|主题)(?:就?写?)?[是为：:“\"]*\s*(?P<a>[^，,。；;“”\"]{2,60})"
    r"|(?:想|要|主要|顺便|去|来)?(?:聊聊?|谈谈?)(?:一下|一聊|下)?(?:关于)?(?P<b>[^，,。；;！!？?]{2,60})"
)
_MATTER = re.compile(
    r"(?:想|要|主要|顺便|去|来)(?:说说|讲讲|问问?|反映|请教|咨询)(?:一下|下)?(?:关于)?(?P<a>[^，,。；;！!？?]{2,60})"
)
"""Verbs that name a subject only inside a booking; by themselves they are another request."""
_TALK = re.compile(
    r"^(?:我们?|俺们?)?(?:就|还|主要|顺便)?(?:想|要|去|来|准备)(?:说说|讲讲|聊聊?|谈谈?|交流)(?:一下|一聊|下)?(?:关于)?(?P<a>[^，,。；;！!？?]{2,60})"
)
_EVENT = re.compile(r"早餐会|茶会|讲堂|对接会|面对面|服务日|报名|预约|[报约留]一?[个位下上]|候补")
_TAIL = re.compile(r"(?:的(?:事情?|事儿|问题|情况))?[吧呢啊呀哈]*$")
_WAITS = re.compile(r"候补|排队|有空位.{0,4}(?:通知|叫|告诉)")
_WAITS_NOT = re.compile(r"(?:不|别|甭)(?:用|要|想|排|需要)?.{0,3}候补|候补.{0,4}(?:算了|不)")
_KEEP = re.compile(r"^(?:不[用要]?改|不变|保持|还是原来|维持)")

_KINDS = {
    EventKind.BREAKFAST_TALK: re.compile(r"早[餐参茶饭]|畅聊"),
    EventKind.EVENING_TEA: re.compile(r"晚[茶查]|茶话|茶会"),
    EventKind.LECTURE: re.compile(r"讲堂|讲座|听课"),
    EventKind.SERVICE_DAY: re.compile(r"服务日"),
    EventKind.FACE_TO_FACE: re.compile(r"(?<!企业)面对面(?!工作)|座谈会|恳谈"),
    EventKind.MATCHMAKING: re.compile(r"对接|洽谈"),
}


def kind_of(text: str) -> str | None:
    """Return the kind of event a sentence names."""
    return next((one.value for one, words in _KINDS.items() if words.search(text)), None)


def kind(hearing: Hearing) -> str | None:
    """Read which kind of event; not every request has a slot for it."""
    said = hearing.slots.get("event_kind")
    return str(said) if said else kind_of(hearing.text)


def matter(text: str) -> str | None:
    """Return the subject of a sentence that says what one wants to talk about, in a booking that is open."""
    found = _TALK.search(text.strip())
    said = _TAIL.sub("", found["a"]) if found else ""
    return said[:LONGEST_SUBJECT] if len(said) >= SHORTEST_SUBJECT else None


def subject(hearing: Hearing) -> str | None:
    """Read what a person wants to talk about; “想问问…” outside a booking is another request."""
    found = _SUBJECT.search(hearing.text)
    if found is None and (hearing.asked or _EVENT.search(hearing.text)):
        found = _MATTER.search(hearing.text)
        said = hearing.slots.get("subject")
        if said and len(str(said)) >= SHORTEST_SUBJECT:
            return str(said)[:LONGEST_SUBJECT]
    if found:
        said = _TAIL.sub("", next(group for group in found.groups() if group))
    else:
        said = hearing.text.strip() if hearing.asked and short_answer(hearing.text) is None else ""
    return said[:LONGEST_SUBJECT] if len(said) >= SHORTEST_SUBJECT else None


def wish_to_wait(hearing: Hearing) -> str | None:
    """Read `yes` or `no` to a place on the waiting list."""
    if _WAITS_NOT.search(hearing.text):
        return "no"
    if _WAITS.search(hearing.text):
        return "yes"
    move = short_answer(hearing.text) if hearing.asked else None
    return {"yes": "yes", "no": "no"}.get(move or "")


def attendees(hearing: Hearing) -> int | None:
    """Read how many come; 0 means “as it was”."""
    said = hearing.slots.get("attendees")
    if said is not None:
        return int(said)
    bare = hearing.text.strip()
    if hearing.asked and bare.isascii() and bare.isdigit() and len(bare) <= 3:
        return int(bare)
    return 0 if hearing.asked and _KEEP.search(bare) else None
