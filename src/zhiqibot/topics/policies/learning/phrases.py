"""The sentences of those who work on the learning loop, as patterns: “第2个详情”, “第2个交给张三解读”, “第2个通过” …"""

import re

from zhiqibot.nlu.numerals import parse_number

_NTH = r"第?\s*(?P<number>\d{1,6}|[一二两三四五六七八九十]{1,3})\s*(?:个|号|条)(?:缺口)?"
_BECAUSE = r"[，,：:。\s]*(?:因为|原因(?:是)?|理由(?:是)?)?[，,：:\s]*(?P<note>.*)$"
LIST = re.compile(
    r"政策(?:问答)?缺口|(?:没|未)(?:能)?答(?:上来|复|出来)的(?:政策)?问题|答不上来的(?:政策)?问题|哪些(?:政策)?问题(?:没|未)答"
    r"|(?:要|该|等|请|让)我(?:来)?(?:答复|解读|解答)的"
)
FEEDBACK = re.compile(r"落(?:不了)?地(?:情况)?(?:的)?反馈|落不了地的(?:政策|有)|(?:哪些|什么|哪几项)政策落不了地")
SHOW = re.compile(
    rf"^(?:请|帮我|我要|我想)?(?:(?:看看?|查看|打开|展开)(?:一下)?{_NTH}(?:的)?(?:详情|详细(?:情况)?|具体(?:情况|内容)|内容|情况)?"
    rf"|{_NTH.replace('number', 'other')}(?:的)?(?:详情|详细(?:情况|内容)?|具体(?:情况|内容)|(?:是)?(?:什么|啥)(?:情况|内容|问题)?|怎么回事|问的(?:是)?(?:什么|啥)|看看|看一?下))[。？?！!]?$"
)
ASSIGN = re.compile(
    rf"{_NTH}.{{0,4}}?(?:交给|派给|转给|分给|请|让)(?P<to>[\u4e00-\u9fff]{{2,8}}?)(?:来)?(?:解读|答复|回答|解答)"
)
ASSIGN_BARE = re.compile(
    rf"^{_NTH}(?:就|也)?(?:交给|派给|转给|分给|给)(?P<to>[\u4e00-\u9fff]{{2,8}}?)(?:吧|了)?[。！!]?$"
)
"""Without saying what for: only a known interpreter is meant."""
PASS = re.compile(rf"^(?:{_NTH}(?:的)?(?:答复)?(?:可以)?)?(?:审定|审核)?通过[。！!]?$")
PASS_CHECKED = re.compile(
    rf"^{_NTH}(?:的)?(?:答复)?(?:里的|的)?(?:数字|金额)?(?:已经?|经)?(?:核实|核对|确认)(?:过|无误|了|没问题)*[，,。\s]*(?:可以)?通过[。！!]?$"
)
BACK = re.compile(rf"^{_NTH}(?:的)?(?:答复)?(?:退回|打回)(?:去)?(?:修改|重写|重答)?{_BECAUSE}", re.DOTALL)
DROP = re.compile(rf"^{_NTH}(?:不(?:作|予|做|用)?答复|不用答|关闭|关掉){_BECAUSE}", re.DOTALL)
ANSWER = re.compile(rf"^答复{_NTH}(?:\s*[：:，,\s]\s*(?P<answer>.+)|[。！!\s]*)$", re.DOTALL)


def number_of(said: re.Match[str]) -> int:
    """Return which one is meant."""
    named = said.groupdict()
    return int(parse_number(named["number"] or named.get("other") or "") or 0)


def asks_to_show(text: str) -> int:
    """Return the number of the one whose details are asked for, or 0."""
    said = SHOW.match(text.strip())
    return number_of(said) if said else 0


def is_order(text: str) -> bool:
    """Tell whether a sentence is an order of this work, and never the reason or the answer that was asked for."""
    said = text.strip()
    if any(pattern.match(said) for pattern in (PASS_CHECKED, BACK, DROP, ASSIGN_BARE)) or ASSIGN.match(said):
        return True
    passed = PASS.match(said)
    return bool(passed and passed["number"]) or bool(LIST.fullmatch(said.rstrip("。！!？?")))
