"""What a sentence changes in how many come: “加一个”, “加上小张”, “老李去不了”, “改成三个”, “换李明去”."""

import re
from dataclasses import dataclass

from zhiqibot.nlu.numerals import parse_number
from zhiqibot.nlu.slots.people import PEOPLE, count_named

LONGEST = 30
_N = r"(\d{1,2}|[一两俩仨二三四五六七八九十])"
_EACH = r"(?:个|位|名|口)?(?:人|名额|座位?|席位?)?"
_UNIT = r"(?:个|位|名|口|人)(?:人|名额|座位?|席位?)?"
_WHO = r"(?:同事|会计|司机|人|员工|朋友|助理|财务|经理|副总|技术员)?"
_GOES = r"(?:一起|一块儿?)?(?:要|想|得)?(?:去|来|参加|过去|过来)?"
_CANNOT = (
    r"(?:临时)?(?:有事|出差|病了|生病|没空|走不开|请假)?(?:就|又|也|都)?"
    r"(?:不去|去不了|去不成|不能去|来不了|不来|来不成|不参加|参加不了|不用去|先不去|退出|没空|走不开|有事|出差|病了)了?"
)
_CHANGES = r"(?:改成|改为|变成|换成|调成|改|变|调|应该是|一共是?|总共是?|就|还是|只有?|按|算)+(?:报|去|来)?"
_ABOUT = re.compile(
    r"^(?:(?:能不能|可不可以|可以|能|对了|等等|等一下|等会儿?|那个?|不对|不是|哦|嗯|算了|请|麻烦|帮我|给我|替我|把|(?:我|俺|咱)们?(?!自己|一个|一人|本人|去|来)|这一?场|刚才的?|我?报的?|人数|名额|的|,|，"
    r"|(?:\d{1,2}月)?\d{1,2}[号日]的?|早餐会|晚茶会|大?讲堂|对接会|服务日|面对面)+)"
)
_ENDS = re.compile(
    r"(?:就[行中好够]|就可以|吧|(?<!不)了|啊|呀|哈|呗|哦|的|行不行?|行吗|可以[吗不]|能行[吗不]|中不中?|中吗|好[吗不]|成不成?|吗|不)*[。！!~？?\s]*$"
)
_CLAUSES = re.compile(r"[，,；;。！!\s]+")

_TO = re.compile(rf"{_CHANGES}{_N}{_EACH}{_GOES}|(?:人数|名额)(?:改成?|变成?|是|按)?{_N}{_EACH}")
_TO_UNIT = re.compile(rf"(?:改到|改|变|那就|就|还是|只)*{_N}{_UNIT}{_GOES}")
_ALONE = re.compile(
    r"(?:就|只有?|光|还是|剩)*(?:去|来|报)?(?:[我俺](?:自己|一个人?|一人|本人)|自己一个人?)(?:去|来|参加)?|(?:就|只有?|光|剩)+[我俺](?:去|来)?"
)
_ONLY = re.compile(r"只|就|光|剩|还是")
_MORE = re.compile(
    rf"(?:再|多|又|还|也)*(?:加|多|添|增加?|补|再?带|多?报|来|要|占|留)(?:上|个|去|来)?{_N}{_EACH}{_WHO}{_GOES}"
    rf"|(?:还有|还要|另外)(?:加)?{_N}{_UNIT}{_WHO}(?:也|要|想)*(?:去|来|参加)"
)
_ONE_MORE = re.compile(r"(?:再|还|多)*(?:带|捎)上?个人?|(?:再|多)+(?:加|来|算|报)上?个人?")
_MORE_MARK = re.compile(r"[再多又还加添增补]|另外")
_MORE_WHO = re.compile(
    rf"(?:再|还|把|多)*(?:加上?|添上?|带上?|算上|叫上|喊上|捎上|加个|带个|加一[个位]|带一[个位])(?P<who>{PEOPLE}){_GOES}"
    rf"|(?P<joins>{PEOPLE})(?:也|都)(?:要|想)?(?:一起)?(?:去|来|参加|报|加|算|带)(?:上|名)?(?:一[个位])?"
    rf"|(?:再)?(?:帮|给|替)(?P<for>{PEOPLE})(?:也|再|一起|一块)+(?:报|订|占|留|加|登记)(?:上|个|一[个位]|个位)*"
)
_LESS = re.compile(
    rf"(?:再|要)*(?:减|少|去掉|退|砍|划掉|撤)(?:去|来|掉|报|了)?{_N}{_EACH}{_GOES}|(?:其中|里面|只|就)*有?{_N}{_EACH}{_CANNOT}"
)
_LESS_WHO = re.compile(
    rf"(?P<who>{PEOPLE}){_CANNOT}|(?:去掉|划掉|删掉|减掉)(?P<off>{PEOPLE})|(?P<out>{PEOPLE})(?:去掉|划掉|删掉|减掉)"
)
_SWAP = re.compile(
    rf"(?:换|改|替)(?:成|为|做|作)?{PEOPLE}(?:去|来|参加|顶)?|(?:让|由|叫|请|派)(?:我|俺)?(?:们)?{PEOPLE}(?:替|代替|顶|代)?.{{0,3}}(?:去|来|参加|出席)"
    rf"|{PEOPLE}(?:替|代替|顶替|代){PEOPLE}?(?:去|来|参加)?|(?:把)?{PEOPLE}换成?{PEOPLE}(?:去|来)?"
)
_GOES_INSTEAD = re.compile(rf"(?:那?就?|改)?{PEOPLE}(?:去|来|参加)")
_NOT_ME = re.compile(rf"(?:我|俺)?(?:自己|本人)?{_CANNOT}")
_FIGURES = {"俩": 2, "仨": 3, "两": 2}
_ODD = re.compile(
    r"^(?:报|去|来|就|那|要|[早晚]\w会)*(?:[-－—]\s?\d+|负[\d一二三四五六七八九十]+|[0零](?=[个位名人])|半|\d*\.\d+(?=[个位名人])|\d{3,}(?=[个位名人])|[一二两三四五六七八九十几\d]*[百千万亿]+(?=[个位名人]))(?:个|位|名)?(?:半)?人?[吧了啊]?[。！!]*$"
)


@dataclass(frozen=True)
class Change:
    """A new number of people: `to` so many, or `by` so many more or fewer; `swapped`: others come in their place."""

    to: int = 0
    by: int = 0
    swapped: bool = False

    def of(self, had: int) -> int:
        """Return how many come where `had` came; less than 1 means nobody."""
        return self.to or had + self.by


def change_of(text: str, *, open_form: bool) -> Change | None:
    """Return what a sentence changes in the number of people, or None when it says anything else.

    With `open_form` bare numbers (“三个人”, “就两位”) count too."""
    if len(text) > LONGEST:
        return None
    parts = [_ENDS.sub("", _ABOUT.sub("", one)) for one in _CLAUSES.split(text.strip()) if one]
    parts = [one for one in parts if one]
    found = [_clause(one, open_form, alone=len(parts) == 1) for one in parts]
    if not found or None in found:
        return None
    changes = [one for one in found if one]
    if any(one.swapped for one in changes):
        return Change(swapped=True)
    if changes[-1].to:
        return changes[-1]
    by = sum(one.by for one in changes)
    return Change(by=by, swapped=by == 0)


def odd_count(text: str) -> bool:
    """Tell whether a sentence is nothing but a number no people come in: -1 个, 半个人, 一百万个."""
    return bool(_ODD.match(text.strip()))


def figure(said: str) -> int:
    """Return a small number as people say it: 俩, 三, 12."""
    return _FIGURES.get(said) or int(parse_number(said) or 0)


def _clause(said: str, open_form: bool, *, alone: bool) -> Change | None:
    """Read one clause; what only makes sense beside another (“小王去”) needs one, or an open form."""
    if _SWAP.fullmatch(said) or (_GOES_INSTEAD.fullmatch(said) and not alone):
        return Change(swapped=True)
    if _NOT_ME.fullmatch(said):
        return None if alone else Change(by=-1)
    more = _MORE.fullmatch(said)
    if more and _MORE_MARK.search(said):
        return Change(by=figure(next(one for one in more.groups() if one)))
    if _ONE_MORE.fullmatch(said):
        return Change(by=1)
    for pattern, sign in ((_MORE_WHO, 1), (_LESS_WHO, -1)):
        if named := pattern.fullmatch(said):
            return Change(by=sign * count_named(next(one for one in named.groups() if one)))
    if less := _LESS.fullmatch(said):
        return Change(by=-figure(next(one for one in less.groups() if one)))
    if _ALONE.fullmatch(said):
        return Change(to=1) if open_form or _ONLY.search(said) else None
    to = _TO.fullmatch(said) or (_TO_UNIT.fullmatch(said) if open_form else None)
    return Change(to=figure(next(one for one in to.groups() if one))) if to else None
