"""Dates as documents write them: 2022年5月30日, 二〇二二年五月三十日, 2022-05-30; and how long a document is valid."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from zhiqibot.topics.policies.documents.markers import number_of

_HAN_DIGIT = "零〇○O一二三四五六七八九"
_DIGITS = str.maketrans(_HAN_DIGIT, "0000123456789")
DATE = (
    rf"(?:(?P<y>\d{{4}}|[{_HAN_DIGIT}]{{4}})\s*年\s*(?P<m>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})\s*月\s*"
    r"(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})\s*日|(?P<y2>\d{4})[-./](?P<m2>\d{1,2})[-./](?P<d2>\d{1,2}))"
)
_DATE = re.compile(DATE)
_UNTIL = re.compile(r"(?:有效期限?|执行期|实施期|执行|施行|实施)[^。；\d]{0,8}[至到]\s*" + DATE)
_FROM = re.compile(r"自\s*" + DATE + r"\s*(?:之日)?起")
_FROM_ISSUE = re.compile(r"自(?:印发|发布|公布|下发|颁布)之日起")
_YEARS = re.compile(r"有效期(?:限)?(?:为|是|暂定)?\s*(?P<n>\d{1,2}|[一二两三四五六七八九十]{1,2})\s*年")


@dataclass(frozen=True)
class Validity:
    """From when to when a document says it is valid; None where it does not say."""

    starts: date | None
    ends: date | None


def dates_in(text: str) -> Iterator[date]:
    """Yield every real date of a text, in order."""
    for match in _DATE.finditer(text):
        found = _date_of(match)
        if found:
            yield found


def is_date_line(text: str) -> bool:
    """Tell whether a line is a date and hardly anything else (2022年5月30日印发)."""
    match = _DATE.search(text)
    return bool(match) and len(text) - len(match[0] if match else "") <= 4


def validity_of(text: str, issued_on: date | None) -> Validity:
    """Return what a document says of its own validity; “from the day of issue” is the day it bears."""
    starts = None
    if said := _FROM.search(text):
        starts = _date_of(said)
    elif _FROM_ISSUE.search(text):
        starts = issued_on
    if until := _UNTIL.search(text):
        return Validity(starts, next(dates_in(until[0]), None))
    years = _YEARS.search(text)
    count = number_of(years["n"]) if years else None
    first = starts or issued_on
    return Validity(starts, _years_on(first, count) if first and count else None)


def _years_on(first: date, years: int) -> date:
    """The last day of a period of whole years."""
    try:
        end = first.replace(year=first.year + years)
    except ValueError:  # 29 February
        end = first.replace(year=first.year + years, month=3, day=1)
    return date.fromordinal(end.toordinal() - 1)


def _date_of(match: "re.Match[str]") -> date | None:
    parts = [match["y"] or match["y2"], match["m"] or match["m2"], match["d"] or match["d2"]]
    year = int(parts[0].translate(_DIGITS))
    month, day = number_of(parts[1]), number_of(parts[2])
    try:
        return date(year, month or 0, day or 0)
    except ValueError:
        return None
