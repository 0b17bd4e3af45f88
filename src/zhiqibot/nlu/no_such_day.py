"""Days that no calendar has: “2月30号”, “13月1号”, “32号”. They are asked about; nothing is guessed in their place."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any

from zhiqibot.nlu.numerals import parse_number

_CORRECTED = "不是"
DAYS_OF_THE_LONGEST, MONTHS, LEAP_YEAR = 31, 12, 2028
_N = r"\d{1,2}|[一二两三四五六七八九十]{1,3}"
_MONTH_AND_DAY = re.compile(
    rf"(?<![\d一二三四五六七八九十])(?:(?P<year>\d{{4}})\s*[年\-/.])?(?P<month>{_N})\s*(?P<mark>[月\-/.])\s*(?P<day>{_N})\s*(?P<end>[号日])?"
    r"(?![\d一二三四五六七八九十])"
)
_OF_A_MONTH = re.compile(rf"(?P<which>本|这个?|当|下个?)月(?:的|份)?(?P<day>{_N})\s*[号日]")
_DAY_ALONE = re.compile(
    rf"(?:^|[报约改到成要选去想参加,，。\s]|名)(?P<day>{_N})\s*[号日](?=$|[的那这吧啊呢早晚会行有,，。!！?？\s])"
)


def no_such_day(text: str, slots: Mapping[str, Any], today: date) -> str:
    """Return what is wrong with the day a sentence names (“2月没有30号”), or nothing.

    A sentence that also names a day there is (“不是2月30号，是12月4号”) is understood by that one."""
    if slots.get("date") and _CORRECTED in text:
        return ""
    return _of_a_named_month(text) or _of_this_or_the_next(text, today) or _alone(text)


def _of_a_named_month(text: str) -> str:
    for found in _MONTH_AND_DAY.finditer(text):
        if found["mark"] != "月" and not found["year"]:  # “3-40”, “2.30” are no dates
            continue
        month, day = _number(found["month"]), _number(found["day"])
        if not 1 <= month <= MONTHS:
            return f"一年只有 12 个月，没有“{found[0].strip()}”"
        if wrong := _beyond(int(found["year"] or LEAP_YEAR), month, day):
            return f"{found['year']}年{wrong}" if found["year"] else wrong
    return ""


def _of_this_or_the_next(text: str, today: date) -> str:
    found = _OF_A_MONTH.search(text)
    if found is None:
        return ""
    months = today.year * MONTHS + today.month - 1 + found["which"].startswith("下")
    return _beyond(months // MONTHS, months % MONTHS + 1, _number(found["day"]))


def _alone(text: str) -> str:
    found = _DAY_ALONE.search(text)
    day = _number(found["day"]) if found else 1
    return "" if 1 <= day <= DAYS_OF_THE_LONGEST else f"一个月最多 31 天，没有{day}号"


def _beyond(year: int, month: int, day: int) -> str:
    last = monthrange(year, month)[1]
    return "" if 1 <= day <= last else f"{month}月没有{day}号"


def _number(said: str) -> int:
    return int(said) if said.isdigit() else int(parse_number(said) or 0)
