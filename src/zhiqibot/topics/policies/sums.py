"""Whether a text states the kind of sum that is asked for: a grant, a price, or what somebody is to reach."""

import re

from zhiqibot.topics.policies.question import Question

_PHRASE = re.compile(r"[，；。;！\n]|,(?!\d{3})")
_SENTENCE = re.compile(r"[；。;！\n]")
_FIGURE = re.compile(r"\d[\d.,]*\s*(?:元|万元|亿元|万|亿|%)|[一二三四五六七八九十百]+万?元|免费|全额")
_MONEY = re.compile(r"\d[\d.,]*\s*(?:万|亿|美)?元|[一二三四五六七八九十百]+万?元|免费|全额|减半|一半")
_AIM = re.compile(r"力争|确保|增长|增速|覆盖|占比|达到|指标|解决率|满意|比例提高")
"""What is to be reached, not what anybody gets or pays."""
_AIM_ASKED = re.compile(r"目标|增长|增速|达到|保持|力争|确保|覆盖|占|率|完成|提高|指标|要求|增加|新增|突破|比例")
_CHARGED = re.compile(r"卖(?:多少|几)|[花罚]\S{0,3}(?:多少|几)|收费(?:多少|标准)|(?:多少|几)(?:块|元)?钱一|罚款?多少")
_RENT = re.compile(r"[月房年]租|租金(?:是|多|几|一|每|$)")
_GIVEN = re.compile(r"补贴|补助|津贴|奖励|奖补|贴息|资助|给予|给子")


def states_sum(question: Question, text: str) -> bool:
    """Tell whether a text may state the sum asked for; a text without figures is for others to judge."""
    phrases = [one for one in _PHRASE.split(text) if _FIGURE.search(one)]
    if _CHARGED.search(question.text) and _GIVEN.search(text):
        return any(_MONEY.search(one) and not _GIVEN.search(one) for one in _SENTENCE.split(text))
    if _RENT.search(question.text) and not any("租" in one for one in phrases):
        return False
    return not phrases or bool(_AIM_ASKED.search(question.text)) or any(not _AIM.search(one) for one in phrases)
