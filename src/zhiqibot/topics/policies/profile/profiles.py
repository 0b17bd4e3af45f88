"""The profile of each enterprise: what its record says, and over it what its people have said since."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhiqibot.content.profile import ProfileContent
from zhiqibot.core.clock import local
from zhiqibot.core.errors import NotAllowed
from zhiqibot.core.people import Speaker
from zhiqibot.core.privacy import mask
from zhiqibot.directory.directory import Directory
from zhiqibot.directory.model import Enterprise, Role
from zhiqibot.topics.policies.profile.model import ProfileFact

CHUNK = 2000
"""Enterprises a statement."""
ON_RECORD = "企业登记资料"
_ON_RECORD = select(Enterprise.id, Enterprise.industry, Enterprise.scale, Enterprise.tags, Enterprise.region)
LONGEST_VALUE = 20


@dataclass(frozen=True)
class Known:
    """One fact of an enterprise with where it comes from."""

    trait: str
    values: tuple[str, ...]
    source: str
    """企业登记资料, or who said it and when."""
    said_at: datetime | None = None
    answered: bool = True


@dataclass(frozen=True)
class EnterpriseProfile:
    """Everything known of one enterprise, by trait in the order of the data."""

    enterprise_id: str
    facts: Mapping[str, Known] = field(default_factory=dict)
    recorded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What the enterprise's record says, also where its people have said otherwise since."""

    @property
    def values(self) -> dict[str, tuple[str, ...]]:
        """What the calculator goes by."""
        return {name: one.values for name, one in self.facts.items() if one.answered}


@dataclass(frozen=True)
class Profiles:
    """Reads and changes profiles in the caller's unit of work."""

    content: ProfileContent
    directory: Directory

    def read(self, session: Session, enterprise_id: str) -> EnterpriseProfile:
        """Return what is known of an enterprise; an unknown one has an empty profile."""
        enterprise = session.get(Enterprise, enterprise_id)
        found = on_record(enterprise) if enterprise else {}
        rows = session.scalars(select(ProfileFact).where(ProfileFact.enterprise_id == enterprise_id))
        found |= {row.trait: self._known(session, row) for row in rows}
        recorded = {name: one.values for name, one in (on_record(enterprise) if enterprise else {}).items()}
        return EnterpriseProfile(
            enterprise_id, {one: found[one] for one in self.content.by_id if one in found}, recorded
        )

    def record(
        self,
        session: Session,
        speaker: Speaker,
        enterprise_id: str,
        values: Mapping[str, Collection[str] | None],
        now: datetime,
    ) -> None:
        """Store what was said (trait to values; None: asked and not answered). Raises NotAllowed."""
        self.check_may_change(session, speaker, enterprise_id, now)
        for trait, said in values.items():
            if trait not in self.content.by_id:
                continue
            row = session.get(ProfileFact, (enterprise_id, trait))
            if row is None:
                row = ProfileFact(enterprise_id=enterprise_id, trait=trait)
                session.add(row)
            elif said is None and row.known:
                continue
            row.value = [mask(one)[:LONGEST_VALUE] for one in said or ()]
            row.known = said is not None
            row.said_by, row.said_at = speaker.person_id, now
        session.flush()

    def check_may_see(self, session: Session, speaker: Speaker, enterprise_id: str, now: datetime) -> None:
        """Raise NotAllowed unless the enterprise is the speaker's own, one they look after, or they are the office."""
        if not self._concerns(session, speaker, enterprise_id, now):
            raise NotAllowed(what="查看这家企业的政策匹配", who="该企业联系人、包联干部或助企办")

    def check_may_change(self, session: Session, speaker: Speaker, enterprise_id: str, now: datetime) -> None:
        """Raise NotAllowed unless the speaker may say something of this enterprise."""
        if not self._concerns(session, speaker, enterprise_id, now):
            raise NotAllowed(what="修改这家企业的资料", who="该企业联系人、包联干部或助企办")

    def all(self, session: Session) -> Iterator[tuple[str, dict[str, tuple[str, ...]]]]:
        """Yield every enterprise's id with what the calculator goes by, some hundred a statement."""
        last = ""
        while True:
            page = _ON_RECORD.where(Enterprise.id > last).order_by(Enterprise.id).limit(CHUNK)
            rows = session.execute(page).all()
            if not rows:
                return
            said = self._said_of(session, rows[0].id, rows[-1].id)
            for row in rows:
                yield row.id, self.content.completed(_recorded(*row[1:]) | said.get(row.id, {}))
            last = rows[-1].id

    # -- helpers ------------------------------------------------------------------------------------------------

    def _said_of(self, session: Session, first: str, last: str) -> dict[str, dict[str, tuple[str, ...]]]:
        columns = select(ProfileFact.enterprise_id, ProfileFact.trait, ProfileFact.value)
        rows = columns.where(ProfileFact.enterprise_id.between(first, last), ProfileFact.known.is_(True))
        said: dict[str, dict[str, tuple[str, ...]]] = {}
        for enterprise_id, trait, value in session.execute(rows):
            said.setdefault(enterprise_id, {})[trait] = tuple(value)
        return said

    def _concerns(self, session: Session, speaker: Speaker, enterprise_id: str, now: datetime) -> bool:
        if speaker.person_id is None:
            return False
        if speaker.role == Role.ENTERPRISE:
            return speaker.enterprise_id == enterprise_id
        if speaker.role == Role.CADRE:
            linked = self.directory.linked_enterprises(session, speaker.person_id, local(now).date())
            return any(one.id == enterprise_id for one in linked)
        return speaker.role == Role.OFFICE

    def _known(self, session: Session, row: ProfileFact) -> Known:
        person = self.directory.person(session, row.said_by) if row.said_by else None
        day = local(row.said_at)
        who = f"{self.directory.name(person)} " if person else ""
        return Known(row.trait, tuple(row.value), f"{who}{day.year}年{day.month}月{day.day}日", row.said_at, row.known)


def on_record(enterprise: Enterprise) -> dict[str, Known]:
    """Return what the enterprise's record says; an empty list of tags says nothing."""
    recorded = _recorded(enterprise.industry, enterprise.scale, enterprise.tags, enterprise.region)
    return {name: Known(name, values, ON_RECORD) for name, values in recorded.items()}


def _recorded(industry: str, scale: str, tags: Collection[str], region: str) -> dict[str, tuple[str, ...]]:
    found = {"industry": (industry,), "scale": (scale,), "tag": tuple(tags), "region": (region,)}
    return {name: values for name, values in found.items() if any(values)}
