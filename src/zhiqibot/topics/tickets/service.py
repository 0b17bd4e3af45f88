"""The ledger's rules on the enterprise's side: report, look up, urge, add, withdraw."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from zhiqibot.content.county import County
from zhiqibot.core.clock import local
from zhiqibot.core.crypto import Vault
from zhiqibot.core.errors import Conflict, NotAllowed, NotFound
from zhiqibot.core.ids import new_id
from zhiqibot.core.numbers import ticket_number
from zhiqibot.core.people import Speaker
from zhiqibot.core.privacy import mask
from zhiqibot.core.workdays import WorkdayCalendar
from zhiqibot.directory.directory import Directory
from zhiqibot.directory.model import Role
from zhiqibot.storage.columns import table_of
from zhiqibot.storage.counter import next_number
from zhiqibot.storage.later import write_later, write_now
from zhiqibot.topics.tickets import notices
from zhiqibot.topics.tickets.access import visible_to
from zhiqibot.topics.tickets.journal import Journal
from zhiqibot.topics.tickets.model import OPEN, Event, Kind, Status, Ticket

URGES_APART = timedelta(minutes=30)
TITLE_LENGTH = 28
MAX_OPEN_PER_DAY = 30
"""Reports of one enterprise in 24 hours: more is a mistake or a flood."""

_ADD_TICKET = insert(table_of(Ticket))
_RECENT = (  # built once: every report asks
    select(func.count())
    .select_from(Ticket)
    .where(Ticket.enterprise_id == bindparam("enterprise_id"), Ticket.created_at > bindparam("since"))
)


@dataclass(frozen=True)
class Draft:
    """What an enterprise wants registered."""

    enterprise_id: str
    reporter_id: str | None
    topic: str
    description: str
    location: str = ""
    urgent: bool = False
    confidential: bool = False
    title: str = ""
    """A better title than the first words, where the dialogue knows one."""
    kind: Kind = Kind.ISSUE
    policy_id: str | None = None


@dataclass(frozen=True)
class TicketService:
    """Each public method is one promise, kept inside the caller's unit of work."""

    directory: Directory
    journal: Journal
    county: County
    calendar: WorkdayCalendar
    vault: Vault

    # -- reading ------------------------------------------------------------------------------------------------

    def linked_ids(self, session: Session, speaker: Speaker, now: datetime) -> list[str]:
        """Return the enterprises a cadre looks after; empty for everybody else."""
        if speaker.role != Role.CADRE or not speaker.person_id:
            return []
        linked = self.directory.linked_enterprises(session, speaker.person_id, local(now).date())
        return [enterprise.id for enterprise in linked]

    def find(self, session: Session, speaker: Speaker, said: str, now: datetime) -> Ticket:
        """Return the ticket meant by a full number or a four-digit tail; raise NotFound if there is none to see."""
        write_now(session)
        visible = visible_to(speaker, self.linked_ids(session, speaker, now))
        condition = (
            Ticket.number == said if said.startswith("ZQ") else Ticket.number.endswith(f"-{said}", autoescape=True)
        )
        query = select(Ticket).where(visible, condition).order_by(Ticket.created_at.desc()).limit(1)
        ticket = session.scalars(query).first()
        if ticket is None:
            raise NotFound(what=f"编号为 {said} 的诉求")
        return ticket

    def of_speaker(
        self,
        session: Session,
        speaker: Speaker,
        now: datetime,
        *,
        statuses: Sequence[Status] = (),
        enterprise_id: str = "",
        limit: int = 10,
    ) -> Sequence[Ticket]:
        """Return the tickets (of one enterprise) a person may see in the one order of every list: an enterprise its
        latest first, those who handle them the next due first."""
        write_now(session)
        query = select(Ticket).where(visible_to(speaker, self.linked_ids(session, speaker, now)))
        if statuses:
            query = query.where(Ticket.status.in_(statuses))
        if enterprise_id:
            query = query.where(Ticket.enterprise_id == enterprise_id)
        latest = (Ticket.created_at.desc(), Ticket.id.desc())
        order = latest if speaker.role == Role.ENTERPRISE else (Ticket.due_on, Ticket.number)
        return session.scalars(query.order_by(*order).limit(limit)).all()

    def description(self, ticket: Ticket) -> str:
        """Return what was reported, in clear."""
        return self.vault.open(ticket.description, "ticket", "description", ticket.id)

    def open_of_enterprises(self, session: Session, enterprise_ids: Sequence[str]) -> Sequence[Ticket]:
        """Return the open tickets of enterprises (confidential ones never), most urgent first."""
        write_now(session)
        query = select(Ticket).where(
            Ticket.enterprise_id.in_(enterprise_ids), Ticket.status.in_(OPEN), Ticket.confidential.is_(False)
        )
        return session.scalars(query.order_by(Ticket.due_on, Ticket.id)).all()

    # -- reporting ----------------------------------------------------------------------------------------------

    def open(self, session: Session, draft: Draft, now: datetime) -> Ticket:
        """Register a report, hand it to the unit in charge and tell the unit and the linked cadre.

        Raises Conflict when the enterprise has reported more than MAX_OPEN_PER_DAY within a day."""
        self._check_flood(session, draft.enterprise_id, now)
        enterprise = self.directory.enterprise(session, draft.enterprise_id)
        if enterprise is None:
            raise NotFound(what="这家企业")
        today = local(now).date()
        route = self.county.route(draft.topic, draft.description, enterprise.region)
        cadre = self.directory.linked_cadre(session, enterprise.id, today)
        ticket_id = new_id()
        lane_open = not draft.confidential
        row: dict[str, Any] = {
            "id": ticket_id,
            "number": self._number(session, today, confidential=draft.confidential),
            "kind": draft.kind,
            "policy_id": draft.policy_id,
            "enterprise_id": enterprise.id,
            "reporter_id": draft.reporter_id,
            "topic": draft.topic,
            "title": "保密诉求" if draft.confidential else title_of(draft.title or draft.description),
            "description": self.vault.seal(draft.description, "ticket", "description", ticket_id),
            "location": draft.location,
            "urgent": draft.urgent,
            "confidential": draft.confidential,
            "status": Status.ASSIGNED if lane_open else Status.REGISTERED,
            "unit_id": route.lead if lane_open else None,
            "assist_ids": route.assist if lane_open else [],
            "cadre_id": cadre.id if cadre and lane_open else None,
            "due_on": self.calendar.add(today, self.county.clocks.ordinary),
            "supervised": False,
            "reopened": 0,
            "returned": 0,
            "urged": 0,
            "created_at": now,
            "updated_at": now,
        }
        write_later(session, _ADD_TICKET, [row], name="ticket")
        ticket = Ticket(**row)  # to be shown; whoever changes it finds it in the database
        self.journal.write(session, ticket, Event.REPORTED, draft.reporter_id, now, after=Status.REGISTERED)
        if draft.confidential:
            self.journal.tell_supervisors(session, ticket, notices.work(ticket, "已进入保密通道，请查阅。"), now)
        else:
            self.journal.write(
                session, ticket, Event.ASSIGNED, None, now, before=Status.REGISTERED, after=Status.ASSIGNED
            )
            self.journal.tell_assigned(session, ticket, draft.description, now)
        return ticket

    def urge(self, session: Session, speaker: Speaker, ticket: Ticket, now: datetime) -> None:
        """Press for a ticket: the handling side is told. Raises Conflict when there is nothing left to press for, and
        within URGES_APART of the last time: a second reminder at once tells nobody anything."""
        if ticket.status not in OPEN:
            raise Conflict(
                reason=f"{ticket.number} 目前是“{notices.status_label(ticket)}”，不用再催了。{_next_step(ticket)}"
            )
        last = self.journal.last(session, ticket, Event.URGED) if ticket.urged else None
        if last and now - last < URGES_APART:
            raise Conflict(
                reason=f"{ticket.number} 在 {local(last):%H:%M} 刚催过（第 {ticket.urged} 次），提醒已经发给对方了。"
                "有新情况可以说“补充”，我马上转过去；半小时后还没动静，再催一次。"
            )
        ticket.urged += 1
        ticket.updated_at = now
        self.journal.write(session, ticket, Event.URGED, speaker.person_id, now)
        text = f"企业第 {ticket.urged} 次催办，请尽快处理并反馈进展（期限 {notices.day(ticket.due_on)}）。"
        self.journal.tell_handlers(session, ticket, notices.work(ticket, text), now, key=f"urge:{ticket.urged}")

    def add(self, session: Session, speaker: Speaker, ticket: Ticket, text: str, now: datetime) -> None:
        """Add facts to an open ticket and tell the handling side; a ticket that waited for them runs again."""
        if ticket.status not in OPEN:
            raise Conflict(
                reason=f"{ticket.number} 已是“{notices.status_label(ticket)}”，不能再补充。问题没解决可以给它评“不满意”，"
                "我们会重新办理；新的问题请直接告诉我。"
            )
        before = Status(ticket.status)
        if before == Status.AWAITING_INFO:
            ticket.status = Status.IN_PROGRESS
        ticket.updated_at = now
        self.journal.write(
            session, ticket, Event.ADDED, speaker.person_id, now, before=before, after=Status(ticket.status), note=text
        )
        self.journal.tell_handlers(
            session, ticket, notices.work(ticket, "企业补充了情况：", note=text), now, key=f"add:{new_id()}"
        )

    def withdrawable(self, ticket: Ticket) -> None:
        """Raise Conflict when there is nothing left to take back."""
        if ticket.status not in OPEN:
            raise Conflict(
                reason=f"{ticket.number} 目前是“{notices.status_label(ticket)}”，不需要撤回。{_next_step(ticket)}"
            )

    def withdraw(self, session: Session, speaker: Speaker, ticket: Ticket, now: datetime) -> None:
        """Take a ticket back; only the enterprise's own people may, and only while it is open."""
        if speaker.role != Role.ENTERPRISE or speaker.enterprise_id != ticket.enterprise_id:
            raise NotAllowed(what="撤回诉求", who="诉求所属企业")
        self.withdrawable(ticket)
        self.journal.move(session, ticket, Status.WITHDRAWN, Event.WITHDRAWN, speaker.person_id, now)
        self.journal.tell_handlers(
            session, ticket, notices.work(ticket, "企业已撤回，不用再办。"), now, key="withdrawn"
        )

    # -- helpers ------------------------------------------------------------------------------------------------

    def _number(self, session: Session, today: date, *, confidential: bool) -> str:
        if confidential:  # random: a gap in the day's numbers would tell that somebody complained
            return f"ZQM-{secrets.token_hex(4).upper()}"
        return ticket_number(today, next_number(session, f"ticket:{today:%y%m%d}"))

    def _check_flood(self, session: Session, enterprise_id: str, now: datetime) -> None:
        recent = session.execute(_RECENT, {"enterprise_id": enterprise_id, "since": now - timedelta(days=1)})
        if recent.scalar_one() >= MAX_OPEN_PER_DAY:
            raise Conflict(
                reason=f"贵企业 24 小时内登记的诉求已有 {MAX_OPEN_PER_DAY} 件。请先在“我的诉求”里补充或催办，"
                f"确有急事请致电{self.county.office.name} {self.county.office.phone}。"
            )

    def unit_name(self, session: Session, ticket: Ticket) -> str:
        unit = self.directory.unit(session, ticket.unit_id) if ticket.unit_id else None
        return unit.name if unit else "待确定"


def title_of(description: str) -> str:
    """Return the first words of a report, personal numbers masked."""
    first = re.split(r"[\n。！!；;]", mask(description).strip(), maxsplit=1)[0].strip() or mask(description).strip()
    return first if len(first) <= TITLE_LENGTH else first[: TITLE_LENGTH - 1] + "…"


def _next_step(ticket: Ticket) -> str:
    if ticket.status == Status.RESOLVED:
        return f"满意不满意请给个评价，例如“{ticket.number} 5分”。"
    return "问题又出现了请直接告诉我，我重新登记。"
