"""The clauses that may answer: those of every approved document, and how to tell that the set has changed."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhiqibot.content.policies import Document
from zhiqibot.storage.counter import Counter
from zhiqibot.topics.policies.clauses import ApprovedClause
from zhiqibot.topics.policies.documents.model import DocumentStatus, PolicyClauseRow, PolicyDocumentRow
from zhiqibot.topics.policies.documents.service import LIBRARY, listed

_NOT_DATED = "原文未载明日期"
_NOT_NAMED = "原文未载明发文机关"


def revision(session: Session) -> int:
    """Return a number that is different whenever another set of clauses is in force."""
    value = session.execute(select(Counter.value).where(Counter.name == LIBRARY)).scalar_one_or_none()
    return int(value or 0)


def approved_clauses(session: Session) -> list[ApprovedClause]:
    """Return every clause that may answer, in the order of the documents."""
    found: list[ApprovedClause] = []
    for row in listed(session, DocumentStatus.APPROVED):
        found += _as_approved(row)
    return found


def _as_approved(row: PolicyDocumentRow) -> list[ApprovedClause]:
    document = Document(
        id=row.id.lower(),
        title=row.title if len(row.title) > 1 else f"《{row.title}》",
        number=row.number or None,
        date=row.issued_on.isoformat() if row.issued_on else None,
        date_text=None if row.issued_on else _NOT_DATED,
        issuer=row.issuer if len(row.issuer) > 1 else _NOT_NAMED,
        region=row.region,
        kind="policy",
    )
    by_position = {clause.position: clause for clause in row.clauses}
    return [
        ApprovedClause(
            id=f"{document.id}-{one.position}",
            document=document,
            reference=one.reference,
            heading=one.heading,
            text=one.text,
            above=_above(one, by_position),
            parent=f"{document.id}-{one.parent}" if one.parent is not None else "",
            topics=tuple(one.proposal.get("topics") or row.topics or ["other"]),
            valid_until=row.valid_until,
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
