"""Telephones and cards in a message: one run of digits to whoever reads it, and no matter for the classifier.

“138 1234 5678” must not be read as a ticket number, nor “厂里停电了，我姓王，电话138…” as two requests.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from zhiqibot.core.personal import Kind, digits_of, find_personal
from zhiqibot.nlu.normal import NormalText

_TELEPHONES: Final = frozenset({Kind.MOBILE, Kind.LANDLINE, Kind.LOCAL, Kind.SPELT})
_JOINED: Final = _TELEPHONES | {Kind.IDENTITY, Kind.CARD}
_PLACE: Final = "\x01"
"""Stands for a telephone's digits; the normal form holds no control characters."""
_LEAST_LEFT: Final = 4
"""Characters that must be left for the classifier; “我电话138…” alone is a message about a telephone."""
_TELEPHONE = r"(?:联系)?(?:电话|手机|座机|固话|方式|微信|号码)"
_CONTACT: Final = re.compile(
    rf"(?:联系人(?:是|:)?[\u4e00-\u9fff]{{1,3}}?[,、: ]{{0,2}})?"
    rf"(?:(?:请|麻烦|有事|有消息|有结果|随时|到时候?)*(?:回|打|拨|联系|回复|通知)(?:给|个)?(?:[我俺咱]|本人|电话)?|(?:[我俺咱]|本人|单位|公司)?们?的?(?:新)?)"
    rf"(?:{_TELEPHONE}号?码?|号)?(?:[是为:]|就是)?[:( ]*{_PLACE}+[) ]*(?:\(?(?:也?是?微信)?同号\)?|[，, ]?(?:找[我俺]|随时联系|联系[我俺]|就行))*"
)


@dataclass(frozen=True)
class Contacts:
    """A message whose telephones and cards are joined; `telephones` are their spans in `normal.text`."""

    normal: NormalText
    telephones: tuple[tuple[int, int], ...] = ()


def joined(normal: NormalText) -> Contacts:
    """Write each telephone, identity card and bank card as one run of digits of the same length.

    Blanks and dashes go, what is missing is filled up with zeros, so that spans still count in the message."""
    found = [one for one in find_personal(normal.text) if one.kind in _JOINED]
    if not found:
        return Contacts(normal)
    text = normal.text
    for one in found:
        start, end = one.span
        text = text[:start] + digits_of(text[start:end]).ljust(end - start, "0") + text[end:]
    return Contacts(replace(normal, text=text), tuple(one.span for one in found if one.kind in _TELEPHONES))


def without_contacts(text: str, telephones: tuple[tuple[int, int], ...]) -> str:
    """Return the text, of the same length, with blanks where it only says how to reach somebody."""
    if not telephones:
        return text
    marked = text
    for start, end in telephones:
        marked = marked[:start] + _PLACE * (end - start) + marked[end:]
    left = _CONTACT.sub(lambda contact: " " * len(contact[0]), marked)
    if sum(map(str.isalnum, left)) < _LEAST_LEFT:
        return text
    return "".join(char if mark == _PLACE else mark for mark, char in zip(left, text, strict=True))
