"""What holds for two neighbouring parts of a message whatever the weights say: which are two halves of one request."""

import re
from typing import NamedTuple

NUMBER = r"(?:尾号)?0\d{3}(?!\d)|zq\d{6}-?\d+"
_NUMBERS = re.compile(NUMBER, re.IGNORECASE)
_BEGINS = re.compile(rf"^(?:把|将|那|这|再|也|还有|然后)*(?:{NUMBER})", re.IGNORECASE)
_SOMETHING = re.compile(r"[^\W\d_]{2}")

COURTESY = frozenset({"greet", "thanks", "goodbye"})
ANSWERS = frozenset({"affirm", "deny", "cancel"})
ONE_STORY = {
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
        ("log_visit", "progress_update"), ("cancel_booking", "withdraw_ticket"), ("cancel_booking", "broadcast"),
        ("human_agent", "ask_policy"), ("add_to_ticket", "progress_update"),
    )
}  # fmt: skip
"""Pairs of neighbouring clauses that are mostly two halves of one request."""
_BOOKING = frozenset({"book_event", "reschedule_booking"})
_TALKING_POINT = re.compile(
    r"[,。、 ]*(?:我们?|俺们?|顺便|主要|就是|也)?(?:想|要|准备|打算)?(?:当面|现场|到时候?|会上|跟[^,。]{1,6})?(?:聊|谈|说说|说一|讲讲|问问|议题|反映一下)"
)
_EARLIER = re.compile(rf"{NUMBER}|催|上次|上回|上周|之前|前几?天|那个|那件|报的|还没|一直|进度|到现在", re.IGNORECASE)
"""What is urged was said before."""
_INTRODUCES = re.compile(
    r"(?:你好|您好)?[,。! ]*(?:我们?|俺们?|这里|这边)是(?:(?!绑|登记|认证|注册|关联|加入).)*[,。! ]*"
)
_SAME_TWICE = frozenset({"report_issue", "ask_policy"})
_TWICE = frozenset({"add_to_ticket", "progress_update"})
"""May be said of two tickets, a word for each."""
_ANEW = re.compile(
    r"再[报登反帮给来提查问]|另|还有|还想|也[给帮]|也要?报|报[上个下一]|登记|反映|帮我|给我|顺便|麻烦|查一?下"
)
_HANDLING = re.compile(
    r"电话|没人(?:管|理|来|接|修|去)|来回跑|跑了.{0,3}[趟回次]|态度|推[来脱诿]|拖|敷衍|[没不]再|稳|正常|损失|停产|订单|客户|工人|交货|"
    r"急|(?:\d+|[一二三四五六七八九十半两几]+)个?(?:天|月|星期|周|礼拜)"
)
"""How a matter is handled, and what comes of it: no matter of its own."""
_OF_A_TICKET = frozenset({"urge_ticket", "rate_ticket", "resolve_ticket", "progress_update", "withdraw_ticket"})
_OF_THE_OFFICE = frozenset(
    {"report_stats", "my_tasks", "assign_ticket", "supervise_ticket", "ticket_status", "create_event", "urge_ticket"}
)
_TO_THEM = re.compile(r"他们|它们|人家|对方|承办|主办|其(?:尽快|抓紧|先)")
_INSTEAD = re.compile(r"^(?:那就?|就)?(?:给我|帮我)?[换改挪调]")
_FILES = re.compile(r"(?:[也再另帮给请][^,。]{0,3})(?:登记|报|反映|记|提)(?:上去|一[下个条件]|[上个下])(?:吧|呗|了)?")
_POINTS_BACK = re.compile(r"^(?:这|那|上面|以上|刚才)")


class Side(NamedTuple):
    """One of two neighbouring parts, and how it reads by itself."""

    text: str
    intent: str
    chance: float
    topic: str


def may_be_two(left: Side, right: Side, kind: str) -> bool:
    """Rule out what is never two requests, however it weighs; `kind` says what stands between them (`acts.Place`)."""
    before, name = left.intent, right.intent
    if {before, name} & (COURTESY | ANSWERS):
        return False
    if before == name:
        return _same_twice(left, right, kind)
    if before == "bind_identity" and _INTRODUCES.fullmatch(left.text):
        return False  # who speaks, and then what they want
    if before in _BOOKING and _TALKING_POINT.match(right.text):
        return False
    if before == "cancel_booking" and name in _BOOKING and _INSTEAD.match(right.text):
        return False  # “4号的取消，换成11号的”
    if before in ("assign_ticket", "supervise_ticket", "transfer_ticket") and name == "broadcast":
        return not _TO_THEM.search(right.text)
    if name == "supervise_ticket" and before == "urge_ticket":
        return bool(_NUMBERS.search(right.text))
    return _a_matter_of_its_own(left, right, kind)


def _a_matter_of_its_own(left: Side, right: Side, kind: str) -> bool:
    before, name = left.intent, right.intent
    if (before, name) == ("add_to_ticket", "report_issue"):
        return asks_to_file(right.text) or turns_to_another(left.text, right.text)  # else what follows is the addition
    if (before, name) == ("report_issue", "urge_ticket") and not _EARLIER.search(right.text):
        return False  # “停电了，赶紧派人来修” urges what is being reported
    if kind == "turn":
        return True
    if before == "broadcast":  # what follows is the notice
        return name in _OF_THE_OFFICE or bool(_BEGINS.match(right.text))
    if before == "log_visit" and name in ("report_issue", "ask_policy"):
        return bool(_ANEW.search(right.text))  # what was heard there belongs to the record
    if before in _OF_A_TICKET and name == "report_issue":
        return bool(_ANEW.search(right.text)) or not _HANDLING.search(right.text)
    return True


def _same_twice(left: Side, right: Side, kind: str) -> bool:
    if left.intent in _TWICE:
        return turns_to_another(left.text, right.text)
    another = left.topic != right.topic and bool(right.topic)
    return kind == "turn" and left.intent in _SAME_TWICE and another


def two_numbers(left: str, right: str) -> bool:
    """Both sides name a ticket, and not the same."""
    one, other = set(_NUMBERS.findall(left)), set(_NUMBERS.findall(right))
    return bool(one and other and one != other)


def turns_to_another(left: str, right: str) -> bool:
    """The left says something of a ticket, the right begins with another one."""
    begins, named = _BEGINS.match(right), set(_NUMBERS.findall(left))
    said = bool(_SOMETHING.search(_NUMBERS.sub("", left)))
    return bool(begins and named and said) and not named & set(_NUMBERS.findall(right))


def asks_to_file(text: str) -> bool:
    """“门口路灯坏了也给报上”, “给我登记一个停水的问题”: names what is to be filed, and asks for it."""
    rest = _FILES.sub("", text, count=1).strip(",。 ")
    return rest != text.strip(",。 ") and len(rest) >= 3 and not _POINTS_BACK.match(rest)
