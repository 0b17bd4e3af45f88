"""How many come, and how many seats there are."""

import re

from zhiqibot.nlu.numerals import parse_number
from zhiqibot.nlu.slots.part import Part

MOST_PEOPLE = 500
_NUMBER = r"(?:\d{1,4}|[一二两俩仨三四五六七八九十百]{1,5})"
_COUNT = re.compile(
    rf"(?P<with>带(?:上|着|了)?|领(?:着)?)?(?:[我俺咱]们?)?(?P<number>{_NUMBER})(?:个人|口人|位|名|人(?!大|民|才|社|事|工|力)|个(?:名额|座|位|席|代表)|个(?=[,。!?吧呗去参]|$))"
)
_PAIR = re.compile(r"(?:[我俺咱]们|[我俺咱]|[他她]们?|老板|夫妻)?(?P<many>俩|仨)(?!号|小时|月|天|星期)")
_ALONE = re.compile(
    r"(?:就|只有?|光)[我俺](?:自己|一个|本人|去)?|[我俺](?:自己|一个人|本人|亲自)(?:去|来|参加)?|算[我俺](?:一个)?$|一人参[会加]|独自"
)
_EACH = re.compile(rf"各(?:派|出|来|安排|报)?(?P<number>{_NUMBER})(?:个人|位|名|人|个)")
_ROLE = (
    r"(?:(?:[\u4e00-\u9fff]{1,2}?)?(?:总经理|副总经理|董事长|董事会秘书|董秘|总监|副总|厂长|车间主任|办公室主任|主任|经理|主管|会计|财务|出纳|秘书|助理"
    r"|技术员|工程师|总工|人事|行政|法人|法务|销售|采购|税务|生产|老板娘|老板|合伙人|股东|翻译|司机|厨师长|班组长|部长|科长|书记|师傅|总)(?:负责人)?"
    r"|[我俺](?:自己|本人)?|媳妇|爱人|老公|儿子|闺女|女儿|女婿|[\u4e00-\u9fff](?:工|董|姐|哥)|老[\u4e00-\u9fff]|小[\u4e00-\u9fff])"
)
_JOIN = r"(?:、|,|和|跟|与|及|以及|还有|加上?|带着?上?|同)"
_LIST = re.compile(rf"{_ROLE}(?:{_JOIN}(?:[我俺]们?的?|厂里?的?|公司的?)?{_ROLE})+")
_ITEM = re.compile(_ROLE)
_CLAUSE_MARK = re.compile(r"[,。!?;:~]|[\d一二两三]+(?:个人|位|名|人)")
_CAPACITY = re.compile(
    rf"(?:名额|限额?|容量|最多|上限|规模|控制在|席位|座位|可坐|能坐|容纳|人数)[是为:设定报约个]*(?P<a>{_NUMBER})"
    rf"|(?P<b>{_NUMBER})(?:个|家|人|名|位)?(?:名额|席位|席|座位?|企业名额|人的?规模|家企业)|(?:限|请|邀请)?(?P<c>{_NUMBER})(?:人|家|位|名)"
)


def attendees(part: Part) -> int | None:
    """Return how many people come, from a number or from the people named; None for one implied visitor."""
    text = _without_times(part)
    if part.asked == "attendees":
        bare = re.fullmatch(
            rf"(?:就|共|一共|大概|报|来|去|总共)?({_NUMBER})(?:个人?|位|名|人)?[吧呗啊呀左右去,。!]*", text
        )
        if bare:
            return _people(bare[1])
    each = _EACH.search(text)
    if each:
        listed = _CLAUSE_MARK.split(text[: each.start()])[-1]
        return _named(listed, at_least=1) * (_people(each["number"]) or 1)
    count = next((match for match in _COUNT.finditer(text) if _is_headcount(text, match)), None)
    if count:
        people = _people(count["number"])
        return people + 1 if people and count["with"] and re.search(r"[我俺]$", text[: count.start()]) else people
    pair = _PAIR.search(text)
    if pair:
        return 2 if pair["many"] == "俩" else 3
    named = _LIST.search(text)
    if named:
        return _named(named[0], at_least=2)
    return 1 if _ALONE.search(text) else None


def capacity(part: Part) -> int | None:
    """Return how many seats a new session has."""
    match = _CAPACITY.search(_without_times(part))
    return _people(match["a"] or match["b"] or match["c"]) if match else None


def _is_headcount(text: str, match: re.Match[str]) -> bool:
    """A number of workers wanted or of a firm's staff is no number of visitors."""
    before, after = text[max(match.start() - 4, 0) : match.start()], text[match.end() : match.end() + 4]
    return not (
        re.search(r"[缺招差第满]$|员工|职工|工人|[第前]$|\d$|还剩|剩$|每$", before)
        or re.match(r"工|缺口|还?[剩余]|月|名额[吗没]|焊|技|普", after)
    )


def _people(number: str) -> int | None:
    if number in ("俩", "仨"):
        return 2 if number == "俩" else 3
    value = parse_number(number)
    return int(value) if value is not None and 0 < value <= MOST_PEOPLE else None


def _named(text: str, at_least: int) -> int:
    return max(len(_ITEM.findall(text)), at_least)


def _without_times(part: Part) -> str:
    text = part.text
    for mention in part.times:
        start, end = mention.span
        text = text[:start] + "~" * (end - start) + text[end:]
    return text
