"""Numbers: which a text names, and whether each of them stands in the cards it rests on."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from zhiqibot.content.policies import Amount, Fact
from zhiqibot.core.numbers import numbers_in

_SCALES = {"": 1.0, "百": 100.0, "千": 1_000.0, "万": 10_000.0, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8}
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "俩": 2, "〇": 0}
_HAN = "零〇一二两俩三四五六七八九十百千"
_SAID = re.compile(
    rf"(?P<number>\d+(?:\.\d+)?|[{_HAN}]+)(?P<scale>十万|百万|千万|万|亿|千|百)?"
    r"(?P<unit>元|块|%|个点|个工作日|工作日|天|个月|年|亩|家|人|场|次|名)?"
)
_GIVEN = re.compile(r"([补奖给发领])(\d{2,})(?![\d.]*\s*(?:元|块|万|亿|%|千|百|人|家|个|天|年|月|亩|号|\d))")
_BARE = re.compile(r"(?:说|是|才|奖|补|给)(?:有|过)?(\d{2,5})(?=[吗么嘛吧?,]|对|$)")
_PERCENT_WORDS = re.compile(rf"百分之([{_HAN}]+)")


@dataclass(frozen=True)
class Said:
    """A quantity in a question: 1000万元 is 10,000,000 of kind money."""

    value: float
    kind: str
    loose: bool = field(default=False, compare=False)
    """Said as a bare number (“不是说500吗”), which may stand for so many 万."""

    def among(self, others: Collection["Said"]) -> bool:
        """Tell whether one of the others is the same quantity."""
        return self in others or (self.loose and Said(self.value * 1e4, self.kind) in others)


def numbers_of(fact: Fact) -> frozenset[str]:
    """Return every number a card may be quoted with."""
    return frozenset(numbers_in("\n".join((fact.stated, *fact.card.not_stated))))


def unsupported(text: str, known: Collection[str]) -> list[str]:
    """Return the numbers of a text that are not among those known from the cards it cites."""
    return [number for number in numbers_in(text) if number not in known]


def said_quantities(text: str) -> list[Said]:
    """Return the quantities with a unit that a question names."""
    found = [Said(float(bare), "money", loose=True) for bare in _BARE.findall(text)]
    text = _GIVEN.sub(r"\1\2元", _BARE.sub("", text))
    plain = _PERCENT_WORDS.sub(lambda match: f"{_han(match[1]):g}%", text)
    for match in _SAID.finditer(plain):
        kind = _kind(match["unit"] or "", match["scale"] or "", match["number"])
        value = _number(match["number"])
        if kind and value is not None:
            found.append(Said(value * _SCALES[match["scale"] or ""], kind))
    return found


def stated_quantities(fact: Fact) -> list[Said]:
    """Return the quantities a card states, amounts with their own unit."""
    texts = [fact.card.lead, fact.card.summary, *(f"{one.value}{one.unit}" for one in fact.card.figures)]
    found = said_quantities("；".join(texts))
    for amount in fact.card.amounts:
        values = amount.value if isinstance(amount.value, tuple) else (amount.value,)
        found += [Said(float(one) * _unit_scale(amount), _unit_kind(amount)) for one in values if one is not None]
    return found


def _unit_scale(amount: Amount) -> float:
    return 1e8 if amount.unit.startswith("亿") else 1e4 if amount.unit.startswith("万") else 1.0


def _unit_kind(amount: Amount) -> str:
    return "share" if amount.unit.startswith("%") else "money"


def _kind(unit: str, scale: str, number: str) -> str:
    if unit in ("元", "块"):
        return "money"
    if unit in ("%", "个点"):
        return "share"
    if unit in ("天", "工作日", "个工作日"):
        return "days"
    if unit:
        return {"年": "years", "个月": "months"}.get(unit, "count")
    bare = number.isdigit() and len(number) >= 4 and not re.fullmatch(r"(?:19|20)\d\d", number)  # years, 985, 211
    return "money" if bare or scale in ("万", "十万", "百万", "千万", "亿") else ""


def _number(text: str) -> float | None:
    if text[0].isdigit():
        return float(text)
    return _han(text) or None


def _han(text: str) -> float:
    total, digit = 0, 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        else:
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[char]
            digit = 0
    return float(total + digit)
