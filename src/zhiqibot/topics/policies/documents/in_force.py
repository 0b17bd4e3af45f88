"""The clauses that may answer, the documents they stand in, and how to tell that the set has changed."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhiqibot.content.policies import Document
from zhiqibot.core.clock import local
from zhiqibot.storage.counter import Counter
from zhiqibot.topics.policies.clause_search import ApprovedClause
from zhiqibot.topics.policies.documents.model import DocumentStatus, PolicyClauseRow, PolicyDocumentRow
from zhiqibot.topics.policies.documents.service import LIBRARY, listed
from zhiqibot.topics.policies.standing import Standing

_NOT_DATED = "原文未载明日期"
_NOT_NAMED = "原文未载明发文机关"


def revision(session: Session) -> int:
    """Return a number that is different whenever another set of clauses is in force."""
    value = session.execute(select(Counter.value).where(Counter.name == LIBRARY)).scalar_one_or_none()
    return int(value or 0)


@dataclass(frozen=True)
class Library:
    """What imported documents may be asked for."""

    clauses: tuple[ApprovedClause, ...]
    """Of every document that was approved and not repealed; one that another document replaced answers as replaced."""
    standings: tuple[Standing, ...]
    """Every document that was ever approved; of several versions of one document the last."""


def library(session: Session) -> Library:
    """Return what may answer, in the order of the documents."""
    rows = [row for row in listed(session) if row.approved_at is not None]
    after = {row.supersedes_id: row for row in rows if row.supersedes_id}
    clauses: list[ApprovedClause] = []
    standings: list[Standing] = []
    for row in rows:
        successor = after.get(row.id)
        if successor and _same_document(row, successor):
            continue  # an earlier version: the later one stands for it
        standing = _standing(row, successor)
        standings.append(standing)
        if row.status != DocumentStatus.REPEALED:
            clauses += _clauses(row, standing)
    return Library(tuple(clauses), tuple(standings))


def _same_document(old: PolicyDocumentRow, new: PolicyDocumentRow) -> bool:
    return old.number == new.number and (bool(old.number) or old.title == new.title)


def _standing(row: PolicyDocumentRow, successor: PolicyDocumentRow | None) -> Standing:
    ended = row.status in (DocumentStatus.SUPERSEDED, DocumentStatus.REPEALED)
    return Standing(
        document=_document(row),
        topics=tuple(row.topics or ["other"]),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        ended_on=local(row.ended_at).date() if ended and row.ended_at else None,
        successor=_document(successor) if successor and row.status == DocumentStatus.SUPERSEDED else None,
    )


def _document(row: PolicyDocumentRow) -> Document:
    return Document(
        id=row.id.lower(),
        title=row.title if len(row.title) > 1 else f"《{row.title}》",
        number=row.number or None,
        date=row.issued_on.isoformat() if row.issued_on else None,
        date_text=None if row.issued_on else _NOT_DATED,
        issuer=row.issuer if len(row.issuer) > 1 else _NOT_NAMED,
        region=row.region,
        kind="policy",
    )


def _clauses(row: PolicyDocumentRow, standing: Standing) -> list[ApprovedClause]:
    by_position = {clause.position: clause for clause in row.clauses}
    prefix = standing.document.id
    return [
        ApprovedClause(
            id=f"{prefix}-{one.position}",
            standing=standing,
            reference=one.reference,
            heading=one.heading,
            text=one.text,
            above=_above(one, by_position),
            parent=f"{prefix}-{one.parent}" if one.parent is not None else "",
            topics=tuple(one.proposal.get("topics") or standing.topics),
        )
        for one in row.clauses
        if one.searched and one.text.strip()
    ]


def _above(clause: PolicyClauseRow, by_position: dict[int, PolicyClauseRow]) -> tuple[str, ...]:
    headings: list[str] = []
    parent = clause.parent
    while parent is not None:
        headings.insert(0, by_position[parent].heading)
        parent = by_position[parent].parent
    return tuple(heading for heading in headings if heading)
