"""A county's directory as YAML (units, cadres, enterprises) and its import; a second import updates."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlalchemy.orm import Session

from zhiqibot.content.reading import Mistakes, read_model, read_yaml
from zhiqibot.core.crypto import Vault
from zhiqibot.core.ids import new_id
from zhiqibot.core.numbers import is_uscc
from zhiqibot.directory.model import Enterprise, Invitation, Link, Person, Role, Unit

INVITATION_LIFE = timedelta(hours=72)
DEMO_INVITATION_LIFE = timedelta(days=3650)


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PersonRecord(_Record):
    """One person of a YAML file."""

    id: str
    name: str = Field(min_length=2)
    title: str = ""
    phone: str = ""


class UnitRecord(_Record):
    id: str
    name: str
    short: list[str] = []
    kind: str = "bureau"
    phone: str = ""
    topics: list[str] = []
    clerks: list[PersonRecord] = []


class CadreRecord(PersonRecord):
    unit: str = ""
    enterprises: list[str] = []
    substitute: str | None = None


class StaffRecord(PersonRecord):
    unit: str = ""


class EnterpriseRecord(_Record):
    id: str
    name: str
    short: list[str] = []
    uscc: str
    region: str = ""
    industry: str = ""
    scale: str = ""
    tags: list[str] = []
    contacts: list[PersonRecord] = []
    subscriptions: list[str] = []
    invite: str = ""

    @field_validator("uscc")
    @classmethod
    def _checked(cls, value: str) -> str:
        if not is_uscc(value):
            raise ValueError("统一社会信用代码的校验位不对")
        return value


@dataclass(frozen=True)
class World:
    """Everything a county's YAML folder says about people."""

    units: tuple[UnitRecord, ...]
    enterprises: tuple[EnterpriseRecord, ...]
    cadres: tuple[CadreRecord, ...]
    supervisors: tuple[StaffRecord, ...]
    office_clerks: tuple[StaffRecord, ...]


def load_world(folder: Path) -> World:
    """Read units.yaml, enterprises.yaml and cadres.yaml; raise one ContentError with every mistake."""
    mistakes = Mistakes()
    staff = read_yaml(folder / "cadres.yaml", mistakes) or {}
    world = World(
        units=_records(UnitRecord, read_yaml(folder / "units.yaml", mistakes), "units.yaml", mistakes),
        enterprises=_records(
            EnterpriseRecord, read_yaml(folder / "enterprises.yaml", mistakes), "enterprises.yaml", mistakes
        ),
        cadres=_records(CadreRecord, staff.get("cadres"), "cadres.yaml", mistakes),
        supervisors=_records(StaffRecord, staff.get("supervisors"), "cadres.yaml", mistakes),
        office_clerks=_records(StaffRecord, staff.get("office_clerks"), "cadres.yaml", mistakes),
    )
    known = {one.id for one in world.enterprises}
    for cadre in world.cadres:
        for missing in sorted(set(cadre.enterprises) - known):
            mistakes.add("cadres.yaml", f"{cadre.id}.enterprises", f"没有这家企业：{missing}")
    mistakes.raise_if_any()
    return world


def _records(model: type[Any], rows: Any, file: str, mistakes: Mistakes) -> tuple[Any, ...]:
    read = []
    seen: set[str] = set()
    for number, row in enumerate(rows or [], 1):
        record = read_model(model, row, file, mistakes, prefix=f"第 {number} 条.")
        if record is None:
            continue
        if record.id in seen:
            mistakes.add(file, f"第 {number} 条.id", f"重复：{record.id}")
        seen.add(record.id)
        read.append(record)
    return tuple(read)


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
