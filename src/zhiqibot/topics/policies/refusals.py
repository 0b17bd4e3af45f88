"""Saying no honestly: what is not known, who may know it, and the offer to ask them."""

import re
from collections.abc import Sequence
from dataclasses import replace

from zhiqibot.content.policies import Fact, Faq
from zhiqibot.topics.policies import wording
from zhiqibot.topics.policies.model import Next, PolicyAnswer, cite
from zhiqibot.topics.policies.points import asked_for
from zhiqibot.topics.policies.question import Aspect
from zhiqibot.topics.policies.reading import Reading, remembered
from zhiqibot.topics.policies.tiers import Picked, amount_lines

NEAR = 0.30
"""From this strength on, what was found at least tells the topic."""
COMMON_WAY = ("fc-pol-05", "fc-pol-01")
"""The cards that say how any benefit of the county is applied for."""

_ASKED = {
    Aspect.CONTACT: "联系电话或地址",
    Aspect.MATERIALS: "所需材料",
    Aspect.DEADLINE: "截止时间",
    Aspect.HOW: "申报办法",
    Aspect.UNIT: "责任单位",
    Aspect.AMOUNT: "金额或标准",
    Aspect.DURATION: "办理时间",
    Aspect.CONDITIONS: "申请条件",
    Aspect.GENERAL: "这一点",
}


_OF_TIME = re.compile(r"(?P<day>几号|哪一?天|几月几)|(?:每|一个?)(?:月|年|周).{0,3}(?:几|多少)个?天")
_HOW_LONG = re.compile(r"(?:住|用|享受|见习|最长|最多)\S{0,2}(?:几|多少)个?[年月]")
"""How long something lasts is no time of handling it."""
OPEN_AT_ONCE = ("同时", "都领", "累计", "叠加")
"""Words of the points that leave open whether one may have several."""


def not_stated(reading: Reading, fact: Fact, picked: Picked, label: str, unit: str | None) -> PolicyAnswer:
    """The card is the right one, but it does not say what is asked."""
    card = fact.card
    if reading.question.own_case:
        return _own_case(reading, fact, unit)
    lines = [f"「{card.title}」里，文件没有写明{_asked(reading, picked)}，我不能给您一个说法。", label]
    lines.append(f"文件写明的是：{card.lead}")
    if picked.missing:
        lines += wording.table([line for line in amount_lines(card) if line.known and "迁入" not in line.label])
    if reading.question.asks_at_once:
        lines.append(wording.not_stated_line(card, OPEN_AT_ONCE))
    elif reading.question.aspect is Aspect.AMOUNT and not picked.missing:
        lines.append(wording.not_stated_line(card))
    lines += [*wording.source_lines([fact]), _offer(unit)]
    return _refusal(reading, lines, [fact], unit, card.topics[0])


def _own_case(reading: Reading, fact: Fact, unit: str | None) -> PolicyAnswer:
    """The state of one application: no document tells it, a ticket may."""
    lines = [
        f"这要看具体那一件办到了哪一步，政策文件里查不到，我不能替「{fact.card.title}」的经办单位答复。",
        "在这里报过、有编号的，把编号发给我就能查进度。",
    ]
    return _refusal(reading, [*lines, *wording.source_lines([fact]), _offer(unit)], [fact], unit, fact.card.topics[0])


def faq_not_stated(reading: Reading, faq: Faq, facts: Sequence[Fact], unit: str | None) -> PolicyAnswer:
    """The same for an overview of several documents."""
    lines = [f"现有文件都没有写明{_asked(reading, None)}，我不能给您一个说法。", f"文件写明的是：{faq.answer}"]
    return _refusal(reading, [*lines, *wording.source_lines(facts), _offer(unit)], facts, unit, faq.topics[0])


def unknown_place(reading: Reading, place: str, county: str) -> PolicyAnswer:
    """Nothing is held of the place that was named."""
    lines = [
        f"我这里没有{place}的政策文件，查不到{place}的规定，也不能拿{county}的来代替。",
        f"如果您的企业在{county}，直接问我{county}怎么规定就行；{place}的情况请向当地有关部门了解。",
    ]
    return _refusal(reading, lines, [], None, "other")


def nothing(
    reading: Reading, topic: str, unit: str | None, place: str, hint: tuple[Fact, str] | None, county: str
) -> PolicyAnswer:
    """No card carries the question; a similar rule of another place may be shown, as that place's."""
    where = place or (county if hint or reading.places.own else "")
    lines = [f"没有找到{where}写明这件事的政策文件，不敢随口答复您。"]
    if hint:
        fact, label = hint
        lines += [label, fact.card.lead, *wording.source_lines([fact])]
    lines.append(_offer(None if place else unit))
    return _refusal(reading, lines, [hint[0]] if hint else [], unit, topic)


def vague(reading: Reading) -> PolicyAnswer:
    """The question names no subject."""
    text = "您想问哪一项政策？请说得具体一点，比如“职业介绍补贴多少”“新三板挂牌奖多少”“低压办电要几天”。想一项项对，说“我们能享受哪些政策”就行。"
    return replace(_refusal(reading, [text], [], None, "other"), hints=())


def nothing_else(reading: Reading, fact: Fact, unit: str | None) -> PolicyAnswer:
    """There is nothing more on the topic."""
    lines = ["同一方面没有找到别的规定了。", _offer(unit)]
    return _refusal(reading, lines, [], unit, fact.card.topics[0])


def _asked(reading: Reading, picked: Picked | None) -> str:
    question = reading.question
    if picked and picked.missing:
        return "您问的这一档（文件没有单列）"
    if question.presumes and question.aspect is Aspect.GENERAL:
        return "您说的这个数"
    if question.asks_at_once:
        return "能不能同时领、重复领"
    if question.asks_period:
        return "分几次给、给多长时间"
    if question.aspect is Aspect.DURATION and (found := _OF_TIME.search(question.text)):
        return "具体日期" if found["day"] else "天数"
    if question.aspect is Aspect.DURATION and _HOW_LONG.search(question.text):
        return "时间长短"
    if point := asked_for(question.text):
        return point
    if question.attribute == "工资":
        return "工资标准"
    return reading.question.attribute or _ASKED[reading.question.aspect]


def _offer(unit: str | None) -> str:
    if unit:
        return f"这件事可以问{unit}。需要的话，我帮您登记一个咨询转过去，由他们答复您。"
    return "需要的话，我帮您登记一个咨询，转给承办单位答复您。"


def _refusal(
    reading: Reading, lines: Sequence[str], facts: Sequence[Fact], unit: str | None, topic: str
) -> PolicyAnswer:
    return PolicyAnswer(
        answered=False,
        text="\n".join(line for line in lines if line),
        citations=cite(facts),
        card_ids=tuple(fact.card.id for fact in facts),
        hints=(Next.ASK_UNIT,),
        unit=unit,
        topic=topic,
        question=remembered(reading, facts[0].card.keywords[0]) if facts and facts[0].card.keywords else reading.full,
        follow_up=reading.leans,
    )
