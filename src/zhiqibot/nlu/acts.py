"""Cutting a message into the requests it holds.

Most messages hold one request, told in several clauses. A second one is believed only when both sides of a place
where people change the subject (另外、还有、顺便 …, or the end of a sentence) are understood well by themselves and
mean different things that are not two halves of one story.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

Judge = Callable[[int, int], tuple[str, float, str]]
"""Gives intent, confidence and topic of a stretch of the message."""

_TURN = (
    r"另外|此外|顺便|顺带|捎带|对了|再一个|再者|再就是|再有(?:就是|一[个件]|[,:])|还有(?:个|一|件|就是)|还有[,:]|还想|还要(?=[问查报约订])|还得(?=[问查报约])"
    r"|再(?=[帮给问查报约替说]|咨询|预约|登记)|同时(?=[帮给请想问查]|[,:])|其次|第二[个件]?[,:是]|二是|二来|然后(?=[帮给再想问])|以及(?=[帮给问查])"
    r"|也(?=[给帮替][我俺])|麻烦再|请再|也想(?=[问查报约])|问下另|再一件|另一[件个]|另有|另(?=[,:请帮给想问])|还请(?=[帮给])|并(?=[帮给请为]我)|2[.、)](?!\d)"
)
_BREAK = re.compile(rf"(?P<turn>[,。!?;、\n…~]*(?:{_TURN}))|(?P<end>[。!?;\n]+)|(?P<pause>,)")
_LEAD = re.compile(rf"^[,。!?;:、\n…~ ]*(?:{_TURN})?[,:、 ]*(?:一下)?")
SHORTEST_PIECE = 3  # characters; 谢谢 or 在吗 is no request of its own
MOST_PIECES, FEW_PIECES = 12, 4
LONG_TEXT = 300  # characters; in a long document only an explicit change of subject counts
NEEDED = {"turn": 0.42, "end": 0.72, "pause": 0.80}
"""How sure both sides must be, by the kind of place between them."""

_COURTESY = frozenset({"greet", "thanks", "goodbye"})
_ANSWERS = frozenset({"affirm", "deny", "cancel"})
_WEAK = _COURTESY | _ANSWERS | {"help", "out_of_scope"}
_ONE_STORY = {
    frozenset(pair)
    for pair in (
        ("report_issue", "human_agent"), ("report_issue", "urge_ticket"), ("report_issue", "add_to_ticket"),
        ("report_issue", "ask_policy"), ("report_issue", "rate_ticket"), ("report_issue", "verify_inspection"),
        ("ticket_status", "urge_ticket"), ("urge_ticket", "human_agent"), ("urge_ticket", "rate_ticket"),
        ("rate_ticket", "withdraw_ticket"), ("rate_ticket", "ticket_status"), ("cancel_booking", "reschedule_booking"),
        ("book_event", "list_events"), ("book_event", "reschedule_booking"), ("ask_policy", "match_policy"),
        ("ask_policy", "apply_policy"), ("match_policy", "apply_policy"), ("subscribe", "ask_policy"),
        ("progress_update", "resolve_ticket"), ("progress_update", "request_extension"), ("log_visit", "report_issue"),
        ("accept_ticket", "progress_update"), ("add_to_ticket", "ticket_status"), ("add_to_ticket", "urge_ticket"),
        ("withdraw_ticket", "report_issue"), ("withdraw_ticket", "cancel"), ("cancel_booking", "cancel"),
        ("progress_update", "report_issue"), ("resolve_ticket", "rate_ticket"), ("transfer_ticket", "progress_update"),
        ("bind_identity", "report_issue"), ("bind_identity", "match_policy"), ("broadcast", "create_event"),
        ("assign_ticket", "supervise_ticket"), ("report_stats", "ticket_status"), ("my_tasks", "ticket_status"),
        ("log_visit", "progress_update"), ("cancel_booking", "withdraw_ticket"), ("cancel_booking", "broadcast"), ("human_agent", "ask_policy"), ("add_to_ticket", "progress_update"),
    )
}  # fmt: skip
_BOOKING = frozenset({"book_event", "reschedule_booking"})
_SURE_OF_KIN = 0.75
_ROOM = {
    **dict.fromkeys(("book_event", "list_events", "cancel_booking", "reschedule_booking", "create_event"), "events"),
    **dict.fromkeys(("ask_policy", "match_policy", "apply_policy", "subscribe", "unsubscribe"), "policies"),
    **dict.fromkeys(("ticket_status", "urge_ticket", "add_to_ticket", "withdraw_ticket", "rate_ticket"), "tickets"),
    "bind_identity": "identity",
}
_EVENTS = re.compile(r"早餐|晚茶|茶会|讲堂|对接|服务日|面对面|座谈|报名|报个名|报上|活动|预约|场次")
_TALKING_POINT = re.compile(
    r"[,。、 ]*(?:我们?|俺们?|顺便|主要|就是|也)?(?:想|要|准备|打算)?(?:当面|现场|到时候?|会上|跟[^,。]{1,6})?(?:聊|谈|说说|说一|讲讲|问问|议题|反映一下)"
)
_SAME_TWICE = frozenset({"report_issue", "ask_policy"})


@dataclass(frozen=True)
class Piece:
    """A stretch of the message read as one request."""

    start: int
    end: int
    intent: str
    confidence: float
    topic: str = ""


def cut(text: str, judge: Judge) -> list[tuple[int, int]]:
    """Return the stretches of the message that hold a request each; one stretch when it is one story.

    Places where people say that they change the subject come first, mere commas last."""
    places = _places(text)
    stretches = [(0, len(text))]
    for kind in NEEDED:
        here = [place for place, its_kind in places if its_kind == kind]
        stretches = [part for stretch in stretches for part in _cut_at(text, judge, stretch, here, kind)]
    return stretches


def _cut_at(text: str, judge: Judge, stretch: tuple[int, int], places: list[int], kind: str) -> list[tuple[int, int]]:
    start, end = stretch
    parts: list[tuple[int, int]] = []
    for place in places:
        if not start < place < end:
            continue
        left, right = heart(text, start, place), (_after_lead(text, place), end)
        if min(_said(text, *left), _said(text, *right)) < SHORTEST_PIECE:
            continue
        first = _piece(judge, *left)
        if first.intent in _BOOKING and _TALKING_POINT.match(text, right[0]):
            continue
        if _two_requests(first, _piece(judge, *right), kind):
            parts.append((start, place))
            start = place
    return [*parts, (start, end)]


def heart(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the stretch without the words that only lead over to it (另外、顺便 …)."""
    return (_after_lead(text, start), end) if start else (start, end)


def _places(text: str) -> list[tuple[int, str]]:
    found = [(match.start(), str(match.lastgroup)) for match in _BREAK.finditer(text) if match.start()]
    kept = [place for place in found if place[1] != "pause"]
    if len(text) > LONG_TEXT:
        return [place for place in kept if place[1] == "turn"][:FEW_PIECES]
    if _EVENTS.search(text):
        kept += [place for place in found if place[1] == "pause"][: max(MOST_PIECES - len(kept), 0)]
    return kept[:MOST_PIECES]


def _after_lead(text: str, place: int) -> int:
    match = _LEAD.match(text[place:])
    return place + (match.end() if match else 0)


def _said(text: str, start: int, end: int) -> int:
    return sum(char.isalnum() for char in text[start:end])


def _piece(judge: Judge, start: int, end: int) -> Piece:
    return Piece(start, end, *judge(start, end))


def _far_apart(one: str, other: str) -> bool:
    """A mere comma divides requests only when they belong to different rooms of the house."""
    rooms = {_ROOM.get(one, "report"), _ROOM.get(other, "report")}
    return len(rooms) == 2 and "events" in rooms


def _two_requests(left: Piece, right: Piece, kind: str) -> bool:
    """Tell whether two neighbouring stretches are requests of their own."""
    needed = NEEDED[kind]
    if left.intent in _WEAK or right.intent in _WEAK or min(left.confidence, right.confidence) < needed:
        return False
    if (left.intent, right.intent) == ("add_to_ticket", "report_issue"):
        return False  # what follows is the addition
    if kind != "turn" and "bind_identity" in (left.intent, right.intent):
        return False  # people say who they are before they say what they want
    if kind == "pause" and not _far_apart(left.intent, right.intent):
        return False
    if left.intent == right.intent:
        return kind == "turn" and left.intent in _SAME_TWICE and left.topic != right.topic and bool(right.topic)
    if frozenset((left.intent, right.intent)) in _ONE_STORY:
        return kind == "turn" and min(left.confidence, right.confidence) >= _SURE_OF_KIN
    return True
