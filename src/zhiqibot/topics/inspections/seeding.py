"""Filings of a rehearsed world."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from zhiqibot.core.ids import new_id
from zhiqibot.directory.directory import Directory
from zhiqibot.topics.inspections.model import InspectionFiling
from zhiqibot.topics.inspections.service import record_key


def seed_inspections(session: Session, rows: Sequence[Mapping[str, Any]], directory: Directory, now: datetime) -> None:
    """Store filings given as `{record_no, agency, subject, date, enterprise}`."""
    for row in rows:
        name = str(row.get("enterprise") or "")
        enterprise = directory.find_enterprise(session, name) if name else None
        number = str(row["record_no"])
        session.add(
            InspectionFiling(
                id=new_id(),
                record_no=number,
                record_key=record_key(number),
                agency=str(row.get("agency") or ""),
                subject=str(row.get("subject") or ""),
                day=date.fromisoformat(str(row["date"])),
                enterprise_id=enterprise.id if enterprise else None,
                enterprise_name=enterprise.name if enterprise else name,
                filed_at=now,
            )
        )
    session.flush()
