"""What a sentence changes in a booking that is being made."""

import re
from typing import Any

from zhiqibot.topics.events import readers

LONGEST_CHANGE = 16
_CHANGES = re.compile(r"改|换|还是(?:去|报|参加)?|不是")
_ONLY_A_DAY = re.compile(r"(?:我?要|报|那?就)?(?:\d{1,2}月)?\d{1,2}[号日](?:的|那个?|那[场天次]|这[场天])*[吧啊]?")
PEOPLE = re.compile(
    r"(?:改成|改为|还是|那|就|要|那就|就要)*(?P<more>再?(?:加|多|添))?(?P<n>[一两俩仨二三四五六]|\d)(?:个|位)?人?[吧了啊]*"
)


def changes(said: str, slots: Any, *, choosing: bool, values: dict[str, Any]) -> tuple[str, str] | None:
    """Return the day and the kind a sentence puts in the place of those in the form, or None."""
    day = str(slots.get("date") or "")
    day = "" if "/" in day else day
    kind = readers.kind_of(said) or ""
    other_kind = kind if kind != str(values.get("event_kind") or kind) else ""
    if len(said) > LONGEST_CHANGE or not (day or other_kind):
        return None
    if choosing:
        return (day, other_kind) if other_kind else None
    wants = _CHANGES.search(said) or _ONLY_A_DAY.fullmatch(said)
    return (day, kind) if wants and (not day or day != values.get("date")) else None
