"""Lists of annexes (附件：1.… 2.…) that stand before a signature: they are part of head or foot, no clauses."""

import re
from collections.abc import Sequence

from zhiqibot.topics.policies.documents.dates import is_date_line
from zhiqibot.topics.policies.documents.lines import Paragraph
from zhiqibot.topics.policies.documents.markers import Kind

MAX_LIST = 20
"""Lines from the word 附件 to the date below the signature."""
MAX_LINE = 70
_LISTS = re.compile(r"附\s*(?:件|表)\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})?\s*[:：]")
_SIGNS = re.compile(r"(?:政府|办公室|办公厅|委员会|管委会|会议|办|局|厅|部|委|院|中心|会|司|公司|处|所|站|队)$")
_ITEMS = frozenset({Kind.ANNEX, Kind.NUM, Kind.NUM_PAREN})


def list_end(paragraphs: Sequence[Paragraph], place: int) -> int:
    """Return where a list of annexes with the signature and the date below it ends; 0 where `place` begins none.

    An annex itself begins with the word alone (附件1) or is not followed by a signature."""
    if not _LISTS.match(paragraphs[place].text):
        return 0
    for at in range(place + 1, min(place + MAX_LIST, len(paragraphs))):
        line = paragraphs[at]
        if is_date_line(line.text):
            return at + 1 if _SIGNS.search(paragraphs[at - 1].text) else 0
        item = line.marker is None or line.marker.kind in _ITEMS
        if line.rows or not item or "。" in line.text or len(line.text) > MAX_LINE:
            return 0
    return 0
