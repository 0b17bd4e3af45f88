"""The ledger's rules on the handling side: accept, progress, resolve, return, extend, assign, supervise."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhiqibot.core.clock import local
from zhiqibot.core.errors import Conflict, NotAllowed
from zhiqibot.core.ids import new_id
from zhiqibot.core.people import Speaker
from zhiqibot.directory.model import Role, Unit
from zhiqibot.storage.later import write_now
from zhiqibot.topics.tickets import notices
from zhiqibot.topics.tickets.access import may_handle
from zhiqibot.topics.tickets.model import OPEN, Event, Kind, Status, Ticket, TicketHistory
from zhiqibot.topics.tickets.service import TicketService

RETURN_WINDOW = 1
"""Working days after the assignment within which a unit may return a ticket."""
Rerouted = Callable[[Session, Ticket, Unit | None, datetime], None]
"""Hears that a ticket leaves the unit it was given to; the unit is None while the office has not chosen another."""
HANDLED_BY = frozenset({Status.ASSIGNED, Status.IN_PROGRESS, Status.AWAITING_INFO})


@dataclass(frozen=True)
class Handling:
    """What clerks, cadres and the office do with tickets; each method is one promise in the caller's unit of work."""

    tickets: TicketService
    on_rerouted: Rerouted = lambda *_: None

    def tasks(self, session: Session, speaker: Speaker, now: datetime, limit: int = 15) -> Sequence[Ticket]:
        """Return the open tickets waiting for this person, the next due first."""
        self._staff(speaker, "查看任务")
        statuses = [Status.REGISTERED, Status.ASSIGNED, Status.IN_PROGRESS, Status.AWAITING_INFO, Status.RETURNED]
        return self.tickets.of_speaker(session, speaker, now, statuses=statuses, limit=limit)

    def accept(self, session: Session, speaker: Speaker, ticket: Ticket, now: datetime) -> None:
        """签收: this person answers for the ticket from now on."""
        self._handler(session, speaker, ticket, now, "签收")
        if ticket.status not in (Status.ASSIGNED, Status.RETURNED):
            raise Conflict(reason=f"{ticket.number} 目前是“{notices.status_label(ticket)}”，不需要签收。")
        ticket.handler_id = speaker.person_id
        journal = self.tickets.journal
        journal.move(session, ticket, Status.IN_PROGRESS, Event.ACCEPTED, speaker.person_id, now)
        text = f"已由{self.tickets.unit_name(session, ticket)}签收，正在办理，期限 {notices.day(ticket.due_on)}。"
        journal.tell_enterprise(
            session, ticket, notices.change(ticket, text), now, key=f"accepted:{now.timestamp():.3f}"
        )

    def progress(self, session: Session, speaker: Speaker, ticket: Ticket, note: str, now: datetime) -> None:
        """反馈进展: the enterprise sees it; a ticket not accepted yet is accepted by it."""
        self._handler(session, speaker, ticket, now, "反馈进展")
        self._being_handled(ticket, "反馈进展")
        ticket.handler_id = ticket.handler_id or speaker.person_id
        journal = self.tickets.journal
        journal.move(session, ticket, Status.IN_PROGRESS, Event.PROGRESS, speaker.person_id, now, note=note)
        message = notices.change(ticket, "有新进展：", note=note)
        journal.tell_enterprise(session, ticket, message, now, key=f"progress:{now.timestamp():.3f}")

    def resolve(self, session: Session, speaker: Speaker, ticket: Ticket, note: str, now: datetime) -> None:
        """办结: the result goes to the enterprise, who is asked for a rating."""
        self._handler(session, speaker, ticket, now, "办结")
        if ticket.supervised and speaker.role != Role.OFFICE:
            raise Conflict(
                reason=f"{ticket.number} 已挂牌督办，办结需由助企办确认。请先反馈办理结果，助企办核实后办结。"
            )
        self._being_handled(ticket, "办结")
        if ticket.kind == Kind.REDEMPTION and not ticket.pay_month:
            raise Conflict(
                reason=f"{ticket.number} 是政策兑现申请，还没有研判。请先回复“研判通过”或“研判不通过，因为……”。"
            )
        ticket.handler_id = ticket.handler_id or speaker.person_id
        ticket.resolved_at = now
        journal = self.tickets.journal
        journal.move(session, ticket, Status.RESOLVED, Event.RESOLVED, speaker.person_id, now, note=note)
        done = "已兑现，请您评价：" if ticket.kind == Kind.REDEMPTION else "已办结，请您评价："
        message = notices.change(ticket, done, note=f"办理结果：{note}" if note else "")
        journal.tell_enterprise(session, ticket, message, now, key=f"resolved:{ticket.reopened}:{now.timestamp():.0f}")

    def return_(self, session: Session, speaker: Speaker, ticket: Ticket, reason: str, now: datetime) -> None:
        """退回 within a working day, with a reason: the office assigns anew; the unit stays responsible until then."""
        self.returnable(session, speaker, ticket, now)
        ticket.returned += 1
        journal = self.tickets.journal
        journal.move(session, ticket, Status.RETURNED, Event.RETURNED, speaker.person_id, now, note=reason)
        unit = self.tickets.unit_name(session, ticket)
        message = notices.work(ticket, f"被{unit}退回，请重新交办。", note=f"理由：{reason}")
        office = [person.id for person in self.tickets.directory.office(session)]
        ticket.handler_id = None
        journal.tell_people(session, ticket, office, message, now, key=f"returned:{ticket.returned}")
        self.on_rerouted(session, ticket, None, now)

    def returnable(self, session: Session, speaker: Speaker, ticket: Ticket, now: datetime) -> None:
        """Raise NotAllowed or Conflict unless the speaker may return the ticket now."""
        self._handler(session, speaker, ticket, now, "退回")
        if ticket.status not in (Status.ASSIGNED, Status.IN_PROGRESS):
            raise Conflict(
                reason=f"{ticket.number} 目前是“{notices.status_label(ticket)}”，不能退回。确需转办请联系助企办。"
            )
        today = local(now).date()
        if self.tickets.calendar.between(self._assigned_on(session, ticket), today) > RETURN_WINDOW:
            raise Conflict(
                reason=f"{ticket.number} 交办已超过 {RETURN_WINDOW} 个工作日，不能退回，请先签收办理（首问负责）。"
            )

    def assign(
        self,
        session: Session,
        speaker: Speaker,
        ticket: Ticket,
        unit: Unit,
        now: datetime,
        *,
        assist: Sequence[Unit] = (),
        due: date | None = None,
    ) -> None:
        """交办 to a unit (the office only), with those who assist it and another deadline where they are named:
        the clerks of all of them and the linked cadre are told."""
        if speaker.role != Role.OFFICE:
            raise NotAllowed(what="交办", who="联席办（助企办）")
        if ticket.status not in (Status.REGISTERED, Status.ASSIGNED, Status.RETURNED, Status.IN_PROGRESS):
            raise Conflict(reason=f"{ticket.number} 目前是“{notices.status_label(ticket)}”，不能再交办。")
        if ticket.unit_id and ticket.unit_id != unit.id:
            self.on_rerouted(session, ticket, unit, now)
        if due:
            self.check_deadline(ticket, due, now)
            ticket.due_on = due
        ticket.unit_id, ticket.handler_id = unit.id, None
        ticket.assist_ids = [one.id for one in assist] or ticket.assist_ids
        journal = self.tickets.journal
        note = f"交办{unit.name}" + "".join(f"，{one.name}协办" for one in assist)
        journal.move(session, ticket, Status.ASSIGNED, Event.ASSIGNED, speaker.person_id, now, note=note)
        write_now(session)
        rounds = session.query(TicketHistory).filter_by(ticket_id=ticket.id, event=Event.ASSIGNED).count()
        journal.tell_assigned(session, ticket, self.tickets.description(ticket), now, round_=rounds)
        helpers = [clerk.id for one in assist for clerk in self.tickets.directory.clerks(session, one.id)]
        message = notices.work(ticket, f"请协助{unit.name}办理，期限 {notices.day(ticket.due_on)}。")
        journal.tell_people(session, ticket, helpers, message, now, key=f"assist:{rounds}")

    def check_deadline(self, ticket: Ticket, until: date, now: datetime) -> None:
        """Raise Conflict for a deadline that has passed, or is beyond what complex matters are given."""
        created = local(ticket.created_at).date()
        latest = self.tickets.calendar.add(created, self.tickets.county.clocks.complex)
        if until < local(now).date():
            raise Conflict(reason=f"{notices.day(until)}已经过去了，请说一个今天以后的期限。")
        if until > latest:
            raise Conflict(
                reason=f"复杂事项最迟办到 {notices.day(latest)}，{ticket.number} 不能延到 {notices.day(until)}。"
            )

    def decline(self, session: Session, speaker: Speaker, ticket: Ticket, reason: str, now: datetime) -> None:
        """不予受理 (the office only): the enterprise reads why, the unit is told to stop."""
        if speaker.role != Role.OFFICE:
            raise NotAllowed(what="不予受理", who="联席办（助企办）")
        if ticket.status not in OPEN:
            raise Conflict(reason=f"{ticket.number} 目前是“{notices.status_label(ticket)}”，不能再改为不予受理。")
        journal = self.tickets.journal
        journal.move(session, ticket, Status.DECLINED, Event.NOT_TAKEN, speaker.person_id, now, note=reason)
        message = notices.change(ticket, "不予受理。", note=f"原因：{reason}")
        journal.tell_enterprise(session, ticket, message, now, key="not_taken")
        journal.tell_handlers(session, ticket, notices.work(ticket, "助企办不予受理，不用再办。"), now, key="not_taken")

    def unresolve(self, session: Session, speaker: Speaker, ticket: Ticket, now: datetime) -> None:
        """Take back a resolution made by mistake, while nobody has rated it: the work goes on."""
        self._handler(session, speaker, ticket, now, "撤回办结")
        if ticket.status != Status.RESOLVED:
            raise Conflict(reason=f"{ticket.number} 目前是“{notices.status_label(ticket)}”，没有等评价的办结可以撤回。")
        ticket.resolved_at = None
        journal = self.tickets.journal
        journal.move(session, ticket, Status.IN_PROGRESS, Event.UNRESOLVED, speaker.person_id, now)
        text = f"刚才的办结是误点，还在继续办理，期限 {notices.day(ticket.due_on)}，办好会再通知您。"
        key = f"unresolved:{now.timestamp():.0f}"
        journal.tell_enterprise(session, ticket, notices.change(ticket, text), now, key=key)

    def supervise(self, session: Session, speaker: Speaker, ticket: Ticket, now: datetime) -> None:
        """挂牌督办 (the office or a supervisor): from now on the handling unit cannot close it by itself."""
        if speaker.role not in (Role.OFFICE, Role.SUPERVISOR):
            raise NotAllowed(what="挂牌督办", who="联席办（助企办）")
        if ticket.supervised:
            raise Conflict(reason=f"{ticket.number} 已经是挂牌督办件了。")
        ticket.supervised, ticket.updated_at = True, now
        journal = self.tickets.journal
        journal.write(session, ticket, Event.SUPERVISED, speaker.person_id, now)
        text = f"已被挂牌督办，请于 {notices.day(ticket.due_on)}前办理到位，办结须经助企办确认。"
        journal.tell_handlers(session, ticket, notices.work(ticket, text), now, key="supervised")

    def unsupervise(self, session: Session, speaker: Speaker, ticket: Ticket, now: datetime) -> None:
        """取消督办 (the office or a supervisor): the handling unit may close it by itself again."""
        if speaker.role not in (Role.OFFICE, Role.SUPERVISOR):
            raise NotAllowed(what="取消督办", who="联席办（助企办）")
        if not ticket.supervised:
            raise Conflict(reason=f"{ticket.number} 没有挂牌督办，不用取消。")
        ticket.supervised, ticket.updated_at = False, now
        journal = self.tickets.journal
        journal.write(session, ticket, Event.SUPERVISED, speaker.person_id, now, note="取消督办")
        message = notices.work(ticket, "已取消挂牌督办。")
        journal.tell_handlers(session, ticket, message, now, key=f"unsupervised:{new_id()}")

    def extend(
        self, session: Session, speaker: Speaker, ticket: Ticket, until: date, reason: str, now: datetime
    ) -> None:
        """延期: move the deadline once asked for, with a reason the enterprise sees; never past the complex limit."""
        self._handler(session, speaker, ticket, now, "延期")
        self._being_handled(ticket, "延期")
        if until <= ticket.due_on:
            raise Conflict(reason=f"{ticket.number} 现在的期限就是 {notices.day(ticket.due_on)}，新期限要晚于它。")
        self.check_deadline(ticket, until, now)
        ticket.due_on = until
        note = f"延期至 {until.isoformat()}：{reason}" if reason else f"延期至 {until.isoformat()}"
        journal = self.tickets.journal
        journal.write(session, ticket, Event.EXTENDED, speaker.person_id, now, note=note)
        ticket.updated_at = now
        text = f"办理期限调整为 {notices.day(until)}。"
        message = notices.change(ticket, text, note=f"原因：{reason}" if reason else "")
        journal.tell_enterprise(session, ticket, message, now, key=f"extended:{until.isoformat()}")

    # -- helpers ------------------------------------------------------------------------------------------------

    def _staff(self, speaker: Speaker, what: str) -> None:
        if speaker.role == Role.ENTERPRISE:
            raise NotAllowed(what=what, who="助企干部或承办单位")

    def _handler(self, session: Session, speaker: Speaker, ticket: Ticket, now: datetime, what: str) -> None:
        if not may_handle(speaker, ticket, self.tickets.linked_ids(session, speaker, now)):
            raise NotAllowed(what=f"{what} {ticket.number}", who="本件承办单位或包联干部")

    def _being_handled(self, ticket: Ticket, what: str) -> None:
        if ticket.status not in HANDLED_BY:
            raise Conflict(reason=f"{ticket.number} 目前是“{notices.status_label(ticket)}”，不能{what}。")

    def _assigned_on(self, session: Session, ticket: Ticket) -> date:
        write_now(session)
        query = (
            select(TicketHistory.at)
            .where(TicketHistory.ticket_id == ticket.id, TicketHistory.event == Event.ASSIGNED)
            .order_by(TicketHistory.id.desc())
        )
        at = session.scalars(query.limit(1)).first()
        return local(at or ticket.created_at).date()
