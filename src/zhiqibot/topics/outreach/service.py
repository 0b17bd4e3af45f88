"""Outreach as the rest of the product sees it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from zhiqibot.topics.outreach.broadcasts import ANSWERS_WITHIN, BroadcastService
from zhiqibot.topics.outreach.service_days import ServiceDays
from zhiqibot.topics.outreach.subscriptions import SubscriptionService
from zhiqibot.topics.outreach.visits import VisitService


@dataclass(frozen=True)
class OutreachService:
    """Subscriptions, broadcasts, service days and visits together."""

    subscriptions: SubscriptionService
    broadcasts: BroadcastService
    service_days: ServiceDays
    visits: VisitService

    def service_day_due(self, now: datetime) -> str | None:
        """Return the key of the look-out for a service day, or None at night."""
        return self.service_days.due(now)

    def remind_service_day(self, session: Session, now: datetime) -> int:
        """Brief the cadres when a service day is near; return how many."""
        return self.service_days.remind(session, now)

    def last_broadcast_to(
        self, session: Session, person_id: str, now: datetime, within: timedelta = ANSWERS_WITHIN
    ) -> tuple[str, str, str | None] | None:
        """Return (title, text, policy id) of what a person last received as a broadcast, for “这个怎么申请？”."""
        campaign = self.broadcasts.last_to(session, person_id, now, within)
        return (campaign.title, campaign.content, campaign.policy_id) if campaign else None

    def import_topics(self, session: Session, wanted: Mapping[str, Collection[str]], now: datetime) -> None:
        """Subscribe people (id -> topics) who have not decided for themselves yet."""
        self.subscriptions.import_topics(session, wanted, now)
