"""Looking over a finished tree: counts that jump or repeat, uneven tables, clauses that stop in mid-sentence."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from zhiqibot.topics.policies.documents.growing import Draft
from zhiqibot.topics.policies.documents.lines import Paragraph
from zhiqibot.topics.policies.documents.markers import Kind, stray_items
from zhiqibot.topics.policies.documents.tree import Clause, Doubt

MIN_SENTENCE = 20
_ENDS = "。！？!?；;：:）)”》"


def doubts_of(drafts: Sequence[Draft], clauses: Sequence[Clause]) -> list[Doubt]:
    """Return what looks wrong, clause by clause; `clauses` are those the drafts became."""
    found: list[Doubt] = []
    last: dict[Kind, int] = {}
    counted: dict[tuple[int, Kind], int] = {}
    for draft, clause in zip(drafts, clauses, strict=True):
        if draft.marker:
            found += _miscount(draft, clause, last, counted)
        found += [replace(one, reference=clause.reference) for one in _clause_doubts(draft, clause)]
    return found


def stray_blanks(paragraphs: Iterable[Paragraph]) -> list[Doubt]:
    """Tell how many words were broken inside."""
    blanks = sum(one.blanks for one in paragraphs)
    return [Doubt("疑似断行", f"词语中间有 {blanks} 处多余的空格，已合并")] if blanks else []


def _miscount(draft: Draft, clause: Clause, last: dict[Kind, int], counted: dict[tuple[int, Kind], int]) -> list[Doubt]:
    """Compare a number with the one before it in the same clause, or, where a count runs on, in the document."""
    marker = draft.marker
    if marker is None or not marker.number:
        return []
    above = (draft.parent.place if draft.parent else -1, marker.kind)
    before, running = counted.get(above), last.get(marker.kind, 0)
    counted[above], last[marker.kind] = marker.number, marker.number
    expected = {1, running + 1} if before is None else {before + 1}
    if marker.number in expected:
        return []
    if before == marker.number:
        return [Doubt("编号重复", f"“{marker.printed.strip()}”出现了两次", clause.reference)]
    came = f"前面是第 {before} 项" if before else "前面没有第 1 项"
    return [Doubt("编号跳号", f"“{marker.printed.strip()}”的编号接不上，{came}", clause.reference)]


def _clause_doubts(draft: Draft, clause: Clause) -> list[Doubt]:
    found = []
    for number in stray_items(clause.text):
        found.append(Doubt("编号跳号", f"文中有第 {number} 个“几是”，前面的没有找到"))
    if clause.rows and len({len(row) for row in clause.rows}) > 1:
        found.append(Doubt("表格列数不齐", "请对照原文核对表格"))
    if clause.searched and not clause.text.strip() and not draft.children:
        found.append(Doubt("条款没有内容", "编号后面是空的"))
    last = draft.lines[-1] if draft.lines else ""
    whole = clause.heading == clause.text or clause.rows or not clause.searched
    if len(last) >= MIN_SENTENCE and not whole and last[-1] not in _ENDS:
        found.append(Doubt("疑似断行", f"这一条没有结束：……{last[-12:]}"))
    return found
