"""Events in the conversation: everything is registered here."""

import re
from collections.abc import Callable
from typing import Any

from zhiqibot.core.errors import PersonError
from zhiqibot.dialogue.router import Router
from zhiqibot.dialogue.short_answers import short_answer
from zhiqibot.dialogue.turn import Reply, Turn
from zhiqibot.topics.events import readers
from zhiqibot.topics.events.asking import Asking
from zhiqibot.topics.events.booking import Booker, EventBooking
from zhiqibot.topics.events.bookings import BookingService
from zhiqibot.topics.events.cancelling import KEPT, Cancellation, Canceller
from zhiqibot.topics.events.choosing import Choosing
from zhiqibot.topics.events.creating import Creator, NewSession
from zhiqibot.topics.events.listing import Timetable
from zhiqibot.topics.events.moving import NOT_MOVED, Move, Mover
from zhiqibot.topics.events.own import OF_EVENTS, OwnBookings
from zhiqibot.topics.events.rearranging import INTENT as REARRANGE
from zhiqibot.topics.events.rearranging import KEPT as NOTHING_MOVED
from zhiqibot.topics.events.rearranging import Rearrangement, Rearranger
from zhiqibot.topics.events.service import EventService
from zhiqibot.topics.events.sessions import SessionChanges

Begin = Callable[[Turn, str, str, dict[str, Any]], Reply]
"""Opens the form of an intent, with a text and the values known already."""


_CHANGES = re.compile(r"改|换|挪|推|延|提前|调|移|变|错[后开过]|另(?:一|外)?(?:天|场)")
_BOOKS_A_DAY = re.compile(
    r"(?:报名?|预约|约|预订|订|定)(?:上|下|在|到|个|一个)*(?=(?:\d{1,2}|[一二三四五六七八九十]{1,3})[月号日]|下|这个?周|本周|周|礼拜|星期|明|后|大后|今|农历|腊月|正月|月[底初末]|第)"
)
_ASKS = re.compile(r"(?:吗|没有?|哪[天场些]?|啥|什么|谁|几[号点场]|怎么.*|咋.*)[呢啊的]*[?？]*$")
_CURSES = re.compile(r"[我俺你他]?[日操靠草艹](?:你|他|她)?(?:妈|娘|大爷)?的?[啊吧呀了]*[!！。~]*")
"""What has no other sense than a curse, and sounds like “我去”."""
_NO_LONGER = re.compile(
    r"(?:又|我|俺|突然|临时|有点|现在|[，,\s])*(?:自己|本人)?(?:也|都|就)?(?:(?:不想|不打算|不准备)(?:再)?(?:去|参加)|去不了|去不成|不能去)了*[。！!]*"
)
_BOOKS = re.compile(
    r"(?:报|订|定|约|留|占)(?:上|下|个|名)*[\d一二两俩三四五六七八九十]+[个位名人]*[吧呗。!！]*$|^[我俺]?(?:要|想)?报(?:名|上|一个)?[吧呗了。!！]*$"
)


def _takes_back(turn: Turn) -> bool:
    """Tell whether a bare “取消” follows a booking that was made, with no form open to be cancelled."""
    return bool(turn.memory.recent.get("booking")) and short_answer(turn.text) == "cancel"


def books(turn: Turn) -> str | None:
    """Read “下下周五的，报5个” and “约12月的第一个周五” as a booking: nothing is to be moved where no word of change
    is said, and to name a day with 约 or 报 is more than to ask about it."""
    intent = turn.act.intent
    if intent == "book_event":
        return "out_of_scope" if _CURSES.fullmatch(turn.text.strip()) else None
    if turn.memory.intent in OF_EVENTS and (_NO_LONGER.fullmatch(turn.text.strip()) or _takes_back(turn)):
        return "cancel_booking"
    talks = turn.memory.intent in OF_EVENTS or readers.kind_of(turn.text)
    if talks and _BOOKS_A_DAY.search(turn.text) and not _ASKS.search(turn.text) and not _CHANGES.search(turn.text):
        return "book_event"
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
    own, timetable = OwnBookings(bookings, begin), Timetable(events, bookings, beside)
    booker, creator = Booker(choosing, bookings, begin), Creator(events)
    canceller, mover = Canceller(choosing, bookings, own), Mover(choosing, bookings)
    router.readings.append(books)
    router.on("list_events")(timetable.show)
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
        resolve=canceller.resolve,
        confirm=canceller.confirm,
        aside=canceller.aside,
        kept=KEPT,
        needs_identity=True,
    )(canceller.finish)
    router.form(
        "reschedule_booking",
        Move,
        title="改期",
        resolve=mover.resolve,
        confirm=mover.confirm,
        aside=mover.aside,
        kept=NOT_MOVED,
        needs_identity=True,
    )(mover.finish)
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

    rearranger = Rearranger(events, SessionChanges(bookings.notices))
    router.readings.insert(0, rearranger.means)
    router.form(
        REARRANGE,
        Rearrangement,
        title="取消、改期场次",
        resolve=rearranger.resolve,
        confirm=rearranger.confirm,
        aside=rearranger.aside,
        kept=NOTHING_MOVED,
        needs_identity=True,
    )(rearranger.finish)

    router.commands.append(own.changed)  # two clauses (“换李明去，老王不去了”) are one change
    router.asides += [own.asked, Asking(events, bookings, begin, timetable.show, events.host).aside]

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
