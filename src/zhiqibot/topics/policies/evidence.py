"""The evidence gate: does what was found carry the question, and does it state the very thing that is asked?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from zhiqibot.content.policies import Fact, Faq
from zhiqibot.topics.policies.index import Hit, PolicyIndex, Subject
from zhiqibot.topics.policies.points import left_out
from zhiqibot.topics.policies.question import Aspect, Question
from zhiqibot.topics.policies.tiers import Picked, amount_lines, figures_named
from zhiqibot.topics.policies.wording import sentences

_OPEN = re.compile(r"没有写|没写|未写|未载明|没有列|没列|没有公布|没有单列|不能按|没有明确")
_MONEY = re.compile(r"\d[\d.,]*\s*(?:元|万元|亿元|万|亿|%)|免费|全额|不收费|零成本|零费用|不花钱|零投资|最低标准")
_TIME = re.compile(
    r"(?<![\d.])(?:\d{1,3}|[一二两三四五六七八九十半]+)\s*(?:个)?(?:工作日|天|年|月|小时|日|周|分钟|季度)|每(?:月|年|季度|周)|当月|次月|小时|底前|秋期|即时|当天"
)
_UNTIL = re.compile(r"底前|年底|截止|\d+月\d*日?|秋期|每月|每季|次月|当月|下半年|上半年")
_SHARE = re.compile(r"几个点|百分之几|比例")
_PRICE = re.compile(
    r"(?:多少|几)(?:块|元)?钱?一(?:吨|度|方|亩|平|米|立方|公里|个月)|一(?:吨|度|方|亩|立方)(?:多少|几|卖)|收费多少|收费标准"
)
_COSTS = re.compile(r"[要花掏交收](?:不[要花掏交收])?(?:多少|几个)?(?:钱|费(?!用人))|多少钱|几个钱")
"""A table of days does not say what something costs."""
_PRICED = re.compile(r"元/|免费|零费用|不收费|最低标准")
_GRANT = re.compile(r"补|奖|贴|资助|给多少|给几")
_GRANTED = re.compile(
    r"(?:补|奖|贴|资助|给|发).*?\d[\d.]*[百千万亿]*(?:元|块|万|亿)|\d[\d.]*[百千万亿]*(?:元|块|万|亿)(?:的)?(?:补|奖)"
)
_NUMBER_ASKED = re.compile(
    r"号码|[哪啥]个?号|什么号|多少|电话几|给我|给个|发我|告诉我|几号楼|地址|网址|叫什么|是谁|哪条(?:街|路)|哪一?(?:栋|座|层)|位置|怎么走|几楼"
)
_SUM_SAID = re.compile(r"\d+(?:\.\d+)?[万千百]?(?:元|块|万|亿)?")
"""A sum taken for granted is neither right nor wrong where the document leaves the sum open."""
_QUOTED = re.compile(r"“[^”]*”")
"""A name with a time in it (“半小时服务圈”) does not say how long anything takes."""
POINT, POINT_HELD = 3, 0.6
"""Pairs of characters a subject must have, and the share of them that an open point must hold, to be that point."""
_MEASURES = frozenset("部条家名亩场次户座")
"""Measure words of what documents count; kinds and grades (类, 档) are counted by listing them."""
_EACH = re.compile(r"(?:一|每|单)(?:家|户|个项目|个企业)|[一单]个\S{0,6}项目")
_FOR_ONE = re.compile(r"每(?![年月日周季天])|单[个家笔户]|一[家户]|户均|最高|免费|不超过|分别")
_IN_ALL = re.compile(r"合计|总额|总盘子|全县|一年")
_DAY_ASKED = re.compile(r"几月几[号日]|几[号日](?!楼)|哪一?天")
_DAY = re.compile(r"\d{1,2}[日号]|(?:周|星期)[一二三四五六日]|每天")
_FREE = re.compile(r"免费|零费用|不收费|全免|免收|零收费")
_NOT_TOLD = re.compile(r"(?:怎么|咋|如何)(?:去)?写|真假|真伪|是真是假的?证")
"""How a text is worded, whether a paper is genuine: rules do not tell, unless they speak of it."""
_OF_THE_HOME = re.compile(r"小区|我家|俺家|家里|物业(?!服务|费)|邻居")
"""Households, which the rules for enterprises say nothing of."""
_LATE = re.compile(
    r"(?:去年|前年|以前|早就|之前|过去|昨天|前天|上个?月|上周|已经|都)(?!\S{0,8}(?:事故|事件|处罚|罚过|失信|违法))\S{0,12}(?:还能|能不能|能否|可以|可不可以|还给|补领|补报|补发|追)"
)
"""What happened before is asked to count: only a text that speaks of it answers."""
_BACKDATED = re.compile(r"追溯|补报|补领|此前已|以前已|往年已|上年度已|不再享受|不得重复|重新(?:入库|认定|申报)")
_AT_ONCE = re.compile(r"叠加|同时享受|同时领|不重复|重复享受|就高|累计|兼得|分开的两条")
_LINE = re.compile(r"专线|热线|投诉电话|举报电话|电话")


@dataclass(frozen=True)
class Strength:
    """How well an entry carries a question; every part lies between 0 and 1."""

    value: float
    carried: float
    """Share of the subject's weight that the entry's own words hold."""
    likeness: float = 0.0
    """Of the wording, to the most alike of the entry's questions."""


def strength(question: Question, hit: Hit, index: PolicyIndex, subjects: Sequence[Subject]) -> Strength:
    """Weigh a hit: wording, and how much of the question's subject the entry speaks about."""
    carried = max(index.carried(hit.entry.id, subject) for subject in subjects)
    value = 0.45 * carried + 0.35 * hit.likeness + 0.20 * min(1.0, hit.coverage * 2)
    return Strength(value, carried, hit.likeness)


def states(question: Question, fact: Fact, picked: Picked) -> bool:
    """Tell whether a card states the thing asked: the tier, the amount, the days, the number to call."""
    card, aspect = fact.card, question.aspect
    if picked.missing:
        return False
    if question.own_case or (question.counted in _MEASURES and not _states_count(question.counted, fact)):
        return False
    if _beside_the_rules(question, fact.stated):
        return False
    if _presumes_grant(question) and not _MONEY.search(fact.stated):
        return False
    if question.asks_period and fact.card.amounts:
        return any(line.period for line in picked.lines or amount_lines(fact.card))
    if question.attribute and not _states_attribute(question.attribute, fact):
        return aspect is Aspect.CONTACT and _states_line(question, fact)
    if aspect is Aspect.AMOUNT:
        return _states_money(question, fact, picked)
    if aspect is Aspect.CONTACT:
        return _states_line(question, fact)
    if _DAY_ASKED.search(question.text):
        return bool(_DAY.search("\n".join([card.lead, card.summary, card.deadline or ""])))
    if aspect is Aspect.DURATION:
        if _left_open(question, card.not_stated):
            return False
        said = sentences(f"{card.lead}。{card.summary}。{card.deadline or ''}")
        return any(_TIME.search(one) and not _OPEN.search(one) for one in said)
    if aspect is Aspect.DEADLINE:
        return bool(card.deadline or _UNTIL.search(card.lead + card.summary))
    return True


def faq_states(question: Question, faq: Faq) -> bool:
    """The same for a cross-document answer, which names in words what it leaves open."""
    said = sentences(faq.answer)
    if question.own_case or (question.attribute and not _in_one(said, question.attribute)):
        return False
    if _beside_the_rules(question, faq.answer):
        return False
    if _PRICE.search(question.text) and not _PRICED.search(faq.answer):
        return False
    if question.aspect is Aspect.CONTACT:
        return not _NUMBER_ASKED.search(question.text) and bool(_LINE.search(faq.answer))
    if question.presumes and _SUM_SAID.search(question.text) and _nearest_is_open(question.subject, said):
        return False
    if question.aspect is Aspect.DURATION:
        bare = (_QUOTED.sub("", one) for one in _nearest(question.subject, said))
        return any(_TIME.search(one) and not _OPEN.search(one) for one in bare)
    if question.aspect is Aspect.AMOUNT:
        return bool(_MONEY.search(faq.answer)) and not _nearest_is_open(question.subject, said)
    return True


def _presumes_grant(question: Question) -> bool:
    """“不是奖30万吗”: a text without any sum can neither confirm nor correct that."""
    return question.presumes and bool(_GRANTED.search(question.text))


def _beside_the_rules(question: Question, stated: str) -> bool:
    """Tell whether something is asked that a text about the same thing leaves aside: the past, wording, households."""
    if question.asks_at_once and not _AT_ONCE.search(stated):
        return True
    if left_out(question.text, (one for one in sentences(stated) if not _OPEN.search(one))):
        return True
    late = _LATE.search(question.text) and not _BACKDATED.search(stated)
    told = _NOT_TOLD.search(question.text)
    home = _OF_THE_HOME.search(question.text)
    return bool(late or (told and told[0][-2:] not in stated) or (home and home[0] not in stated))


def _states_attribute(noun: str, fact: Fact) -> bool:
    if any(noun in one.what and one.value is not None for one in fact.card.amounts):
        return True
    if noun.endswith("费") and _FREE.search(f"{fact.card.lead}{fact.card.summary}"):
        return True
    return _in_one(sentences(f"{fact.card.lead}。{fact.card.summary}"), noun)


def _states_count(measure: str, fact: Fact) -> bool:
    return bool(re.search(rf"[\d一二两三四五六七八九十百千万](?:余|多|左右)?个?{measure}", fact.stated))


def _in_one(said: Sequence[str], noun: str) -> bool:
    """A sentence that names the noun, has a figure, and does not say that it is left open."""
    share = re.compile(rf"{noun}(?:标准)?的\s*\d")  # 最低工资的70% does not say how high the wage is
    return any(noun in one and _MONEY.search(one) and not _OPEN.search(one) and not share.search(one) for one in said)


def _left_open(question: Question, points: Sequence[str]) -> bool:
    """Tell whether the very thing asked is named among the points a document leaves open (“见习期最长几个月”)."""
    pairs = {question.subject[i : i + 2] for i in range(len(question.subject) - 1)}
    held = max((sum(pair in one for pair in pairs) for one in points), default=0)
    return len(pairs) >= POINT and held >= POINT_HELD * len(pairs)


def _nearest(subject: str, said: Sequence[str]) -> Sequence[str]:
    """Return the sentences that speak most of the subject."""
    pairs = {subject[i : i + 2] for i in range(len(subject) - 1)}
    near = [sum(pair in one for pair in pairs) for one in said]
    return [one for one, of_it in zip(said, near, strict=True) if of_it == max(near)]


def _nearest_is_open(subject: str, said: Sequence[str]) -> bool:
    """Tell whether the sentence that speaks most of the subject says that it is left open."""
    return any(_OPEN.search(one) for one in _nearest(subject, said)[:1])


def _states_money(question: Question, fact: Fact, picked: Picked) -> bool:
    if _PRICE.search(question.text) and not _PRICED.search(fact.stated):
        return False
    costs = _COSTS.search(question.text)
    if picked.named:
        share = _SHARE.search(question.text)
        known = [line for line in picked.lines if line.known and (not share or "%" in line.shown)]
        return any(not costs or _MONEY.search(line.value) for line in known)
    lines = [line for line in amount_lines(fact.card) if not costs or not line.known or _MONEY.search(line.value)]
    if figures_named(fact.card, question.text):
        return True
    if _EACH.search(question.text) and lines and all(_IN_ALL.search(f"{one.label}{one.note}") for one in lines):
        return False  # a sum for all does not say what one gets
    if any(line.known for line in lines):
        return not _SHARE.search(question.text) or "%" in fact.stated
    if _GRANT.search(question.text) and fact.card.kind in ("target", "mechanism"):
        return False  # the county's own targets (技改投资增长20%) are not what an enterprise gets
    text = fact.card.lead if lines else f"{fact.card.lead}\n{fact.card.summary}"
    told = [one for one in sentences(text) if _MONEY.search(one) and not _OPEN.search(one)]
    return any(_FOR_ONE.search(one) for one in told) if _EACH.search(question.text) and not lines else bool(told)


def _states_line(question: Question, fact: Fact) -> bool:
    """A hotline that exists answers “打哪个电话”; its number is never in the documents."""
    return bool(_LINE.search(fact.card.lead + fact.card.summary)) and not _NUMBER_ASKED.search(question.text)
