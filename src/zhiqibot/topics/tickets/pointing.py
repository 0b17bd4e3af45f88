"""How a sentence points at tickets of a list: by number, by place, by a word of the title, the other one, all of them."""

import re
from collections.abc import Sequence
from datetime import date

from zhiqibot.topics.tickets import notices
from zhiqibot.topics.tickets.model import Status, Ticket

_COUNTS = "一二两三四五六七八九十"
_NUMBERS = re.compile(
    r"(?P<full>zq\s*\d{6}\s*-?\s*\d{1,6})|(?:尾号|编号)\s*(?P<tail>\d{1,4})|(?<![\d.:：])(?P<four>0\d{3})(?!\d)|"
    r"(?<![\d月年/.\-至到])(?P<short>\d{1,3})号(?!楼|车间|厂|门|路|线|库|院|井|炉|[上下晚早])",
    re.IGNORECASE,
)
_PLACE = re.compile(
    rf"第(?P<place>[{_COUNTS}]|\d)[个件条单]|(?P<last>最后一?[个件条])|(?P<first>头一?[个件条单](?!先不|不[说办管]))"
)
_OTHER = re.compile(r"(?:另外?|剩下?|其余|其他)的?(?:那|一)?[一]?[个件条]|^那?另一")
_THAT = re.compile(
    r"(?P<before>[\u4e00-\u9fff]{1,8}?)的?[那这]一?[个件条单]|[那这]一?[个件条单](?P<after>[\u4e00-\u9fff]{1,8}?)的|"
    r"(?P<matter>[\u4e00-\u9fff]{1,8}?)(?:的|那)(?:事|单子|诉求|问题|件)|"
    r"^(?P<short>[\u4e00-\u9fff]{1,6}?)的(?:也|都|再|先|给|催|撤|签|办|补充)"
)
_ALL = re.compile(
    rf"(?:[{_COUNTS}俩几\d]|这些|那些|每)[个件条单份]?(?:诉求|单子|工单)?(?:我|俺|咱)?都|(?<![^\s，,。的我俺也])都(?:给我|给|帮我?|一起|一并|要|替我)?"
    r"(?:催|签|接|撤|交|督|办结|结了|评|很?满意|不满意|打|转|退|收|认)(?!我|了[我俺好几两三])|^(?:那)?都(?:要|办|来)?[吧的了]*$|^全部?[吧的了]*$|"
    r"全(?:部|都)?(?:给我)?(?:催|签|撤|接|交|督)|统统|每[件个条]|所有的?(?:诉求|单子|工单|件)|都(?:给我|帮我)?催一?[遍下]"
    r"|(?:都|全部?|统一)(?:给|打|评|是|算)*(?:[1-5一二三四五两]\s*(?:分|颗?星)|满分|好评|差评)"
)
AGAIN = (
    r"^(?:怎么|咋|哎呀?|你看|这|那|它|今天|今早|昨晚|刚才|刚刚|现在|没两天|没几天|机器|设备|[，, ])*(?:又|再次|还是)"
    r"(?:坏|停|漏|堵|断|跳闸|不行|不中|犯|出毛病|出问题|老样子|老毛病|原样|那样)(?:了|的|啊|嘞|啦)*[。！!]*$"
)
"""“又坏了” names nothing: it speaks of what was reported before."""
_COUNT = re.compile(rf"(?P<count>[{_COUNTS}俩\d])[个件条单份]")
_LATE = re.compile(r"超期|逾期|过期|到期了")
_NOT_ACCEPTED, _NOT_ASSIGNED = re.compile(r"没签收|未签收|待签收|没签"), re.compile(r"没交办|未交办|待交办")
_GENERAL = re.compile(
    r"厂区|厂里|我们?厂|车间|企业|公司|问题|情况|政策|办理|门口|频繁|解决|处理|材料|进度|[^\u4e00-\u9fff]|[的了不没我你他们是在有就都也还这那个件条事给到下来上去一把被和与]"
)
_NAMES_ONE = re.compile(
    r"^(?:就|我?说的?|我问的?)*是?[那这]个?[^，,。]{1,6}(?:的|那个|那件|的事|那事)[吧呀啊嘛]*[。！!]*$"
)
_AGAIN = re.compile(AGAIN)


def names_one(text: str) -> bool:
    """Tell whether a text only says which of what was reported is meant (“就那个停电的”)."""
    return bool(_NAMES_ONE.match(text.strip()))


def says_again(text: str) -> bool:
    """Tell whether a text only says that something is broken again."""
    return bool(_AGAIN.match(text.strip()))


def numbers(text: str) -> list[tuple[str, int, int]]:
    """Return the ticket numbers of a sentence, short ones too (“7号”), as (number or tail, start, end)."""
    return [(_normal(found), found.start(), found.end()) for found in _NUMBERS.finditer(text)]


def ends_in(said: str, tickets: Sequence[Ticket]) -> Ticket | None:
    """Return the ticket whose number is `said` or ends in it, if there is exactly one."""
    if said.startswith("ZQ"):
        found = [ticket for ticket in tickets if ticket.number == said]
    else:
        found = [ticket for ticket in tickets if _running(ticket) == int(said)]
    return found[0] if len(found) == 1 else None


def by_number(text: str, tickets: Sequence[Ticket]) -> Ticket | None:
    """Return the one ticket of the list that a number in the sentence means; after “不是……” the last one said."""
    found = [ticket for said, _, _ in numbers(text) if (ticket := ends_in(said, tickets))]
    return found[-1] if found else None


def by_place(text: str, shown: Sequence[str]) -> str:
    """Return the number that “第二个” means in the list shown, or nothing."""
    place = _PLACE.search(text)
    if place is None or not shown:
        return ""
    if place["last"] or place["first"]:
        return shown[-1 if place["last"] else 0]
    position = int(place["place"]) if place["place"].isdigit() else _position(place["place"])
    return shown[position - 1] if 0 < position <= len(shown) else ""


def by_word(text: str, tickets: Sequence[Ticket]) -> Ticket | None:
    """Return the one ticket whose title shares most with the words that point (“电那个”), or with the sentence."""
    words = [found[found.lastgroup or ""] for found in _THAT.finditer(text)]
    for said, least in ((words, 1), ([text], 2)):
        rated = [(max((_shared(word, ticket) for word in said), default=0), ticket) for ticket in tickets]
        best = max((length for length, _ in rated), default=0)
        fitting = [ticket for length, ticket in rated if length == best]
        if best >= least and len(fitting) == 1:
            return fitting[0]
    return None


def points_by_word(text: str, tickets: Sequence[Ticket]) -> bool:
    """Tell whether “那个不动产的” is said of one of them."""
    words = [found[found.lastgroup or ""] for found in _THAT.finditer(text)]
    return any(_shared(word, ticket) >= 2 for word in words for ticket in tickets)


def phrase(text: str) -> str:
    """Return the words of a sentence that point at a ticket by its matter (“那个停电的”), or nothing."""
    found = next((one for one in _THAT.finditer(text) if one["before"] or one["after"]), None)
    return found[0] if found else ""


def says_other(text: str) -> bool:
    """Tell whether “另一个” is said."""
    return bool(_OTHER.search(text))


def the_other(text: str, tickets: Sequence[Ticket], recent: str) -> Ticket | None:
    """Return the ticket that “另一个” means beside the one spoken of, where only one is left."""
    left = [ticket for ticket in tickets if ticket.number != recent]
    return left[0] if recent and _OTHER.search(text) and len(left) == 1 else None


def all_of(text: str, tickets: Sequence[Ticket], shown: Sequence[str], today: date) -> list[Ticket]:
    """Return the tickets that “都”, “两个都”, “超期的都” mean; empty where it is not said of several."""
    narrowed = _LATE.search(text) or _NOT_ACCEPTED.search(text) or _NOT_ASSIGNED.search(text)
    if not _ALL.search(text):
        return []
    found = list(tickets)
    if _LATE.search(text):
        found = [ticket for ticket in found if ticket.due_on < today]
    if _NOT_ACCEPTED.search(text):
        found = [ticket for ticket in found if ticket.status == Status.ASSIGNED]
    if _NOT_ASSIGNED.search(text):
        found = [ticket for ticket in found if ticket.status == Status.REGISTERED]
    counted = _COUNT.search(text)
    if counted and not narrowed and len(found) != _position(counted["count"]):
        of_list = [ticket for ticket in found if ticket.number in shown]
        return of_list if len(of_list) == _position(counted["count"]) else []
    return found


def _shared(said: str, ticket: Ticket) -> int:
    """Return the longest stretch of own words that a saying and a title have in common, in characters."""
    one, other = _GENERAL.sub(" ", said), _GENERAL.sub("，", notices.title(ticket))
    lengths = range(min(len(one), len(other)), 0, -1)
    return next(
        (n for n in lengths if any(one[at : at + n] in other for at in range(len(one) - n + 1))),
        0,
    )


def _normal(found: re.Match[str]) -> str:
    if found["full"]:
        digits = re.sub(r"\D", "", found["full"])
        return f"ZQ{digits[:6]}-{int(digits[6:]):04d}"
    return f"{int(found['tail'] or found['four'] or found['short']):04d}"


def _running(ticket: Ticket) -> int:
    tail = ticket.number.rsplit("-", 1)[-1]
    return int(tail) if tail.isdigit() else -1


def _position(said: str) -> int:
    if said.isdigit():
        return int(said)
    plain = {"两": "二", "俩": "二"}.get(said, said)
    return "一二三四五六七八九十".index(plain) + 1
