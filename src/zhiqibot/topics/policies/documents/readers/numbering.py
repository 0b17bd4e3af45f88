"""The automatic numbers of a Word document: 一、（一）1. stand in its list definitions, not in its text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

_HAN = "零一二三四五六七八九"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_HAN_FORMAT_NAMES = (
    "chineseCounting chineseCountingThousand japaneseCounting ideographDigital taiwaneseCounting "
    "taiwaneseCountingThousand koreanCounting japaneseDigitalTenThousand ideographTraditional"
)
_HAN_FORMATS = frozenset(_HAN_FORMAT_NAMES.split())
MAX_LEVELS = 9


@dataclass(frozen=True)
class Level:
    """One level of a list: how its number is written and where it starts."""

    pattern: str
    formats: Mapping[int, str]
    """The number format of this level and of those above, which the pattern may name."""
    start: int


class Numbering:
    """Counts along while paragraphs are read in order."""

    def __init__(self, document: WordDocument) -> None:
        self._styles = document.styles
        self._lists = _lists(document)
        self._counts: dict[str, dict[int, int]] = {}

    def shown(self, paragraph: Paragraph) -> str:
        """Return the number Word shows before a paragraph, or nothing; call once a paragraph, in order."""
        found = self._place(paragraph)
        levels = self._lists.get(found[0]) if found else None
        if found is None or not levels or found[1] not in levels:
            return ""
        list_id, depth = found
        level = levels[depth]
        counts = self._counts.setdefault(list_id, {})
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [one for one in counts if one > depth]:
            del counts[deeper]

        def number(match: "re.Match[str]") -> str:
            place = int(match[1]) - 1
            start = levels[place].start if place in levels else 1
            return written(counts.get(place, start), level.formats.get(place, "decimal"))

        return re.sub(r"%(\d)", number, level.pattern)

    def _place(self, paragraph: Paragraph) -> tuple[str, int] | None:
        """Return list and level of a paragraph: its own, or those of its style."""
        style: Any = paragraph.style
        own: Any = _list_of(paragraph._p)
        for _ in range(MAX_LEVELS):
            if own is not None or style is None:
                break
            own, style = _list_of(style.element), style.base_style
        if own is None or own.numId is None or own.numId.val == 0:
            return None
        return str(own.numId.val), own.ilvl.val if own.ilvl is not None else 0


def _list_of(element: Any) -> Any:
    """Return the list membership a paragraph or a style states itself."""
    return element.pPr.numPr if element.pPr is not None else None


def written(number: int, form: str) -> str:
    """Write a number in one of Word's formats; nothing for a bullet."""
    if form in _HAN_FORMATS:
        return han(number)
    if form in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 1 <= number <= len(_CIRCLED):
        return _CIRCLED[number - 1]
    if form in ("bullet", "none"):
        return ""
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26)
        return letter if form == "lowerLetter" else letter.upper()
    return f"{number:02d}" if form == "decimalZero" else str(number)


def han(number: int) -> str:
    """Write 1 to 99 as 一, 十, 十一, 二十, 九十九; larger ones in Arabic figures."""
    if not 0 <= number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    if not tens:
        return _HAN[ones]
    return ("" if tens == 1 else _HAN[tens]) + "十" + (_HAN[ones] if ones else "")


def _lists(document: WordDocument) -> dict[str, dict[int, Level]]:
    """Return the levels of every list of a document by the list's id."""
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError):  # a document without lists
        return {}
    abstract = {one.get(qn("w:abstractNumId")): _levels(one) for one in root.findall(qn("w:abstractNum"))}
    lists: dict[str, dict[int, Level]] = {}
    for one in root.findall(qn("w:num")):
        kind = one.find(qn("w:abstractNumId"))
        levels = dict(abstract.get(kind.get(qn("w:val")), {}) if kind is not None else {})
        for override in one.findall(qn("w:lvlOverride")):
            depth, start = int(override.get(qn("w:ilvl"))), override.find(qn("w:startOverride"))
            if start is not None and depth in levels:
                levels[depth] = Level(levels[depth].pattern, levels[depth].formats, int(start.get(qn("w:val"))))
        lists[one.get(qn("w:numId"))] = levels
    return lists


def _levels(definition: Any) -> dict[int, Level]:
    formats: dict[int, str] = {}
    levels: dict[int, Level] = {}
    for one in definition.findall(qn("w:lvl")):
        depth = int(one.get(qn("w:ilvl")))
        formats[depth] = _value(one, "w:numFmt", "decimal")
        pattern = "" if formats[depth] in ("bullet", "none") else _value(one, "w:lvlText", "")
        levels[depth] = Level(pattern, dict(formats), int(_value(one, "w:start", "1")))
    return levels


def _value(element: Any, name: str, default: str) -> str:
    found = element.find(qn(name))
    return str(found.get(qn("w:val")) or default) if found is not None else default
