"""Choosing inside a table: which tiers of a card a question names (硕士, 新三板, 10千伏…)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zhiqibot.content.policies import Amount, Card, show_value
from zhiqibot.topics.policies.measures import HOW_MANY, bounds, measured, reached

_Choices = Mapping[str, tuple[str, str]]
"""Value -> (how a question names it, how a table names it)."""

NUMBER = "number"
"""Of a dimension that is measured: how a question names a number on it; the number itself is the value then."""
_SHARE = rf"(?:百分之{HOW_MANY}|{HOW_MANY}(?:成|%))"

DIMENSIONS: Mapping[str, _Choices] = {
    "degree": {
        "master": (r"硕士|研究生|研究僧|硕", r"硕士|研究生"),
        "doctor": (r"博士", r"博士"),
        "bachelor": (r"本科|学士|一本|二本|三本|普本", r"本科"),
        "college": (r"大专|专科|高职|中专", r"专科|大专(?!项)|中专"),
    },
    "school": {
        "top": (
            r"双一流|985|211|重点大学|名校|名牌|郑大|郑州大学|河大|河南大学|清华|北大|武大|复旦|浙大|华科|重点高校",
            r"双一流|985|211",
        ),
        "other": (
            r"普通|普本|学校(?:一般|普通)|一般(?:的)?(?:大学|本科|学校|院校|高校|研究生|硕士)|其他|其它|二本|三本|不是双一流|非双一流|南阳理工|师范学院",
            r"其他|普通",
        ),
    },
    "board": {
        "main": (
            r"主板|境内(?!外)|沪市|深市|沪深|创业板|科创板|ipo|敲钟|上交所|深交所|首发|a股",
            r"主板|创业板|科创板|境内上市",
        ),
        "beijing": (r"北交所|北京证券交易所", r"北交所"),
        "abroad": (r"境外|海外|国外|香港|港股|港交所|美股|纳斯达克|纽交所|h股", r"境外"),
        "neeq": (r"新三板|三板(?!四)", r"新三板"),
        "trade": (r"交易板", r"交易板"),
        "show": (r"展示板", r"展示板"),
        "regional": (r"四板|中原股(?:权|交)|区域(?:性)?股权", r"中原股权|区域股权"),
    },
    "move": {"in": (r"迁|搬(?:来|到|过来|进)", r"迁入")},
    "certificate": {
        "course": (r"培训合格|结业证|合格证(?!.*特种)", r"培训合格证"),
        "special": (
            r"首次|头一回|头回|第一次|初次|特种作业|特种设备|电工|焊工证|叉车(?:工|证|司机|师傅|操作)|开叉车|焊工|高处作业",
            r"首次取得特种",
        ),
        "renewal": (r"复审|换证|换新证|到期|续证", r"复审"),
        "ability": (r"专项职业能力|专项能力", r"专项职业能力证书"),
        "level": (r"高级工|中级工|初级工|技师|技能等级|职业资格证", r"技能等级证书|国家职业资格"),
    },
    "retention": {
        "high": (
            r"留(?:用|下|住).{0,8}(?:一半以上|过半|大半|超过一半|达标|达到(?!不))|留用率(?!.{0,6}(?:\d|不|没|低|少|零|百分|[一二两三四五六七八九]成))",
            r"留用率",
        ),
        NUMBER: (rf"留(?:用率?|下来?|住)[^\d,]{{0,6}}?{_SHARE}(?:[和与跟或、]{_SHARE})*|{_SHARE}.{{0,3}}留", r"(?!)"),
        "low": (
            r"留.{0,8}(?:不到|不足|不够|没(?:有)?(?:到|达|过)|达不到|少于|低于)(?:一半|标准|要求)|留用率(?:太|比较|很)?低|没达标",
            r"普通",
        ),
    },
    "voltage": {
        NUMBER: (r"(?<![\d.])(?:\d{1,3}|十)(?:千伏|kv)", r"(?!)"),
        "low": (r"低压", r"低压"),
        "high": (r"10千伏|10kv|高压|专线|十千伏", r"10千伏"),
        "small": (r"小微", r"小微"),
    },
    "hours": {NUMBER: (rf"{HOW_MANY}个?(?:学时|课时)", r"(?!)")},
    "works": {
        "without": (r"(?:没有|没|无|不用|不需要|不带|不做)(?:外线|外部)?(?:配套|外线)", r"无配套"),
        "with": (r"(?<!没有)(?<!没)(?<!无)(?<!不用)(?<!不带)(?<!不需要)(?<!不做)(?:外线)?(?:配套|外线)", r"有配套"),
    },
    "user": {"important": (r"重要用户", r"重要用户")},
}
_MEASURES: Mapping[str, tuple[re.Pattern[str], str, frozenset[str]]] = {
    dimension: (re.compile(DIMENSIONS[dimension][NUMBER][0]), unit, frozenset(DIMENSIONS[dimension]) & words)
    for dimension, unit, words in (
        ("retention", "%", {"high", "low"}),
        ("hours", "学时", set()),
        ("voltage", "千伏", {"high"}),
    )
}
"""Dimension -> what names a number on it, the unit of the bounds in a table's labels, and the words a number overrides."""


@dataclass(frozen=True)
class Line:
    """One line of a card's table: an amount or a figure."""

    label: str
    """What tells it apart: its tier, or what it is for."""
    value: str
    known: bool
    """False when the document leaves the value open."""
    note: str = ""
    period: str = ""

    @property
    def shown(self) -> str:
        """The line as a person reads it."""
        extra = "，".join(part for part in (self.period_shown, self.note) if part)
        body = self.value if self.known else (self.note or "文件没有写明金额")
        return f"{self.label}：{body}（{extra}）" if self.known and extra else f"{self.label}：{body}"

    @property
    def period_shown(self) -> str:
        if not self.period:
            return ""
        return f"发{self.period}" if re.fullmatch(r"\d+年", self.period) else self.period


@dataclass(frozen=True)
class Picked:
    """The lines a question names; `missing` when it names a tier that the table does not have."""

    lines: tuple[Line, ...]
    named: bool
    missing: bool = False


def amount_lines(card: Card) -> list[Line]:
    """Return the money table of a card."""
    shared = len({one.what for one in card.amounts}) == 1
    lines = []
    for one in card.amounts:
        label = one.tier or one.what
        if one.tier and not shared and one.what not in label:
            label = one.what if one.tier in one.what else f"{one.what}（{one.tier}）"
        value, note = _value_of(one)
        lines.append(Line(label, value, bool(value), note, one.period or ""))
    return lines


def _value_of(amount: Amount) -> tuple[str, str]:
    """Return what an amount comes to and what has to be said with it; a share (最低工资标准的70%) may stand in its note."""
    note = "" if amount.note == "免费" else (amount.note or "").removeprefix("免费，")
    if amount.value is not None:
        return "免费" if amount.value == 0 else f"{show_value(amount.value)}{amount.unit}", note
    parts = note.split("，")
    shares = [part for part in parts if "%" in part]
    return "，".join(shares), "，".join(part for part in parts if part not in shares)


def figure_lines(card: Card) -> list[Line]:
    """Return the other figures of a card."""
    return [Line(one.name, f"{one.value}{one.unit}", True) for one in card.figures]


def figures_named(card: Card, text: str) -> list[Line]:
    """Return the figures whose whole name a question says (商住用地 of “商住用地不低于多少”)."""
    return [line for line in figure_lines(card) if line.label in text]


def named_choices(text: str) -> dict[str, set[str]]:
    """Return, per dimension, the values a folded question names."""
    named: dict[str, set[str]] = {dimension: set() for dimension in DIMENSIONS}
    for clause in text.split(","):  # “特种作业证补多少，复审呢” asks for both, “特种作业复审” for one
        for dimension, values in _named_in(clause).items():
            named[dimension] |= values
    if "regional" in named["board"] and named["board"] & {"trade", "show"}:
        named["board"] -= {"regional"}
    for dimension, (asked, unit, words) in _MEASURES.items():
        named[dimension] -= {NUMBER}
        if numbers := measured(text, asked, unit):
            named[dimension] = (named[dimension] - words) | numbers
    if "other" in named["school"] and re.search(r"不是双一流|非双一流", text):
        named["school"] -= {"top"}
    return {dimension: values for dimension, values in named.items() if values}


def _named_in(clause: str) -> dict[str, set[str]]:
    found = {
        dimension: {value for value, (asked, _) in choices.items() if re.search(asked, clause)}
        for dimension, choices in DIMENSIONS.items()
    }
    if "renewal" in found["certificate"]:
        found["certificate"] -= {"special"}
    return found


def merged(before: Mapping[str, set[str]], now: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return the choices of a follow-up: what it names anew replaces what the question before named."""
    return {**before, **now}


def pick(lines: Sequence[Line], named: Mapping[str, set[str]]) -> Picked:
    """Return the lines that agree with every choice the table itself distinguishes."""
    chosen = list(lines)
    applied = missing = False
    for dimension, values in named.items():
        choices = DIMENSIONS[dimension]
        numbers = {value for value in values if value not in choices}
        told_apart = any(re.search(table, line.label) for line in lines for _, table in choices.values())
        if not told_apart and not any(bounds(line.label, number) for line in lines for number in numbers):
            continue  # the table does not tell this apart
        applied = True
        fitting = [
            line
            for line in chosen
            if any(re.search(choices[one][1], line.label) for one in values - numbers)
            or any(reached(line.label, [one.label for one in lines], number) for number in numbers)
        ]
        missing = missing or not fitting
        chosen = fitting
    if applied and "move" not in named:
        stay = [line for line in chosen if "迁入" not in line.label]
        chosen = stay or chosen
    return Picked(tuple(chosen), applied, missing)
