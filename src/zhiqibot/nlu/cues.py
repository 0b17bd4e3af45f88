"""Cues: small facts about a message that n-grams cannot see, such as “holds a ticket number” or “asks a question”."""

import re

from zhiqibot.core.numbers import find_ticket_numbers, find_uscc

_PATTERNS = {
    "question": r"[?]|吗|呢|么$|怎么|咋|如何|多少|几[个点天次号]|哪|什么|啥|是否|能不能|可不可以|有没有|谁",
    "when": r"\d{1,2}[号日]|周[一二三四五六日天]|星期|礼拜|明天|后天|今天|下周|上午|下午|晚上|早上|\d[点:]\d{0,2}",
    "people": r"[\d一二两俩仨三四五六七八九十]+(?:个人|人|位|名)",
    "money": r"\d+(?:\.\d+)?(?:块|元|万|亿)|[一二两三四五六七八九十百千]+(?:块|元|万|亿)",
    "percent": r"\d%|百分之|个点",
    "phone": r"1[3-9]\d{9}",
    "score": r"[1-5一二两三四五零0][分星颗]|满意|好评|差评|中评|⭐|评价|打分",
    "own": r"我[们家]|俺|咱|我厂|我司|我公司|本公司|本厂|我单位",
    "own_wish": r"帮我|给我|替我|我要|我想|俺想|帮俺|给俺|麻烦|请",
    "negation": r"不|没|无|未|别|甭",
    "hurry": r"快|急|催|赶紧|抓紧|尽快|超时|超期|逾期|拖",
    "done": r"已经|已|了$|了[,。!]|过了|完毕|完成",
    "firm": r"有限公司|公司|厂|合作社|企业|集团",
    "office": r"局|办|中心|委|所|大队|银行|供电",
    "document": r"〔|\[\d{4}\]|文件|条款|第.{1,3}条|办法|方案",
    "filing": r"备案|备[〔\[(]?\d|[a-z]{2,}[-]?\d{4,}",
    "at_gate": r"门口|门外|正在|这会儿|现在|刚[才到来进]|来了",
    "asks_rule": r"标准|条件|流程|材料|政策|规定|补贴|补助|奖|怎么[申办领报]|咋[申办领报]|找谁|归谁",
    "seat": r"名额|座位|席|报名|占|预约|算[我俺]|参加|回执",
    "link": r"https?:|www\.",
}
_COMPILED = tuple((name, re.compile(pattern)) for name, pattern in _PATTERNS.items())
_LENGTHS = ((3, "len<=3"), (7, "len<=7"), (15, "len<=15"), (30, "len<=30"), (80, "len<=80"))


def cues_of(text: str) -> list[str]:
    """Return the cues of a message in normal form."""
    cues = [name for name, pattern in _COMPILED if pattern.search(text)]
    numbers = find_ticket_numbers(text) if any(char.isdigit() for char in text) else []
    cues += ["ticket" if number.is_full else "ticket_tail" for number in numbers]
    if len(text) >= 18 and find_uscc(text):
        cues.append("uscc")
    cues.append(next((name for limit, name in _LENGTHS if len(text) <= limit), "long"))
    return cues
