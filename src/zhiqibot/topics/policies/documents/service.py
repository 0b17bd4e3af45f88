"""Imported documents in the database: kept as drafts, approved by the office, replaced and repealed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhiqibot.core.errors import Conflict, NotAllowed, NotFound
from zhiqibot.core.ids import new_id
from zhiqibot.directory.model import Person, Role
from zhiqibot.storage.counter import next_number
from zhiqibot.topics.policies.documents.model import (
    STATUS_LABELS,
    DocumentStatus,
    PolicyClauseRow,
    PolicyDocumentRow,
)
from zhiqibot.topics.policies.documents.repealing import is_the_one, repealed_in
from zhiqibot.topics.policies.documents.tree import ReadDocument

FEWEST_CHARS = 80
"""Characters of a document without numbered clauses; with fewer it is hardly one."""
LIBRARY = "policy-library"
"""The counter that is raised whenever what is in force changes: whoever holds an index compares it."""


@dataclass(frozen=True)
class SourceFile:
    """The file a document was read from."""

    name: str
    digest: str


@dataclass(frozen=True)
class Corrections:
    """What the officer puts right on approving; None leaves a field as it was read."""

    title: str | None = None
    number: str | None = None
    issuer: str | None = None
    issued_on: date | None = None
    region: str | None = None
    valid_until: date | None = None


def store_draft(
    session: Session, read: ReadDocument, file: SourceFile, region: str, now: datetime, by: str = ""
) -> tuple[PolicyDocumentRow, bool]:
    """Keep a document as a draft and return it, and whether it is new: a file that is there already is left alone.

    `region` is used where the document names none. A document of the same 文号 (else the same title) becomes
    the next version of it."""
    same = select(PolicyDocumentRow).where(
        PolicyDocumentRow.digest == file.digest, PolicyDocumentRow.status != DocumentStatus.REPEALED
    )
    if known := session.scalars(same).first():
        return known, False
    row = PolicyDocumentRow(
        id=f"ZC{next_number(session, 'policy-document'):04d}",
        title=read.title[:200],
        issuer=(read.issuer or "")[:200],
        number=(read.number or "")[:60],
        issued_on=read.issued_on,
        region=(read.region or region)[:40],
        file_name=file.name[:200],
        digest=file.digest,
        status=DocumentStatus.DRAFT,
        valid_from=read.valid_from,
        valid_until=read.valid_until,
        topics=list(read.topics),
        doubts=[asdict(doubt) for doubt in read.doubts],
        imported_by=by,
        imported_at=now,
    )
    before = _earlier_version(session, row)
    row.version, row.supersedes_id = (before.version + 1, before.id) if before else (1, None)
    session.add(row)
    session.flush()
    session.add_all(_clause_rows(row, read))
    session.flush()
    return row, True


def approve(
    session: Session,
    document_id: str,
    person_id: str,
    now: datetime,
    corrections: Corrections | None = None,
    *,
    even_empty: bool = False,
) -> PolicyDocumentRow:
    """Put a draft in force; the version it replaces, and what it says it repeals, are out of force with the same commit.

    Raises NotFound, NotAllowed for anybody but the office, Conflict for what is not a draft, and for one that has next
    to nothing in it unless `even_empty`."""
    _check_office(session, person_id, "审定政策文件")
    row = _locked(session, document_id)
    if row.status != DocumentStatus.DRAFT:
        raise Conflict(reason=f"{row.cited}{STATUS_LABELS[DocumentStatus(row.status)]}，不用再审定。")
    if is_nearly_empty(row) and not even_empty:
        raise Conflict(
            reason=f"{row.cited}没有读出条款，正文也只有几个字，多半不是一份政策文件。"
            f"不要的，作废：zhiqibot policy repeal {row.id} --by 工号；确实要审定的，加上 --even-empty。"
        )
    for name, value in asdict(corrections or Corrections()).items():
        if value is not None:
            setattr(row, name, value)
    before = _earlier_version(session, row)
    row.version, row.supersedes_id = (before.version + 1, before.id) if before else (1, row.supersedes_id)
    if before:
        _end(before, DocumentStatus.SUPERSEDED, person_id, f"由 {row.id} 代替", now)
    row.status, row.approved_by, row.approved_at = DocumentStatus.APPROVED, person_id, now
    for old in _named_as_repealed(session, row):
        _end(old, DocumentStatus.REPEALED, person_id, f"由 {row.id} 写明废止", now)
    next_number(session, LIBRARY)
    return row


def is_nearly_empty(row: PolicyDocumentRow) -> bool:
    """Tell whether hardly anything was read from a file: no numbered clause, and only a few words."""
    numbered = any(clause.marker for clause in row.clauses)
    return not numbered and sum(len(clause.text) for clause in row.clauses) < FEWEST_CHARS


def repeal(session: Session, document_id: str, person_id: str, why: str, now: datetime) -> PolicyDocumentRow:
    """Take a document out of force (a draft: discard it). Raises as `approve`."""
    _check_office(session, person_id, "废止政策文件")
    row = _locked(session, document_id)
    if row.status in (DocumentStatus.REPEALED, DocumentStatus.SUPERSEDED):
        raise Conflict(reason=f"{row.cited}{STATUS_LABELS[DocumentStatus(row.status)]}，不用再废止。")
    _end(row, DocumentStatus.REPEALED, person_id, why, now)
    next_number(session, LIBRARY)
    return row


def supersede(session: Session, old_id: str, new_id_: str, person_id: str, now: datetime) -> PolicyDocumentRow:
    """Say that one document in force replaces another that bears a different number. Raises as `approve`."""
    _check_office(session, person_id, "用新文件代替旧文件")
    old, new = _locked(session, old_id), _locked(session, new_id_)
    if old.id == new.id or {old.status, new.status} != {DocumentStatus.APPROVED}:
        raise Conflict(reason="新旧两份文件都要是现行有效的，才能用一份代替另一份。")
    _end(old, DocumentStatus.SUPERSEDED, person_id, f"由 {new.id} 代替", now)
    new.supersedes_id = old.id
    next_number(session, LIBRARY)
    return new


def find(session: Session, document_id: str) -> PolicyDocumentRow:
    """Return a document by its id, however written; raise NotFound."""
    row = session.get(PolicyDocumentRow, document_id.strip().upper())
    if row is None:
        raise NotFound(what=f"编号为 {document_id} 的政策文件")
    return row


def listed(session: Session, *statuses: DocumentStatus) -> Sequence[PolicyDocumentRow]:
    """Return the documents in some states (none given: all), oldest first."""
    query = select(PolicyDocumentRow).order_by(PolicyDocumentRow.id)
    return session.scalars(query.where(PolicyDocumentRow.status.in_(statuses)) if statuses else query).all()


# -- parts --------------------------------------------------------------------------------------------------------


def _clause_rows(row: PolicyDocumentRow, read: ReadDocument) -> list[PolicyClauseRow]:
    return [
        PolicyClauseRow(
            id=new_id(),
            document_id=row.id,
            position=position,
            parent=clause.parent,
            depth=clause.depth,
            reference=clause.reference[:120],
            marker=clause.marker[:40],
            heading=clause.heading[:200],
            text=clause.text,
            rows=[list(cells) for cells in clause.rows],
            searched=clause.searched,
            proposal=read.proposals[position].as_json() if position in read.proposals else {},
        )
        for position, clause in enumerate(read.clauses)
    ]


def _earlier_version(session: Session, row: PolicyDocumentRow) -> PolicyDocumentRow | None:
    """Return the document in force that bears the same 文号, or without one the same title in the same place."""
    query = select(PolicyDocumentRow).where(
        PolicyDocumentRow.status == DocumentStatus.APPROVED, PolicyDocumentRow.id != row.id
    )
    same = (
        query.where(PolicyDocumentRow.number == row.number)
        if row.number
        else query.where(
            PolicyDocumentRow.title == row.title,
            PolicyDocumentRow.region == row.region,
            PolicyDocumentRow.number == "",
        )
    )
    return session.scalars(same.order_by(PolicyDocumentRow.version.desc()).with_for_update()).first()


def _named_as_repealed(session: Session, row: PolicyDocumentRow) -> list[PolicyDocumentRow]:
    """Return the documents in force, of the same place, that a document says are repealed with it."""
    named = [one for clause in row.clauses for one in repealed_in(clause.text)]
    standing = [
        one for one in listed(session, DocumentStatus.APPROVED) if one.id != row.id and one.region == row.region
    ]
    return [one for one in standing if any(is_the_one(one.title, one.number, said) for said in named)]


def _locked(session: Session, document_id: str) -> PolicyDocumentRow:
    row = session.get(PolicyDocumentRow, document_id.strip().upper(), with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(what=f"编号为 {document_id} 的政策文件")
    return row


def _end(row: PolicyDocumentRow, status: DocumentStatus, person_id: str, why: str, now: datetime) -> None:
    row.status, row.ended_by, row.ended_at, row.ended_why = status, person_id, now, why[:200]


def _check_office(session: Session, person_id: str, what: str) -> None:
    """Only an active person of the office decides what is in force."""
    person = session.get(Person, person_id)
    if person is None or not person.active or person.role != Role.OFFICE:
        raise NotAllowed(what=what, who="助企办")
