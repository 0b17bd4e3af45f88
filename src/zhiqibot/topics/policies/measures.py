"""Numbers against the bounds of a table: “留用率49%” does not reach the tier “留用率50%以上”."""

import re
from collections.abc import Sequence

from zhiqibot.nlu.numerals import parse_number

HOW_MANY = r"(?:\d+(?:\.\d+)?|[零一二两三四五六七八九十百]+)"
_REST = re.compile(r"普通|其他|其它|一般")
"""A tier for whatever reaches no bound of the others."""
_LESS = r"不到|不足|低于|少于|达不到|没到|没达到|不超过"
_JUST_BELOW = 0.01
_BOUND = (
    r"(?P<before>不少于|不低于|超过|大于|高于|至少|满|不足|低于|少于|不超过)?(?P<number>\d+(?:\.\d+)?){unit}"
    r"(?P<after>及?以上|以内|及?以下)?"
)
_UP_TO = ("不足", "低于", "少于", "不超过", "以内", "以下", "及以下")


def measured(text: str, asked: re.Pattern[str], unit: str) -> set[str]:
    """Return the numbers a question names where `asked` matches, as {"49%"}; 三成 is 30%, 不到50% is just below 50."""
    found = set()
    for match in asked.finditer(text):
        said = match[0].replace("百分之", "")
        for written in re.finditer(HOW_MANY, said):
            number = parse_number(written[0])
            if number is None:
                continue
            value = float(number) * (10 if said[written.end() :].startswith("成") else 1)
            less = re.search(rf"(?:{_LESS})\D{{0,3}}$", text[: match.start()] + said[: written.start()])
            found.add(f"{value - _JUST_BELOW if less else value:g}{unit}")
    return found


def bounds(label: str, said: str) -> list[tuple[float, float]]:
    """Return the ranges (from, to) that a label sets in the unit of a number said: 50%以上 is (50, inf)."""
    unit = re.sub(r"^[\d.]+", "", said)
    ranges = []
    for match in re.finditer(_BOUND.replace("{unit}", re.escape(unit)), label):
        value = float(match["number"])
        if match["before"] in _UP_TO or match["after"] in _UP_TO:
            ranges.append((float("-inf"), value))
        elif match["before"] or match["after"]:
            ranges.append((value, float("inf")))
        else:
            ranges.append((value, value))
    return ranges


def reached(label: str, labels: Sequence[str], said: str) -> bool:
    """Tell whether a number falls into a label's bounds, or the label is for whatever reaches none of the table's."""
    if own := bounds(label, said):
        return _within(own, said)
    others = [ranges for one in labels if (ranges := bounds(one, said))]
    return bool(_REST.search(label)) and not any(_within(ranges, said) for ranges in others)


def _within(ranges: Sequence[tuple[float, float]], said: str) -> bool:
    number = float(re.sub(r"[^\d.].*$", "", said))
    return any(low <= number <= high for low, high in ranges)
