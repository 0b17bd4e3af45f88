"""Questions about the session in hand, whatever else is open; and what follows a list that was shown."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from zhiqibot.core.errors import NotFound
from zhiqibot.core.messages import OutboundMessage
from zhiqibot.dialogue.turn import Reply, Turn, say
from zhiqibot.directory.model import Role
from zhiqibot.topics.events import readers, wording
from zhiqibot.topics.events.bookings import BookingService
from zhiqibot.topics.events.days import only_days
from zhiqibot.topics.events.headcount import figure
from zhiqibot.topics.events.model import BookingState, EventSession
from zhiqibot.topics.events.own import of_events
from zhiqibot.topics.events.pointing import beyond, in_hand, just_seen, remember, span
from zhiqibot.topics.events.service import EventService

Begin = Callable[[Turn, str, str, dict[str, Any]], Reply]
LONGEST, MOST_SESSIONS = 16, 5

_LEAD = (
    r"^(?:那|那么|请问|问下|我想问|帮我|查一?下|看一?下|看看|查查|这[个场次]?|它|具体|到底|大概|时间|地点|是|在|都)*"
)
_TAIL = r"(?:啊|呢|呀|吗|了|来着|的|哩)*[?？。！!]*$"
_WHERE = re.compile(
    rf"{_LEAD}(?:去|到)?(?:哪里?儿?|啥地方|什么地方|几楼)(?:开会|开|举办|举行|办|参加|集合)?{_TAIL}|^地[点址](?:在哪里?|是哪里?|呢)?{_TAIL}"
)
_WHEN = re.compile(
    rf"{_LEAD}(?:几点|啥时候|什么时候|哪天|几号|星期几|周几)(?:钟)?(?:开始|开会|开|举办|举行|去|到)?{_TAIL}"
)
_ENDS = re.compile(r"(?:几点|啥时候|什么时候|多久|多长时间).{0,3}(?:结束|散|完)|(?:开|讲|聊)(?:多久|多长时间|几个小时)")
_FREE = re.compile(
    rf"^(?:那|这|还)*(?:还|剩)?(?:有|剩)?(?:几|多少)?个?(?:空位|位置|名额|位)(?:吗|没有?|不)?{_TAIL}|^(?:最后|还剩|还有|剩下?)(?:几|多少)个?(?:名额|位|座)?{_TAIL}|^(?:报)?满了?(?:没有?|吗|不){_TAIL}"
)
_HOW_MANY_MAY = re.compile(r"(?:去|来|带|报|能报|最多)几个?(?:人|位)|能带人|几个人都行|人数有?限")
_WHO_MAY = re.compile(
    r"谁都?(?:能|可以)(?:去|来|参加|报)|(?:什么样|哪些|啥样|哪种|什么|啥)的?(?:人|企业|公司|厂)(?:能|可以|才能)(?:去|来|参加|报)|(?:参加|报名)?有(?:什么|啥|没有)(?:条件|门槛|要求)"
)
_DID_BOOK = re.compile(r"(?P<who>[^，,。]{2,12}?)(?:有没有|到底|已经)?报(?:名|上)?了?(?:没有?|吗|么)[?？]*")
_EARLY_OR_LATE = "能提前多久到、能不能晚到"
_UNWRITTEN = (
    (re.compile(r"吃.{0,3}[饭餐]|管饭|早饭|午饭|晚饭|[有供].{0,2}餐"), "用餐"),
    (re.compile(r"(?:提前|早|晚|迟)(?:一?点|一会儿?|几分钟|\d+分钟|半个?小时)?到"), _EARLY_OR_LATE),
    (
        re.compile(r"(?:能|可以|可不可以|让)(?:不能)?带(?:家属|孩子|娃|老婆|媳妇|爱人|老公|朋友|客户)"),
        "能不能带家属、朋友",
    ),
    (re.compile(r"[换改]个?(?:地方|地点|地儿|会场)"), "换地点"),
    (re.compile(r"收费|要钱|花钱|免费|费用"), "费用"),
    (re.compile(r"(?:书记|县长|领导|局长|谁).{0,4}(?:去|来|参加|出席)"), "出席的领导"),
    (re.compile(r"停车"), "停车"),
    (re.compile(r"翻译|接送|带(?:材料|东西|证件)"), "这一项"),
)
_HOST = re.compile(r"谁(?:来)?(?:主持|主办|牵头|组织)|主持人|主办(?:方|单位)|谁办的")
DIET = re.compile(r"素食|吃素|回民|清真|忌口|过敏|不吃")
"""What somebody eats, which a booking does not record."""
_TELL_ME = re.compile(
    r"(?:要是|如果)?(?:再|以后|下次)?有了?(?:新的?)?(?:场次|活动|安排|消息)?(?:的话)?[，,]?(?:就|再|记得)?(?:叫|告诉|通知|喊|提醒)(?:我|俺|我们|一声)+[啊吧哈]?"
)
_ABOUT = re.compile(r"(?:聊|讲|谈|说|讨论)(?:的)?(?:啥|什么|哪些)|(?:啥|什么)(?:主题|议题|内容)|主题是|议题是")
_WHO_COMES = re.compile(
    r"(?:谁|哪些(?:企业|人|单位|公司)|哪几家|都有谁|多少人|几个人|几家).{0,3}(?:报名?|参加)|报名(?:情况|名单|人员)"
)
_BY_THE_WAY = re.compile(r"^(?:对了|哦|噢|诶|欸)[，,\s]*")
_PLACE = re.compile(
    r"(?P<book>(?:我们?)?(?:要|想)?(?:报名?|预约|约|参加|去)(?:上|个)?)?\s*(?P<n>第\s*[一二三四五六七八九十\d]{1,3}|\d{1,2}|最后一)\s*(?P<what>[场个次])?[吧呗的]?[。！!]*"
)


@dataclass(frozen=True)
class Asking:
    """Answers without disturbing a form that is open."""

    events: EventService
    bookings: BookingService
    begin: Begin
    show: Callable[[Turn], Reply]
    """Answers what is on, as for list_events."""
    office: str = ""

    def aside(self, turn: Turn) -> Reply | None:
        """Answer a short question about bookings or the session in hand; None for everything else."""
        turn = replace(turn, text=_BY_THE_WAY.sub("", turn.text.strip()))
        if len(turn.text) > LONGEST:
            return None
        answers = (self._roster, self._session, self._place, self._of_the_day, self._tell_me)
        return next((said for answer in answers if (said := answer(turn)) is not None), None)

    def _roster(self, turn: Turn) -> Reply | None:
        """Tell the office who comes to the sessions of the kind or day named."""
        if turn.speaker.role != Role.OFFICE:
            return None
        whether = _DID_BOOK.fullmatch(turn.text)
        if whether and turn.memory.form is None and of_events(turn):
            return self._whether(turn, whether["who"])
        if not _WHO_COMES.search(turn.text):
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
        remember(turn, found)
        turn.memory.intent = "list_events"  # “德润报了没” goes on from here
        return say("报名情况：", items=items) if items else None

    def _whether(self, turn: Turn, who: str) -> Reply | None:
        """Tell the office whether an enterprise comes to one of the sessions ahead."""
        items = [
            f"{wording.name(one)}：{name} {count} 人{'（候补）' if state == BookingState.WAITING else ''}"
            for one in self.events.upcoming(turn.session, turn.now)[:MOST_SESSIONS]
            for name, count, state in self.bookings.roster(turn.session, one.id)
            if who in name
        ]
        return say("报了：", items=items) if items else say(f"近期的场次里没有“{who}”的报名。")

    # -- the session in hand ------------------------------------------------------------------------------------

    def _session(self, turn: Turn) -> Reply | None:
        kinds = readers.kind_of(turn.text)
        if not of_events(turn) or turn.slots.get("date"):
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
            return self._each(found, lambda one: _hours(one))
        if _ENDS.search(said) and all(one.until for one in found):
            return self._each(found, lambda one: f"{one.until} 结束")
        if _FREE.search(said):
            return self._each(found, wording.seats)
        if _WHO_MAY.search(said):
            return say(f"绑定了企业的都能报，不设门槛，先报先得；{_share(found)}，报满了可以排候补。")
        if _HOW_MANY_MAY.search(said):
            return say(f"{_share(found)}。去几位直接告诉我，比如“2 个人”。")
        if _ABOUT.search(said):
            return self._each(found, lambda one: one.subject or "没有预设主题")
        if DIET.search(said):
            return say(f"用餐要求报名时记不下来，请提前跟{self.office or '主办方'}说一声，好给您安排。")
        if _HOST.search(said):
            return self._each(found, lambda one: f"由{one.host or self.office}主办，主持人活动安排里没有写")
        return self._unwritten(said, found)

    def _unwritten(self, said: str, found: Sequence[EventSession]) -> Reply | None:
        what = next((name for words, name in _UNWRITTEN if words.search(said)), None)
        if what is None:
            return None
        same = len({one.subject for one in found}) == 1 and found[0].subject
        known = f"（{found[0].subject}）" if same and what == "用餐" else ""
        if what == _EARLY_OR_LATE and len(found) == 1:
            known = f"（{found[0].clock or '全天'} 开始）"
        ask = f"可以问{self.office}" if self.office else "可以发“转人工”问工作人员"
        return say(f"活动安排里没有写{what}{known}，我不敢乱说；要确认的话{ask}。")

    def _each(self, found: Sequence[EventSession], tell: Callable[[EventSession], str]) -> OutboundMessage:
        if len(found) == 1:
            return say(f"{wording.name(found[0])}：{tell(found[0])}。")
        return say("刚才说的这几场：", items=[f"{wording.name(one)}：{tell(one)}" for one in found])

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

    def _of_the_day(self, turn: Turn) -> Reply | None:
        """“12/11”, “下礼拜” right after a list asks what is on then."""
        follows = turn.memory.intent in ("list_events", "book_event") and just_seen(turn)
        day = only_days(turn.text, turn.now, self.events.workdays) if follows and not turn.memory.form else ""
        if not day:
            return None
        kind = readers.kind_of(turn.text)
        slots = {"date": day, **({"event_kind": kind} if kind else {})}
        turn.memory.intent = "list_events"
        return self.show(replace(turn, act=replace(turn.act, intent="list_events", slots=slots)))

    def _tell_me(self, turn: Turn) -> Reply | None:
        """“有了叫我” of events: there is no subscription to them, and none is made up."""
        if not of_events(turn) or not _TELL_ME.fullmatch(turn.text.strip("。！! ")):
            return None
        turn.memory.intent = "list_events"
        return say("新场次目前不能预先登记通知。排好后会列进活动安排，随时问“最近有什么活动”就能看到，也可以当场报名。")

    # -- helpers ------------------------------------------------------------------------------------------------

    def _find(self, turn: Turn) -> Callable[[str], EventSession | None]:
        def find(key: str) -> EventSession | None:
            try:
                return self.events.find(turn.session, key)
            except NotFound:
                return None

        return find


def _hours(one: EventSession) -> str:
    if one.all_day:
        return "全天"
    return f"{one.clock} 开始" + (f"，{one.until} 结束" if one.until else "")


def _share(found: Sequence[EventSession]) -> str:
    """Say how many of one enterprise may come, by event where that differs."""
    limits = {one.title: one.seats_per_enterprise for one in found}
    if len(set(limits.values())) == 1:
        return f"同一家单位每场最多 {found[0].seats_per_enterprise} 位"
    return "同一家单位每场最多：" + "、".join(f"{title} {most} 位" for title, most in limits.items())


def _ends_with_a_list(turn: Turn, count: int) -> bool:
    return bool(turn.memory.last) and len(turn.memory.last[-1].get("items", ())) == count
