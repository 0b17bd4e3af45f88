"""From lines to paragraphs: half width, no stray blanks, and sentences that a file broke at the margin made whole."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zhiqibot.topics.policies.documents.blocks import Block, Opened, Rows
from zhiqibot.topics.policies.documents.markers import Kind, Marker, marker_of, unpacked

_HALF = {code: code - 0xFEE0 for code in [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]}
_HALF |= {ord("％"): "%", ord("＋"): "+", ord("\u3000"): " ", ord("\xa0"): " ", ord("\t"): " "}
_UNPACKED = unpacked()
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ue000-\uf8ff\ufffc\ufffd]")
_ARTEFACT = re.compile(r"\[bookmark:[^\]]*\]\s*")
_POINT = re.compile(r"(?<=\d)．(?=\d)")
_WIDE = "\u2014\u2018-\u201d\u2026\u3001-\u301b\u4e00-\u9fff\uff01-\uff1f"
_BLANK = re.compile(rf"(?<=[{_WIDE}]) +(?=[{_WIDE}\d])|(?<=[{_WIDE}\d%]) +(?=[{_WIDE}])")
_ENDS = "。！？!?；;：:"
_UNIT_NEXT = re.compile(r"[个家万亿元%％年月日名人场次倍项条亩吨米度天户]")
MIN_WIDTH, MAX_WIDTH = 12, 80  # characters of a line on a page
WRAPPED = 0.25
"""Share of full lines that stop in the middle of a sentence; above it the file was broken at the margin."""
SLACK = 2  # characters a full line may be short of the margin
_FREE_HEADINGS = frozenset({Kind.ANNEX, Kind.CHAPTER, Kind.SECTION, Kind.ARTICLE, Kind.HAN, Kind.HAN_PAREN})


@dataclass(frozen=True)
class Paragraph:
    """One paragraph with its mark, or one table."""

    text: str = ""
    marker: Marker | None = None
    rows: Rows = ()
    blanks: int = 0
    """Stray blanks inside words that were closed (实 现): the file was broken there once."""
    after_gap: bool = False
    """True when an empty line stands before it."""


def paragraphs_of(opened: Opened) -> list[Paragraph]:
    """Return the paragraphs and tables of a file, in order, without empty ones."""
    tidied = [(Block(tidy(block.text), _tidy_rows(block.rows)), block.text) for block in opened.blocks]
    wrapped = opened.kind == "pdf" or (opened.kind in ("txt", "md") and _is_wrapped([one.text for one, _ in tidied]))
    pieces = _joined(tidied) if wrapped else [(one.text, one.rows) for one, _ in tidied]
    found: list[Paragraph] = []
    gap = False
    for text, rows in pieces:
        if not text and not rows:
            gap = True
            continue
        closed = _BLANK.sub("", text)
        blanks = len(text) - len(closed)
        found.append(Paragraph(closed, marker_of(closed), rows, blanks, gap))
        gap = False
    return found


def tidy(text: str) -> str:
    """Return a text in half-width figures and letters, without what cannot be seen and without blanks at its ends."""
    text = _UNSEEN.sub("", _ARTEFACT.sub("", text)).translate(_HALF).translate(_UNPACKED)
    return _POINT.sub(".", re.sub(r" {2,}", " ", text)).strip()


def _tidy_rows(rows: Rows) -> Rows:
    return tuple(tuple(_BLANK.sub("", tidy(cell)) for cell in row) for row in rows)


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Tell whether a text was broken at a margin: many lines are as long as the longest and end in mid-sentence."""
    lengths = sorted(len(line) for line in lines if line)
    if len(lengths) < 5:
        return False
    width = lengths[int(len(lengths) * 0.9)]
    full = [line for line in lines if len(line) >= width - SLACK]
    open_ended = [line for line in full if line[-1] not in _ENDS]
    usual = MIN_WIDTH <= width <= MAX_WIDTH and lengths[-1] <= width * 1.5
    return usual and len(full) >= 0.2 * len(lengths) and len(open_ended) > WRAPPED * len(full)


def _joined(lines: Iterable[tuple[Block, str]]) -> list[tuple[str, Rows]]:
    """Put broken paragraphs together again; an empty line and a table always part them."""
    lines = list(lines)
    lengths = sorted(len(one.text) for one, _ in lines if one.text)
    width = lengths[int(len(lengths) * 0.9)] if lengths else 0
    pieces: list[tuple[str, Rows]] = []
    seen = _Sequence()
    before = ""
    for block, raw in lines:
        text = block.text
        indented = raw.startswith(("\u3000", "    ", "\t"))
        if before and text and pieces and not _begins(before, text, width, indented, seen):
            pieces[-1] = (_glued(pieces[-1][0], text), ())
        else:
            pieces.append((text, block.rows))
            seen.note(marker_of(text))
        before = text
    return pieces


def _begins(before: str, line: str, width: int, indented: bool, seen: "_Sequence") -> bool:
    """Tell whether a line begins a paragraph rather than going on with the line before."""
    marker = marker_of(line)
    full = len(before) >= width - SLACK
    if marker and marker.kind is Kind.SHI and full:  # 一是……；二是…… runs on in one paragraph
        return indented
    if before[-1] in _ENDS or not full:
        return bool(marker or indented or not full)
    if marker is None:
        return indented
    rest = line[len(marker.printed) :]
    plausible = seen.expects(marker) and not _UNIT_NEXT.match(rest)
    return plausible and (marker.kind in _FREE_HEADINGS or indented)


def _glued(one: str, other: str) -> str:
    """Join two halves of a line; only Latin words keep a blank between them."""
    apart = one[-1:].isascii() and one[-1:].isalpha() and other[:1].isascii() and other[:1].isalpha()
    return f"{one} {other}" if apart else one + other


class _Sequence:
    """Remembers how far each kind of mark has counted."""

    def __init__(self) -> None:
        self._last: dict[Kind, int] = defaultdict(int)

    def expects(self, marker: Marker) -> bool:
        return marker.number in (1, self._last[marker.kind] + 1) or marker.kind is Kind.ANNEX

    def note(self, marker: Marker | None) -> None:
        if marker:
            self._last[marker.kind] = marker.number
