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
from zhiqibot.nlu.no_such_day import no_such_day
from zhiqibot.topics.outreach.model import WAY_LABELS, VisitWay
from zhiqibot.topics.outreach.visits import VisitService

TELLS_OF_A_VISIT = re.compile(
    r"(?:去|到|上|来|从|在)(?:了)?[\u4e00-\u9fff]{2,12}?(?:走了?(?:一)?[趟遭圈]|走访|看了看?|转了?(?:一)?[圈趟]|跑了?(?:一)?[趟圈]|坐了?坐|出来|回来|调研|了解)|"
    r"(?:走访|拜访|回访|慰问|走了?一趟|去了?一趟|跑了?一趟|去看了?|去转了?|去了|到了)|(?:去|到)了?(?:一?趟)?[\u4e00-\u9fff]{2,12}(?:了|一趟)"
)
_VISIT_HEAD = re.compile(
    r"^(?:再|帮我|给我|请|麻烦)*(?:记录?|登记|写|补录?)(?:(?:一?[下条笔个次]|一下)?(?:走访)?(?:记录)?[：:，, ]+|一?[下条笔](?=[昨今前上刚]))"
)
SHORTEST_ACCOUNT = 12
SHORTEST_ANSWER, SHORTEST_STORY = 4, 8
"""Characters of a note: as an answer, and in a sentence that may only name the enterprise."""

LAST = "visit"
"""Key of `memory.recent`: ids of the records made last, which can still be put right."""
_PAST = re.compile(r"了|过|刚|今|昨|前[天儿]|上午|下午|上周|\d+[号日]")
_WRONG = re.compile(r"[写记说搞弄填]错|不对|应该是|改成|换成|不是")
_TO_BE_FILED = re.compile(r"登记|反映|上报|报[个一]|报上|帮他们|替他们|给他们|立个?单")
_DROPS = re.compile(
    r"^(?:把)?(?:刚才|这条|那条|它|走访记录|那个|这个)*(?:的)?(?:删|撤|取消|作废|不要)(?:掉|除|了|回)*(?:吧|它|这条|那条|刚才那条)*[吧了。！!]*$"
)
WEEK, WORKDAYS = 7, 5
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)[一二三四五六日天]")
LONG_AGO = timedelta(days=180)
"""A day of the year farther back than this was meant to be one of this year that has not come yet."""
_LAST_YEAR = re.compile(r"去年|前年|年前|20\d\d")
_PHONE = re.compile(r"电话|微信|视频|线上|连线|打了个|短信")
_VISITED = re.compile(r"(?:走访|拜访|去)了?([\u4e00-\u9fffA-Za-z]{2,12}?)(?:公司|厂)?(?:[，,。 ]|$)")
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


def _short(day: Day) -> str:
    return f"{day.month}月{day.day}日（周{'一二三四五六日'[day.weekday()]}）"


@dataclass(frozen=True)
class Visit:
    """What a record needs."""

    enterprise: str = question("走访的是哪家企业？", read=said_enterprise, label="企业", default="")
    day: str = question("", read=day_said, label="日期", default="")
    within: str = question("", read=lambda _: None, label="", default="")
    """The days named where it was not one (“上周”)."""
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
        ask = self._which_day(turn, values)
        if ask:
            return ask
        values["day"] = values.get("day") or local(turn.now).date().isoformat()
        day, today = Day.fromisoformat(values["day"]), local(turn.now).date()
        wrong = no_such_day(turn.text, turn.slots, today)
        if wrong:
            values.pop("day")
            raise Conflict(reason=f"{wrong}，请重新告诉我是哪一天走访的。")
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
        named = other.name if other else _named(turn.text)
        lead = f"{named}不在您的包联名单里。" if named and turn.speaker.role == Role.CADRE else ""
        return Ask("enterprise", say(f"{lead}走访的是哪家企业？", buttons=buttons))

    def _which_day(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Of “上周去看过” ask the day; “周三” then is a day of that week."""
        within = str(turn.slots.get("date") or turn.slots.get("occurred_at") or "")
        if not values.get("day") and "/" in within:
            values["within"] = within
            start, _, end = within.partition("/")
            latest = min(Day.fromisoformat(end[:10]), local(turn.now).date())
            days = [Day.fromisoformat(start[:10]) + timedelta(days=n) for n in range(WEEK)]
            buttons = [button(_short(day), f"set:day={day.isoformat()}") for day in days if day <= latest]
            return Ask("day", say("是哪一天去的？说一天就行，例如“周三”“18号”。", buttons=buttons[:WORKDAYS]))
        if values.get("day") and values.get("within"):
            said = Day.fromisoformat(values["day"])
            last = Day.fromisoformat(str(values["within"]).partition("/")[2][:10])
            while said > last and _WEEKDAY.search(turn.text):
                said -= timedelta(days=WEEK)
            values["day"], values["within"] = said.isoformat(), ""
        return None

    def means(self, turn: Turn) -> str | None:
        """“今儿上午去德润走了一趟” records a visit, whatever else it sounds like; what is to be filed for them is a report."""
        if turn.speaker.role != Role.CADRE or turn.act.intent in ("log_visit", "resolve_ticket"):
            return None
        if _TO_BE_FILED.search(turn.text):
            return None
        if not TELLS_OF_A_VISIT.search(turn.text) or not _PAST.search(turn.text) or re.search(r"0\d{3}", turn.text):
            return None
        linked = self.visits.linked(turn.session, turn.speaker, turn.now)
        return "log_visit" if any(name in turn.text for one in linked for name in (one.name, *one.short)) else None

    def puts_right(self, turn: Turn) -> Reply | None:
        """“写错了，应该是瑞泰”, “删了吧” of the visit just recorded."""
        last = turn.memory.recent.get(LAST)
        said = turn.text.strip()
        if turn.memory.form or turn.memory.intent != "log_visit" or not last or turn.speaker.role == Role.ENTERPRISE:
            return None
        if _DROPS.match(said):
            self.visits.delete(turn.session, turn.speaker, last, turn.now)
            turn.memory.recent.pop(LAST)
            return say("已删掉刚才那条走访记录。要重新记，直接说去了哪家、了解到什么。")
        if not _WRONG.search(said):
            return None
        linked = self.visits.linked(turn.session, turn.speaker, turn.now)
        meant = [one for one in linked if any(name in said for name in (one.name, *one.short))]
        if len(meant) != 1:
            return None
        self.visits.correct(turn.session, turn.speaker, last, meant[0].id, turn.now)
        return say(f"已把刚才那条走访记录改为{meant[0].name}。")

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
            ("情况", _tidy(visit.note) or "没有写，可以直接补一句"),
        ]
        buttons = [button("确认记录", "yes", primary=True), button("修改", "no"), button("取消", "cancel", danger=True)]
        return say("请确认这条走访记录：", card=card("走访记录", fields), buttons=buttons)

    def finish(self, turn: Turn, visit: Visit) -> Reply:
        """Record it."""
        ids = visit.enterprise.split(",")
        way, day = VisitWay(visit.way), Day.fromisoformat(visit.day)
        made = self.visits.log(turn.session, turn.speaker, ids, day, way, _tidy(visit.note), turn.now)
        turn.memory.recent[LAST] = [one.id for one in made]
        turn.memory.recent["enterprise"] = ids[0] if len(ids) == 1 else ""
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
    """A note that began as an addition needs no mark of it, and the order to write it down is no part of it."""
    return _VISIT_HEAD.sub("", said.removeprefix("；补充："))


def _named(text: str) -> str:
    """Return the name behind “走访了……” of a firm that the directory does not know, or nothing."""
    found = _VISITED.search(text)
    return f"“{found[1]}”" if found else ""
