"""The gate of 德润: filings of today and tomorrow, of its own and of others."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pytest

from tests.events.county import DERUN, Chat, begin_of, import_world, small_county
from zhiqibot.core.crypto import Vault
from zhiqibot.dialogue.router import Router
from zhiqibot.directory.directory import Directory
from zhiqibot.outbox.outbox import Outbox
from zhiqibot.storage.database import Database
from zhiqibot.topics.inspections.dialogue import register
from zhiqibot.topics.inspections.seeding import seed_inspections
from zhiqibot.topics.inspections.service import InspectionService

OWN, OTHERS, OUTSIDE = "JC20261123-02", "JC20261123-03", "JC20261123-04"
TOMORROWS, UNKNOWN = "JC20261124-01", "JC20261123-99"


def _filing(record_no: str, agency: str, subject: str, date: str, enterprise: str) -> dict[str, str]:
    return {"record_no": record_no, "agency": agency, "subject": subject, "date": date, "enterprise": enterprise}


FILED = [
    _filing(OWN, "市场监管局", "特种设备安全检查", "2026-11-23", "德润机械有限公司"),
    _filing(TOMORROWS, "应急管理局", "消防检查", "2026-11-24", "德润机械有限公司"),
    _filing(OTHERS, "应急管理局", "粉尘涉爆检查", "2026-11-23", "瑞泰纺织有限公司"),
    _filing(OUTSIDE, "水利局", "取水许可检查", "2026-11-23", "青禾种植专业合作社"),
]
"""The last one's enterprise is not in the directory."""


@pytest.fixture
def inspections(vault: Vault) -> InspectionService:
    return InspectionService(Directory(vault), Outbox(vault), vault)


@pytest.fixture
def filed(database: Database, vault: Vault, now: datetime) -> Database:
    """The demo county with its filings, once for each engine."""
    import_world(database, vault, now)
    with database.write() as session:
        seed_inspections(session, FILED, Directory(vault), now)
    return database


@pytest.fixture
def county(vault: Vault, now: datetime) -> Database:
    """The same in memory, for conversations."""
    database = small_county(vault, now)
    with database.write() as session:
        seed_inspections(session, FILED, Directory(vault), now)
    return database


@pytest.fixture
def talk(county: Database, inspections: InspectionService, now: datetime) -> Callable[..., Chat]:
    """Return a conversation in which the sentences given (with their slots) ask about an inspection."""

    def start(meanings: Mapping[str, Mapping[str, Any]], person_id: str | None = DERUN) -> Chat:
        router = Router()
        register(router, inspections, begin_of(lambda: chat))
        understood = {text: ("verify_inspection", slots) for text, slots in meanings.items()}
        chat = Chat(county, router, understood, now, person_id)
        return chat

    return start
