"""Questions about one's own bookings and about the session in hand, whatever else is open."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from zhiqibot.core.errors import NotFound
from zhiqibot.core.messages import OutboundMessage
from zhiqibot.dialogue.turn import Reply, Turn, say
from zhiqibot.directory.model import Role
from zhiqibot.nlu.numerals import parse_number
from zhiqibot.topics.events import readers, wording
from zhiqibot.topics.events.bookings import BookingService
from zhiqibot.topics.events.choosing import beyond, in_hand, span
from zhiqibot.topics.events.model import Booking, BookingState, EventSession
from zhiqibot.topics.events.service import EventService

Begin = Callable[[Turn, str, str, dict[str, Any]], Reply]
OF_EVENTS = frozenset({"list_events", "book_event", "cancel_booking", "reschedule_booking"})
LONGEST, MOST_SESSIONS = 16, 5

_LEAD = (
    r"^(?:那|那么|请问|问下|我想问|帮我|查一?下|看一?下|看看|查查|这[个场次]?|它|具体|到底|大概|时间|地点|是|在|都)*"
)
_TAIL = r"(?:啊|呢|呀|吗|了|来着|的|哩)*[?？。！!]*$"
_WHAT_BOOKED = re.compile(
    rf"{_LEAD}(?:我们?|现在|目前|已经|一共|总共|都)*(?:报名?|预约|约)(?:了|上|过|的)*(?:都|是|有)*"
    rf"(?:哪[些几个场]*|啥|什么|几[个场次])(?:活动|场)?{_TAIL}"
    rf"|{_LEAD}我们?的?(?:活动)?(?:报名|预约)(?:情况|记录|信息)?(?:有哪些|都有啥|在哪看|呢)*[?？。]*$"
    rf"|{_LEAD}我们?(?:报|约|报名)(?:上|成功)(?:了)?(?:没有?|吗|不){_TAIL}"
)
_HOW_MANY_LEFT = re.compile(rf"^我们?(?:还|现在)?有几[个场次](?:活动|报名|早餐会)?{_TAIL}")
_PLACE_IN_LINE = re.compile(r"排(?:在|到)?(?:第?几|多少|哪)|(?:我)?前[面头]还?有(?:几|多少)个?人|排上(?:了)?(?:没|吗)")
_WHERE = re.compile(
    rf"{_LEAD}(?:去|到)?(?:哪里?儿?|啥地方|什么地方|几楼)(?:开会|开|举办|举行|办|参加|集合)?{_TAIL}|^地[点址](?:在哪里?|是哪里?|呢)?{_TAIL}"
)
_WHEN = re.compile(
    rf"{_LEAD}(?:几点|啥时候|什么时候|哪天|几号|星期几|周几)(?:钟)?(?:开始|开会|开|举办|举行|去|到)?{_TAIL}"
)
_FREE = re.compile(
    rf"^(?:那|这|还)*(?:还|剩)?(?:有|剩)?(?:几|多少)?个?(?:空位|位置|名额|位)(?:吗|没有?|不)?{_TAIL}|^(?:报)?满了?(?:没有?|吗|不){_TAIL}"
)
_HOW_MANY_MAY = re.compile(r"(?:去|来|带|报|能报|最多)几个?(?:人|位)|能带人|几个人都行|人数有?限")
_UNWRITTEN = (
    (re.compile(r"吃.{0,3}[饭餐]|管饭|早饭|午饭|晚饭|[有供].{0,2}餐"), "用餐"),
    (re.compile(r"收费|要钱|花钱|免费|费用"), "费用"),
    (re.compile(r"(?:书记|县长|领导|局长|谁).{0,4}(?:去|来|参加|出席)"), "出席的领导"),
    (re.compile(r"翻译|停车|接送|带(?:材料|东西|证件)"), "这一项"),
)
_ABOUT = re.compile(r"(?:聊|讲|谈|说|讨论)(?:的)?(?:啥|什么|哪些)|(?:啥|什么)(?:主题|议题|内容)|主题是|议题是")
_WHO_COMES = re.compile(
    r"(?:谁|哪些(?:企业|人|单位|公司)|哪几家|都有谁|多少人|几个人|几家).{0,3}(?:报名?|参加)|报名(?:情况|名单|人员)"
)
_MORE = re.compile(r"^(?:再|多|又)?(?:加|多来?|添)(?P<n>[一两俩仨二三四五六1-9])(?:个|位|人)")
_LESS = re.compile(r"(?:减|少)(?:去|来|掉)?(?P<n>[一两俩仨二三四五六1-9])(?:个|位|人)")
_BY_THE_WAY = re.compile(r"^(?:对了|哦|噢|诶|欸)[，,\s]*")
_WAITS_NO_MORE = re.compile(r"(?:那|算了|我们?|[，,\s])*(?:不想?|别|甭)(?:再)?(?:等|排)(?:队|候补)?了[吧啊]?[。！!]*")
_TO = re.compile(
    r"^(?:人数)?(?:改成|改为|变成|换成|改到)(?P<n>[一两俩仨二三四五六七八九十]|\d{1,2})(?:个|位)?人?[吧了]?$"
)
_PLACE = re.compile(
    r"(?P<book>(?:我们?)?(?:要|想)?(?:报名?|预约|约|参加|去)(?:上|个)?)?\s*(?P<n>第\s*[一二三四五六七八九十\d]{1,3}|\d{1,2}|最后一)\s*(?P<what>[场个次])?[吧呗的]?[。！!]*"
)
_FIGURES = {"俩": 2, "仨": 3}


@dataclass(frozen=True)
class Asking:
    """Answers without disturbing a form that is open."""

    events: EventService
    bookings: BookingService
    begin: Begin
    office: str = ""

    def aside(self, turn: Turn) -> Reply | None:
        """Answer a short question about bookings or the session in hand; None for everything else."""
        turn = replace(turn, text=_BY_THE_WAY.sub("", turn.text.strip()))
        if len(turn.text) > LONGEST:
            return None
        answers = (self._roster, self._own, self._session, self._seats, self._place)
        return next((said for answer in answers if (said := answer(turn)) is not None), None)

    def _roster(self, turn: Turn) -> Reply | None:
        """Tell the office who comes to the sessions of the kind or day named."""
        if turn.speaker.role != Role.OFFICE or not _WHO_COMES.search(turn.text):
            return None
        start, end = span(turn.slots.get("date"))
        kind = readers.kind_of(turn.text)
        found = self.events.upcoming(turn.session, turn.now, kind=kind, start=start, end=end)[:MOST_SESSIONS]
        items = []
        for one in found:
            people = [
                f"{who} {count} 人{'（候补）' if state == BookingState.WAITING else ''}"
                for who, count, state in self.bookings.roster(turn.session, one.id)
            ]
            items.append(f"{wording.name(one)}：{'、'.join(people) or '还没有人报名'}（余 {one.free} 个名额）")
        return say("报名情况：", items=items) if items else None

    # -- one's own ----------------------------------------------------------------------------------------------

    def _own(self, turn: Turn) -> Reply | None:
        said, person = turn.text.strip(), turn.speaker.person_id
        listed, line = bool(_WHAT_BOOKED.search(said)), bool(_PLACE_IN_LINE.search(said))
        if person is None or not (listed or line or _HOW_MANY_LEFT.search(said)):
            return None
        own = self.bookings.of_person(turn.session, person, turn.now)
        if line:
            waiting = [one for one in own if one[0].state == BookingState.WAITING]
            return self._lines(turn, waiting or own, "" if waiting else "您没有在排队的候补，") if own else None
        if own:
            return self._lines(turn, own, "")
        return say("您目前没有报名的活动。想看近期有哪些，发“最近有什么活动”；查诉求发“查进度”。") if listed else None

    def _lines(self, turn: Turn, own: Sequence[tuple[Booking, EventSession]], lead: str) -> OutboundMessage:
        items = []
        for booking, one in own:
            text = wording.booking_line(one, booking)
            if booking.state == BookingState.WAITING:
                text += f"，排第 {self.bookings.place_in_line(turn.session, booking)} 位"
            items.append(f"{text}，{one.place}" if one.place else text)
        if len(own) == 1:
            turn.memory.recent["booking"] = own[0][0].id
            turn.memory.recent["session"] = own[0][1].id
        turn.memory.intent = "list_events"
        return say(f"{lead}您现在报了 {len(own)} 场：", items=items)

    # -- the session in hand ------------------------------------------------------------------------------------

    def _session(self, turn: Turn) -> Reply | None:
        kinds = readers.kind_of(turn.text)
        if not self._of_events(turn) or turn.slots.get("date"):
            return None
        found = [one for one in map(self._find(turn), in_hand(turn)) if one and kinds in (None, one.kind)]
        said = turn.text.strip()
        if not found:
            return None
        if _WHERE.search(said):
            places = {one.place for one in found}
            if len(places) == 1 and len(found) > 1:
                return say(f"都在{found[0].place or '地点还没有定'}。")
            return self._each(found, lambda one: one.place or "地点还没有定")
        if _WHEN.search(said):
            return self._each(found, lambda one: "全天" if one.all_day else f"{one.clock} 开始")
        if _FREE.search(said):
            return self._each(found, wording.seats)
        if _HOW_MANY_MAY.search(said):
            most = self.bookings.rules.seats_per_enterprise
            return say(f"同一家单位每场最多 {most} 位。去几位直接告诉我，比如“2 个人”。")
        if _ABOUT.search(said):
            return self._each(found, lambda one: one.subject or "没有预设主题")
        return self._unwritten(said, found)

    def _unwritten(self, said: str, found: Sequence[EventSession]) -> Reply | None:
        what = next((name for words, name in _UNWRITTEN if words.search(said)), None)
        if what is None:
            return None
        known = f"（{found[0].subject}）" if len({one.subject for one in found}) == 1 and found[0].subject else ""
        ask = f"可以问{self.office}" if self.office else "可以发“转人工”问工作人员"
        return say(f"活动安排里没有写{what}{known}，我不敢乱说；要确认的话{ask}。")

    def _each(self, found: Sequence[EventSession], tell: Callable[[EventSession], str]) -> OutboundMessage:
        if len(found) == 1:
            return say(f"{wording.name(found[0])}：{tell(found[0])}。")
        return say("刚才说的这几场：", items=[f"{wording.name(one)}：{tell(one)}" for one in found])

    # -- more or fewer people -----------------------------------------------------------------------------------

    def _seats(self, turn: Turn) -> Reply | None:
        """“加一个人”, “减一个”, “改成3个人” right after a booking changes it; “不等了” leaves the waiting list."""
        more, less, to = _MORE.search(turn.text), _LESS.search(turn.text), _TO.search(turn.text)
        no_more = _WAITS_NO_MORE.fullmatch(turn.text)
        key = turn.memory.recent.get("booking")
        if not (more or less or to or no_more) or turn.memory.form or not key or not self._of_events(turn):
            return None
        try:
            booking = self.bookings.own(turn.session, turn.speaker, str(key))
        except NotFound:
            return None
        if booking.state == BookingState.CANCELLED:
            return None
        if no_more and booking.state != BookingState.WAITING:
            return None
        step = figure(more["n"]) if more else -figure(less["n"]) if less else 0
        count = figure(to["n"]) if to else booking.attendees + step
        if no_more or count < 1:
            return self.begin(turn, "cancel_booking", turn.text, {"booking_id": booking.id})
        return self.begin(turn, "book_event", turn.text, {"session_id": booking.session_id, "attendees": count})

    # -- one of those listed ------------------------------------------------------------------------------------

    def _place(self, turn: Turn) -> Reply | None:
        """“报第二场” right after a list books that one; a place beyond the list is told."""
        shown = list(turn.memory.recent.get("events") or [])
        said = _PLACE.fullmatch(turn.text.strip())
        listed = turn.memory.intent == "list_events" and turn.act.intent != "rate_ticket"
        if said is None or not shown or turn.memory.form or not listed:
            return None
        if not (said["book"] or said["what"]) and not _ends_with_a_list(turn, len(shown)):
            return None
        number = len(shown) if said["n"] == "最后一" else figure(said["n"].lstrip("第").strip())
        if 1 <= number <= len(shown):
            return self.begin(turn, "book_event", turn.text, {"session_id": shown[number - 1]})
        return say(f"{beyond(f'#{number}', len(shown))}想参加哪一场，说“报第一场”或说日期都行。")

    # -- helpers ------------------------------------------------------------------------------------------------

    def _of_events(self, turn: Turn) -> bool:
        form = turn.memory.form
        return (form.intent if form else turn.memory.intent) in OF_EVENTS

    def _find(self, turn: Turn) -> Callable[[str], EventSession | None]:
        def find(key: str) -> EventSession | None:
            try:
                return self.events.find(turn.session, key)
            except NotFound:
                return None

        return find


def _ends_with_a_list(turn: Turn, count: int) -> bool:
    return bool(turn.memory.last) and len(turn.memory.last[-1].get("items", ())) == count


def figure(said: str) -> int:
    """Return a small number as people say it: 俩, 三, 12."""
    return _FIGURES.get(said) or int(parse_number(said) or 0)
