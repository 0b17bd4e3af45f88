"""Inspections: filed by the office, verified at the gate, reported when nobody filed them."""

import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import SequenceMatcher

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from zhiqibot.core.clock import local
from zhiqibot.core.crypto import Vault
from zhiqibot.core.errors import Conflict, NotAllowed
from zhiqibot.core.ids import new_id
from zhiqibot.core.messages import OutboundMessage, card
from zhiqibot.core.people import Speaker
from zhiqibot.directory.directory import Directory
from zhiqibot.directory.model import Enterprise, Role
from zhiqibot.outbox.outbox import Notice, Outbox
from zhiqibot.storage.counter import next_number
from zhiqibot.topics.inspections.model import InspectionFiling, UnfiledVisit
from zhiqibot.topics.inspections.quiet_days import QuietDays

SHORTEST_TAIL = 3
"""Digits of a number that may be looked up by its end, among the filings of one enterprise."""
MISREAD = 0.75
"""Numbers at least so similar may be one number with a slip of the pen."""
MOST_REPORTS_A_DAY = 10
"""Of one person: beyond it somebody is playing."""

_KEY = re.compile(r"[^0-9A-Z\u4e00-\u9fff]")
_CLEAR_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def record_key(said: str) -> str:
    """Return a filing number as it is compared: full width, case, dashes and brackets make no difference."""
    return _KEY.sub("", unicodedata.normalize("NFKC", said).upper())[:40]


def number_parts(said: str) -> tuple[str, tuple[str, ...]]:
    """Return the letters and the groups of digits of a number, zeros in front left out: XF-2026-0011 is XF, 2026, 11."""
    plain = unicodedata.normalize("NFKC", said).upper()
    letters = "".join(re.findall(r"[A-Z\u4e00-\u9fff]", re.sub(r"[第号字备案年]", "", plain)))
    return letters, tuple(group.lstrip("0") or "0" for group in re.findall(r"[0-9]+", plain))


def same_number(one: str, other: str) -> bool:
    """Tell whether two ways of writing mean one number: “xf 2026 11号” is XF-2026-0011."""
    (letters, groups), (others, other_groups) = number_parts(one), number_parts(other)
    return letters == others and bool(groups) and "".join(groups) == "".join(other_groups)


def _alike(one: str, other: str) -> bool:
    letters, others = (re.sub(r"[0-9]", "", key) for key in (one, other))
    return letters == others and SequenceMatcher(None, one, other).ratio() >= MISREAD


@dataclass(frozen=True)
class Filing:
    """An inspection as an agency files it with the office."""

    agency: str
    subject: str
    day: date
    enterprise_id: str
    record_no: str = ""
    """Empty: the office gives the next number of the day."""
    urgent: bool = False
    """Accidents and the like: also on quiet days, also a second time in the year."""


@dataclass(frozen=True)
class InspectionService:
    """Files, finds and reports, in the caller's unit of work."""

    directory: Directory
    outbox: Outbox
    vault: Vault
    quiet_days: QuietDays = field(default_factory=QuietDays)

    def file(self, session: Session, speaker: Speaker, filing: Filing, now: datetime) -> InspectionFiling:
        """Store a filing; office only. Raises Conflict for a quiet day, a second visit in the year, a used number."""
        if speaker.role != Role.OFFICE:
            raise NotAllowed(what="登记入企检查备案", who="联席办（助企办）")
        enterprise = session.get_one(Enterprise, filing.enterprise_id)
        if not filing.urgent:
            self._check_rules(session, filing)
        number = filing.record_no or self._next_number(session, filing.day)
        if self._by_key(session, record_key(number)):
            raise Conflict(reason=f"备案号 {number} 已经用过了，请换一个。")
        stored = InspectionFiling(
            id=new_id(),
            record_no=number,
            record_key=record_key(number),
            agency=filing.agency,
            subject=filing.subject,
            day=filing.day,
            enterprise_id=enterprise.id,
            enterprise_name=enterprise.name,
            filed_by=speaker.person_id,
            filed_at=now,
        )
        session.add(stored)
        session.flush()
        return stored

    def find(self, session: Session, said: str, enterprise_id: str | None = None) -> InspectionFiling | None:
        """Return the filing of a number; a bare tail of digits counts among the filings of `enterprise_id`."""
        key = record_key(said)
        if not key:
            return None
        exact = self._by_key(session, key)
        if exact:
            return exact
        own = self._of_enterprise(session, enterprise_id) if enterprise_id else []
        if key.isdigit():
            found = [one for one in own if len(key) >= SHORTEST_TAIL and one.record_key.endswith(key)]
        else:
            found = [one for one in own if same_number(one.record_no, said)] or self._written_alike(session, said)
        return found[0] if len(found) == 1 else None

    def near(self, session: Session, said: str, enterprise_id: str) -> Sequence[InspectionFiling]:
        """Return the enterprise's filings whose number differs in so little that it may have been misread."""
        key = record_key(said)
        return [one for one in self._of_enterprise(session, enterprise_id) if _alike(one.record_key, key)]

    def planned(self, session: Session, enterprise_id: str, day: date) -> Sequence[InspectionFiling]:
        """Return what is filed for an enterprise on a day."""
        query = select(InspectionFiling).where(
            InspectionFiling.enterprise_id == enterprise_id, InspectionFiling.day == day
        )
        return session.scalars(query.order_by(InspectionFiling.record_no)).all()

    def report(
        self, session: Session, speaker: Speaker, agency: str, note: str, record_said: str, now: datetime
    ) -> UnfiledVisit:
        """File a report of an unfiled visit; the office and supervisors are told, nobody else.

        Raises NotAllowed for strangers and staff, Conflict after MOST_REPORTS_A_DAY."""
        if speaker.role != Role.ENTERPRISE or speaker.person_id is None or speaker.enterprise_id is None:
            raise NotAllowed(what="举报未备案检查", who="已绑定的企业联系人")
        self._check_flood(session, speaker.person_id, now)
        row_id = new_id()
        visit = UnfiledVisit(
            id=row_id,
            number=f"WB-{''.join(secrets.choice(_CLEAR_LETTERS) for _ in range(8))}",
            enterprise_id=speaker.enterprise_id,
            reporter_id=speaker.person_id,
            agency=self.vault.seal(agency, "unfiled_visit", "agency", row_id),
            note=self.vault.seal(note, "unfiled_visit", "note", row_id),
            record_said=record_said[:40],
            reported_at=now,
        )
        session.add(visit)
        session.flush()
        self._tell(session, speaker, visit, agency, note, now)
        return visit

    def read(self, session: Session, speaker: Speaker, visit_id: str) -> tuple[str, str]:
        """Return (agency, note) of a report to the office and supervisors."""
        if speaker.role not in (Role.OFFICE, Role.SUPERVISOR):
            raise NotAllowed(what="查看举报", who="联席办或纪检监督人员")
        visit = session.get_one(UnfiledVisit, visit_id)
        open_ = self.vault.open
        return (
            open_(visit.agency, "unfiled_visit", "agency", visit.id),
            open_(visit.note, "unfiled_visit", "note", visit.id),
        )

    # -- rules --------------------------------------------------------------------------------------------------

    def _check_rules(self, session: Session, filing: Filing) -> None:
        if self.quiet_days.covers(filing.day):
            raise Conflict(reason=f"{filing.day.month}月{filing.day.day}日是企业宁静日，不安排入企检查，请改期。")
        year = (date(filing.day.year, 1, 1), date(filing.day.year, 12, 31))
        earlier = select(InspectionFiling.record_no).where(
            InspectionFiling.enterprise_id == filing.enterprise_id,
            InspectionFiling.agency == filing.agency,
            InspectionFiling.day.between(*year),
        )
        number = session.scalars(earlier.limit(1)).first()
        if number:
            raise Conflict(
                reason=f"{filing.agency}今年已经检查过这家企业（备案号 {number}），同一单位一年最多一次，不再受理。"
            )

    def _check_flood(self, session: Session, person_id: str, now: datetime) -> None:
        today = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
        query = select(func.count()).where(UnfiledVisit.reporter_id == person_id, UnfiledVisit.reported_at >= today)
        if session.execute(query).scalar_one() >= MOST_REPORTS_A_DAY:
            raise Conflict(reason="您今天的举报已经很多了，工作人员正在核实。情况紧急请发“转人工”。")

    def _by_key(self, session: Session, key: str) -> InspectionFiling | None:
        return session.scalars(select(InspectionFiling).where(InspectionFiling.record_key == key)).one_or_none()

    def _of_enterprise(self, session: Session, enterprise_id: str) -> Sequence[InspectionFiling]:
        query = select(InspectionFiling).where(InspectionFiling.enterprise_id == enterprise_id)
        return session.scalars(query.order_by(InspectionFiling.day, InspectionFiling.record_no)).all()

    def _written_alike(self, session: Session, said: str) -> list[InspectionFiling]:
        letters, _ = number_parts(said)
        if not letters:
            return []
        query = select(InspectionFiling).where(InspectionFiling.record_key.startswith(letters, autoescape=True))
        return [one for one in session.scalars(query) if same_number(one.record_no, said)]

    def _next_number(self, session: Session, day: date) -> str:
        while True:
            number = f"JC{day:%Y%m%d}-{next_number(session, f'inspection:{day:%Y%m%d}'):02d}"
            if self._by_key(session, record_key(number)) is None:
                return number

    def _tell(
        self, session: Session, speaker: Speaker, visit: UnfiledVisit, agency: str, note: str, now: datetime
    ) -> None:
        """At once, whatever the hour: the visitors may still be at the gate."""
        fields = [
            ("企业", speaker.enterprise_name),
            ("来人单位", agency or "未说明"),
            ("出示的备案号", visit.record_said or "没有"),
            ("情况", note),
        ]
        message = OutboundMessage(
            text="【保密·未备案检查举报】请尽快核实处理，不要转给被反映单位。",
            card=card(f"举报 {visit.number}", fields),
        )
        people = {one.id for one in (*self.directory.office(session), *self.directory.supervisors(session))}
        notices = [Notice(f"unfiled:{visit.id}:{person}", person, message) for person in sorted(people)]
        self.outbox.notify(session, notices, now)
