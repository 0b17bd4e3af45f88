"""记录走访 by chat: one sentence is enough; only linked enterprises."""

import re
from dataclasses import dataclass, fields
from datetime import date as Day  # noqa: N812  (the form has a field of that name)
from datetime import timedelta
from typing import Any

from zhiqibot.core.clock import local
from zhiqibot.core.errors import Conflict
from zhiqibot.core.messages import OutboundMessage, card
from zhiqibot.dialogue.forms import Ask, Hearing, question
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.directory.model import Enterprise, Role
from zhiqibot.topics.outreach.model import WAY_LABELS, VisitWay
from zhiqibot.topics.outreach.visits import VisitService

SHORTEST_ACCOUNT = 12
SHORTEST_ANSWER, SHORTEST_STORY = 4, 8
"""Characters of a note: as an answer, and in a sentence that may only name the enterprise."""

LONG_AGO = timedelta(days=180)
"""A day of the year farther back than this was meant to be one of this year that has not come yet."""
_LAST_YEAR = re.compile(r"去年|前年|年前|20\d\d")
_PHONE = re.compile(r"电话|微信|视频|线上|连线|打了个|短信")
_ALL_OF_THEM = re.compile(
    r"都去了|都走(?:访|完|到)了?|全部走访|都看了|全走(?:访|完)|[几两三四五]家(?:都|全)|走访完毕|走访完了"
)
_ONLY_ANNOUNCES = re.compile(
    r"^(?:帮我|给我|我要|请|麻烦)*(?:记录?|登记|填写?|录入?|补录|写)(?:一?[个下条次]|一下)?(?:企业)?(?:走访|入企|服务|助企)?(?:记录|日志|台账|一下)?[吧啊。！!]*$"
)


def note(hearing: Hearing) -> str | None:
    """Read what was seen and heard: the whole sentence."""
    text = hearing.text.strip()
    shortest = SHORTEST_ANSWER if hearing.asked else SHORTEST_STORY
    return text if len(text) >= shortest and not _ONLY_ANNOUNCES.match(text) else None


def said_enterprise(hearing: Hearing) -> str | None:
    """Read which enterprise; the directory decides what the words mean."""
    said = hearing.slots.get("enterprise") or hearing.slots.get("enterprise_name")
    return str(said) if said else (hearing.text.strip() or None if hearing.asked else None)


def day_said(hearing: Hearing) -> str | None:
    """Read a single day."""
    said = hearing.slots.get("date") or hearing.slots.get("occurred_at")
    return str(said) if said and "/" not in str(said) else None


def way_said(hearing: Hearing) -> str | None:
    """Read how."""
    return VisitWay.PHONE.value if _PHONE.search(hearing.text) else None


@dataclass(frozen=True)
class Visit:
    """What a record needs."""

    enterprise: str = question("走访的是哪家企业？", read=said_enterprise, label="企业", default="")
    day: str = question("", read=day_said, label="日期", default="")
    way: str = question("", read=way_said, label="方式", default=VisitWay.VISIT.value)
    note: str = question(
        "了解到哪些情况？（没有特别的可以说“跳过”）", read=note, label="情况", default="", free_text=True
    )


@dataclass(frozen=True)
class Visiting:
    """The handlers of log_visit."""

    visits: VisitService

    def resolve(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Find the enterprises meant among those the speaker looks after, or ask."""
        values["day"] = values.get("day") or local(turn.now).date().isoformat()
        day, today = Day.fromisoformat(values["day"]), local(turn.now).date()
        if day > today or (today - day > LONG_AGO and not _LAST_YEAR.search(turn.text)):
            values.pop("day")
            raise Conflict(reason="走访日期还没有到，走访之后再来记录吧。")
        linked = self.visits.linked(turn.session, turn.speaker, turn.now)
        ids = self._meant(turn, values, linked)
        if ids:
            values["enterprise"] = ",".join(ids)
            return None
        values.pop("enterprise", None)
        if not linked and turn.speaker.role == Role.CADRE:
            raise Conflict(reason="您名下目前没有包联企业，暂时不能记录走访；如有变动请联系助企办。")
        buttons = [button(one.name, f"set:enterprise={one.id}") for one in linked[:8]]
        other = self.visits.directory.find_enterprise(turn.session, turn.text)
        lead = f"{other.name}不在您的包联名单里。" if other and turn.speaker.role == Role.CADRE else ""
        return Ask("enterprise", say(f"{lead}走访的是哪家企业？", buttons=buttons))

    def aside(self, turn: Turn) -> Reply | None:
        """Asked which enterprise, a whole new account replaces the one that could not be placed."""
        form, said = turn.open_form, turn.text.strip()
        linked = self.visits.linked(turn.session, turn.speaker, turn.now)
        named = any(name in said for one in linked for name in (one.name, *one.short))
        if form.asked != "enterprise" or len(said) < SHORTEST_ACCOUNT or not named:
            return None
        form.values.clear()
        form.values["note"] = said
        day = turn.slots.get("date") or turn.slots.get("occurred_at")
        if day and "/" not in str(day):
            form.values["day"] = str(day)
        ask = self.resolve(turn, form.values)
        form.asked = ask.field if ask else ""
        values = {one.name: form.values.get(one.name, one.default) for one in fields(Visit)}
        return ask.message if ask else self.confirm(turn, Visit(**values))

    def confirm(self, turn: Turn, visit: Visit) -> OutboundMessage:
        names = [turn.session.get_one(Enterprise, one).name for one in visit.enterprise.split(",")]
        day = Day.fromisoformat(visit.day)
        fields = [
            ("企业", "、".join(names)),
            ("日期", f"{day.month}月{day.day}日"),
            ("方式", WAY_LABELS[VisitWay(visit.way)]),
            ("情况", _tidy(visit.note) or "无特别情况"),
        ]
        buttons = [button("确认记录", "yes", primary=True), button("修改", "no"), button("取消", "cancel", danger=True)]
        return say("请确认这条走访记录：", card=card("走访记录", fields), buttons=buttons)

    def finish(self, turn: Turn, visit: Visit) -> Reply:
        """Record it."""
        ids = visit.enterprise.split(",")
        way, day = VisitWay(visit.way), Day.fromisoformat(visit.day)
        self.visits.log(turn.session, turn.speaker, ids, day, way, _tidy(visit.note), turn.now)
        names = "、".join(turn.session.get_one(Enterprise, one).name for one in ids)
        return say(
            f"已记录走访：{names}，{day.month}月{day.day}日。企业提到的困难需要办理的，可以直接发给我，登记成诉求。",
            buttons=[button("登记企业诉求", "intent:report_issue")],
        )

    def _meant(self, turn: Turn, values: dict[str, Any], linked: Any) -> list[str]:
        said = str(values.get("enterprise") or "")
        if said and all(turn.session.get(Enterprise, key) for key in said.split(",")):
            return said.split(",")
        text = f"{said} {values.get('note') or ''}"
        named = [one.id for one in linked if any(name in text for name in (one.name, *one.short))]
        if named:
            return named
        if said and turn.speaker.role == Role.OFFICE:
            found = self.visits.directory.find_enterprise(turn.session, said)
            return [found.id] if found else []
        if not said and _ALL_OF_THEM.search(text):
            return [one.id for one in linked]
        return [linked[0].id] if len(linked) == 1 and not said else []


def _tidy(said: str) -> str:
    """A note that began as an addition needs no mark of it."""
    return said.removeprefix("；补充：")
