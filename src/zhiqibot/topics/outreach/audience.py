"""Who a broadcast is for: read from a sentence, shown as words, resolved to people."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhiqibot.directory.model import Enterprise, Person, Role
from zhiqibot.topics.outreach.model import EVERYTHING, Subscription

MOST_NAMED = 5
"""Names spelled out in the audience's description."""

_EVERYBODY = re.compile(
    r"(?:所有|全部|全体|全县|各家?|每[家个]|辖区内?)(?:的|县|区)?(?:企业|公司|厂|商户|市场主体|单位|人)|所有人|全员|@全体"
)
_CADRES = re.compile(r"助企干部|包联干部|首席服务员|帮扶干部|联络干部|包企干部|干部")
_CLERKS = re.compile(r"承办单位|成员单位|责任单位|各单位|各部门|各局|联络员|经办人")
_SUBSCRIBERS = re.compile(r"订阅")
_CONCERNED = re.compile(r"符合条件|够条件|条件(?:对得上|合适|符合)|(?:相关|有关|涉及|对应|适用)的?(?:企业|公司|厂)")
_ZONE = re.compile(r"开发区|集聚区|工业园|园区|产业园")
_SCALES = {
    "规上": re.compile(r"(?<!准)规上|(?<!准)规模以上"),
    "中型": re.compile(r"中型|中小"),
    "小微": re.compile(r"小微|小型|微型|中小|小企业"),
}
_TAG_WORDS = {
    "高新技术企业": ("高新", "高企"),
    "专精特新": ("专精特新", "小巨人"),
    "重点用工企业": ("重点用工", "缺工", "缺人", "用工大户"),
    "环保重点监管": ("环保重点", "涉气", "重点排污"),
    "准规上": ("准规上", "小升规", "培育库"),
    "上市后备": ("上市后备", "拟上市"),
    "科技型中小企业": ("科技型",),
}
_INDUSTRY_WORDS = {"装备制造": ("机械", "装备"), "商贸流通": ("商贸", "商超", "批发"), "新材料": ("超硬", "新材")}
_TOO_GENERAL = frozenset({"加工", "制造", "信息", "流通", "材料", "产品"})


@dataclass(frozen=True)
class Audience:
    """What people must be to get a broadcast: any of each list that is not empty, and all lists at once."""

    role: str = Role.ENTERPRISE
    everybody: bool = False
    enterprises: tuple[str, ...] = ()
    """Ids of enterprises named one by one; then nothing else counts."""
    regions: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    scales: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    """Subscribers of any of these; EVERYTHING: of anything."""
    policies: tuple[str, ...] = ()
    """Policy cards: the enterprises whose circumstances they concern; then nothing else counts."""

    @property
    def known(self) -> bool:
        """Tell whether anything was said about who it is for."""
        named = (self.enterprises, self.regions, self.industries, self.scales, self.tags, self.topics, self.policies)
        return self.everybody or self.role != Role.ENTERPRISE or any(named)

    def as_json(self) -> dict[str, Any]:
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}

    def fits(self, enterprise: Any) -> bool:
        """Tell whether an enterprise (id, region, industry, scale, tags) belongs to it."""
        if self.enterprises:
            return enterprise.id in self.enterprises
        return (
            (not self.regions or enterprise.region in self.regions)
            and (not self.industries or enterprise.industry in self.industries)
            and (not self.scales or enterprise.scale in self.scales)
            and (not self.tags or not set(self.tags).isdisjoint(enterprise.tags))
        )


@dataclass(frozen=True)
class Recipient:
    """A person a broadcast goes to, and the enterprise they are told it for."""

    person_id: str
    enterprise_id: str | None = None


Concerned = Callable[[Session, Sequence[str]], Collection[str]]
"""Returns the ids of the enterprises that policy cards (ids) concern."""


def _nobody(session: Session, card_ids: Sequence[str]) -> Collection[str]:
    return ()


@dataclass(frozen=True)
class Audiences:
    """Reads and resolves audiences over the directory."""

    topic_titles: Mapping[str, str] = field(default_factory=dict)
    concerned: Concerned = _nobody

    def read(self, session: Session, text: str, topic: str | None = None, policy: str | None = None) -> Audience:
        """Return whom a sentence such as “产业集聚区的规上纺织企业” means; `topic` is what understanding found,
        `policy` the card that is told of (“符合条件的企业”)."""
        if policy and _CONCERNED.search(text):
            return Audience(policies=(policy,))
        if _CADRES.search(text):
            return Audience(role=Role.CADRE)
        if _CLERKS.search(text) and "企业" not in text:
            return Audience(role=Role.CLERK)
        query = select(
            Enterprise.id, Enterprise.name, Enterprise.short, Enterprise.region, Enterprise.industry, Enterprise.tags
        )
        rows = session.execute(query).all()
        named = tuple(row.id for row in rows if any(name in text for name in (row.name, *row.short)))
        if named:
            return Audience(enterprises=named)
        industries = sorted({row.industry for row in rows if row.industry})
        tags = sorted({tag for row in rows for tag in row.tags})
        found = Audience(
            regions=_regions(text, sorted({row.region for row in rows if row.region})),
            industries=tuple(one for one in industries if any(word in text for word in _parts(one))),
            scales=tuple(scale for scale, said in _SCALES.items() if said.search(text)),
            tags=tuple(one for one in tags if any(word in text for word in _TAG_WORDS.get(one, (one,)))),
            topics=self._topics(text, topic),
        )
        return found if found.known else Audience(everybody=bool(_EVERYBODY.search(text)))

    def describe(self, session: Session, audience: Audience) -> str:
        """Return the audience in words, e.g. 产业集聚区、规上、纺织服装的企业."""
        if audience.role != Role.ENTERPRISE:
            return {Role.CADRE: "全体助企干部", Role.CLERK: "各承办单位经办人"}.get(Role(audience.role), "工作人员")
        if audience.policies:
            return "条件对得上这项政策的企业"
        if audience.enterprises:
            ids = audience.enterprises[:MOST_NAMED]
            names = session.scalars(select(Enterprise.name).where(Enterprise.id.in_(ids))).all()
            more = f"等 {len(audience.enterprises)} 家" if len(audience.enterprises) > MOST_NAMED else ""
            return "、".join(names) + more
        lists = (audience.regions, audience.scales, audience.industries, audience.tags)
        words = [" / ".join(one) for one in lists if one]
        if audience.topics:
            titles = [self.topic_titles.get(topic, topic) for topic in audience.topics if topic != EVERYTHING]
            words.append(f"订阅了{'、'.join(titles)}提醒" if titles else "订阅了政策提醒")
        text = "、".join(words)
        return (text if text.endswith("企业") else f"{text}的企业") if words else "全部企业"

    def people(self, session: Session, audience: Audience) -> Sequence[Recipient]:
        """Return everybody it means right now, by person id."""
        active = select(Person.id, Person.enterprise_id).where(Person.active.is_(True), Person.role == audience.role)
        people = [Recipient(person, enterprise) for person, enterprise in session.execute(active.order_by(Person.id))]
        if audience.role != Role.ENTERPRISE:
            return people
        if audience.policies:
            meant = set(self.concerned(session, audience.policies))
            return [one for one in people if one.enterprise_id in meant]
        columns = (Enterprise.id, Enterprise.region, Enterprise.industry, Enterprise.scale, Enterprise.tags)
        fitting = {row.id for row in session.execute(select(*columns)) if audience.fits(row)}
        found = [one for one in people if one.enterprise_id in fitting]
        if audience.topics:
            subscribers = self._subscribers(session, audience.topics)
            found = [one for one in found if one.person_id in subscribers]
        return found

    def _subscribers(self, session: Session, topics: Sequence[str]) -> set[str]:
        query = select(Subscription.person_id)
        if EVERYTHING not in topics:
            query = query.where(Subscription.topic.in_([*topics, EVERYTHING]))
        return set(session.scalars(query))

    def _topics(self, text: str, topic: str | None) -> tuple[str, ...]:
        if not _SUBSCRIBERS.search(text):
            return ()
        named = tuple(key for key, title in self.topic_titles.items() if title in text or title[:2] in text)
        return named or ((topic,) if topic else (EVERYTHING,))


def audience_from(data: Mapping[str, Any]) -> Audience:
    """Return an audience from its JSON."""
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    return Audience(**values)


def _regions(text: str, known: Sequence[str]) -> tuple[str, ...]:
    found = tuple(one for one in known if one in text or (len(one) > 2 and one.rstrip("镇乡街道") in text))
    zones = tuple(one for one in known if _ZONE.search(one)) if _ZONE.search(text) else ()
    return tuple(dict.fromkeys((*found, *zones)))


def _parts(industry: str) -> tuple[str, ...]:
    """The words by which people call an industry: 纺织服装 is 纺织 and 服装."""
    halves = (industry[:2], industry[2:4]) if len(industry) == 4 else (industry, industry[:3])
    return tuple(
        {industry, *(h for h in halves if len(h) > 1 and h not in _TOO_GENERAL), *_INDUSTRY_WORDS.get(industry, ())}
    )
