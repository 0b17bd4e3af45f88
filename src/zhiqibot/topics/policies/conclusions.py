"""What a person says of their own case, held against the limits of a card: 36 岁 does not meet 35周岁以下."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from zhiqibot.content.policies import Card, fold
from zhiqibot.content.policy_limits import Limit, Measures, words_in
from zhiqibot.nlu.numerals import parse_number

_LESS = re.compile(r"(?:不到|不满|没到|未满|不足|没满|小于|差点)\D{0,2}$")
_MORE = re.compile(r"(?:超过|超|大于|过了|多于|刚过)\D{0,2}$")
_BOUND_ITSELF = re.compile(r"^(?:及|或)?以[上下内]|^(?:及|或)?之内")
_JUST = 0.01
_WHETHER = re.compile(
    r"行不行|行[吗不么]|中不中|中[吗不]|能不能|可不可以|可以[吗不么]|算不算|算[吗不]|[能给领够让]不[能给领够让]|[吗不没么][?？]?$|符不符合|够不够|是不是|对不对|能.{0,10}[吗不么]"
)
"""Whether something holds is asked: then a yes is said, too."""


@dataclass(frozen=True)
class Conclusion:
    """One limit and what was said of it."""

    limit: Limit
    said: str
    holds: bool
    edge: bool = False
    """The number said is the bound itself, of an upper bound."""

    @property
    def line(self) -> str:
        """The conclusion in a sentence that quotes the condition."""
        condition = self.limit.says.partition("：")[2] or self.limit.says
        if not self.holds and self.limit.leaves:
            return f"您说的“{self.said}”：{self.limit.leaves}。"
        if not self.holds:
            return f"您说的“{self.said}”，和文件写的条件“{condition}”对不上，按这一条不符合。"
        if self.edge:
            return f"您说的“{self.said}”正好在线上：文件写的是“{condition}”，含不含本数没有另外说明，请以责任单位核定为准。"
        return f"您说的“{self.said}”，“{condition}”这一条符合；其他条件还要一起看。"


def conclude(card: Card, text: str, measures: Measures) -> list[Conclusion]:
    """Return what a text says of a card's limits, those not met first; of one limit each failing once."""
    folded = fold(text)
    found = [one for limit in card.limits if _concerns(limit, folded) for one in _held(limit, folded, measures)]
    unique = {(one.limit.says, one.said): one for one in found}
    return sorted(unique.values(), key=lambda one: one.holds)


def lines_of(concluded: Sequence[Conclusion], text: str) -> list[str]:
    """Return the sentences to say: every no, and a yes where it was asked whether."""
    against = [one.line for one in concluded if not one.holds]
    return against or ([one.line for one in concluded] if _WHETHER.search(text) else [])


def _concerns(limit: Limit, text: str) -> bool:
    return not limit.when or bool(words_in(limit.when, text))


def _held(limit: Limit, text: str, measures: Measures) -> Iterator[Conclusion]:
    if limit.unlike:
        said = words_in(limit.unlike, text)
        agreed = words_in(limit.like, text) if not said else ""
        if said or agreed:
            yield Conclusion(limit, said or agreed, holds=not said)
        return
    measure = measures.by_id.get(limit.of)
    for said, numeral, factor in measure.said_in(text) if measure else ():
        value = _value(numeral, text, text.index(said) + said.index(numeral))
        after = text[text.index(said) + len(said) :]
        if value is not None and not _BOUND_ITSELF.search(after):
            yield _against_bounds(limit, said, value * factor)


def _value(numeral: str, text: str, at: int) -> float | None:
    number = parse_number(numeral)
    if number is None:
        return None
    before = text[:at]
    moved = -_JUST if _LESS.search(before) else _JUST if _MORE.search(before) else 0.0
    return float(number) + moved


def _against_bounds(limit: Limit, said: str, value: float) -> Conclusion:
    low, high = limit.at_least, limit.at_most
    holds = (low is None or value >= low) and (high is None or value <= high)
    return Conclusion(limit, said, holds, edge=holds and value == high and low is None)


def quoted(concluded: Iterable[Conclusion]) -> str:
    """Return the person's words that conclusions quote: their numbers need no source in a card."""
    return "；".join(one.said for one in concluded)
