"""走访记录: what cadres saw and heard, and whom nobody has called on yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhiqibot.core.clock import local
from zhiqibot.core.errors import Conflict, NotAllowed, NotFound
from zhiqibot.core.ids import new_id
from zhiqibot.core.people import Speaker
from zhiqibot.core.privacy import mask
from zhiqibot.directory.directory import Directory
from zhiqibot.directory.model import Enterprise, Role
from zhiqibot.topics.outreach.model import VisitRecord, VisitWay

LONGEST_NOTE = 2000
CAN_CHANGE = timedelta(days=1)
"""How long a record can be changed or deleted by who made it."""


@dataclass(frozen=True)
class VisitService:
    """Records visits, in the caller's unit of work."""

    directory: Directory

    def log(
        self,
        session: Session,
        speaker: Speaker,
        enterprise_ids: Sequence[str],
        day: date,
        way: VisitWay,
        note: str,
        now: datetime,
    ) -> list[VisitRecord]:
        """Record one visit for each enterprise; a cadre's own only. Raises NotAllowed, NotFound, Conflict."""
        if speaker.role not in (Role.CADRE, Role.OFFICE) or speaker.person_id is None:
            raise NotAllowed(what="记录走访", who="助企干部")
        if day > local(now).date():
            raise Conflict(reason="走访日期还没有到，走访之后再来记录吧。")
        if speaker.role == Role.CADRE:
            linked = {one.id for one in self.linked(session, speaker, now)}
            if not linked.issuperset(enterprise_ids):
                raise NotAllowed(what="记录这家企业的走访", who="该企业包联干部")
        if not enterprise_ids or any(session.get(Enterprise, one) is None for one in enterprise_ids):
            raise NotFound(what="这家企业")
        records = [
            VisitRecord(
                id=new_id(),
                enterprise_id=enterprise_id,
                cadre_id=speaker.person_id,
                day=day,
                way=way,
                note=mask(note)[:LONGEST_NOTE],
                created_at=now,
            )
            for enterprise_id in dict.fromkeys(enterprise_ids)
        ]
        session.add_all(records)
        session.flush()
        return records

    def correct(
        self, session: Session, speaker: Speaker, record_ids: Sequence[str], enterprise_id: str, now: datetime
    ) -> None:
        """Put the visits just recorded down to another enterprise the speaker looks after."""
        if enterprise_id not in {one.id for one in self.linked(session, speaker, now)} and speaker.role == Role.CADRE:
            raise NotAllowed(what="记录这家企业的走访", who="该企业包联干部")
        for record in self._own(session, speaker, record_ids, now):
            record.enterprise_id = enterprise_id

    def delete(self, session: Session, speaker: Speaker, record_ids: Sequence[str], now: datetime) -> None:
        """Delete visits the speaker has only just recorded; later ones belong to the ledger. Raises Conflict."""
        for record in self._own(session, speaker, record_ids, now):
            session.delete(record)

    def _own(self, session: Session, speaker: Speaker, record_ids: Sequence[str], now: datetime) -> list[VisitRecord]:
        found = [one for key in record_ids if (one := session.get(VisitRecord, key))]
        if not found or any(one.cadre_id != speaker.person_id for one in found):
            raise NotFound(what="这条走访记录")
        if any(now - one.created_at > CAN_CHANGE for one in found):
            raise Conflict(reason="这条走访记录已经超过一天，不能再改或删；请联系助企办。")
        return found

    def linked(self, session: Session, speaker: Speaker, now: datetime) -> Sequence[Enterprise]:
        """Return the enterprises the speaker looks after today."""
        return self.directory.linked_enterprises(session, speaker.person_id or "", local(now).date())

    def counted(
        self, session: Session, speaker: Speaker, start: date, end: date, cadre_id: str = ""
    ) -> tuple[int, int]:
        """Return how many visits, to how many enterprises: one's own, or, for the office, a cadre's or everybody's.

        Raises NotAllowed when a cadre asks about another."""
        office = speaker.role in (Role.OFFICE, Role.SUPERVISOR)
        if not office and cadre_id not in ("", speaker.person_id):
            raise NotAllowed(what="查看别人的走访记录", who="联席办（助企办）")
        query = select(VisitRecord.enterprise_id).where(VisitRecord.day.between(start, end))
        whose = cadre_id or ("" if office else speaker.person_id or "")
        found = list(session.scalars(query.where(VisitRecord.cadre_id == whose) if whose else query))
        return len(found), len(set(found))

    def missing(self, session: Session, speaker: Speaker, start: date, end: date) -> list[tuple[str, str]]:
        """Return (cadre, enterprise) names nobody called on from `start` to `end`; office and supervisors only."""
        if speaker.role not in (Role.OFFICE, Role.SUPERVISOR):
            raise NotAllowed(what="查看走访情况", who="联席办（助企办）")
        query = select(VisitRecord.enterprise_id).where(VisitRecord.day.between(start, end))
        visited = set(session.scalars(query))
        return [
            (self.directory.name(cadre), enterprise.name)
            for cadre in self.directory.cadres(session)
            for enterprise in self.directory.linked_enterprises(session, cadre.id, end)
            if enterprise.id not in visited
        ]
