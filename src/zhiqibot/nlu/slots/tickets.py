"""Which ticket is meant."""

import re
from typing import Final

from zhiqibot.core.numbers import find_ticket_numbers, numbers_something_else
from zhiqibot.nlu.slots.part import Part

_DIGIT: Final = re.compile(r"\d")
_BARE: Final = re.compile(
    r"(?<![\d.:a-z\-/])(?P<number>0\d{3}|[1-9]\d{3})(?![\d.:]|\s*(?:年|元|块|万|人|亩|吨|米|度|家|平|个|千|套|台|件货))"
)
_NAMED: Final = re.compile(
    r"(?<![\d.:月第])(?P<number>\d{1,4})\s*号?(?:诉求|工单|单子?|那件|那个(?:事|件|单)|这件|问题|事项)|第(?P<nth>\d{1,4})号"
)
_ASKED: Final = re.compile(r"(?:第|尾号|编号)?(\d{1,4})(?:号|那个|那件|这个)?[吧呗。!]*")
# the letters left out: 2611200003, 261117-0002
_WITHOUT_LETTERS: Final = re.compile(
    r"(?<![\da-z\-/.])(?P<day>2\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?:(?P<run>\d{4})|\s?[-_/ ]\s?(?P<short>\d{1,4}))(?![\d\-/]|\s*[年元块万])"
)
_FAMILY: Final = frozenset(
    (
        "ticket_status", "urge_ticket", "add_to_ticket", "withdraw_ticket", "rate_ticket", "accept_ticket", "progress_update",
        "resolve_ticket", "transfer_ticket", "request_extension", "assign_ticket", "supervise_ticket",
    )
)  # fmt: skip


def ticket_no(part: Part) -> str | None:
    """Return the ticket's number: full (`ZQ261122-0007`), or its last four digits."""
    text = part.text
    if not _DIGIT.search(text):
        return None
    numbers = find_ticket_numbers(text)
    full = next((number for number in numbers if number.is_full), None)
    if full:
        return full.number
    in_family = part.intent in _FAMILY or part.asked == "ticket_no"
    if in_family and (match := _WITHOUT_LETTERS.search(text)):
        return f"ZQ{match['day']}-{int(match['run'] or match['short']):04d}"
    if numbers:
        return numbers[0].number
    if part.asked == "ticket_no" and (bare := _ASKED.fullmatch(text)):
        return f"{int(bare[1]):04d}"
    return _loose(part) if in_family else None


def leading_ticket(text: str, start: int) -> int:
    """Return where a ticket number that stands at `start` or just after it ends, else `start`."""
    spans = [number.span for number in find_ticket_numbers(text)]
    spans += [match.span() for pattern in (_WITHOUT_LETTERS, _BARE) for match in pattern.finditer(text, start)]
    return max((end for begin, end in spans if start <= begin <= start + 2), default=start)


def _loose(part: Part) -> str | None:
    taken = [mention.span for mention in part.times]
    for pattern in (_NAMED, _BARE):
        for match in pattern.finditer(part.text):
            if any(a < match.end() and match.start() < b for a, b in taken):
                continue
            name = str(match.lastgroup)
            if not numbers_something_else(part.text, *match.span(name)):
                return f"{int(match[name]):04d}"
    return None
