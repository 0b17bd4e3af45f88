"""The clause tree of a document as plain values: what `structure.py` makes and the database keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from zhiqibot.topics.policies.documents.blocks import Rows


@dataclass(frozen=True)
class Doubt:
    """Something the officer should look at before approving."""

    what: str
    """In Chinese, short: 编号跳号, 文号未找到 …"""
    detail: str = ""
    reference: str = ""
    """The clause it concerns; empty: the document as a whole."""


@dataclass(frozen=True)
class Clause:
    """One clause: its place in the tree and its own words (those of the clauses below it are theirs)."""

    reference: str
    """As it is cited: 二、（一）7, 第三条（二）, 附件1 二、; 导语, 文头 and 落款 for what has no number."""
    depth: int
    """0 for the outermost."""
    parent: int | None
    """Place of the clause above, in the document's list of clauses."""
    marker: str
    """The mark as printed, e.g. “(一)”."""
    text: str
    """Everything after the mark, paragraphs parted by line ends, tables as lines with “ | ” between cells."""
    heading: str = ""
    """The first words, where they are a heading; part of `text`."""
    rows: Rows = ()
    """The first table of the clause, cell by cell."""
    searched: bool = True
    """False for the head and the foot of the document: they are kept, not quoted."""

    @property
    def printed(self) -> str:
        """The clause as it stands in the document."""
        return self.marker + self.text


@dataclass(frozen=True)
class ReadDocument:
    """A file read into a policy document."""

    title: str
    issuer: str | None
    number: str | None
    issued_on: date | None
    clauses: tuple[Clause, ...]
    doubts: tuple[Doubt, ...]
    valid_from: date | None = None
    valid_until: date | None = None
    region: str | None = None
    topics: tuple[str, ...] = ()
    proposals: Mapping[int, "Proposal"] = field(default_factory=dict)
    """By place of the clause."""


@dataclass(frozen=True)
class Proposal:
    """What one clause seems to say of interest; an aid for the officer, never quoted as a fact."""

    topics: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()
    deadlines: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the fields that hold something."""
        lists: dict[str, Sequence[str]] = {
            "topics": self.topics, "units": self.units, "amounts": self.amounts, "deadlines": self.deadlines
        }  # fmt: skip
        return {name: list(values) for name, values in lists.items() if values}
