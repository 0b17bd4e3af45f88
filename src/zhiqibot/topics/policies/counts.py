"""How many of what a person names: “3个本科、2个硕士”, “叉车证8个，焊工4个”, “包车3000块”."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from zhiqibot.nlu.numerals import parse_number

_NUMBER = r"\d+(?:\.\d+)?万?|[零一二两俩三四五六七八九十百千万]+"
_UNIT = r"万元|元|块钱?|个人|个|名|位|人(?![才社公])|张(?!三)|本(?!科|县|厂|地|人|公)|户|份"
_QUANTITY = re.compile(
    rf"(?<![第\d.零一二三四五六七八九十百千万])(?P<number>{_NUMBER})(?P<vague>多|来|余)?(?P<unit>{_UNIT})|(?P<bare>\d+(?:\.\d+)?万)(?![元块\d])"
)
_CLAUSE = re.compile(r"[，,、。；;！!？?:：\s]+|以及|还有|另外|加上|和(?!硕)|跟(?=\d|[一二两三四五六七八九十])")
_LEAD = re.compile(
    r"^(?:我们?|俺们?|咱们?|公司|企业|厂里?|一共|总共|共|大概|左右|今年|去年|其中|都是|就是|是|有|招了?|来了?|介绍了?|报|要|想|申请|补贴|给|算一?下|"
    r"不对|不是|改成|改为|换成|应该|再|又|还|加上?|多|少|减|把|将|的|了|那|这|让|帮|请|先|按|在|为|到|用|考了?|拿了?|取得了?|办了?|出了?)+"
)
_TAIL = re.compile(
    r"(?:是|有|的|了|呢|吧|啊|吗|要|报|申请|补贴|补助|奖励|共|一共|总共|改成|改为|换成|再加|加|来|招了?|发|给|考了?|花了?)+$"
)
_STORY = re.compile(
    r"(?:(?:[一二两三四五六七八九十\d]+|每)年|(?:一|每)个?月|能不?能?|可以|该|一共|总共|给|报|补(?!税)|奖|来厂|进厂|到厂|上班|就业|都?签).*$"
)
"""What follows the thing counted, and is no part of its name."""
_NO_THING = re.compile(r"^(?:补贴|补助|奖励|政策|项|问题|事|月|工作日|合同|\d+岁)")
_BENEFIT = re.compile(r"(?:费|补贴|补助|奖励|申请)的?$")
"""“一个路费一个包车费” counts what is applied for, and nobody; “路费8个人” counts people."""
_ALL_ARE = re.compile(r"都是?|全是|均为")
_ALL_OF_A_KIND = re.compile(r"(?:都|全)是?(?P<kind>\w{2,8}?)(?:毕业|院校|高校|学校)?的")
_OF_MONEY = ("元", "块", "块钱", "万元", "万")
_ADDS = re.compile(r"再加|再来|又来|另外?加|加上|还要加|追加|多加|再添|添上?")
_LONGEST = 10
"""Characters of what is counted; what is longer tells a story."""


@dataclass(frozen=True)
class Count:
    """So many of one thing; `label` is the person's word for it, empty where only a number was said."""

    label: str
    number: float
    unit: str

    @property
    def money(self) -> bool:
        """Whether it is a sum rather than a number of people or papers."""
        return self.unit in _OF_MONEY

    @property
    def value(self) -> float:
        """The number itself, a sum in 元."""
        return self.number * 1e4 if self.unit in ("万元", "万") else self.number

    @property
    def shown(self) -> str:
        """The count as it is written down, and read again: 本科3个."""
        between = "的" if self.label[-1:].isdigit() else ""  # 985 and 3 are not 9853
        return f"{self.label}{between}{plain_number(self.number)}{self.unit}"

    def same(self, other: "Count") -> bool:
        """Tell whether both count the same thing: 硕士 and 985硕士, 叉车证 and 叉车."""
        if self.money != other.money:
            return False
        return bool(self.label) and bool(other.label) and (self.label in other.label or other.label in self.label)


def plain_number(value: float) -> str:
    """Write a number without an exponent or needless zeros: 3, 1.5, 1234567."""
    return str(int(value)) if value.is_integer() else f"{value:.4f}".rstrip("0")


def counts_in(text: str) -> list[Count]:
    """Return what a text counts, in its order."""
    found: list[Count] = []
    for clause in _CLAUSE.split(text):
        kind = _ALL_OF_A_KIND.fullmatch(clause)
        if kind:  # “两个硕士，都是985的”
            found = [one if one.money else replace(one, label=f"{kind['kind']}{one.label}") for one in found]
        else:
            found += _in_clause(clause)
    return found


def _in_clause(clause: str) -> Iterable[Count]:
    """Read one clause: the things stand before the numbers (叉车证8个), or behind them (3个本科2个硕士)."""
    said = list(_QUANTITY.finditer(clause))
    before = bool(said) and bool(_LEAD.sub("", clause[: said[0].start()]))
    for place, one in enumerate(said):
        start = said[place - 1].end() if place else 0
        end = said[place + 1].start() if place + 1 < len(said) else len(clause)
        label = clause[start : one.start()] if before else clause[one.end() : end]
        number = _value(one)
        if number is not None and not _counts_benefits(label.strip(), number, _unit(one)):
            yield Count(_named(label), number, _unit(one))


def _counts_benefits(label: str, number: float, unit: str) -> bool:
    if unit in _OF_MONEY:
        return False
    return bool(_NO_THING.search(label) or (number == 1 and _BENEFIT.search(label)))


def _value(said: re.Match[str]) -> float | None:
    text = (said["number"] or said["bare"]).removesuffix("万") if _in_10_000(said) else said["number"]
    number = parse_number(text)
    return float(number) if number is not None else None


def _in_10_000(said: re.Match[str]) -> bool:
    return (said["number"] or said["bare"])[-1] == "万" and (said["number"] or said["bare"])[0].isdigit()


def _unit(said: re.Match[str]) -> str:
    if _in_10_000(said):
        return "万元"
    return {"块": "元", "块钱": "元", "个人": "人"}.get(said["unit"], said["unit"])


def _named(label: str) -> str:
    label = _ALL_ARE.sub("", label)
    shorter = _TAIL.sub("", _STORY.sub("", _LEAD.sub("", label.strip())))
    return shorter if len(shorter) <= _LONGEST else ""


def merged(before: Sequence[Count], now: Sequence[Count], text: str) -> list[Count]:
    """Return the counts after a person has said more: the same thing anew replaces, “再加” adds, the rest stays."""
    on_top = adds(text)
    kept = list(before)
    for one in now:
        place = next((at for at, old in enumerate(kept) if old.same(one)), None)
        people = [at for at, old in enumerate(kept) if not old.money]
        if place is None and not one.label and not one.money and len(people) == 1:
            place = people[0]  # “三个呢” after “招一个硕士”
        if place is None:
            kept.append(one)
        else:
            number = kept[place].number + one.number if on_top else one.number
            kept[place] = replace(kept[place], number=number)
    return kept


def adds(text: str) -> bool:
    """Tell whether what a text counts comes on top of what was said (“再加5个”)."""
    return bool(_ADDS.search(text))


def without_counts(text: str) -> str:
    """Return the clauses of a text that count nothing."""
    counting = any(any(_in_clause(clause)) for clause in _CLAUSE.split(text))
    return "，".join(
        clause
        for clause in _CLAUSE.split(text)
        if clause and not any(_in_clause(clause)) and not (counting and _ALL_OF_A_KIND.fullmatch(clause))
    )
