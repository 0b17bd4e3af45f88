"""A sum worked out before the person's eyes: 300 元/人 × 20 人 = 6,000 元, from cited figures and their own numbers only."""

import math
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from zhiqibot.core.numbers import numbers_in

ESTIMATE = "这是按文件标准估算的，实际金额以审核结果为准。"
_DIGITS = 2
"""Decimal places shown."""


class Source(StrEnum):
    """Where a number of a sum comes from."""

    CARD = "card"
    PERSON = "person"
    WORKED = "worked"
    """The result of a working before it."""


@dataclass(frozen=True)
class Term:
    """One number of a sum with its unit, e.g. 300 元/人 of a card, 20 人 of the person."""

    value: float
    unit: str
    source: Source

    @property
    def shown(self) -> str:
        """The term as it is read; a share stands without a space."""
        number = shown_number(self.value)
        return f"{number}{self.unit}" if self.unit.startswith("%") else f"{number} {self.unit}"


@dataclass(frozen=True)
class Working:
    """One operation on its terms; the result is never written by hand."""

    operation: str
    """One of × + − ÷."""
    terms: tuple[Term, ...]
    unit: str
    label: str = ""

    @property
    def result(self) -> Term:
        """What it comes to; shares (%) count as such, a quotient is given in %."""
        values = [one.value / 100 if one.unit == "%" else one.value for one in self.terms]
        first, rest = values[0], values[1:]
        if self.operation == "×":
            value = math.prod(values)
        elif self.operation == "+":
            value = math.fsum(values)
        elif self.operation == "−":
            value = first - math.fsum(rest)
        else:
            value = 100 * first / math.prod(rest)
        return Term(round(value, _DIGITS), self.unit, Source.WORKED)

    @property
    def shown(self) -> str:
        """The sum in full: 职业介绍补贴：300 元/人 × 20 人 = 6,000 元."""
        sum_of = f" {self.operation} ".join(one.shown for one in self.terms)
        head = f"{self.label}：" if self.label else ""
        return f"{head}{sum_of} = {self.result.shown}"

    def rests_on(self, cited: Collection[str], own: Collection[float], worked: Collection[float]) -> bool:
        """Tell whether every term comes from where it says: the cards' numbers, the person's, results before it."""
        known = {
            Source.CARD: lambda value: plain(value) in cited,
            Source.PERSON: lambda value: value in own,
            Source.WORKED: lambda value: value in worked,
        }
        return all(known[one.source](one.value) for one in self.terms)


def plain(value: float) -> str:
    """Write a number as cards hold it: 300, 13.5."""
    return str(int(value)) if float(value).is_integer() else str(value)


def shown_number(value: float) -> str:
    """Write a number for people, thousands apart: 6,000, 58.33."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.{_DIGITS}f}".rstrip("0")


def numbers_of_workings(workings: Collection[Working], cited: Collection[str], own: Collection[float]) -> set[str]:
    """Return the numbers that workings may show; those of one that does not rest on its sources are not among them."""
    found: set[str] = set()
    worked: set[float] = set()
    for one in workings:
        if one.rests_on(cited, own, worked):
            found.update(numbers_in(one.shown))
            worked.add(one.result.value)
    return found
