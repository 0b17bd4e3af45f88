"""A county's units, cadres and enterprises into the directory; a second import updates."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from zhiqibot.content.world import CadreRecord, PersonRecord, World
from zhiqibot.core.crypto import Vault
from zhiqibot.core.ids import new_id
from zhiqibot.directory.model import Enterprise, Invitation, Link, Person, Role, Unit

INVITATION_LIFE = timedelta(hours=72)
DEMO_INVITATION_LIFE = timedelta(days=3650)


@dataclass(frozen=True)
class WorldImport:
    """Writes a world into the directory."""

    vault: Vault
    now: datetime
    demo: bool = False
    """Demo invitations last and may be used again."""

    def run(self, session: Session, world: World) -> None:
        """Add what is new and update what is known, in the caller's unit of work."""
        for unit in world.units:
            session.merge(Unit(**unit.model_dump(exclude={"clerks"})))
        for enterprise in world.enterprises:
            session.merge(Enterprise(**enterprise.model_dump(exclude={"contacts", "subscriptions", "invite"})))
        session.flush()
        unit_ids = {unit.id for unit in world.units}
        for unit in world.units:
            for clerk in unit.clerks:
                self._person(session, clerk, Role.CLERK, unit_id=unit.id)
        for cadre in world.cadres:
            self._person(session, cadre, Role.CADRE, **_unit(cadre.unit, unit_ids), substitute_id=cadre.substitute)
        for role, people in ((Role.SUPERVISOR, world.supervisors), (Role.OFFICE, world.office_clerks)):
            for person in people:
                self._person(session, person, role, **_unit(person.unit, unit_ids))
        for enterprise in world.enterprises:
            for contact in enterprise.contacts:
                self._person(session, contact, Role.ENTERPRISE, enterprise_id=enterprise.id)
        session.flush()
        for cadre in world.cadres:
            self._links(session, cadre)
        for enterprise in world.enterprises:
            if enterprise.invite and enterprise.contacts:
                self.invite(session, enterprise.invite, enterprise.contacts[0].id)

    def invite(self, session: Session, code: str, person_id: str) -> None:
        """Let whoever knows `code` bind as this person."""
        life = DEMO_INVITATION_LIFE if self.demo else INVITATION_LIFE
        session.merge(
            Invitation(
                code_hash=self.vault.mac(code.strip().upper(), "invitation"),
                person_id=person_id,
                expires_at=self.now + life,
                reusable=self.demo,
            )
        )

    def _person(self, session: Session, record: PersonRecord, role: Role, **where: str | None) -> None:
        seal = self.vault.seal
        session.merge(
            Person(
                id=record.id,
                role=role,
                name=seal(record.name, "person", "name", record.id),
                phone=seal(record.phone, "person", "phone", record.id) if record.phone else None,
                phone_index=self.vault.mac(record.phone, "phone") if record.phone else None,
                title=record.title,
                active=True,
                **where,
            )
        )

    def _links(self, session: Session, cadre: CadreRecord) -> None:
        known = {link.enterprise_id for link in session.query(Link).filter_by(cadre_id=cadre.id)}
        starts = date(self.now.year, 1, 1)
        session.add_all(
            Link(id=new_id(), cadre_id=cadre.id, enterprise_id=enterprise, starts=starts)
            for enterprise in cadre.enterprises
            if enterprise not in known
        )


def _unit(said: str, unit_ids: set[str]) -> dict[str, str | None]:
    """A cadre's unit is a ticket-handling unit by id, or any other body by name."""
    return {"unit_id": said, "unit_name": ""} if said in unit_ids else {"unit_id": None, "unit_name": said}
