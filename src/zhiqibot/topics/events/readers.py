"""What the event forms read from a sentence beside the slots of understanding."""

import re
from calendar import monthrange
from datetime import date, timedelta

from zhiqibot.core.clock import local
from zhiqibot.dialogue.forms import Hearing
from zhiqibot.dialogue.short_answers import short_answer
from zhiqibot.nlu.numerals import parse_number
from zhiqibot.topics.events.headcount import figure
from zhiqibot.topics.events.model import EventKind

MONTHS = 12
NEAR = timedelta(days=183)

_WAITS = re.compile(r"候补|排队|有空位.{0,4}(?:通知|叫|告诉)")
_WAITS_NOT = re.compile(r"(?:不|别|甭)(?:用|要|想|排|需要)?.{0,3}候补|候补.{0,4}(?:算了|不)")
_TAG = r"(?:[中行好成]不[中行好成]|可不可以|能不能行|可以不可以|妥不妥|[中行好成]吗|可以吗|中不|行不|成不)[啊呀呢哩]?[\s?？。！!]*$"
"""“中不中？”: asks whether it may be so; never part of what is said."""
_ASKS_IF_FINE = re.compile(
    rf"^(?:那|就|这样|这么|这|你?看|您看|报|去|来|[，,\s])*(?:{_TAG}|(?:能不能|能|可以)[报去来]?(?:上)?[吗不][\s?？。！!]*$)"
)
TAG_AT_THE_END = re.compile(rf"[，,\s]*{_TAG}")
"""The same at the end of a sentence that says something else."""
_BARE_COUNT = re.compile(r"(?:会|堂|日|对接|面对面)[\s，,]+([一二两俩仨三四五六1-6])$")
_VAGUE_COUNT = re.compile(
    r"负[\d一二两三四五六七八九十]+[个位名]人?|(?<!\d)[-－]\s?\d+[个位名]人?|(?<![\d.])[0零]\s?[个位名]人?|[一半整]桌人?|半个人|好?几个人|一帮人?|一群人?|全家"
)
_BESIDE = re.compile(r"[和跟与、]|以及|还有|都")
_INSTEAD = re.compile(r"[改换]|不是|还是|或")
_NUMBERED = re.compile(
    r"(?:(?P<month>[\d一二三四五六七八九十]{1,3})月)?(?P<day>[\d一二三四五六七八九十]{1,3})\s*[号日]"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)|[去前今明]年")
_BUTTON = re.compile(r"[1-9]")
_KEEP = re.compile(r"^(?:不[用要]?改|不变|保持|还是原来|维持)")

_KINDS = {
    EventKind.BREAKFAST_TALK: re.compile(r"早[餐参茶饭]|畅聊"),
    EventKind.EVENING_TEA: re.compile(r"晚[茶查]|茶话|茶会"),
    EventKind.LECTURE: re.compile(r"讲堂|讲座|听课"),
    EventKind.SERVICE_DAY: re.compile(r"服务日"),
    EventKind.FACE_TO_FACE: re.compile(r"(?<!企业)面对面(?!工作)|座谈会|恳谈"),
    EventKind.MATCHMAKING: re.compile(r"对接|洽谈"),
}


def asks_if_fine(text: str) -> bool:
    """Tell whether a sentence only asks whether it may be so: “中不中？”, “这样行吗”."""
    return bool(_ASKS_IF_FINE.search(text.strip()))


def coming(text: str, said: object, today: date) -> str:
    """Return the day a booking means: “11号” is the next one to come, “12月9号” the nearest.

    `said` is a date slot; ranges, words such as “昨天” and days of a named year are left as they are."""
    day = str(said or "")
    named = _NUMBERED.search(text)
    if not day or "/" in day or date.fromisoformat(day) >= today or named is None or _YEAR.search(text):
        return day
    passed = date.fromisoformat(day)
    if number_of(named["day"]) != passed.day:  # “昨天又停了，4号早餐会留俩位”: another day than the one that passed
        passed = _of_this_year(named, today) or passed
    if named["month"] and today - passed < NEAR:  # “11月20号” on the 23rd has just passed
        return day
    step = MONTHS if named["month"] else 1
    months = range(passed.year * MONTHS + passed.month - 1 + step, (today.year + 9) * MONTHS, step)
    days = ((month, monthrange(month // MONTHS, month % MONTHS + 1)[1]) for month in months)
    ahead = (date(month // MONTHS, month % MONTHS + 1, passed.day) for month, last in days if passed.day <= last)
    return next((one.isoformat() for one in ahead if one >= today), day)


def days_named(text: str) -> list[tuple[int | None, int]]:
    """Return the days a sentence names by their number, each with its month where that is said."""
    found = _NUMBERED.finditer(text)
    return [(number_of(day["month"]) if day["month"] else None, number_of(day["day"])) for day in found]


def number_of(said: str) -> int:
    """Return a number as it stands in a date: 12, 十二."""
    return int(said) if said.isdigit() else int(parse_number(said) or 0)


def _of_this_year(named: re.Match[str], today: date) -> date | None:
    try:
        return date(today.year, number_of(named["month"]) if named["month"] else today.month, number_of(named["day"]))
    except ValueError:
        return None


def coming_day(hearing: Hearing) -> str | None:
    """Read the day, or the days, a booking is for."""
    return coming(hearing.text, hearing.slots.get("date"), local(hearing.now).date()) or None


def kind_of(text: str) -> str | None:
    """Return the kind of event a sentence names."""
    return next((one.value for one, words in _KINDS.items() if words.search(text)), None)


def kinds_of(text: str) -> list[str]:
    """Return the kinds of event a sentence asks for one beside the other (“早餐会和晚茶会”), in their order."""
    if not _BESIDE.search(text) or _INSTEAD.search(text):
        return []
    return [one for _, one in kind_places(text)]


def kind_places(text: str) -> list[tuple[int, str]]:
    """Return where each kind of event is named first, in the order of the sentence."""
    return sorted((found.start(), one.value) for one, words in _KINDS.items() if (found := words.search(text)))


def kind(hearing: Hearing) -> str | None:
    """Read which kind of event; not every request has a slot for it."""
    said = hearing.slots.get("event_kind")
    return str(said) if said else kind_of(hearing.text)


def wish_to_wait(hearing: Hearing) -> str | None:
    """Read `yes` or `no` to a place on the waiting list; a bare figure is the place of a button."""
    if hearing.asked and _BUTTON.fullmatch(hearing.text.strip()):
        return hearing.text.strip()
    if _WAITS_NOT.search(hearing.text):
        return "no"
    if _WAITS.search(hearing.text):
        return "yes"
    move = short_answer(hearing.text) if hearing.asked else None
    return {"yes": "yes", "no": "no"}.get(move or "")


def vague_count(text: str) -> str:
    """Return words that leave open how many come (“一桌人”, “0个人”), or nothing."""
    found = _VAGUE_COUNT.search(text)
    return found[0] if found else ""


def attendees(hearing: Hearing) -> int | None:
    """Read how many come; 0 means “as it was”."""
    if vague_count(hearing.text):
        return None
    said = hearing.slots.get("attendees")
    if said is not None:
        return int(said)
    bare_count = _BARE_COUNT.search(hearing.text.strip())
    if bare_count:
        return figure(bare_count[1])
    bare = hearing.text.strip()
    if hearing.asked and bare.isascii() and bare.isdigit() and len(bare) <= 3:
        return int(bare)
    return 0 if hearing.asked and _KEEP.search(bare) else None
