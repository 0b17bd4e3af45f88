"""Looking people, units and enterprises up; all reads, in the caller's unit of work."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from zhiqibot.core.crypto import Vault
from zhiqibot.core.messages import Thread
from zhiqibot.directory.model import Account, Enterprise, Link, Person, Role, Unit

Found = TypeVar("Found")


@dataclass(frozen=True)
class PersonCard:
    """A person as others may see them in the course of their work."""

    id: str
    role: str
    name: str
    phone: str
    title: str
    organisation: str


@dataclass(frozen=True)
class Directory:
    """Reads the directory; `vault` opens names and phones."""

    vault: Vault

    def prefetch(self, session: Session, person_ids: Sequence[str], day: date) -> None:
        """Look up at once what the messages of these people will ask for: who, of which enterprise, linked to whom."""
        people = session.scalars(select(Person).where(Person.id.in_(person_ids))).all()
        _know(session, {f"person:{person.id}": person for person in people})
        firms = sorted({person.enterprise_id for person in people if person.enterprise_id})
        if not firms:
            return
        enterprises = session.scalars(select(Enterprise).where(Enterprise.id.in_(firms)))
        _know(session, {f"enterprise:{one.id}": one for one in enterprises})
        linked = select(Link.enterprise_id, Person).join(Person, Link.cadre_id == Person.id)
        rows = session.execute(
            linked.where(Link.enterprise_id.in_(firms), *_in_force(day)).order_by(Link.starts, Link.id.desc())
        )
        active: dict[str, Person] = dict(row.tuple() for row in rows)
        _know(session, {f"cadre:{firm}:{day}": active.get(firm) for firm in firms if _is_on_duty(active.get(firm))})

    def unit(self, session: Session, unit_id: str) -> Unit | None:
        """Return a unit; looked up once in a unit of work, as the next two."""
        return _once(session, f"unit:{unit_id}", lambda: session.get(Unit, unit_id))

    def enterprise(self, session: Session, enterprise_id: str) -> Enterprise | None:
        """Return an enterprise."""
        return _once(session, f"enterprise:{enterprise_id}", lambda: session.get(Enterprise, enterprise_id))

    def person(self, session: Session, person_id: str) -> Person | None:
        """Return a person."""
        return _once(session, f"person:{person_id}", lambda: session.get(Person, person_id))

    def card(self, session: Session, person: Person) -> PersonCard:
        """Return a person's name, phone and organisation in clear."""
        organisation = person.unit_name
        if person.unit_id:
            unit = self.unit(session, person.unit_id)
            organisation = unit.name if unit else organisation
        elif person.enterprise_id:
            enterprise = self.enterprise(session, person.enterprise_id)
            organisation = enterprise.name if enterprise else organisation
        phone = self.vault.open(person.phone, "person", "phone", person.id) if person.phone else ""
        return PersonCard(person.id, person.role, self.name(person), phone, person.title, organisation)

    def name(self, person: Person) -> str:
        return self.vault.open(person.name, "person", "name", person.id)

    def name_of(self, session: Session, person_id: str) -> str:
        """Return the name of the person with this id."""
        return self.name(session.get_one(Person, person_id))

    def linked_cadre(self, session: Session, enterprise_id: str, day: date) -> Person | None:
        """Return the cadre linked to an enterprise on `day`; while they are not active their substitute, if any."""
        return _once(session, f"cadre:{enterprise_id}:{day}", lambda: self._linked_cadre(session, enterprise_id, day))

    def _linked_cadre(self, session: Session, enterprise_id: str, day: date) -> Person | None:
        query = (
            select(Person)
            .join(Link, Link.cadre_id == Person.id)
            .where(Link.enterprise_id == enterprise_id, *_in_force(day))
            .order_by(Link.starts.desc(), Link.id)
        )
        cadre = session.scalars(query).first()
        if cadre and not cadre.active:
            return session.get(Person, cadre.substitute_id) if cadre.substitute_id else None
        return cadre

    def linked_enterprises(self, session: Session, cadre_id: str, day: date) -> Sequence[Enterprise]:
        """Return the enterprises a cadre looks after on `day`, their own and those they stand in for."""
        stands_in_for = select(Person.id).where(Person.substitute_id == cadre_id, Person.active.is_(False))
        query = (
            select(Enterprise)
            .join(Link, Link.enterprise_id == Enterprise.id)
            .where(or_(Link.cadre_id == cadre_id, Link.cadre_id.in_(stands_in_for)), *_in_force(day))
            .order_by(Enterprise.id)
        )
        return session.scalars(query).unique().all()

    def clerks(self, session: Session, unit_id: str) -> Sequence[Person]:
        """Return the people who handle tickets for a unit."""
        of_unit = Person.unit_id == unit_id
        return _once(session, f"clerks:{unit_id}", lambda: self._people(session, of_unit, Person.role == Role.CLERK))

    def office(self, session: Session) -> Sequence[Person]:
        return self._people(session, Person.role == Role.OFFICE)

    def supervisors(self, session: Session) -> Sequence[Person]:
        return self._people(session, Person.role == Role.SUPERVISOR)

    def cadres(self, session: Session) -> Sequence[Person]:
        return self._people(session, Person.role == Role.CADRE)

    def contacts(self, session: Session, enterprise_ids: Sequence[str]) -> Sequence[Person]:
        """Return the contacts of enterprises."""
        return self._people(session, Person.enterprise_id.in_(enterprise_ids), Person.role == Role.ENTERPRISE)

    def find_unit(self, session: Session, said: str) -> Unit | None:
        """Return the unit a person means by a full or short name, or a sentence that holds one (longest wins)."""
        best: tuple[int, Unit] | None = None
        for unit in session.scalars(select(Unit)):
            names = [unit.name, *unit.short]
            length = max((len(name) for name in names if name in said), default=0)
            if said and not length and any(said in name for name in names) and len(said) >= 2:
                length = len(said)
            if length and (best is None or length > best[0]):
                best = (length, unit)
        return best[1] if best else None

    def find_enterprise(self, session: Session, said: str) -> Enterprise | None:
        """Return the enterprise whose full or short name occurs in what was said (longest wins)."""
        best: tuple[int, Enterprise] | None = None
        for enterprise in session.scalars(select(Enterprise)):
            length = max(
                (len(n) for n in (enterprise.name, *enterprise.short, enterprise.uscc) if n in said), default=0
            )
            if length and (best is None or length > best[0]):
                best = (length, enterprise)
        return best[1] if best else None

    def addresses(self, session: Session, person_ids: Sequence[str]) -> Mapping[str, Thread]:
        """Return for each person the private conversation they used last."""
        query = select(Account).where(Account.person_id.in_(person_ids)).order_by(Account.seen_at)
        return {
            account.person_id: Thread(account.thread, account.channel, account.account, account.address)
            for account in session.scalars(query)
            if account.person_id
        }

    def _people(self, session: Session, *where: ColumnElement[bool]) -> Sequence[Person]:
        query = select(Person).where(Person.active.is_(True), *where).order_by(Person.id)
        return session.scalars(query).all()


def _in_force(day: date) -> tuple[ColumnElement[bool], ...]:
    return (Link.starts <= day, or_(Link.ends.is_(None), Link.ends >= day))


def _is_on_duty(cadre: Person | None) -> bool:
    """Somebody on leave has a substitute, which the single look-up finds."""
    return cadre is None or cadre.active


def _know(session: Session, found: Mapping[str, object]) -> None:
    session.info.setdefault("zhiqibot.directory", {}).update(found)


def _once(session: Session, key: str, look_up: Callable[[], Found]) -> Found:
    """Look something up once in a unit of work: a batch of messages asks for the same people again and again."""
    known: dict[str, Any] = session.info.setdefault("zhiqibot.directory", {})
    if key not in known:
        known[key] = look_up()
    return cast(Found, known[key])
