"""Limits of a benefit that a person's own words can be held against: 36 岁, 合同签 2 年, 没融到资, 只迁注册地."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from zhiqibot.content.profile import NUMBER, pattern_of

_PER_YEAR = 12.0
_HALF = NUMBER.replace("[零", "[半零")
"""Numbers as in a profile, and 半 of 半年."""
Word = Annotated[str, Field(min_length=1)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Measure(_Model):
    """Something people say a number of; in the words `…` stands for a few characters, `{n}` for the number."""

    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    title: str = Field(min_length=2)
    unit: str = Field(min_length=1)
    words: tuple[Word, ...] = Field(min_length=1)
    months: tuple[Word, ...] = Field(default=(), description="the same said in months; the unit is 年 then")

    def said_in(self, text: str) -> Iterator[tuple[str, str, float]]:
        """Yield (what was said, its numeral, factor to the unit) for every mention in a text."""
        taken: list[tuple[int, int]] = []
        for pattern, factor in self._patterns:
            for found in pattern.finditer(text):
                span = found.span("number")
                if not any(start < span[1] and span[0] < end for start, end in taken):
                    taken.append(span)
                    yield found[0], found["number"], factor

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], float]]:
        said = [(word, 1.0) for word in self.words] + [(word, 1 / _PER_YEAR) for word in self.months]
        return [(re.compile(pattern_of(word).replace(NUMBER, _HALF)), factor) for word, factor in said]


class Limit(_Model):
    """One condition: a number within bounds, or words that speak for or against it."""

    says: str = Field(min_length=4, description="the condition as the card words it")
    of: str = Field(default="", description="id of a measure")
    at_least: float | None = None
    at_most: float | None = None
    unlike: tuple[Word, ...] = Field(default=(), description="what people say who do not meet it")
    like: tuple[Word, ...] = Field(default=(), description="what people say who do")
    when: tuple[Word, ...] = Field(default=(), description="concerns only those who say one of these")
    leaves: str = Field(default="", description="said instead of a no, where others ways to meet it are left")

    @model_validator(mode="after")
    def _one_kind(self) -> "Limit":
        bounded = self.at_least is not None or self.at_most is not None
        if bool(self.of) != bounded or bounded == bool(self.unlike):
            raise ValueError("写 of 和 at_least / at_most，或者写 unlike，二者取一")
        return self


class Measures(_Model):
    """`_measures.yaml`."""

    measures: tuple[Measure, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Measure]:
        return {one.id: one for one in self.measures}

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield (field, reason) of every mistake that no single field can tell."""
        seen: set[str] = set()
        for place, one in enumerate(self.measures):
            if one.id in seen:
                yield f"measures.{place}.id", f"重复：{one.id}"
            seen.add(one.id)
            if not all("{n}" in word for word in (*one.words, *one.months)):
                yield f"measures.{place}.words", "说法里要有 {n}"
            if one.months and one.unit != "年":
                yield f"measures.{place}.months", "只有按年算的才能写 months"


def words_in(words: tuple[str, ...], text: str) -> str:
    """Return what a text says of these words (`…` stands for a few characters), or nothing."""
    for word in words:
        found = re.search(pattern_of(word), text)
        if found:
            return found[0]
    return ""
