"""What the form of a visit reads from a sentence: the number, the day, the agency, the wish to report."""

import re
import unicodedata

from zhiqibot.core.clock import local
from zhiqibot.core.numbers import find_ticket_numbers
from zhiqibot.core.workdays import WorkdayCalendar
from zhiqibot.dialogue.forms import Hearing
from zhiqibot.dialogue.short_answers import short_answer
from zhiqibot.nlu.chinese_time.api import find_times

SHORTEST_NOTE, LONGEST_NOTE = 6, 1000

_REPORTS = re.compile(r"举报|投诉|告他们|反映.{0,6}(?:未|没有?)(?:经)?备案")
_REPORTS_NOT = re.compile(r"(?:不|先不|别|暂不)(?:用|要|想)?(?:再)?举报")
WITHOUT = re.compile(
    r"(?:没有?|未|不)(?:给|带|出示|提供|肯给|说|有)?.{0,4}(?:备案|编号|号)|^(?:没有?|无)[号的吧啊]*$|没备案|未经备案|拿不出|说不出"
)
_SHOWN_NOTHING = re.compile(
    r"(?:没有?|未|不|没人|都没|也没)(?:给|肯|让|愿意?|见|有)?(?:出示|亮|拿|掏|带|看|说)|(?:证件?|手续|文件|单子|介绍信|函).{0,4}(?:没有?|不给|不肯|未)"
    r"|(?:没有?|未见|不见)(?:任何)?(?:证件?|手续|文件|单子|介绍信|函)|口头|不知道|不清楚|[啥嘛]也?没|什么也?都?没"
)
"""Asked for the number: the visitors show none, or nobody knows of one."""
_NUMBER = re.compile(r"[A-Za-z]{0,8}[-_ ]?\d{3,}(?:[-_]\d+)*")
_SPACED = re.compile(r"(?<![A-Za-z])[A-Za-z]{1,6}[-_ ]?\d{2,8}(?:[-_ 年第]{1,2}\d{1,6})+(?=号|\b)")
"""Letters and groups of digits, however they are set apart: “xf 2026 11号”."""
_NAMES_NUMBER = re.compile(r"备案|编号|号码|的号|检查")
_PLAIN_NUMBER = re.compile(
    r"备案(?:编|单)?号码?(?:是|为|:|叫|写的)*\s*(?P<named>[A-Za-z]{0,6}[-_ ]?\d[\w-]*)"
    r"|(?<![0-9A-Za-z])(?P<bare>[A-Za-z]{1,6}\d{6,}(?:-\d{1,6})?)(?![0-9A-Za-z])",
    re.ASCII,
)
"""Unasked, digits alone may be a telephone: they count only after 备案号."""


def record_said(hearing: Hearing) -> str | None:
    """Read a filing number; asked for it, any letters with digits are one. The number of a ticket never is."""
    spaced = _SPACED.search(_without_tickets(unicodedata.normalize("NFKC", hearing.text)))
    if spaced and (hearing.asked or _NAMES_NUMBER.search(hearing.text)):
        return spaced[0]
    said = str(hearing.slots.get("record_no") or "")
    if any(char.isdigit() for char in said) and _without_tickets(said) == said:
        return said
    text = _without_tickets(unicodedata.normalize("NFKC", hearing.text))
    plain = _PLAIN_NUMBER.search(text)
    if plain:
        return plain["named"] or plain["bare"]
    found = _NUMBER.search(text) if hearing.asked else None
    if found or not hearing.asked:
        return found[0] if found else None
    return "none" if WITHOUT.search(text) or _SHOWN_NOTHING.search(text) else None


def _without_tickets(text: str) -> str:
    """Blank out ticket numbers; a tail alone (“编号0007”) may as well be a filing's."""
    for mention in find_ticket_numbers(text):
        if mention.is_full:
            start, end = mention.span
            text = f"{text[:start]}{'，' * (end - start)}{text[end:]}"
    return text


def without_number(hearing: Hearing) -> str | None:
    """Read that the visitors show none."""
    return "yes" if WITHOUT.search(hearing.text) else None


def wish_to_report(hearing: Hearing) -> str | None:
    """Read `yes` or `no` to reporting the visit."""
    if _REPORTS_NOT.search(hearing.text):
        return "no"
    if _REPORTS.search(hearing.text):
        return "yes"
    move = short_answer(hearing.text) if hearing.asked else None
    return {"yes": "yes", "no": "no"}.get(move or "")


def story(hearing: Hearing) -> str | None:
    """Read what happened, when asked for it; the sentence that opened the form is kept by `resolve`."""
    text = hearing.text.strip()
    return text[:LONGEST_NOTE] if hearing.asked and len(text) >= SHORTEST_NOTE else None


def day_said(hearing: Hearing) -> str | None:
    """Read the single day of the visit, not the figures of its number; “今天” is one, too."""
    text = _without_tickets(unicodedata.normalize("NFKC", hearing.text))
    text = _PLAIN_NUMBER.sub("，", _SPACED.sub("，", text))
    days = {one.date for one in find_times(text, local(hearing.now), workdays=WorkdayCalendar()) if one.date}
    return days.pop().isoformat() if len(days) == 1 else None


_HOUSE = re.compile(r"^(?:方城)?[县市]|(?:局|大队|支队|队|所|站|中心|委员会|委|办)(?:的人|那边|的)?$")
_OTHER_NAMES = {"环保": "环境", "工商": "市场监管", "质监": "市场监管", "药监": "市场监管", "安监": "应急"}


def same_agency(said: str, agency: str) -> bool:
    """Tell whether a short name means an agency: 住建局 is 住房和城乡建设局."""
    short = _HOUSE.sub("", _HOUSE.sub("", said.strip()))
    letters = iter(agency)
    return bool(short) and all(letter in letters for letter in _OTHER_NAMES.get(short, short))
