"""What every change of a ticket has in common: a history row, and word to those concerned."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from zhiqibot.content.county import County
from zhiqibot.core.crypto import Vault
from zhiqibot.core.ids import new_id
from zhiqibot.core.messages import Attachment, OutboundMessage
from zhiqibot.directory.directory import Directory
from zhiqibot.outbox.outbox import Notice, Outbox
from zhiqibot.storage.columns import table_of
from zhiqibot.storage.later import write_later, write_now
from zhiqibot.topics.tickets import notices
from zhiqibot.topics.tickets.model import Event, Kind, Status, Ticket, TicketHistory

_ADD_HISTORY = insert(table_of(TicketHistory))


@dataclass(frozen=True)
class Journal:
    """Writes history and adds notices, in the caller's unit of work."""

    directory: Directory
    outbox: Outbox
    vault: Vault
    county: County

    def move(
        self,
        session: Session,
        ticket: Ticket,
        to: Status,
        event: Event,
        actor_id: str | None,
        now: datetime,
        *,
        note: str = "",
    ) -> None:
        """Change a ticket's state, with its history row."""
        before = Status(ticket.status)
        ticket.status, ticket.updated_at = to, now
        self.write(session, ticket, event, actor_id, now, before=before, after=to, note=note)

    def write(
        self,
        session: Session,
        ticket: Ticket,
        event: Event,
        actor_id: str | None,
        now: datetime,
        *,
        before: Status | None = None,
        after: Status | None = None,
        note: str = "",
    ) -> None:
        """Add one history row."""
        row_id = new_id()
        row = {
            "id": row_id,
            "ticket_id": ticket.id,
            "at": now,
            "event": event,
            "actor_id": actor_id,
            "status_from": before or "",
            "status_to": after or "",
            "note": self.vault.seal(note, "ticket_history", "note", row_id) if note else None,
        }
        write_later(session, _ADD_HISTORY, [row], name="ticket history")

    def read(self, session: Session, ticket: Ticket, limit: int = 30) -> list[tuple[TicketHistory, str]]:
        """Return history rows, oldest first, each with its note in clear."""
        write_now(session)
        query = select(TicketHistory).where(TicketHistory.ticket_id == ticket.id).order_by(TicketHistory.id)
        return [
            (row, self.vault.open(row.note, "ticket_history", "note", row.id) if row.note else "")
            for row in session.scalars(query.limit(limit))
        ]

    def last(self, session: Session, ticket: Ticket, event: Event) -> datetime | None:
        """Return when something was last done to a ticket."""
        write_now(session)
        mine = (TicketHistory.ticket_id == ticket.id, TicketHistory.event == event)
        return session.scalars(select(TicketHistory.at).where(*mine).order_by(TicketHistory.id.desc()).limit(1)).first()

    # -- word to those concerned --------------------------------------------------------------------------------

    def tell_assigned(self, session: Session, ticket: Ticket, description: str, now: datetime, round_: int = 0) -> None:
        """Give the unit's clerks the assignment notice and the linked cadre word of it."""
        enterprise = self.directory.enterprise(session, ticket.enterprise_id)
        name = enterprise.name if enterprise else ""
        contact = self._contact(session, ticket)
        unit = self.directory.unit(session, ticket.unit_id) if ticket.unit_id else None
        for_unit = notices.assignment(ticket, description, enterprise=name, contact=contact, reopened=round_ > 0)
        clerks = self.directory.clerks(session, ticket.unit_id) if ticket.unit_id else ()
        key = f"assign:{ticket.id}:{round_}"
        self._tell(session, ticket, (clerk.id for clerk in clerks), for_unit, now, key)
        if ticket.cadre_id:
            handled_by = unit.name if unit else "承办单位"
            message = notices.for_cadre(ticket, description, enterprise=name, unit=handled_by)
            self._tell(session, ticket, [ticket.cadre_id], message, now, key)

    def tell_enterprise(
        self, session: Session, ticket: Ticket, message: OutboundMessage, now: datetime, *, key: str
    ) -> None:
        """Tell the person who reported; without one, every contact of the enterprise."""
        people = [ticket.reporter_id] if ticket.reporter_id else self._contact_ids(session, ticket)
        self._tell(session, ticket, people, message, now, f"{key}:{ticket.id}")

    def tell_handlers(
        self, session: Session, ticket: Ticket, message: OutboundMessage, now: datetime, *, key: str
    ) -> None:
        """Tell who accepted it (or all clerks of the unit) and the linked cadre; in the closed lane, supervisors."""
        if ticket.confidential:
            self.tell_supervisors(session, ticket, message, now, key=key)
            return
        handlers = [ticket.handler_id] if ticket.handler_id else []
        if not handlers and ticket.unit_id:
            handlers = [clerk.id for clerk in self.directory.clerks(session, ticket.unit_id)]
        people = dict.fromkeys([*handlers, ticket.cadre_id])
        self._tell(session, ticket, (p for p in people if p), message, now, f"{key}:{ticket.id}")

    def pass_on(self, session: Session, ticket: Ticket, files: Iterable[Mapping[str, Any]], now: datetime) -> None:
        """Send an enterprise's files to the handling side, each once."""
        for data in files:
            one = Attachment.model_validate(data)
            part = {"image": one} if one.kind == "image" else {"file": one}
            message = OutboundMessage(text=f"诉求 {ticket.number} 的材料：{one.name or '未命名'}", **part)
            self.tell_handlers(session, ticket, message, now, key=f"file:{one.reference}")

    def tell_supervisors(
        self, session: Session, ticket: Ticket, message: OutboundMessage, now: datetime, *, key: str = "confidential"
    ) -> None:
        people = [person.id for person in self.directory.supervisors(session)]
        self._tell(session, ticket, people, message, now, f"{key}:{ticket.id}")

    def tell_people(
        self,
        session: Session,
        ticket: Ticket,
        people: Iterable[str],
        message: OutboundMessage,
        now: datetime,
        *,
        key: str,
    ) -> None:
        """Tell these people; `key` says which change of the ticket it is about."""
        self._tell(session, ticket, people, message, now, f"{key}:{ticket.id}")

    def _tell(
        self,
        session: Session,
        ticket: Ticket,
        people: Iterable[str],
        message: OutboundMessage,
        now: datetime,
        key: str,
    ) -> None:
        due = now if ticket.urgent else self.county.quiet_hours.next_allowed(now)
        notices_ = [Notice(f"{key}:{person}", person, message, due_at=due) for person in people]
        self.outbox.notify(session, notices_, now)

    def _contact(self, session: Session, ticket: Ticket) -> str:
        person = self.directory.person(session, ticket.reporter_id) if ticket.reporter_id else None
        if person is None and ticket.kind == Kind.REDEMPTION:  # filed by a cadre: the unit still has to ask somebody
            person = next(iter(self.directory.contacts(session, [ticket.enterprise_id])), None)
        if person is None:
            return ""
        found = self.directory.card(session, person)
        return f"{found.name}{found.title and '（' + found.title + '）'} {found.phone}".strip()

    def _contact_ids(self, session: Session, ticket: Ticket) -> list[str]:
        return [person.id for person in self.directory.contacts(session, [ticket.enterprise_id])]
