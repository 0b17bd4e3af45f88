"""新建场次 by chat, for the office."""

import re
from dataclasses import dataclass, fields
from datetime import date as Day  # noqa: N812  (the form has a field of that name)
from typing import Any

from zhiqibot.core.clock import local
from zhiqibot.core.errors import Conflict
from zhiqibot.core.messages import OutboundMessage, card
from zhiqibot.dialogue.forms import Ask, Hearing, from_slot, question
from zhiqibot.dialogue.short_answers import short_answer
from zhiqibot.dialogue.turn import Reply, Turn, button, say
from zhiqibot.nlu.no_such_day import no_such_day
from zhiqibot.nlu.numerals import parse_number
from zhiqibot.topics.events import wording
from zhiqibot.topics.events.hours import end_said
from zhiqibot.topics.events.model import KIND_TITLES, EventKind, starts
from zhiqibot.topics.events.readers import coming_day
from zhiqibot.topics.events.seeding import USUAL_CAPACITY
from zhiqibot.topics.events.service import EventService, SessionDraft

_PLACE = re.compile(
    r"(?:地点|会场|场地)(?:定|改|换)?(?:在|是|为|到|成|：|:)?\s*(?P<a>[^，,。；;]{2,40})|在(?P<b>[^，,。；;在]{2,40})"
)
_PLACE_TAIL = re.compile(
    r"(?:举办|召开|举行|集合|进行).*$|(?:办|开(?!发|元|封|放))(?:一?[场次个])?(?:.{0,8}(?:会|大讲堂|培训|讲座|专场|活动|沙龙|论坛))?$|里$"
)
_USUAL_PLACE = re.compile(r"^(?:还是|就)?(?:在)?(?:老地方|原来?(?:的)?地[方点]|老地点|还是那[里儿]|不变|同上|照旧)")
_NO_PLACE = re.compile(r"^(?:\d|[上中下]午|周|星期|[明后今]天|[一二三四五六七八九十]+[月点号])")
_MATCHING = re.compile(
    r"(?:政?银企|银担企|产销|用工|就业|产学研|校企|供应链|产业链|供需|招聘|融资|人才|税企|科技成果)(?:供需)?对接会?"
)
_SPECIAL = re.compile(r"[开办搞场个](?P<what>[\u4e00-\u9fff]{2,8}?专场(?:对接会|座谈会|宣讲会?|培训会?|讲座)?)")
_MOVED = re.compile(r"^(?:换|改|挪|调)(?:到|成|在|为)")
_PIECES = re.compile(r"[\s，,。；;、]+")
_VENUE = re.compile(
    r"^[\u4e00-\u9fff0-9A-Za-z]{2,24}(?:中心|报告厅|会议室|会议厅|礼堂|大厅|餐厅|会客厅|酒店|宾馆|饭店|文化宫|广场|[楼层]|学校|党校|(?:大厅|中心|大楼|宾馆|酒店|[楼层])[A-Za-z]?\d{3,4}(?:会议室|室)?)$"
)
_SEATS = re.compile(r"(?P<n>\d{1,4}|[一二两三四五六七八九十百]{1,6})(?:个?(?:人|名额|座位?|位)|个(?=$|[，,。]))")
_GIVES_UP = re.compile(r"(?:那|就)?(?:这一?场|这个)?(?:先)?(?:取消|不建|不办|不要|算)(?:这一?场|了)?[吧啊。]*")
_MOVES = re.compile(
    r"(?:不对|不是|错了|说错了|应该是?|[，,。\s])*(?:日期|时间)?(?:改[到成为]|换[到成]|挪到|是)(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})[号日][吧啊。]*$"
)
_ALL_DAY = re.compile(r"全天|整天|一[整]?天")

_MORNING = re.compile(r"早|上午|中午|凌晨")
EVENING, NOON = "18:00", 12

KIND_BUTTONS = tuple(button(title, f"set:event_kind={kind}") for kind, title in KIND_TITLES.items())


def place(hearing: Hearing) -> str | None:
    """Read where it takes place."""
    for found in _PLACE.finditer(hearing.text):
        said = _PLACE_TAIL.sub("", (found["a"] or found["b"]).strip())
        if len(said) >= 2 and not _NO_PLACE.search(said):
            return said
    known = [piece for piece in _PIECES.split(hearing.text) if _VENUE.search(piece) and not _NO_PLACE.search(piece)]
    if known:
        return known[0][:40]
    said = _MOVED.sub("", hearing.text.strip(" ，,。"))
    if _NO_PLACE.search(said) and hearing.slots.get("time"):
        return None
    if short_answer(said) or _SEATS.fullmatch(said):
        return None
    return said[:40] if hearing.asked and len(said) >= 2 else None


def seats(hearing: Hearing) -> int | None:
    """Read how many seats, in figures or in words."""
    said = hearing.slots.get("capacity")
    found = None if said else _SEATS.search(hearing.text)
    number = parse_number(found["n"]) if found else None
    return int(said) if said else int(number) if number else None


def special_title(hearing: Hearing) -> str | None:
    """Read the name of a special meeting, e.g. 银企对接会."""
    special = _SPECIAL.search(hearing.text)
    if special:
        return re.sub(r"^一?[场次个]", "", special["what"])
    found = _MATCHING.search(hearing.text)
    return (found[0] if found[0].endswith("会") else f"{found[0]}会") if found else None


def clock(hearing: Hearing) -> str | None:
    """Read the time; `all` for a whole day."""
    return str(hearing.slots["time"]) if hearing.slots.get("time") else "all" if _ALL_DAY.search(hearing.text) else None


def until(hearing: Hearing) -> str | None:
    """Read when it ends."""
    return end_said(hearing.text, hearing.now)


def one_day(hearing: Hearing) -> str | None:
    """Read a single day; a range is no day to hold a meeting on."""
    said = coming_day(hearing)
    wrong = no_such_day(hearing.text, hearing.slots, local(hearing.now).date()) if hearing.asked else ""
    if wrong:
        raise Conflict(reason=f"{wrong}，请重新告诉我日期。")
    if said and "/" not in str(said) and hearing.asked and Day.fromisoformat(str(said)) < local(hearing.now).date():
        raise Conflict(reason=f"{wording.day_text(Day.fromisoformat(str(said)))}已经过去了，请说一个今天以后的日期。")
    return str(said) if said and "/" not in str(said) else None


@dataclass(frozen=True)
class NewSession:
    """What a session needs."""

    event_kind: str = question("要新建哪种活动？", read=from_slot("event_kind"), label="活动", buttons=KIND_BUTTONS)
    date: str = question("哪一天举办？", read=one_day, label="日期", example="12月9日")
    time: str = question("几点开始？（整天的请说“全天”）", read=clock, label="时间", example="下午3点")
    until: str = question("", read=until, label="结束时间", default="")
    place: str = question("在哪里举办？", read=place, label="地点", default="", example="县企业服务中心三楼")
    capacity: int = question("多少个名额？", read=seats, label="名额", default=USUAL_CAPACITY)
    title: str = question("", read=special_title, label="名称", default="")


@dataclass(frozen=True)
class Creator:
    """The handlers of create_event."""

    events: EventService

    def resolve(self, turn: Turn, values: dict[str, Any]) -> Ask | None:
        """Ask again for a day that has passed, and for the place of what has no usual one."""
        usual = None if values.get("title") else self.events.usual(turn.session, values["event_kind"])
        if not values.get("place") or _USUAL_PLACE.match(values["place"]):
            if usual is None or not usual.place:
                values.pop("place", None)
                return Ask("place", say("在哪里举办？"))
            values["place"] = usual.place
        if usual:
            values.setdefault("capacity", usual.capacity)
        if usual and str(usual.rule.get("time") or "") >= EVENING and not _MORNING.search(turn.text):
            values["time"] = _in_the_evening(values["time"])
            values["until"] = _in_the_evening(values.get("until") or "")
        if values.get("until") and values["until"] <= values["time"]:  # “改成下午三点” leaves the old end behind
            ended = values.pop("until")
            if until(Hearing(turn.text, turn.slots, turn.now, turn.speaker, asked=False)) == ended:
                return Ask("time", say(f"结束时间 {ended} 不晚于开始时间 {values.pop('time')}，请问几点到几点？"))
        draft = _draft(values)
        if starts(draft.day, draft.clock or "23:59") <= turn.now:
            values.pop("date")
            return Ask("date", say(f"{wording.day_text(draft.day)}{draft.clock} 已经过去了。请问哪一天举办？"))
        return None

    def opening(self, turn: Turn) -> str:
        """Say that a day that was named does not exist."""
        wrong = no_such_day(turn.text, turn.slots, local(turn.now).date())
        return f"{wrong}。" if wrong and "date" not in turn.open_form.values else ""

    def aside(self, turn: Turn) -> Reply | None:
        """“这场取消” gives the draft up, “改到26号” moves it."""
        form, said = turn.open_form, turn.text.strip()
        if _GIVES_UP.fullmatch(said):
            turn.memory.form = None
            return say("好的，这一场不建了，没有保存任何内容。")
        wrong = no_such_day(said, turn.slots, local(turn.now).date())
        if wrong and "date" in form.values:
            return self._which_day(turn, wrong)
        heard = Hearing(_MOVED.sub("", said), turn.slots, turn.now, turn.speaker, asked=False)
        if heard.text != said and turn.slots.get("time"):
            new = {"date": one_day(heard), "time": turn.slots["time"], "until": until(heard)}
            form.values |= {name: value for name, value in new.items() if value}
            return self._shown(turn)
        moved = _MOVES.match(said)
        if moved is None or "date" not in form.values:
            return None
        before = Day.fromisoformat(form.values["date"])
        month, day = int(moved["month"] or before.month), int(moved["day"])
        try:
            form.values["date"] = before.replace(month=month, day=day).isoformat()
        except ValueError:
            return self._which_day(turn, f"{month}月没有{day}号")
        if form.asked:
            return say(f"好的，改到{month}月{day}日。")
        return self._shown(turn)

    def _shown(self, turn: Turn) -> OutboundMessage:
        """Ask for what is missing, or show the whole again."""
        form = turn.open_form
        missing = next((name for name in ("event_kind", "date", "time") if name not in form.values), None)
        if missing:
            return say("好的，记下了。")
        ask = self.resolve(turn, form.values)
        form.asked = ask.field if ask else ""
        wanted = NewSession(**{one.name: form.values.get(one.name, one.default) for one in fields(NewSession)})
        return ask.message if ask else self.confirm(turn, wanted)

    def _which_day(self, turn: Turn, wrong: str) -> OutboundMessage:
        """Ask for the day anew; the one given before is not kept in its stead."""
        form = turn.open_form
        form.values.pop("date")
        form.asked, form.refused = "date", False
        return say(f"{wrong}，请重新告诉我日期。")

    def confirm(self, turn: Turn, wanted: NewSession) -> OutboundMessage:
        draft = _draft(wanted.__dict__)
        fields = [
            ("活动", draft.title or KIND_TITLES[draft.kind]),
            ("类型", KIND_TITLES[draft.kind] if draft.title and draft.kind != EventKind.MATCHMAKING else ""),
            ("时间", f"{wording.day_text(draft.day)}{wording.hours(draft.clock, draft.until)}"),
            ("地点", draft.place),
            ("名额", f"{draft.capacity} 个"),
        ]
        buttons = [button("确认新建", "yes", primary=True), button("修改", "no"), button("取消", "cancel", danger=True)]
        return say("请确认新建这一场，建好后企业马上能查到并报名：", card=card("新建场次", fields), buttons=buttons)

    def finish(self, turn: Turn, wanted: NewSession) -> Reply:
        """Create it."""
        made = self.events.create(turn.session, turn.speaker, _draft(wanted.__dict__), turn.now)
        return say(
            f"已新建：{wording.name(made)}，{made.place}，{made.capacity} 个名额。企业现在就能查到并报名。",
            buttons=[button("群发通知", "intent:broadcast")],
        )


def _in_the_evening(clock: str) -> str:
    """Read “七点半” of what always takes place in the evening as 19:30."""
    hour, _, minutes = clock.partition(":")
    return f"{int(hour) + NOON}:{minutes}" if hour.isdigit() and 1 <= int(hour) < NOON else clock


def _draft(values: dict[str, Any]) -> SessionDraft:
    return SessionDraft(
        kind=EventKind(values["event_kind"]),
        day=Day.fromisoformat(values["date"]),
        clock="" if values["time"] == "all" else values["time"],
        place=values["place"],
        capacity=int(values.get("capacity") or USUAL_CAPACITY),
        title=values.get("title") or "",
        until="" if values["time"] == "all" else values.get("until") or "",
    )
