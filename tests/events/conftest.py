"""The demo county with its timetable, on both engines and in memory."""

from collections.abc import Callable, Mapping
from datetime import datetime

import pytest

from tests.events.county import DERUN, Chat, Said, begin_of, import_world, small_county
from zhiqibot.content.county import QuietHours
from zhiqibot.content.reading import demo_folder
from zhiqibot.core.crypto import Vault
from zhiqibot.core.workdays import WorkdayCalendar
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import say
from zhiqibot.directory.directory import Directory
from zhiqibot.outbox.outbox import Outbox
from zhiqibot.storage.database import Database
from zhiqibot.topics.events.bookings import BookingService
from zhiqibot.topics.events.dialogue import register
from zhiqibot.topics.events.service import EventService
from zhiqibot.topics.events.timetable import load_events


@pytest.fixture
def events() -> EventService:
    return EventService(WorkdayCalendar(), "方城县助企办")


@pytest.fixture
def bookings(vault: Vault) -> BookingService:
    return BookingService(Directory(vault), Outbox(vault), QuietHours())


@pytest.fixture
def county(database: Database, vault: Vault, events: EventService, now: datetime) -> Database:
    """The demo county, once for each engine."""
    import_world(database, vault, now)
    with database.write() as session:
        events.import_series(session, load_events(demo_folder()), now)
    return database


@pytest.fixture
def talk(
    vault: Vault, events: EventService, bookings: BookingService, now: datetime
) -> Callable[[Mapping[str, Said]], Chat]:
    """Return a conversation of 德润's manager about events."""
    database = small_county(vault, now)
    with database.write() as session:
        events.import_series(session, load_events(demo_folder()), now)

    def start(meanings: Mapping[str, Said], person_id: str | None = DERUN) -> Chat:
        router = Router()
        register(router, events, bookings, begin_of(lambda: chat))
        router.on("bind_identity")(lambda _: say("请发邀请码。"))
        chat = Chat(database, router, meanings, now, person_id)
        return chat

    return start
