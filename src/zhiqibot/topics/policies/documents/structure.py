"""From paragraphs to the clause tree: what belongs under what, how each clause is cited, and where the count is off."""

from collections.abc import Iterable, Sequence

from zhiqibot.topics.policies.documents.annexes import list_end
from zhiqibot.topics.policies.documents.blocks import Opened
from zhiqibot.topics.policies.documents.checking import doubts_of, stray_blanks
from zhiqibot.topics.policies.documents.dates import is_date_line, validity_of
from zhiqibot.topics.policies.documents.front import place_in, read_front
from zhiqibot.topics.policies.documents.growing import Tree, lines_of
from zhiqibot.topics.policies.documents.lines import Paragraph, paragraphs_of
from zhiqibot.topics.policies.documents.markers import RANKS, Kind
from zhiqibot.topics.policies.documents.tree import Doubt, ReadDocument

HEAD, FOOT = "文头", "落款"
MAX_FOOT = 8  # lines
_FOOT_MARKS = ("抄送", "主送", "（此件", "(此件", "附注")
_ENDS = "。！？!?；;：:）)”》"


def read_document(opened: Opened, file_name: str) -> ReadDocument:
    """Read an opened file into a document with its clause tree and every doubt; any content gives some result."""
    paragraphs = paragraphs_of(opened)
    first = next((place for place, one in enumerate(paragraphs) if one.marker), len(paragraphs))
    first = _not_in_head(paragraphs, first)
    main, foot = _cut_foot(paragraphs[first:])
    head_lines = [one.text or lines_of(one.rows) for one in paragraphs[:first]]
    front = read_front(head_lines, [one.text for one in foot], file_name, opened.hints)
    tree = Tree(_ranks(main))
    tree.put_apart(HEAD, paragraphs[: front.begins])
    tree.put_preamble(paragraphs[front.begins : first])
    for paragraph in main:
        tree.add(paragraph)
    tree.put_apart(FOOT, foot)
    clauses = tree.clauses()
    text = "\n".join(clause.printed for clause in clauses)
    valid = validity_of(text, front.issued_on)
    doubts = [*front.doubts, *(Doubt("未能导入", what) for what in opened.lost), *doubts_of(tree.drafts, clauses)]
    doubts += stray_blanks(paragraphs)
    if not any(clause.marker for clause in clauses):
        doubts.append(Doubt("没有找到条款编号", "全文作为一条保存，请核对文件是不是政策原文"))
    return ReadDocument(
        title=front.title,
        issuer=front.issuer,
        number=front.number,
        issued_on=front.issued_on,
        clauses=tuple(clauses),
        doubts=tuple(doubts),
        valid_from=valid.starts,
        valid_until=valid.ends,
        region=place_in(front.title) or place_in(front.issuer or ""),
    )


def _not_in_head(paragraphs: Sequence[Paragraph], first: int) -> int:
    """A list of annexes or “一是” before the text begins is no clause; without any clause everything is text."""
    while first < len(paragraphs):
        marker = paragraphs[first].marker
        if end := list_end(paragraphs, first):
            first = end
            continue
        if marker and marker.kind is not Kind.SHI:
            return first
        first += 1
    return first


def _cut_foot(main: Sequence[Paragraph]) -> tuple[list[Paragraph], list[Paragraph]]:
    """Part the signature from the last clause: a date alone, the body above it, 抄送, 印发, the list of annexes."""
    for place in range(1, len(main)):
        if after := list_end(main, place):
            while after < len(main) and main[after].text.startswith(_FOOT_MARKS):
                after += 1
            return [*main[:place], *main[after:]], list(main[place:after])
    end = next((n for n, one in enumerate(main) if n and one.marker and one.marker.kind is Kind.ANNEX), len(main))
    begin = end
    for place in range(end - 1, max(end - 1 - MAX_FOOT, 0), -1):
        line = main[place].text
        if main[place].marker or main[place].rows:
            break
        signs = is_date_line(line) or line.startswith(_FOOT_MARKS) or (line.endswith("印发") and len(line) < 60)
        name = begin < end and len(line) <= 40 and line[-1] not in _ENDS
        if not (signs or name):
            break
        begin = place
    return [*main[:begin], *main[end:]], list(main[begin:end])


def _ranks(main: Iterable[Paragraph]) -> dict[Kind, float]:
    """In some documents 一、 stands above 第一条, in others below: whichever comes first is the outer one."""
    ranks: dict[Kind, float] = dict(RANKS)
    kinds = [one.marker.kind for one in main if one.marker]
    if Kind.ARTICLE in kinds and Kind.HAN in kinds and kinds.index(Kind.HAN) < kinds.index(Kind.ARTICLE):
        ranks[Kind.ARTICLE] = ranks[Kind.HAN] + 0.5
    return ranks
