"""Growing the clause tree: paragraphs come in one by one, clauses with their places and references come out."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from zhiqibot.topics.policies.documents.blocks import Rows
from zhiqibot.topics.policies.documents.lines import Paragraph
from zhiqibot.topics.policies.documents.markers import Kind, Marker, inline_items
from zhiqibot.topics.policies.documents.tree import Clause

PREAMBLE, CLOSING = "导语", "结尾"
_CLOSES = re.compile(r"本(?:措施|办法|方案|意见|规定|通知|细则|政策|条例|规则)自.{2,30}(?:施行|执行|实施)")
MAX_HEADING = 36
MAX_TITLE = 90
_CELL = " | "


@dataclass
class Draft:
    """A clause being gathered."""

    marker: Marker | None
    parent: "Draft | None"
    place: int
    lines: list[str] = field(default_factory=list)
    rows: Rows = ()
    name: str = ""
    searched: bool = True
    children: list["Draft"] = field(default_factory=list)


class Tree:
    """Gathers clauses one paragraph after the other."""

    def __init__(self, ranks: Mapping[Kind, float]) -> None:
        self._ranks = ranks
        self.drafts: list[Draft] = []
        self._stack: list[Draft] = []

    def put_apart(self, name: str, paragraphs: Sequence[Paragraph]) -> None:
        """Keep head or foot as one clause that is not searched."""
        self._stack = []
        if paragraphs:
            self._named(name, paragraphs).searched = False
            self._stack = []

    def put_preamble(self, paragraphs: Sequence[Paragraph]) -> None:
        """Keep what stands before the first clause."""
        if paragraphs:
            self._named(PREAMBLE, paragraphs)
            self._stack = []

    def add(self, paragraph: Paragraph) -> None:
        """Put a paragraph or a table where it belongs."""
        marker = paragraph.marker
        if not marker and _CLOSES.match(paragraph.text):  # speaks of the whole document, not of the last clause
            self._named(CLOSING, (paragraph,))
        elif marker and marker.kind is not Kind.SHI:
            self._open(marker)
            self._say(paragraph.text[len(marker.printed) :], paragraph.rows)
        elif marker and not inline_items(paragraph.text):
            self._open(marker)
            self._current().lines.append(paragraph.text[len(marker.printed) :])
        else:
            self._say(paragraph.text, paragraph.rows)

    def _named(self, name: str, paragraphs: Sequence[Paragraph]) -> Draft:
        draft = Draft(None, None, len(self.drafts), name=name)
        self.drafts.append(draft)
        self._stack = [draft]
        for paragraph in paragraphs:
            self._append(paragraph.text, paragraph.rows)
        return draft

    def _current(self) -> Draft:
        return self._stack[-1] if self._stack else self._named(PREAMBLE, ())

    def _open(self, marker: Marker) -> None:
        rank = self._ranks[marker.kind]
        while self._stack and (top := self._stack[-1].marker) and self._ranks[top.kind] >= rank:
            self._stack.pop()
        if self._stack and self._stack[-1].marker is None:  # nothing belongs under a preamble
            self._stack.pop()
        parent = self._stack[-1] if self._stack else None
        draft = Draft(marker, parent, len(self.drafts))
        if parent:
            parent.children.append(draft)
        self.drafts.append(draft)
        self._stack.append(draft)

    def _say(self, text: str, rows: Rows) -> None:
        """Add a text to the clause in hand; 一是 …；二是 … inside it become clauses of their own."""
        items = inline_items(text)
        if not items:
            self._append(text, rows)
            return
        self._close_items()
        self._append(text[: items[0][1]], rows)
        ends = [place for _, place in items[1:]] + [len(text)]
        for (number, begin), end in zip(items, ends, strict=True):
            printed = text[begin : text.index("是", begin) + 1]
            self._open(Marker(Kind.SHI, number, printed))
            self._current().lines.append(text[begin + len(printed) : end])

    def _close_items(self) -> None:
        """A new run of 一是 … belongs to the clause above, not to the last item of the run before."""
        while self._stack and (top := self._stack[-1].marker) and top.kind is Kind.SHI:
            self._stack.pop()

    def _append(self, text: str, rows: Rows) -> None:
        draft = self._current()
        if rows:
            draft.rows = draft.rows or rows
            draft.lines.append(lines_of(rows))
        elif text:
            draft.lines.append(text)

    # -- the result ---------------------------------------------------------------------------------------------

    def clauses(self) -> list[Clause]:
        """Return the clauses in order; a reference that comes twice is told apart."""
        seen: dict[str, int] = defaultdict(int)
        found = []
        for draft in self.drafts:
            reference = _reference(draft)
            seen[reference] += 1
            again = f"（第{seen[reference]}处）" if seen[reference] > 1 else ""
            text = "\n".join(draft.lines)
            found.append(
                Clause(
                    reference=reference + again,
                    depth=_depth(draft),
                    parent=draft.parent.place if draft.parent else None,
                    marker=draft.marker.printed if draft.marker else "",
                    text=text,
                    heading=_heading(text) if draft.marker else "",
                    rows=draft.rows,
                    searched=draft.searched,
                )
            )
        return found


def _reference(draft: Draft) -> str:
    if draft.marker is None:
        return draft.name
    path = [draft]
    while path[0].parent is not None:
        path.insert(0, path[0].parent)
    kinds = [one.marker.kind for one in path if one.marker]
    if Kind.ARTICLE in kinds:  # articles are counted through the whole document
        path = [one for one in path if one.marker and one.marker.kind not in (Kind.CHAPTER, Kind.SECTION)]
    labels = [one.marker.label + (" " if one.marker.kind is Kind.ANNEX else "") for one in path if one.marker]
    return "".join(labels).strip()


def _depth(draft: Draft) -> int:
    depth = 0
    while draft.parent is not None:
        depth, draft = depth + 1, draft.parent
    return depth


def _heading(text: str) -> str:
    """Return the first words where they are a heading: a line without a full stop, or a short first sentence."""
    first = text.split("\n", 1)[0]
    if "。" not in first and len(first) <= MAX_TITLE and not first.endswith(("；", ";", "，", ",")):
        return first
    sentence = first.split("。", 1)[0]
    return sentence if len(sentence) <= MAX_HEADING and "；" not in sentence and sentence != first else ""


def lines_of(rows: Rows) -> str:
    """Write a table as lines of text."""
    return "\n".join(_CELL.join(row) for row in rows)
