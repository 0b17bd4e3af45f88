"""Head and foot of a document: title, issuing body, 文号, date; and where the text proper begins."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from zhiqibot.topics.policies.documents.dates import dates_in, is_date_line
from zhiqibot.topics.policies.documents.tree import Doubt

_NUMBER = re.compile(
    r"(?<![（(〔])([\u4e00-\u9fff]{2,16})[〔［\[(（【]\s*((?:19|20)\d\d)\s*[〕］\])）】]\s*第?\s*(\d{1,4})\s*号"
)
_WRAPPED_TITLE = re.compile(r"关于(?:转发|印发|发布|公布)《(.+)》的(?:通知|公告|函)")
_TITLE_END = re.compile(
    r"(?:方案|办法|意见|通知|规定|措施|细则|若干政策|政策|条例|计划|要点|公告|决定|清单|指南|规划|通告|批复|函|十条|条)"
    r"(?:[（(](?:试行|暂行|修订|征求意见稿|草案)[^）)]*[）)])?$"
)
_SALUTATION = re.compile(r"^.{2,120}[:：]$")
_BODY = re.compile(r"(?:人民政府|办公室|办公厅|委员会|管委会|联席会议办公室?|局|厅|部|委|院|中心|会|司|公司|处)$")
_PLACE = re.compile(
    r"(?![全各本我])(?:[\u4e00-\u9fff]{1,5}?(?:省(?!级)|市(?![场值级])|县(?![级域])|自治[区州])"
    r"|[\u4e00-\u9fff]{2}(?<![园发社城地新库矿])区(?!域))"
)
MAX_TITLE_LINE = 60
_NOT_NAME = re.compile(r"[。；;!！?？]")


@dataclass(frozen=True)
class Front:
    """What head and foot tell; `begins` is the first of the head's lines that belongs to the text proper."""

    title: str
    issuer: str | None
    number: str | None
    issued_on: date | None
    begins: int
    doubts: tuple[Doubt, ...]


def read_front(head: Sequence[str], foot: Sequence[str], file_name: str, hints: Mapping[str, str]) -> Front:
    """Read the lines before the first clause and those after the last; what is not found is named as a doubt."""
    begins = _begins(head)
    lines = head[:begins]
    doubts: list[Doubt] = []
    title = _title(lines, hints)
    stem = PurePath(file_name).stem
    if not title:
        title = re.sub(r"^.*?\d号[-_—\s]*", "", stem).strip() or stem
        doubts.append(Doubt("缺标题", f"文中没有标题，暂用文件名“{title}”"))
    number = _number(lines, [stem, hints.get("number", "")], doubts)
    issued_on = _date(lines, foot, hints, doubts)
    issuer = _issuer(lines, foot, title, hints)
    if not issuer:
        doubts.append(Doubt("发文机关未找到", "请补上发文机关"))
    return Front(title, issuer, number, issued_on, begins, tuple(doubts))


def place_in(text: str) -> str | None:
    """Return the place a title or an issuer begins with: 方城县, 河南省."""
    match = _PLACE.match(text.lstrip("“《中共"))
    return match[0] if match else None


def _begins(head: Sequence[str]) -> int:
    """The text proper is the run of whole sentences right before the first clause."""
    place = len(head)
    while place and "。" in head[place - 1] and not is_date_line(head[place - 1]):
        place -= 1
    while place < len(head) and place and _SALUTATION.match(head[place - 1]) and _is_cover(head[place], head[place:]):
        place += 1
    return place


def _is_cover(line: str, rest: Sequence[str]) -> bool:
    """“现印发给你们，请贯彻执行” is the letter around a document, not its text."""
    return "印发给你们" in line and len(rest) > 0


def _title(lines: Sequence[str], hints: Mapping[str, str]) -> str:
    joined = "".join(lines)
    if wrapped := _WRAPPED_TITLE.search(joined):
        return wrapped[1]
    for place in range(len(lines) - 1, -1, -1):
        if _is_title_line(lines[place]) and _TITLE_END.search(lines[place]):
            return _whole_title(lines, place)
    hinted = hints.get("title", "")
    if wrapped := _WRAPPED_TITLE.search(hinted):
        return wrapped[1]
    return hinted


def _whole_title(lines: Sequence[str], place: int) -> str:
    """Titles run over several lines; those above belong to it until something else stands there."""
    title = lines[place]
    while place and _is_title_line(lines[place - 1]) and not _BODY.search(lines[place - 1]):
        place -= 1
        title = lines[place] + title
    return title


def _is_title_line(line: str) -> bool:
    plain = len(line) <= MAX_TITLE_LINE and not _NOT_NAME.search(line) and not line.endswith((":", "：", "文件"))
    return plain and not is_date_line(line) and not _NUMBER.search(line)


def _number(lines: Sequence[str], elsewhere: Sequence[str], doubts: list[Doubt]) -> str | None:
    for line in lines:
        if len(line) <= MAX_TITLE_LINE and (match := _NUMBER.search(line)):
            return f"{match[1]}〔{match[2]}〕{match[3]}号"
    for other in elsewhere:
        if match := _NUMBER.search(other):
            found = f"{match[1]}〔{match[2]}〕{match[3]}号"
            doubts.append(Doubt("文号未找到", f"文中没有文号，暂用文件名或网页上的“{found}”"))
            return found
    doubts.append(Doubt("文号未找到", "文中没有文号；没有就空着"))
    return None


def _date(lines: Sequence[str], foot: Sequence[str], hints: Mapping[str, str], doubts: list[Doubt]) -> date | None:
    for line in [*reversed(lines), *foot]:
        if is_date_line(line) or "印发" in line:
            found = next(dates_in(line), None)
            if found and len(line) <= MAX_TITLE_LINE:
                return found
    hinted = next(dates_in(hints.get("date", "")), None)
    doubts.append(Doubt("日期未找到", "文中没有成文日期" + (f"，暂用网页发布日期 {hinted}" if hinted else "")))
    return hinted


def _issuer(lines: Sequence[str], foot: Sequence[str], title: str, hints: Mapping[str, str]) -> str | None:
    for part in (lines, foot):
        for place, line in enumerate(part):
            signed = is_date_line(line) and place and not _NOT_NAME.search(part[place - 1])
            if signed and len(part[place - 1]) <= MAX_TITLE_LINE and not _TITLE_END.search(part[place - 1]):
                return part[place - 1]
    for line in lines:
        if line.endswith("文件") and len(line) <= 30:
            return line.removesuffix("文件")
    for line in (*lines, title):
        head = line.split("关于", 1)[0]
        if head != line and _BODY.search(head) and len(head) >= 4:
            return head
    return hints.get("issuer") or None
