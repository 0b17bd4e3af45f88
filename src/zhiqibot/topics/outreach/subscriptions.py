"""订阅与退订: a person's own choice of what they are told."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from zhiqibot.core.errors import NotAllowed
from zhiqibot.core.people import Speaker
from zhiqibot.storage.capabilities import Capabilities
from zhiqibot.topics.outreach.model import EVERYTHING, OptOut, Subscription


@dataclass(frozen=True)
class SubscriptionService:
    """Keeps subscriptions, in the caller's unit of work; `topics` are all topics there are."""

    topics: tuple[str, ...]

    def subscribe(self, session: Session, speaker: Speaker, topic: str, now: datetime) -> None:
        """Add a topic (EVERYTHING: all of them); whoever had opted out is back in."""
        person_id = _person(speaker)
        session.execute(delete(OptOut).where(OptOut.person_id == person_id))
        self._add(session, person_id, [topic], now)

    def unsubscribe(self, session: Session, speaker: Speaker, topic: str, now: datetime) -> None:
        """Remove one topic; from a subscription to everything the other topics remain."""
        person_id = _person(speaker)
        if EVERYTHING in self.of_person(session, person_id):
            self._remove(session, person_id, [EVERYTHING])
            self._add(session, person_id, [one for one in self.topics if one != topic], now)
        self._remove(session, person_id, [topic])

    def leave(self, session: Session, speaker: Speaker, now: datetime) -> None:
        """Remove everything and send this person no broadcasts any more."""
        person_id = _person(speaker)
        session.execute(delete(Subscription).where(Subscription.person_id == person_id))
        capabilities = Capabilities.for_dialect(session.get_bind().dialect.name)
        session.execute(capabilities.insert_new(OptOut, "person_id").values(person_id=person_id, since=now))

    def of_person(self, session: Session, person_id: str) -> set[str]:
        """Return the topics a person subscribes to."""
        return set(session.scalars(select(Subscription.topic).where(Subscription.person_id == person_id)))

    def has_left(self, session: Session, person_id: str) -> bool:
        """Tell whether a person wants no broadcasts."""
        return session.scalar(select(OptOut.person_id).where(OptOut.person_id == person_id)) is not None

    def import_topics(self, session: Session, wanted: Mapping[str, Collection[str]], now: datetime) -> None:
        """Subscribe people (id -> topics) who have not decided for themselves yet."""
        decided = set(session.scalars(select(Subscription.person_id))) | set(session.scalars(select(OptOut.person_id)))
        for person_id, topics in wanted.items():
            if person_id not in decided:
                self._add(session, person_id, topics, now)

    def _add(self, session: Session, person_id: str, topics: Collection[str], now: datetime) -> None:
        rows = [{"person_id": person_id, "topic": topic, "since": now} for topic in topics]
        if rows:
            capabilities = Capabilities.for_dialect(session.get_bind().dialect.name)
            session.execute(capabilities.insert_new(Subscription, "person_id", "topic"), rows)

    def _remove(self, session: Session, person_id: str, topics: Collection[str]) -> None:
        session.execute(delete(Subscription).where(Subscription.person_id == person_id, Subscription.topic.in_(topics)))


def _person(speaker: Speaker) -> str:
    if speaker.person_id is None:
        raise NotAllowed(what="订阅政策提醒", who="已绑定身份的用户")
    return speaker.person_id
