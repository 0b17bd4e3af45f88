"""Events in the conversation: everything is registered here."""

import re
from collections.abc import Callable
from typing import Any

from zhiqibot.core.errors import PersonError
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.turn import Reply, Turn
from zhiqibot.topics.events.asking import Asking
from zhiqibot.topics.events.booking import Booker, EventBooking
from zhiqibot.topics.events.bookings import BookingService
from zhiqibot.topics.events.changing import KEPT, NOT_MOVED, Cancellation, Changer, Move
from zhiqibot.topics.events.choosing import Choosing
from zhiqibot.topics.events.creating import Creator, NewSession
from zhiqibot.topics.events.listing import Timetable
from zhiqibot.topics.events.service import EventService

Begin = Callable[[Turn, str, str, dict[str, Any]], Reply]
"""Opens the form of an intent, with a text and the values known already."""


_CHANGES = re.compile(r"改|换|挪|推|延|提前|调|移|变|错[后开过]|另(?:一|外)?(?:天|场)")
_BOOKS = re.compile(
    r"(?:报|订|定|约|留|占)(?:上|下|个|名)*[\d一二两俩三四五六七八九十]+[个位名人]*[吧呗。!！]*$|^[我俺]?(?:要|想)?报(?:名|上|一个)?[吧呗了。!！]*$"
)


def books(turn: Turn) -> str | None:
    """Read “下下周五的，报5个” as a booking: nothing is to be moved where no word of change is said."""
    intent = turn.act.intent
    if intent == "reschedule_booking" and not _CHANGES.search(turn.text):
        return "book_event"
    just_listed = turn.memory.intent in ("list_events", "book_event")
    return "book_event" if just_listed and intent != "book_event" and _BOOKS.search(turn.text.strip()) else None


def register(
    router: Router,
    events: EventService,
    bookings: BookingService,
    begin: Begin,
    beside: Callable[[Turn], Reply | None] = lambda _: None,
) -> None:
    """Register 活动安排、报名、取消、改期、新建场次 and their buttons; `beside` adds to 活动安排 what others know."""
    choosing = Choosing(events)
    booker, changer, creator = Booker(choosing, bookings), Changer(choosing, bookings), Creator(events)
    router.readings.append(books)
    router.on("list_events")(Timetable(events, bookings, beside).show)
    router.form(
        "book_event",
        EventBooking,
        title="报名活动",
        resolve=booker.resolve,
        confirm=booker.confirm,
        aside=booker.aside,
        needs_identity=True,
    )(booker.finish)
    router.form(
        "cancel_booking",
        Cancellation,
        title="取消报名",
        resolve=changer.resolve_cancel,
        confirm=changer.confirm_cancel,
        aside=changer.aside_cancel,
        kept=KEPT,
        needs_identity=True,
    )(changer.finish_cancel)
    router.form(
        "reschedule_booking",
        Move,
        title="改期",
        resolve=changer.resolve_move,
        confirm=changer.confirm_move,
        aside=changer.aside_move,
        kept=NOT_MOVED,
        needs_identity=True,
    )(changer.finish_move)
    router.form(
        "create_event",
        NewSession,
        title="新建场次",
        resolve=creator.resolve,
        confirm=creator.confirm,
        opening=creator.opening,
        aside=creator.aside,
        needs_identity=True,
    )(creator.finish)

    router.asides.append(Asking(events, bookings, begin, events.host).aside)

    def opens(intent: str, field: str, words: str) -> Callable[[Turn], Reply]:
        def handle(turn: Turn) -> Reply:
            try:
                return begin(turn, intent, f"{words} {turn.argument}", {field: turn.argument})
            except PersonError:
                turn.memory.form = None  # it could not even be opened
                raise

        return handle

    router.press("book")(opens("book_event", "session_id", "报名"))
    router.press("cancel_booking")(opens("cancel_booking", "booking_id", "取消报名"))
    router.press("move_booking")(opens("reschedule_booking", "booking_id", "改期"))
