"""The sentences of an imported clause: what they state, and which figure among them is the one asked for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from zhiqibot.content.policies import Fact, fold
from zhiqibot.topics.policies import evidence
from zhiqibot.topics.policies.figures import Said, said_quantities
from zhiqibot.topics.policies.question import Aspect, Question
from zhiqibot.topics.policies.reading import Reading
from zhiqibot.topics.policies.sums import states_sum
from zhiqibot.topics.policies.tiers import DIMENSIONS, Picked

GIVES = re.compile(r"补贴|补助|津贴|奖励|奖补|贴息|资助|给予|给子|免费|减免|返还|报销|先征后")
LEADS = re.compile(r"牵头|责任单位|主办单位|由[^，。；]{2,14}负责")
_PASSAGE = re.compile(r"[^。；;！？!?\n]+[。；;！？!?]?[”）)]*")
_ROW = " | "
_PHRASE = re.compile(r"[，；。;！\n]|,(?!\d{3})|、(?=每|单个|最)")
_ASKS_GRANT = re.compile(r"补贴|补助|奖励|奖补|资助|经费支持|奖金")
_FIGURE = re.compile(r"\d[\d.,]*\s*(?:元|万元|亿元|万|亿|%)|[一二三四五六七八九十百]+万?元|免费|全额")
_SUM_IN_WORDS = re.compile(
    r"分之[一二三四五六七八九十]|一半|减半|[全差]额|加倍|[一二两三]倍|不予|不再|不计入|免[收费征缴]"
)
_PLACE_ASKED = re.compile(r"几楼|哪|地址|位置|怎么走|啥地方|什么地方")
_NUMBER_ASKED = re.compile(r"号码|手机号?|微信|电话(?:是|多少|几|给|发|告)|多少号|几号线")
_LINE = re.compile(r"\d[\d-]{4,}")
_QUOTED = re.compile(r"“[^”]*”")
"""A name with a figure in it (“百分之一工作法”) states none."""
_PLACE = re.compile(r"楼|窗口|大厅|地址|地点|号院")
_CAP_ASKED = re.compile(r"最高|最多|上限|封顶|顶格|顶多|不超过|限额")
_CAP = re.compile(r"最高|最多|上限|封顶|不超过|以内|限额|为限|累计")
_EACH_ASKED = re.compile(
    r"(?:每|一|单)(?:个)?(?P<of>台|套|人|名|家|户|企业|项目?|件|条|千瓦|吨|亩|平方米|平米|场|次|辆|间|座|度|公里|部|棵|头|年度?|个?月)"
)
_SAME_MEASURE: Mapping[str, str] = {
    "家": r"每[家户]|(?:单|每)个?企业|一家",
    "户": r"每[家户]|(?:单|每)个?企业",
    "企业": r"每[家户]|(?:单|每)个?企业|一家",
    "人": r"每[人名]",
    "名": r"每[人名]",
    "平米": r"每平方?米",
    "项": r"每项|(?:单|每)个项目",
    "项目": r"每项|(?:单|每)个项目",
    "年": r"每年度?",
    "年度": r"每年度?",
}
CLEAR_LEAD = 0.1
"""A figure is named first only when it leads the next one by this much; else the quotation must do."""
_STATED: Mapping[Aspect, re.Pattern[str]] = {
    Aspect.MATERIALS: re.compile(
        r"材料|资料|证明|复印件|发票|凭证|执照|申请[表书]|申报[表书]|合同(?:复印件|原件|文本)|证件|清单"
    ),
    Aspect.HOW: re.compile(r"申报(?!时间)|申请|受理|提交|报送|申领|登录|平台|窗口|兑现|拨付|免申即享|审核|公示|登记"),
    Aspect.DEADLINE: re.compile(r"集中申报|截止|逾期|申报时间|受理时间|[日底]前|有效期"),
    Aspect.CONDITIONS: re.compile(r"条件|注册登记|登记注册|满\d+年|未列入|未发生|不予"),
    Aspect.DURATION: re.compile(r"(?:受理|审核|审批|公示|拨付|兑付)[^。；]*?\d+\s*个?(?:工作日|天|日内)"),
    Aspect.CONTACT: re.compile(r"(?:电话|热线)[^，。；]{0,6}\d[\d-]{4,}|窗口|大厅"),
    Aspect.UNIT: re.compile(
        rf"{LEADS.pattern}|由[^，。；]{{2,14}}受理|(?:窗口|局|委|办|中心)统?一?受理|向[^，。；]{{2,12}}(?:申报|申请|提交)"
    ),
}
_HEADED: Mapping[Aspect, re.Pattern[str]] = {
    Aspect.MATERIALS: re.compile(r"材料|资料"),
    Aspect.HOW: re.compile(r"程序|流程|方式|办法|受理"),
    Aspect.DEADLINE: re.compile(r"时间|期限"),
    Aspect.CONDITIONS: re.compile(r"条件|对象|范围"),
    Aspect.DURATION: re.compile(r"审核|审批|时限"),
    Aspect.CONTACT: re.compile(r"咨询|联系|受理"),
    Aspect.UNIT: re.compile(r"单位|部门|受理|组织"),
}
_HANDLING = re.compile(r"审|批|公示|拨付|到账|兑现|兑付|受理|办结|办完")
_OF_ALL = re.compile(r"申报|申请|兑[付现]|程序|流程|附则|办理|受理|审核|拨付|材料|监督管理|组织实施|咨询|解释")
"""Headings under which a document says how everything in it is applied for."""


_POINTS_OF_ALL = frozenset({Aspect.HOW, Aspect.DEADLINE, Aspect.CONTACT})
"""Asked on after a benefit, these are answered by words on that very point only, wherever the document has them."""


@dataclass(frozen=True)
class Passage:
    """One sentence of a clause."""

    id: str
    clause: int
    place: int
    text: str


def passages_of(clause_id: str, place: int, text: str) -> list[Passage]:
    """Cut a clause into its sentences."""
    found = [one for part in _PASSAGE.findall(text) if (one := part.strip())]
    return [Passage(f"{clause_id}:{n}", place, n, one) for n, one in enumerate(found)]


def rows_after(passages: Sequence[Passage], place: int) -> Iterator[int]:
    """Yield the rows of the table that a passage announces, or is a row of."""
    announces = passages[place].text.endswith(("：", ":", "表")) or _ROW in passages[place].text
    for n in range(place + 1, len(passages) if announces else 0):
        if _ROW not in passages[n].text:
            return
        yield n


def with_gaps(passages: Sequence[Passage], kept: Sequence[int]) -> list[str]:
    """Return the passages kept, with a mark where something was left out."""
    shown: list[str] = []
    last = -1
    for n in kept:
        if n > last + 1:
            shown.append("……")
        shown.append(passages[n].text)
        last = n
    return shown if last == len(passages) - 1 else [*shown, "……"]


# -- what is stated -------------------------------------------------------------------------------------------------


def states(reading: Reading, core: Fact) -> bool:
    """Tell whether the passages on the subject state the thing asked, for the very tier asked (硕士, 新三板)."""
    text, question = core.card.lead, reading.question
    aspect = question.aspect
    if _ASKS_GRANT.search(question.text) and aspect not in _STATED and not GIVES.search(text):
        return False
    of_all = aspect is Aspect.MATERIALS or (reading.leans and aspect in _POINTS_OF_ALL)
    if of_all and not says_of(aspect, text):
        return False
    tiers = has_tiers(reading, text) or not any(_has_some(one, text) for one in reading.tiers)
    if asks_where(question):
        return states_where(reading, text)
    if aspect is Aspect.AMOUNT and not states_sum(question, text):
        return False
    if aspect is Aspect.AMOUNT and not question.attribute and _SUM_IN_WORDS.search(_QUOTED.sub("", text)):
        return tiers
    return tiers and evidence.states(question, core, Picked((), False))


def asks_where(question: Question) -> bool:
    """Tell whether the number or the address of somebody is asked for, not just whom to ask."""
    asked = _PLACE_ASKED.search(question.text) or _NUMBER_ASKED.search(question.text)
    return question.aspect is Aspect.CONTACT and bool(asked)


def states_where(reading: Reading, text: str) -> bool:
    """Tell whether a sentence that names whom is asked after has the number or the place, too."""
    wanted = _LINE if _NUMBER_ASKED.search(reading.question.text) else _PLACE
    named = () if reading.leans else reading.telling  # after a benefit, whom to ask is whoever its document names
    names = {form[:2] for word in named for form in word if len(form) > 1}
    return any(
        wanted.search(one) and (not names or any(name in one for name in names)) for one in _PASSAGE.findall(text)
    )


def says_of(aspect: Aspect, text: str) -> bool:
    """Tell whether a text says anything of a point that a document may leave to another clause."""
    return aspect in _STATED and bool(_STATED[aspect].search(text))


def may_stand_elsewhere(question: Question) -> bool:
    """Tell whether what is asked may be said for all benefits in one place: how long the office takes, not how long
    something lasts (“人才公寓能住几年”)."""
    return question.aspect is not Aspect.DURATION or bool(_HANDLING.search(question.text))


def is_headed(aspect: Aspect, heading: str) -> bool:
    """Tell whether a clause is about that very point by its heading."""
    return aspect in _HEADED and bool(_HEADED[aspect].search(heading))


def is_for_all(headings: Sequence[str]) -> bool:
    """Tell whether a clause stands under a heading that concerns the whole document."""
    return any(_OF_ALL.search(one) for one in headings)


def lacks_level(question: Question, core: Sequence[tuple[float, str]]) -> bool:
    """Tell whether the level asked for (县级) is none of those the passages give something for."""
    asked = _LEVEL.search(question.text)
    named = {found for _, text in core for found in _LEVEL.findall(text)}
    return bool(asked and named and asked[0] not in named)


def has_tiers(reading: Reading, text: str) -> bool:
    """Tell whether a text has all the tiers a question names (at least one)."""
    named = reading.tiers.items()
    return bool(named) and all(_has_tier(dimension, values, text) for dimension, values in named)


def _has_some(dimension: str, text: str) -> bool:
    """Tell whether a text makes a difference between the choices of a dimension."""
    return any(_has_tier(dimension, {value}, text) for value in DIMENSIONS[dimension])


def _has_tier(dimension: str, values: set[str], text: str) -> bool:
    choices = DIMENSIONS[dimension]
    folded = fold(text)
    patterns = (pattern for value in values for pattern in choices.get(value, (re.escape(value),)))
    return any(re.search(pattern, folded) for pattern in patterns)


_AS_SAID, _OTHERWISE = "是的，文件是这样写的。", "和您说的不一样，以文件写的为准。"
_LEVEL = re.compile(r"(?:国家|省|市|县)级")
_STRETCH_END = re.compile(r"[；;。]|[，、](?=(?:对)?(?:国家|省|市|县)级)")


# -- the figure asked for -------------------------------------------------------------------------------------------


def has_kind(question: Question, text: str) -> bool:
    """Tell whether a text has the kind of figure a question names: the most there is, or what goes to each."""
    if not _asks_kind(question):
        return False
    return any(_fits(question, phrase) for phrase in _phrases(text))


def figure_asked(question: Question, core: Sequence[tuple[float, str]]) -> str:
    """Return the words that state the figure asked for (最高 → the cap, 每台 → what goes to each), or nothing.

    `core`: the passages on the subject, each with how much of the subject it speaks of."""
    if level := _LEVEL.search(question.text):
        return _for_level(level[0], core)
    if not _asks_kind(question):
        return ""
    pairs = {question.subject[n : n + 2] for n in range(len(question.subject) - 1)}
    found = [
        (near + 0.2 * sum(pair in phrase for pair in pairs), phrase)
        for near, text in core
        for phrase in _phrases(text)
        if _fits(question, phrase)
    ]
    found.sort(key=lambda one: -one[0])
    unclear = len(found) > 1 and found[0][0] - found[1][0] < CLEAR_LEAD and found[0][1] != found[1][1]
    return "" if not found or unclear else found[0][1]


def lacks_cap(question: Question, core: Sequence[tuple[float, str]]) -> bool:
    """Tell whether the most there is was asked, and the passages name no such figure."""
    asks = _CAP_ASKED.search(question.text) and question.aspect is Aspect.AMOUNT
    return bool(asks) and not any(_CAP.search(text) for _, text in core)


def verdict(question: Question, core: Sequence[tuple[float, str]], figure: str) -> str:
    """Confirm or correct a figure that the person takes for granted; the wrong one is not repeated."""
    meant = said_quantities(figure or "；".join(text for _, text in core))
    kinds = {one.kind for one in meant}
    said = [one for one in said_quantities(question.text) if one.kind in kinds]
    if not question.presumes or not said:
        return ""
    if not all(one.among(meant) for one in said):
        return _OTHERWISE
    at_level = _at_level(question.text, core)
    if at_level:
        return _AS_SAID if all(one.among(at_level) for one in said) else _OTHERWISE
    several = len({one.value for one in meant if one.kind in {own.kind for own in said}}) > 1
    return "" if several and not figure else _AS_SAID  # which of them is meant is for the reader to see


def _at_level(asked: str, core: Sequence[tuple[float, str]]) -> list[Said]:
    """Return the quantities a text gives for the level asked about: 省级 of “国家级奖50万元、省级奖20万元”."""
    level = _LEVEL.search(asked)
    if level is None:
        return []
    stretches = [text[found.end() :] for _, text in core for found in re.finditer(level[0], text)]
    return [one for text in stretches for one in said_quantities(_LEVEL.split(text)[0].split("。")[0])[:1]]


def _for_level(level: str, core: Sequence[tuple[float, str]]) -> str:
    """Return what a text gives for one level: 省级绿色工厂，一次性奖励20万元; nothing where it names none."""
    for stretch in (text[text.index(level) :] for _, text in core if level in text):
        own = _STRETCH_END.split(stretch, maxsplit=1)[0]
        if _FIGURE.search(own):
            return own
    return ""


def _phrases(text: str) -> list[str]:
    return [part for one in _PHRASE.split(text) if (part := one.strip()) and _FIGURE.search(part)]


def _asks_kind(question: Question) -> bool:
    about_sums = question.aspect in (Aspect.AMOUNT, Aspect.GENERAL) or question.presumes
    return about_sums and bool(_CAP_ASKED.search(question.text) or _EACH_ASKED.search(question.text))


def _fits(question: Question, phrase: str) -> bool:
    """A cap answers 最高 only, and what goes to each answers 每台 only where it is no cap."""
    if bool(_CAP_ASKED.search(question.text)) != bool(_CAP.search(phrase)):
        return False
    each = _EACH_ASKED.search(question.text)
    return not each or bool(re.search(_SAME_MEASURE.get(each["of"], f"每个?{each['of']}"), phrase))
