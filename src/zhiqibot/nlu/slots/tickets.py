"""Which ticket is meant."""

import re
from typing import Final

from zhiqibot.core.numbers import find_ticket_numbers
from zhiqibot.nlu.slots.part import Part

_BARE: Final = re.compile(
    r"(?<![\d.:a-z\-/])(?P<number>0\d{3}|[1-9]\d{3})(?![\d.:]|\s*(?:年|元|块|万|人|亩|吨|米|度|家|平|个|千|套|台|件货))"
)
_NAMED: Final = re.compile(
    r"(?<![\d.:月第])(?P<number>\d{1,4})\s*号?(?:诉求|工单|单子?|那件|那个(?:事|件|单)|这件|问题|事项)|第(?P<nth>\d{1,4})号"
)
_ASKED: Final = re.compile(r"(?:第|尾号|编号)?(\d{1,4})(?:号|那个|那件|这个)?[吧呗。!]*")
_FAMILY: Final = frozenset(
    (
        "ticket_status", "urge_ticket", "add_to_ticket", "withdraw_ticket", "rate_ticket", "accept_ticket", "progress_update",
        "resolve_ticket", "transfer_ticket", "request_extension", "assign_ticket", "supervise_ticket",
    )
)  # fmt: skip


def ticket_no(part: Part) -> str | None:
    """Return the ticket's number: full (`ZQ261122-0007`), or its last four digits."""
    text = part.text
    numbers = find_ticket_numbers(text)
    if numbers:
        return min(numbers, key=lambda number: not number.is_full).number
    if part.asked == "ticket_no" and (bare := _ASKED.fullmatch(text)):
        return f"{int(bare[1]):04d}"
    if part.intent not in _FAMILY and part.asked != "ticket_no":
        return None
    taken = [mention.span for mention in part.times]
    for pattern in (_NAMED, _BARE):
        for match in pattern.finditer(text):
            if not any(a < match.end() and match.start() < b for a, b in taken):
                return f"{int(next(group for group in match.groups() if group)):04d}"
    return None
