"""Outreach over the demo county."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from tests.events.county import OFFICE, Chat, Said, demo_world, import_world, small_county
from zhiqibot.content.county import QuietHours
from zhiqibot.core.crypto import Vault
from zhiqibot.core.workdays import WorkdayCalendar
from zhiqibot.dialogue.router import Router
from zhiqibot.directory.directory import Directory
from zhiqibot.outbox.outbox import Outbox
from zhiqibot.storage.database import Database
from zhiqibot.topics.outreach.audience import Audiences
from zhiqibot.topics.outreach.broadcasts import BroadcastService
from zhiqibot.topics.outreach.dialogue import register
from zhiqibot.topics.outreach.service import OutreachService
from zhiqibot.topics.outreach.service_days import OpenTicket, ServiceDays
from zhiqibot.topics.outreach.subscriptions import SubscriptionService
from zhiqibot.topics.outreach.visits import VisitService

TITLES = {"talent": "人才用工", "finance": "金融融资", "energy": "电力燃气", "innovation": "科技创新与数字化"}
SERVICE_DAY = date(2026, 12, 12)


def open_tickets(_: Session, enterprise_ids: object) -> list[OpenTicket]:
    return [("ent-derun", "ZQ261120-0003", "三号车间电压不稳", date(2026, 12, 1))]


def next_service_day(_: Session, now: datetime) -> date | None:
    return SERVICE_DAY if now.date() <= SERVICE_DAY else None


@pytest.fixture
def outreach(vault: Vault) -> OutreachService:
    directory, outbox, quiet = Directory(vault), Outbox(vault), QuietHours()
    days = ServiceDays(directory, outbox, WorkdayCalendar(), quiet, next_service_day, open_tickets)
    return OutreachService(
        SubscriptionService(tuple(TITLES)),
        BroadcastService(Audiences(TITLES), outbox, quiet, outbox.receipts, "方城县助企办"),
        days,
        VisitService(directory),
    )


@pytest.fixture
def county(database: Database, vault: Vault, outreach: OutreachService, now: datetime) -> Database:
    """The demo county with its subscriptions, once for each engine."""
    import_world(database, vault, now)
    with database.write() as session:
        outreach.import_topics(session, wishes(), now)
    return database


def wishes() -> dict[str, list[str]]:
    return {
        contact.id: [topic for topic in enterprise.subscriptions if topic in TITLES]
        for enterprise in demo_world().enterprises
        for contact in enterprise.contacts
    }


@pytest.fixture
def talk(vault: Vault, outreach: OutreachService, now: datetime) -> Callable[..., Chat]:
    """Return a conversation about outreach, the office's unless said otherwise."""
    database = small_county(vault, now)

    def find_policy(text: str) -> tuple[str, str, str] | None:
        return ("稳岗返还", "符合条件的企业可申请返还。", "fc-talent-01") if "稳岗" in text else None

    def start(meanings: Mapping[str, Said], person_id: str | None = OFFICE) -> Chat:
        router = Router()
        register(router, outreach, TITLES, find_policy)
        return Chat(database, router, meanings, now, person_id)

    return start
