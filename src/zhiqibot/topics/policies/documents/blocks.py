"""What a file holds once it is opened: lines and tables in order. Plain data that crosses a pipe as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Rows = tuple[tuple[str, ...], ...]


class Reason(StrEnum):
    """Why a file is not taken; each has a sentence in `refusing.py`."""

    MISSING = "missing"
    FOLDER = "folder"
    NO_FILE = "no_file"
    """A pipe, a device: nothing that can be read to its end."""
    UNREADABLE = "unreadable"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    OLD_FORMAT = "old_format"
    UNKNOWN_KIND = "unknown_kind"
    WRONG_KIND = "wrong_kind"
    ENCRYPTED = "encrypted"
    MACRO = "macro"
    ARCHIVE = "archive"
    NESTED = "nested"
    TOO_MANY_PAGES = "too_many_pages"
    SCANNED = "scanned"
    BROKEN = "broken"
    TOO_MUCH = "too_much"
    TOO_LONG = "too_long"


class Refused(Exception):
    """Raised by a reader: the file is not taken, for this reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Block:
    """One line (or paragraph) of text, or one table; exactly one of the two is filled. An empty line is neither."""

    text: str = ""
    rows: Rows = ()


@dataclass(frozen=True)
class Opened:
    """A file's content before anything is made of it."""

    kind: str
    """docx, pdf, html, md or txt."""
    blocks: tuple[Block, ...]
    hints: Mapping[str, str]
    """What the file says about itself: title, date, issuer, number."""
    lost: tuple[str, ...] = ()
    """What the file has that could not be taken along, in Chinese."""

    def as_json(self) -> dict[str, Any]:
        """Return the form that crosses the pipe."""
        blocks = [list(map(list, block.rows)) if block.rows else block.text for block in self.blocks]
        return {"kind": self.kind, "blocks": blocks, "hints": dict(self.hints), "lost": list(self.lost)}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Opened":
        """Read what came through the pipe; raise KeyError, TypeError or ValueError for anything else."""
        blocks = []
        for one in said["blocks"]:
            if isinstance(one, str):
                blocks.append(Block(text=one))
            else:
                blocks.append(Block(rows=tuple(tuple(str(cell) for cell in row) for row in one)))
        hints = {str(name): str(value) for name, value in said["hints"].items()}
        return cls(str(said["kind"]), tuple(blocks), hints, tuple(str(one) for one in said["lost"]))
