"""The marks clauses begin with: 附件1, 第一章, 第二条, 一、（二）3.（4）⑤ and 六是, in half or full width."""

import re
from dataclasses import dataclass
from enum import StrEnum

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN = "一二三四五六七八九十百零〇"
_CIRCLES = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


class Kind(StrEnum):
    """The kinds of marks, from the outermost to the innermost."""

    ANNEX = "annex"
    CHAPTER = "chapter"
    SECTION = "section"
    ARTICLE = "article"
    HAN = "han"
    HAN_PAREN = "han_paren"
    NUM = "num"
    NUM_PAREN = "num_paren"
    CIRCLE = "circle"
    SHI = "shi"
    """一是……；二是……"""


RANKS = {kind: rank for rank, kind in enumerate(Kind)}
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.ANNEX, re.compile(rf"附\s*(?:件|表)\s*(?P<n>\d{{1,2}}|[{_HAN}]{{1,3}})?\s*(?:[:：.、\s]\s*|$|(?=[《〈]))")),
    (Kind.CHAPTER, re.compile(rf"第\s*(?P<n>[{_HAN}]+|\d+)\s*[章编]\s*")),
    (Kind.SECTION, re.compile(rf"第\s*(?P<n>[{_HAN}]+|\d+)\s*节\s*")),
    (Kind.ARTICLE, re.compile(rf"第\s*(?P<n>[{_HAN}]+|\d+)\s*条(?!例|的|规定|、|和|至|第|款|所|以|中)[\s:：]*")),
    (Kind.HAN, re.compile(rf"(?P<n>[{_HAN}]+)\s*[、.．]\s*")),
    (Kind.HAN_PAREN, re.compile(rf"[（(]\s*(?P<n>[{_HAN}]+)\s*[）)][、.．]?\s*")),
    (Kind.NUM, re.compile(r"(?P<n>\d{1,3})\s*[.．、](?!\d)\s*")),
    (Kind.NUM_PAREN, re.compile(r"(?:[（(]\s*(?P<n>\d{1,2})\s*[）)]|(?P<m>\d{1,2})[）)])[、.．]?\s*")),
    (Kind.CIRCLE, re.compile(rf"(?P<n>[{_CIRCLES}])[、.．]?\s*")),
    (Kind.SHI, re.compile(r"(?P<n>[一二三四五六七八九十]{1,2})是(?!否)")),
)
_SHORT = frozenset({Kind.ANNEX, Kind.CHAPTER, Kind.SECTION})
"""Marks that stand before a heading only: a long sentence that begins so speaks *of* them."""
MAX_HEADING = 45
_INLINE = re.compile(r"(?:^|(?<=[。；;:：，,]))\s*([一二三四五六七八九十]{1,2})是(?!否)")


@dataclass(frozen=True)
class Marker:
    """A mark at the beginning of a paragraph."""

    kind: Kind
    number: int
    printed: str
    """As it stands in the document, with blanks."""

    @property
    def label(self) -> str:
        """The mark as it is cited: 一、 （二） 3 （4） ⑤ 六 第七条 附件8."""
        count = han(self.number)
        labels = {
            Kind.ANNEX: f"附件{self.number or ''}",
            Kind.CHAPTER: f"第{count}章",
            Kind.SECTION: f"第{count}节",
            Kind.ARTICLE: f"第{count}条",
            Kind.HAN: f"{count}、",
            Kind.HAN_PAREN: f"（{count}）",
            Kind.NUM: str(self.number),
            Kind.NUM_PAREN: f"（{self.number}）",
            Kind.CIRCLE: _CIRCLES[self.number - 1] if 1 <= self.number <= len(_CIRCLES) else f"({self.number})",
            Kind.SHI: count,
        }
        return labels[self.kind]


def marker_of(text: str) -> Marker | None:
    """Return the mark a paragraph begins with, or None."""
    for kind, pattern in _PATTERNS:
        match = pattern.match(text)
        if match and not (kind in _SHORT and (len(text) > MAX_HEADING or text.rstrip().endswith("。"))):
            number = number_of(match["n"] or (match.groupdict().get("m") or ""))
            if number is not None:
                return Marker(kind, number, match[0])
    return None


def inline_items(text: str) -> list[tuple[int, int]]:
    """Return where 一是, 二是, 三是 … begin inside a paragraph as (number, place); nothing unless they count from 1."""
    found: list[tuple[int, int]] = []
    for match in _INLINE.finditer(text):
        number = number_of(match[1])
        if number == len(found) + 1:
            found.append((number, match.start(1)))
    return found if len(found) > 1 else []


def stray_items(text: str) -> list[int]:
    """Return the numbers of 三是 … that no 一是 leads to: the document counts wrongly."""
    numbers = [number for match in _INLINE.finditer(text) if (number := number_of(match[1]))]
    return [number for place, number in enumerate(numbers, 1) if number != place]


def number_of(text: str) -> int | None:
    """Read 12, 十二, 二十, 一百零三 or ⑫; 0 for nothing, None for what is no number."""
    if not text:
        return 0
    if text.isdecimal():
        return int(text)
    if text in _CIRCLES:
        return _CIRCLES.index(text) + 1
    total = digit = 0
    for char in text:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        elif char in _DIGITS:
            if digit and char != "零":
                return None
            digit = _DIGITS[char]
        else:
            return None
    return total + digit or None


def han(number: int) -> str:
    """Write 1 to 999 in Chinese figures."""
    digits = "零一二三四五六七八九"
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    if hundreds:
        lead = f"{digits[hundreds]}百"
        return lead + ("" if not rest else f"{digits[tens]}十" if tens else "零") + (digits[ones] if ones else "")
    if not tens:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")


def unpacked() -> dict[int, str]:
    """Return a translation of marks packed into one character: ㈠ ⑴ ⒈ to （一） （1） 1."""
    table = {0x3220 + n: f"（{han(n + 1)}）" for n in range(10)}
    table |= {0x2474 + n: f"（{n + 1}）" for n in range(20)}
    return table | {0x2488 + n: f"{n + 1}." for n in range(20)}
