"""Tickets of a rehearsed world: put into the ledger as if they had come there by themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from zhiqibot.core.clock import SHANGHAI, local
from zhiqibot.core.ids import new_id
from zhiqibot.core.numbers import uscc_check_digit
from zhiqibot.directory.model import Enterprise, Unit
from zhiqibot.topics.tickets.model import Event, Status, Ticket
from zhiqibot.topics.tickets.service import TicketService


@dataclass(frozen=True)
class Seeding:
    """Adds tickets given as `{no, topic, status, title, owner, agency}`."""

    tickets: TicketService

    def seed(self, session: Session, rows: Sequence[Mapping[str, Any]], own: Enterprise, now: datetime) -> None:
        """Store the tickets; `owner: self` means `own`, an unknown owner or agency is added to the directory."""
        for row in rows:
            owner = str(row.get("owner") or "self")
            enterprise = own if owner == "self" else self.enterprise(session, owner)
            self._add(session, row, enterprise, now)

    def enterprise(self, session: Session, name: str) -> Enterprise:
        """Return the enterprise of this name, adding it when the directory has none."""
        known = self.tickets.directory.find_enterprise(session, name)
        if known:
            return known
        body = f"91411322{abs(hash(name)) % 10**9:09d}"
        added = Enterprise(id=new_id(), name=name, short=[], uscc=body + uscc_check_digit(body), tags=[])
        session.add(added)
        session.flush()
        return added

    def _unit(self, session: Session, name: str) -> Unit:
        known = self.tickets.directory.find_unit(session, name)
        if known:
            return known
        added = Unit(id=new_id(), name=name, short=[], topics=[])
        session.add(added)
        session.flush()
        return added

    def _add(self, session: Session, row: Mapping[str, Any], enterprise: Enterprise, now: datetime) -> None:
        status = Status(str(row.get("status") or Status.ASSIGNED))
        title = str(row.get("title") or "企业诉求")
        topic = str(row.get("topic") or "other")
        created = _registered_at(str(row["no"]), now)
        agency = row.get("agency")
        route = self.tickets.county.route(topic, title, enterprise.region)
        unit_id = self._unit(session, str(agency)).id if agency else route.lead
        cadre = self.tickets.directory.linked_cadre(session, enterprise.id, local(now).date())
        ticket_id = new_id()
        ticket = Ticket(
            id=ticket_id,
            number=str(row["no"]),
            enterprise_id=enterprise.id,
            topic=topic,
            title=title[:60],
            description=self.tickets.vault.seal(title, "ticket", "description", ticket_id),
            status=status,
            unit_id=None if status == Status.REGISTERED and not agency else unit_id,
            assist_ids=[],
            cadre_id=cadre.id if cadre else None,
            due_on=self.tickets.calendar.add(local(created).date(), self.tickets.county.clocks.ordinary),
            created_at=created,
            updated_at=created,
            resolved_at=now if status in (Status.RESOLVED, Status.CLOSED) else None,
            score=5 if status == Status.CLOSED else None,
        )
        session.add(ticket)
        session.flush()
        self.tickets.journal.write(session, ticket, Event.REPORTED, None, created, after=Status.REGISTERED)
        if status != Status.REGISTERED:
            self.tickets.journal.write(
                session, ticket, Event.ASSIGNED, None, created, before=Status.REGISTERED, after=Status.ASSIGNED
            )


def _registered_at(number: str, now: datetime) -> datetime:
    """A ticket's number says on which day it was registered."""
    digits = "".join(c for c in number[2:8] if c.isdigit())
    try:
        day = date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return now
    return min(datetime.combine(day, time(9), SHANGHAI), now)
